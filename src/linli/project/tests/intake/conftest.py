from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.things.queries.registry import ensure_slots

from .ground import TOY, Process, intake


@pytest.fixture(autouse=True)
def ground(transactional_db: None, settings) -> Iterator[None]:
    """Models declared, their slots given, and the tables empty that Django does not know to empty."""
    settings.SCENES = [TOY]
    catalogue.cache_clear()
    ensure_slots()
    _empty()
    yield
    _empty()
    catalogue.cache_clear()


def _empty() -> None:
    with connection.cursor() as cursor:
        for table in ("intake", "listening", "break"):
            cursor.execute(f"DELETE FROM readings_{table}")


@pytest.fixture(scope="module")
def running(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    """One intake for all tests of a module: they use devices of their own. It says every second that it listens, also after
    the last of them: for whoever comes then, nobody has."""
    with intake() as process:
        yield process
    with django_db_blocker.unblock():
        _empty()
        connection.close()
