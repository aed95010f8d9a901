import pytest

from linli.parts.tests import served
from linli.scenes.party_building.tests.cast import Cast, make_cast

chromium, house = served.chromium, served.house


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
