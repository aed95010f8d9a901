import pytest

from .cast import Neighbours, neighbours


@pytest.fixture
def town(db: None) -> Neighbours:
    return neighbours()
