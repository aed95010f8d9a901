from collections.abc import Iterator

import pytest

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.kernel.matters.tests.conftest import TOY

from .addresses import Town, make_town


@pytest.fixture(autouse=True)
def toy_scene(settings) -> Iterator[None]:
    settings.SCENES = [TOY]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def town(cast: Cast) -> Town:
    return make_town()
