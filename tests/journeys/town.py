"""The town of the journeys: every process over one small district, until it is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linli.project.engines import running
from tests.house import House, until

from . import people


@contextmanager
def installation(folder: Path) -> Iterator[House]:
    """Web, live process and worker over a database of their own in `folder`."""
    toys = [f"linli.kernel.{room}.tests.toy" for room in ("matters", "readings", "registers")]
    house = House(folder / "data", scenes=toys)
    house.environment["LINLI_DEMO"] = "1"
    house.move_in()
    with running(house.data, say=lambda _sentence: None, fast=True), house:
        house.linli("manage", "shell", "-v", "0", given=people.SEED)
        house.start("serve", "--port", str(house.port))
        house.start("live", "--port", str(house.port + 1))
        house.start("work")
        until(lambda: house.answers(house.port, house.port + 1), "the pages")
        yield house
