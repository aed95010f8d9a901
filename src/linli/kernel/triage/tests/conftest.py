from collections.abc import Iterator

import pytest

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.tests.cast import Cast, make_cast


@pytest.fixture
def toy_scene(settings) -> Iterator[None]:
    settings.SCENES = ["linli.kernel.matters.tests.toy"]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@pytest.fixture
def cast(db: None, toy_scene: None) -> Cast:
    return make_cast()
