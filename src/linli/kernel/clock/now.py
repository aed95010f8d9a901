"""The one place that asks what time it is.

Three clocks: the machine's; a file named by `LINLI_CLOCK` that holds an ISO-8601 instant, so that several
processes share one simulated time (write it to a temporary name and rename it); and `frozen(at)` in tests.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

CLOCK_FILE = "LINLI_CLOCK"

_frozen: ContextVar[datetime | None] = ContextVar("linli_clock_frozen", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC.

    Raises ValueError when the simulated clock's file holds no instant with an offset: guessing the machine's
    time instead would let a simulation leak into real deadlines.
    """
    stopped = _frozen.get()
    if stopped is not None:
        return stopped
    file = os.environ.get(CLOCK_FILE)
    return read(Path(file)) if file else datetime.now(UTC)


def read(file: Path) -> datetime:
    """The instant written in `file`, in UTC. Raises ValueError when it is missing, unreadable or naive."""
    try:
        at = datetime.fromisoformat(file.read_text("utf-8").strip())
    except (OSError, ValueError) as error:
        raise ValueError(f"{CLOCK_FILE}={file} holds no ISO-8601 instant: {error}") from error
    return as_utc(at)


def as_utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive one: nobody knows which instant that is."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return at.astimezone(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Inside the block, `now()` of this thread or task is `at`."""
    token = _frozen.set(as_utc(at))
    try:
        yield as_utc(at)
    finally:
        _frozen.reset(token)
