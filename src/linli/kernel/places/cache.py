"""Values kept in this process until any place changes: one small query decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import Generic, TypeVar

from django.utils import timezone

from linli.kernel.access.prepared import ask
from linli.kernel.clock.now import now

T = TypeVar("T")
Stamped = tuple[str, int, date]


def today() -> date:
    """The local day, by the project's clock."""
    return timezone.localdate(now())


def stamp() -> Stamped:
    """Changes with every change of any place and at midnight, and never comes back to an earlier value."""
    rows = ask("SELECT tx, count FROM places_stamp ORDER BY id LIMIT 1")
    tx, count = rows[0] if rows else (None, None)
    return (tx or b"").decode(), int(count or 0), today()


class Kept(Generic[T]):
    """A value built from the places, and built again when they have changed.

    Two threads may build at once, and the later wins; readers never wait for a builder to hold a lock.
    """

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._lock = Lock()
        self._held: tuple[Stamped, T] | None = None

    def get(self) -> T:
        """The value as of now."""
        fresh = stamp()
        held = self._held
        if held is not None and held[0] == fresh:
            return held[1]
        value = self._build()
        with self._lock:
            self._held = (fresh, value)
        return value
