import pytest

from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.kernel.matters.tests.conftest import toy_scene

__all__ = ["cast", "toy_scene"]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
