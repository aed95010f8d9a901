"""The evaluator's process: rounds, one after the other; minutes are rolled up beside them."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from datetime import date

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from linli.kernel.clock.now import now
from linli.kernel.readings import rolling
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.sources import Moved, source_of
from linli.kernel.readings.streams import nats_url
from linli.kernel.readings.usual import learn_daily
from linli.kernel.readings.verbs.keeping import tidy

from .alarms import warn

log = structlog.get_logger(__name__)
IDLE, STEADY, LONGEST = 0.1, 0.25, 0.3
"""Seconds from round to round: while nothing comes a look is one question, so the first word is heard soon; while readings
come a round costs as much as a hundred of them, and with many it is longer. Nobody is told sooner by a notification
than by the next look."""
_A_ROUND = 15_000
"""Readings a second from which on rounds get longer."""
EVERY, AGAIN = 5.0, 600.0
"""Seconds between two looks at what is to be rolled up; before a day's work that failed is tried again."""


def run(stop: threading.Event) -> None:
    """Evaluate until told to stop; a database that is away is waited for."""
    evaluator = Evaluator(source_of(nats_url()), warn)
    settled = False
    beside = threading.Thread(target=_roll, args=(stop,), name="rolling", daemon=True)
    beside.start()
    while not stop.is_set():
        began = time.monotonic()
        try:
            count = evaluator.round(now())
        except (OperationalError, InterfaceError) as error:
            log.warning("evaluator: the database is away, trying again", error=str(error).strip())
            evaluator.lost()
            connection.close()
            stop.wait(0.5)
            continue
        except Moved as error:
            log.warning("evaluator: another one has this part of the stream", what=str(error))
            continue
        except DatabaseError:
            log.exception("evaluator: a round failed; it will be tried again")
            evaluator.lost()
            connection.close()
            stop.wait(1)
            continue
        if not settled and evaluator.course.shards:
            # What is known by heart stays: a look for garbage through all of it would hold a round up.
            settled = True
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 20, 50)
        pace = min(LONGEST, max(STEADY, count / _A_ROUND)) if count else IDLE
        stop.wait(max(0.0, began + pace - time.monotonic()))
    evaluator.leases.leave()
    beside.join(10)


def _roll(stop: threading.Event) -> None:
    """Roll up what is over, every few seconds, and tidy and learn once a day, on a session of its own. Whatever goes wrong,
    the others go on, and it is tried again: a day's work that is only marked as done when it is."""
    daily = {"tidying": tidy, "learning": learn_daily}
    done: dict[str, date] = {}
    tried: dict[str, float] = {}
    while not stop.wait(EVERY):
        _went("rolling", rolling.roll)
        for name, work in daily.items():
            today = now().date()
            if done.get(name) == today or time.monotonic() - tried.get(name, -AGAIN) < AGAIN:
                continue
            tried[name] = time.monotonic()
            if _went(name, lambda work=work: work(at=now())):  # type: ignore[misc]
                done[name] = today


def _went(name: str, work: Callable[[], object]) -> bool:
    try:
        work()
    except (OperationalError, InterfaceError) as error:
        log.warning("the database is away or busy; it will be tried again", what=name, error=str(error).strip())
    except Exception:
        log.exception("this failed; it will be tried again", what=name)
    else:
        return True
    connection.close()
    return False
