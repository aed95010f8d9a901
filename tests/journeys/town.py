"""The towns of the journeys: every process over one small district, until it is left; by the machine's time, or by the test's."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
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
    with _lived_in(house, people.SEED):
        yield house


class Town:
    """A house whose time the test says."""

    def __init__(self, folder: Path, begins: datetime) -> None:
        self.clock = folder / "now"
        self.set(begins)
        self.house = House(folder / "data", clock=self.clock)
        self.house.environment["LINLI_DEMO"] = "1"

    def set(self, at: datetime) -> None:
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(at.isoformat())
        fresh.replace(self.clock)


@contextmanager
def town_at(begins: datetime, seed: str = "") -> Iterator[Town]:
    """A town that begins at an instant; who works there has done so since before the story begins. `seed` is run after them."""
    folder = Path(tempfile.mkdtemp(prefix="linli-town-"))
    folder.chmod(0o755)
    town = Town(folder, begins)
    staff = people.SEED.replace("datetime.now(UTC)", "datetime(2025, 1, 6, tzinfo=UTC)")
    with _lived_in(town.house, f"{staff}\n{seed}"):
        yield town
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _lived_in(house: House, seed: str) -> Iterator[None]:
    house.move_in()
    with running(house.data, say=lambda _sentence: None, fast=True), house:
        house.linli("manage", "shell", "-v", "0", given=seed)
        house.start("serve", "--port", str(house.port))
        house.start("live", "--port", str(house.port + 1))
        house.start("work")
        until(lambda: house.answers(house.port, house.port + 1), "the pages")
        yield
