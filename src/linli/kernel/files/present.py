"""What time it is, for the one view of this room. The clock stands a floor above and hands itself down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime


def _machine() -> datetime:
    return datetime.now(UTC)


_clock: Callable[[], datetime] = _machine


def use(clock: Callable[[], datetime]) -> None:
    """Called once at start by `linli.kernel.clock`, so that simulated time holds for links as well."""
    global _clock
    _clock = clock


def now() -> datetime:
    return _clock()
