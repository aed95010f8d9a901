"""One installation for all journeys: three processes over a database, the pages of its people in one Chromium."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from linli.parts.tests import browser
from linli.project.engines import running
from tests.house import House, until

from . import people


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="linli-journey-"))
    folder.chmod(0o755)
    house = House(folder / "data")
    house.environment |= {
        "LINLI_DEMO": "1",
        "LINLI_SCENES": "linli.kernel.matters.tests.toy,linli.kernel.readings.tests.toy",
    }
    with running(house.data, say=lambda _sentence: None, fast=True), house:
        house.linli("migrate")
        house.linli("manage", "shell", "-v", "0", given=people.SEED)
        house.start("serve", "--port", str(house.port))
        house.start("live", "--port", str(house.port + 1))
        house.start("work")
        until(lambda: _answers(house), "the pages")
        yield house
    shutil.rmtree(folder, ignore_errors=True)


def _answers(house: House) -> bool:
    for port in (house.port, house.port + 1):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
    return True


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as chromium:
        yield chromium


@pytest.fixture
def desk(chromium: Browser, house: House) -> Iterator[Callable[[str], Page]]:
    """Opens a desk, signed in by password."""
    opened: list[Page] = []

    def open_as(username: str) -> Page:
        opened.append(people.desk(chromium, house, username))
        return opened[-1]

    yield open_as
    for page in opened:
        page.context.close()


@pytest.fixture
def resident(chromium: Browser, house: House, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A resident's phone, signed in by a code; somebody new for every journey."""
    number = f"139{abs(hash(request.node.name)) % 10**8:08d}"
    page = people.phone(chromium, house, number)
    yield page
    page.context.close()
