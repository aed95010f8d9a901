from collections.abc import Iterator

import pytest

from linli.kernel.catalogue.registry import catalogue

from .cast import make_town

TOY = "linli.kernel.readings.tests.toy"


@pytest.fixture
def toy_scene(settings) -> Iterator[None]:
    settings.SCENES = [TOY]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@pytest.fixture
def town(db: None, toy_scene: None) -> None:
    make_town()
