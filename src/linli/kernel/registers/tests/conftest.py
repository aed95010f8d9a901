from collections.abc import Iterator

import pytest

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.tests.cast import Cast, make_cast

TOY = "linli.kernel.registers.tests.toy"


@pytest.fixture(autouse=True)
def toy_scene(settings) -> Iterator[None]:
    settings.SCENES = [TOY]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
