"""The district's days, one act after the other, until told to stop."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import psycopg
import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from linli.kernel.access import Refused
from linli.kernel.clock.now import now

from ..filling import DAILY
from . import pace
from .arriving import Busy, arrive
from .going_on import go_on, judge, waiting
from .town import Town, settled

log = structlog.get_logger(__name__)
_USUAL = 450
"""Matters somebody could go on with, in a district of this size; with more of them people hurry, with fewer they rest."""
_ACTS = 4.6
"""Acts in the life of a matter beside its report."""
_JUDGED = 0.25
"""Closed matters that are rated or opened again."""
_LOOK = 0.5
"""Seconds between two looks at the pace, at the most."""
_MOST = 20.0
"""Acts a second at the most, whatever is set: a laptop shows a demo beside it."""


class Life:
    """Draws when the next report and the next act are due, so that by and by it is as often as the pace says."""

    def __init__(self, town: Town, clock: Callable[[], datetime] = now, *, usual: int = _USUAL) -> None:
        self.town, self.clock = town, clock
        self.did: Counter[str] = Counter()
        self._usual = self._many = usual
        self._busy = Busy()

    def reports(self, speed: int) -> float:
        """Reports a second. As slow as life, nights are quiet; faster, it is always the middle of the day."""
        share = self._busy.share(self.clock()) if speed == 1 else 1.0
        return min(DAILY / 86400 * speed * share, _MOST / _ACTS)

    def acts(self, speed: int) -> float:
        return min(_MOST, self.reports(speed) * _ACTS * min(3.0, self._many / self._usual))

    def live(self, seconds: float, speed: int) -> None:
        """Let so many seconds pass: with each, what would happen in them."""
        for rate, what in (
            (self.reports(speed), self._report),
            (self.acts(speed), self._act),
            (self.reports(speed) * _JUDGED, self._judge),
        ):
            for _ in range(self._times(rate * seconds)):
                self._refused(what)

    def _times(self, mean: float) -> int:
        """So many times, in the mean (Poisson, by its waiting times)."""
        count, passed = 0, self.town.rng.expovariate(1.0)
        while passed < mean:
            count, passed = count + 1, passed + self.town.rng.expovariate(1.0)
        return count

    def _refused(self, what: Callable[[], str]) -> None:
        """A visitor may have been faster, or have changed what the crew relies on: then something else happens next."""
        try:
            self.did[what()] += 1
        except Refused as refused:
            self.did["refused"] += 1
            log.info("life: somebody was refused", why=refused.sentence)

    def _report(self) -> str:
        return "open" if arrive(self.town, self.clock()) else ""

    def _act(self) -> str:
        found = waiting(self.town, self.clock())
        if found is None:
            return ""
        matter, self._many = found
        return go_on(self.town, matter, self.clock())

    def _judge(self) -> str:
        return judge(self.town, self.clock())


def run(stop: threading.Event, ready: Callable[[], None] = lambda: None) -> None:
    """Live until told to stop; a database that is away is waited for. Raises LookupError where no district is."""
    pace.lay()
    life = Life(settled(now()))
    ready()
    speed, looked, then = 0, -10.0, time.monotonic()
    while not stop.wait(0.2):
        try:
            if time.monotonic() - looked > _LOOK:
                speed, looked = pace.pace().speed, time.monotonic()
            since, then = time.monotonic() - then, time.monotonic()
            life.live(min(since, 2.0), speed)
        except (OperationalError, InterfaceError, psycopg.OperationalError) as error:
            log.warning("life: the database is away, trying again", error=str(error).strip())
            connection.close()
            stop.wait(1)
        except DatabaseError:
            log.exception("life: an act failed; something else happens next")
            connection.close()
            stop.wait(1)
