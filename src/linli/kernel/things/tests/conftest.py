from collections.abc import Iterator

import pytest

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.things.queries.registry import ensure_slots

from .cast import Cast, make_cast

TOY = "linli.kernel.things.tests.toy"


@pytest.fixture(autouse=True)
def toy_scene(settings) -> Iterator[None]:
    settings.SCENES = [TOY]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@pytest.fixture
def cast(db: None) -> Cast:
    ensure_slots()
    return make_cast()
