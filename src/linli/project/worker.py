"""The worker: ticks the clock, takes over what devices have acknowledged, lets the followers read, and keeps house once a
day; slow work goes on beside it.

Everything it does is taken from the database and finished in one transaction there, so any number of workers
may run and any of them may be killed at any moment.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import structlog
from django.db import OperationalError, close_old_connections, connection

from linli.kernel.access import SYSTEM
from linli.kernel.audit import followers
from linli.kernel.audit.order import holder
from linli.kernel.audit.verbs import add_months, ring
from linli.kernel.catalogue.modules import modules_of_tables
from linli.kernel.clock.now import now
from linli.kernel.datasets import verbs as datasets
from linli.kernel.displays import verbs as displays
from linli.kernel.duty import verbs as duty
from linli.kernel.emergencies import verbs as emergencies
from linli.kernel.figures.verbs import begin_months
from linli.kernel.files.verbs import sweep
from linli.kernel.matters.clock import tick_due
from linli.kernel.messages.keeping import erase_due as erase_messages
from linli.kernel.notices.keeping import erase_due as count_notices
from linli.kernel.notices.verbs import tick_due as tick_notices
from linli.kernel.people.verbs import tidy
from linli.kernel.points.verbs import begin_lots
from linli.kernel.points.verbs import tick_due as tick_points
from linli.kernel.readings.verbs import letters
from linli.kernel.registers import verbs as registers
from linli.kernel.reports import verbs as reports
from linli.kernel.signs import verbs as signs
from linli.kernel.things.erasing import erase_again
from linli.kernel.things.verbs import expire, follow_intervals, knocking

from . import beside, telling
from .alarms import end_unheard, look_at_devices, try_again
from .condition.database import LONG
from .followers import FOLLOWERS

log = structlog.get_logger(__name__)
PAUSE = float(os.environ.get("LINLI_WORKER_PAUSE", "0.5"))
LOOK_EVERY = 60.0
"""Seconds between two looks at who holds the followers back, at warnings whose matter could not be opened or whose end no
reading will tell, at devices that are not well, at agreements whose day has come, at shifts nobody checked out of and at
positions that are a day old."""


def run(stop: threading.Event) -> None:
    """Work until told to stop; a database that is away is waited for."""
    kept_house: date | None = None
    beside.start(stop)
    telling.start(stop)
    looked = time.monotonic()
    tried = looked - LOOK_EVERY
    while not stop.is_set():
        try:
            close_old_connections()
            if kept_house != now().date() and time.monotonic() - tried >= LOOK_EVERY:
                tried = time.monotonic()
                if _each({**DAILY, **_of_scenes("DAILY")}):
                    kept_house = now().date()
            if time.monotonic() - looked >= LOOK_EVERY:
                looked = time.monotonic()
                _each({**OFTEN, **_of_scenes("OFTEN")})
            if not once():
                stop.wait(PAUSE)
        except OperationalError as error:
            log.warning("worker: the database is away, trying again", error=str(error).strip())
            connection.close()
            stop.wait(1)


def _each(jobs: Mapping[str, Callable[[], object]]) -> bool:
    """Do them one after the other; whether all went well. One that fails stops no other, nor the clock of matters."""
    well = True
    for name, job in jobs.items():
        try:
            job()
        except OperationalError:
            raise
        except Exception:
            well = False
            log.exception("this failed; it will be tried again", what=name)
    return well


def _of_scenes(which: str) -> Mapping[str, Callable[[], object]]:
    """What scenes with tables of their own have the worker do: `OFTEN` and `DAILY` of their work.py."""
    jobs: dict[str, Callable[[], object]] = {}
    for module in modules_of_tables("work"):
        jobs |= getattr(module, which, {})
    return jobs


def once() -> int:
    """One round; returns how much there was to do."""
    done = tick_due(at=now()) + follow_intervals(at=now()) + tick_notices(at=now()) + tick_points(at=now())
    read = 0
    for follower in FOLLOWERS:
        try:
            read += followers.step(follower, at=now())
        except OperationalError:
            raise
        except Exception:
            log.exception("follower failed; it will try again", follower=follower.name)
    if read:
        ring()
    return done + read


def name_holder(longer_than: timedelta = LONG) -> None:
    """A transaction left open anywhere in the cluster holds all followers back: say whose it is."""
    if found := holder(longer_than):
        log.warning(
            "followers and live streams are held back by an open transaction",
            pid=found.pid,
            application=found.application,
            user=found.user,
            database=found.database,
            state=found.state,
            since=found.since.isoformat(timespec="seconds"),
            query_began=found.query_began.isoformat(timespec="seconds") if found.query_began else None,
        )


def _through(batch: Callable[[], int]) -> None:
    """One batch after the other until nothing is left."""
    while batch():
        pass


DAILY: Mapping[str, Callable[[], object]] = {
    "months of the audit": add_months,
    "guards": lambda: tidy(at=now()),
    "dead letters": lambda: letters.tidy(at=now()),
    "files": lambda: sweep(by=SYSTEM, at=now()),
    "monthly reports": lambda: begin_months(at=now()),
    "screens nobody confirmed": lambda: displays.tidy(at=now()),
    "rows of data sets past their time": lambda: datasets.tidy(at=now()),
    "facts past their time": lambda: _through(lambda: registers.erase_due(by=SYSTEM, at=now())),
    "lines that waited for a day": lambda: registers.forget_waiting(by=SYSTEM, at=now()),
    "lines of reports past their time": lambda: _through(lambda: reports.erase_lines(at=now())),
    "suggestions that came to nothing": lambda: signs.tidy(at=now()),
    "ledgers that begin to expire": lambda: begin_lots(at=now()),
    "messages that are a year old": lambda: _through(lambda: erase_messages(at=now())),
    "who was sent and who opened old notices": lambda: count_notices(at=now()),
}
OFTEN: Mapping[str, Callable[[], object]] = {
    "who holds the followers back": name_holder,
    "warnings without a matter": lambda: try_again(at=now()),
    "agreements whose day has come": lambda: expire(at=now()),
    "what was on its road": lambda: erase_again(at=now()),
    "strangers": lambda: knocking.tidy(at=now()),
    "warnings nobody will end": lambda: end_unheard(at=now()),
    "check-outs that were forgotten": lambda: duty.close_forgotten(at=now()),
    "calls for help nobody took": lambda: emergencies.pass_on_due(at=now()),
    "shifts somebody was asked to take and did not answer": lambda: duty.pass_on_due(at=now()),
    "positions older than a day": lambda: duty.erase_old(at=now()),
    "devices that are not well": lambda: look_at_devices(at=now()),
}
