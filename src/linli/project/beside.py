"""The worker's slow work: the first model of suggestions, hot topics, monthly reports, what staff decided and learning from it.

It runs in a thread of its own, because the clock and the followers wait for nothing. All of it is taken from the
database, so any number of workers may run it, and one that is killed leaves its work to another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from django.db import OperationalError, close_old_connections, connection

from linli.kernel.audit import followers
from linli.kernel.clock.now import now

from .converging import fetch_one, take_in_one
from .followers import DECISIONS

log = structlog.get_logger(__name__)
PAUSE, FAILED = 1.0, 30.0
Work = Callable[[datetime], int]


def start(stop: threading.Event) -> threading.Thread:
    """Begin; the thread ends with the process, in the middle of something if need be."""
    thread = threading.Thread(target=_run, args=(stop,), name="beside", daemon=True)
    thread.start()
    return thread


def _run(stop: threading.Event) -> None:
    works = _works()
    while not stop.is_set():
        stop.wait(once(works))


def _works() -> tuple[Work, ...]:
    """What there is to do. Triage brings scikit-learn along: some seconds that a worker's start does not wait for."""
    from linli.kernel.datasets.own import count_when_due
    from linli.kernel.datasets.verbs.foretelling import forecast_when_due
    from linli.kernel.figures.verbs import make_reports
    from linli.kernel.people.verbs import look_when_due as doubles_when_due
    from linli.kernel.signs.verbs import look_when_due
    from linli.kernel.triage.schedule import learn_when_due
    from linli.kernel.triage.suggesting import prepare
    from linli.kernel.triage.trending import compute_wanted

    def prepared(_at: datetime) -> int:
        prepare()
        return 0

    return (
        prepared,
        lambda at: compute_wanted(at=at),
        lambda at: make_reports(at=at),
        lambda at: followers.step(DECISIONS, at=at),
        lambda at: learn_when_due(at=at),
        fetch_one,
        take_in_one,
        lambda at: count_when_due(at=at),
        lambda at: forecast_when_due(at=at),
        lambda at: look_when_due(at=at),
        lambda at: doubles_when_due(at=at),
    )


def once(works: Sequence[Work]) -> float:
    """One round; returns the seconds to wait before the next."""
    try:
        close_old_connections()
        done = [_try(work) for work in works]
    except OperationalError as error:
        log.warning("slow work: the database is away, trying again", error=str(error).strip())
        connection.close()
        return PAUSE
    return FAILED if None in done else 0 if any(done) else PAUSE


def _try(work: Work) -> int | None:
    """How much there was to do; None when it failed, which is logged and holds up nothing else."""
    try:
        return work(now())
    except OperationalError:
        raise
    except Exception:
        log.exception("slow work failed; it will be tried again")
        return None
