"""How many, how slow, how long. Each number says what happens to whoever is beyond it."""

from __future__ import annotations

import os
import resource
from collections import Counter
from http import HTTPStatus
from typing import NamedTuple

from linli.project.stream import Footing

KEEP_ALIVE = 15
"""Seconds after which a quiet stream says that it is still here, and up to where everything was told. A page that hears
nothing for forty seconds takes its connection for dead and opens another (live.js)."""
UNACKNOWLEDGED = 40_000
"""Milliseconds the other end may owe TCP its acknowledgement: a laptop that was closed says no goodbye."""
SLOW = 64 * 1024
"""Bytes that may wait in this process for one reader; who lets more wait is ended, and comes back with its place."""
SENT = 128 * 1024
"""Bytes the kernel may hold for one reader."""
ASKING = 10
"""Seconds a connection may take to say what it wants."""
HEAD = 16 * 1024
"""Bytes of a request."""
RETRY = (2_000, 6_000)
"""Milliseconds between which a page's browser waits before it comes back: two thousand that lost one process spread."""
SPARE = 100
"""Files that are no connections of pages."""


class Refusal(NamedTuple):
    status: HTTPStatus
    sentence: str
    after: int = 0
    """Seconds after which to ask again; 0 for not with this address."""


FULL = Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "This process holds as many streams as it may.", 30)
TOO_MANY = Refusal(HTTPStatus.TOO_MANY_REQUESTS, "This account holds as many streams as it may.", 60)
AWAY = Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "The database is away.", 5)
OVER = Refusal(HTTPStatus.NO_CONTENT, "")
"""An old address, or a session, account or post that has ended. 204 tells an EventSource to stop asking; the page then
fetches a fresh address, and one who is signed out gets none."""


def per_account() -> int:
    """Streams one account may hold at a process (LINLI_LIVE_PER_ACCOUNT): a page in every tab, on every machine."""
    return int(os.environ.get("LINLI_LIVE_PER_ACCOUNT", "60"))


def per_process() -> int:
    """Streams a process may hold (LINLI_LIVE_MOST), and no more than it may have files open."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return min(int(os.environ.get("LINLI_LIVE_MOST", "20000")), max(1, files - SPARE))


class Places:
    """Who holds how many streams, or is about to."""

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._held: Counter[object] = Counter()
        self._all = 0

    def take(self, footing: Footing) -> Refusal | None:
        """A place for one more stream, or why there is none."""
        if self._all >= self._most:
            return FULL
        if self._held[_whose(footing)] >= self._each:
            return TOO_MANY
        self._held[_whose(footing)] += 1
        self._all += 1
        return None

    def give_back(self, footing: Footing) -> None:
        whose = _whose(footing)
        self._held[whose] -= 1
        self._all -= 1
        if not self._held[whose]:
            del self._held[whose]


def _whose(footing: Footing) -> object:
    return footing.account or footing
