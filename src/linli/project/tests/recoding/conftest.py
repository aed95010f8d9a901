from collections.abc import Iterator

import pytest

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.tests.cast import make_cast

from .merged import Street, populate


@pytest.fixture(autouse=True)
def toy_scene(settings) -> Iterator[None]:
    settings.SCENES = ["linli.kernel.matters.tests.toy"]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@pytest.fixture
def street(db: None) -> Street:
    return populate(make_cast())
