"""The worker: ticks the clock, lets the followers read, and keeps house once a day; slow work goes on beside it.

Everything it does is taken from the database and finished in one transaction there, so any number of workers
may run and any of them may be killed at any moment.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import date, timedelta

import structlog
from django.db import OperationalError, close_old_connections, connection

from linli.kernel.access import SYSTEM
from linli.kernel.audit import followers
from linli.kernel.audit.order import holder
from linli.kernel.audit.verbs import add_months
from linli.kernel.clock.now import now
from linli.kernel.files.verbs import sweep
from linli.kernel.matters.clock import tick_due
from linli.kernel.people.verbs import tidy
from linli.kernel.readings.verbs import letters
from linli.kernel.things.erasing import erase_again
from linli.kernel.things.verbs import expire

from . import beside
from .alarms import end_unheard, try_again
from .condition.database import LONG
from .followers import FOLLOWERS

log = structlog.get_logger(__name__)
PAUSE = float(os.environ.get("LINLI_WORKER_PAUSE", "0.5"))
LOOK_EVERY = 60.0
"""Seconds between two looks at who holds the followers back, at warnings whose matter could not be opened or whose end no
reading will tell, and at agreements whose day has come."""


def run(stop: threading.Event) -> None:
    """Work until told to stop; a database that is away is waited for."""
    kept_house: date | None = None
    beside.start(stop)
    looked = time.monotonic()
    while not stop.is_set():
        try:
            close_old_connections()
            if kept_house != now().date():
                add_months()
                tidy(at=now())
                letters.tidy(at=now())
                sweep(by=SYSTEM, at=now())
                kept_house = now().date()
            if time.monotonic() - looked >= LOOK_EVERY:
                looked = time.monotonic()
                name_holder()
                try_again(at=now())
                expire(at=now())
                erase_again(at=now())
                end_unheard(at=now())
            if not once():
                stop.wait(PAUSE)
        except OperationalError as error:
            log.warning("worker: the database is away, trying again", error=str(error).strip())
            connection.close()
            stop.wait(1)


def once() -> int:
    """One round; returns how much there was to do."""
    done = tick_due(at=now())
    for follower in FOLLOWERS:
        try:
            done += followers.step(follower, at=now())
        except OperationalError:
            raise
        except Exception:
            log.exception("follower failed; it will try again", follower=follower.name)
    return done


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
