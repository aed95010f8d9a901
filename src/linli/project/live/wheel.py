"""One clock for everything that is due on a connection: no stream has a timer of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Timed(Protocol):
    slot: int

    def turn(self) -> None: ...


class Wheel:
    """As many slots as seconds between two turns of the same connection; each second one slot is due."""

    def __init__(self, seconds: int) -> None:
        self._slots: list[set[Timed]] = [set() for _ in range(seconds)]
        self._due = 0

    def add(self, timed: Timed, after: int | None = None) -> None:
        """From now on it is its turn after so many seconds, and then once a round."""
        seconds = len(self._slots) if after is None else after
        timed.slot = (self._due + seconds) % len(self._slots)
        self._slots[timed.slot].add(timed)

    def remove(self, timed: Timed) -> None:
        if timed.slot >= 0:
            self._slots[timed.slot].discard(timed)
            timed.slot = -1

    def tick(self) -> None:
        self._due = (self._due + 1) % len(self._slots)
        for timed in tuple(self._slots[self._due]):
            timed.turn()

    async def run(self, also: Callable[[], None]) -> None:
        """A tick a second for ever; `also` is called with each."""
        while True:
            await asyncio.sleep(1)
            self.tick()
            also()
