"""One installation for all journeys: three processes over a database, the pages of its people in one Chromium."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from linli.parts.tests import browser
from tests.house import House, Teller

from . import people
from .town import installation


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="linli-journey-"))
    folder.chmod(0o755)
    with installation(folder) as house:
        yield house
    shutil.rmtree(folder, ignore_errors=True)


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


BEGIN = """
import time
from datetime import UTC, datetime
from linli.kernel.access import SYSTEM, as_system, look_as
from linli.kernel.matters.tests.cast import HOOD
from linli.kernel.readings import wire
from linli.kernel.things.models import Thing
from linli.kernel.things.queries.registry import ensure_slots
from django.db import connection

look_as(SYSTEM)
ensure_slots()
smoke = Thing.objects.create(key=f"smoke-{time.time_ns()}", model="smoke-detector", name="三楼走廊烟感",
    state="working", place_code=HOOD, shard=0, lon=121.5, lat=31.2, registered_at=datetime.now(UTC))
smoke.refresh_from_db()

def says(value):
    at = int(time.time() * 1000)
    packed = wire.pack([wire.Entry(smoke.no, at, at, 0, at, [value])])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO readings_intake (shard, received_at, entries) VALUES (0, now(), %s)", [packed])
"""

# Another journey begins with no warning and no alarm anywhere.
FORGET = """
from linli.kernel.matters.facts import READING
from linli.kernel.matters.models import Matter
from linli.kernel.readings.models import Warning
look_as(SYSTEM)
Warning.objects.all().delete()
Matter.objects.filter(source=READING).delete()
"""


@pytest.fixture
def sensor(house: House) -> Iterator[Teller]:
    """Somebody who can make the smoke detector of the third floor speak; an evaluator listens."""
    evaluator = house.start("evaluate", "--bare")
    teller = Teller(house)
    teller.tell(BEGIN)
    yield teller
    teller.tell(FORGET)
    for process in (teller.process, evaluator):
        process.terminate()
        process.wait(30)
