"""A real live process over the tests' database, for all tests of the room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from django.conf import settings
from django.db import connection

from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.project.processes import live
from linli.project.tests.ports import free_port
from linli.project.tests.test_processes import until

from .pages import Start
from .wire import Wire


@pytest.fixture(scope="module")
def start(django_db_setup: None) -> Iterator[Start]:
    """Starts a live process, with settings of its own; where it answers. All end with the module."""
    given = connection.settings_dict
    url = f"postgresql://{given['USER']}@/{given['NAME']}?host={quote(given['HOST'], safe='')}&port={given['PORT']}"
    environment = os.environ | {
        "LINLI_SECRET_KEY": settings.SECRET_KEY,
        "LINLI_DATABASE_URL": os.environ.get("LINLI_DATABASE_URL") or url,
    }
    processes = []

    def begin(**also: str) -> str:
        port = free_port()
        processes.append(subprocess.Popen(live("127.0.0.1", port).command, env=environment | also))
        base = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{base}/healthz"), 90.0)  # its libraries come from a cold disk, beside other tests
        return base

    yield begin
    for process in processes:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def address(start: Start) -> str:
    """Where a live process over this database answers."""
    return start()


@pytest.fixture
def wire(address: str) -> Iterator[Wire]:
    """A network between a page and the live process, to be cut."""
    with Wire(address) as wire:
        yield wire


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).text == "ok"
    except httpx.TransportError:
        return False


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()
