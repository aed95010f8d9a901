"""Notices, and reminders of messages, on their way out: a thread of the worker's own, because an outside that does not answer must hold up neither
the clock nor the followers, and an emergency waits for no learning.

Everything is taken from the database. Messages go out by a few threads that touch no database at all; what became of
each is written down here as soon as it is known. Any number of workers may run this; one that is killed loses nothing.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

import structlog
from django.db import OperationalError, close_old_connections, connection

from linli.kernel.clock.now import now
from linli.kernel.notices import verbs

log = structlog.get_logger(__name__)
PAUSE = 1.0
AT_ONCE, CLAIMED = 16, 64
"""Messages outside at the same time, and taken under one lease: at 8 s each at the worst, well within its two minutes."""


def start(stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=_run, args=(stop,), name="telling", daemon=True)
    thread.start()
    return thread


def _run(stop: threading.Event) -> None:
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="message") as outside:
        while not stop.is_set():
            try:
                close_old_connections()
                done = once(outside)
            except OperationalError as error:
                log.warning("notices: the database is away, trying again", error=str(error).strip())
                connection.close()
                done = 0
            except Exception:
                log.exception("a notice could not be sent on; it will be tried again")
                done = 0
            if not done:
                stop.wait(PAUSE)


def once(outside: ThreadPoolExecutor) -> int:
    """One round: deliveries to the next persons are written, what is due is sent, and who has a new message is reminded of it.
    Returns how much there was to do."""
    done = verbs.expand(at=now())
    tasks = verbs.claim(at=now(), limit=CLAIMED)
    for future in as_completed([outside.submit(verbs.run, task) for task in tasks]):
        verbs.settle(future.result(), at=now())
    reminders = verbs.claim_reminders(at=now(), limit=CLAIMED)
    for reminded in as_completed([outside.submit(verbs.remind, one) for one in reminders]):
        verbs.settle_reminder(reminded.result(), at=now())
    return done + len(tasks) + len(reminders)
