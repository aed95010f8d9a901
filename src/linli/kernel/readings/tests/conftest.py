from collections.abc import Iterator

import pytest
from django.db import connection

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
    """Nobody has been listening: what an intake of another test said of that is committed, and stays."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readings_listening")
    make_town()
