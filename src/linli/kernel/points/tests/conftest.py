import pytest

from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.kernel.points.tests.ground import ground as ground


@pytest.fixture
def cast(db: None, ground: None) -> Cast:
    return make_cast()
