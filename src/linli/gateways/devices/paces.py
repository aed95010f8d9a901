"""How fast one device may speak: a bucket of tokens each, so that none is heard at the cost of another."""

from __future__ import annotations

from collections.abc import Iterable

from linli.kernel.readings import limits

_RECKONED = 1000
"""Milliseconds for which nobody reckons what has come to a bucket that holds enough."""


def worth(readings: int, letters: Iterable[int]) -> float:
    """How many messages one counts as, that holds so many readings and from which came dead letters of so many bytes."""
    return max(1.0, readings / limits.FLOOD_LISTED + sum(max(1.0, size / limits.FLOOD_LETTER) for size in letters))


class Paces:
    """Instants are milliseconds. A device nobody has heard before may send a whole burst."""

    def __init__(self, rate: float = limits.FLOOD_RATE, burst: float = limits.FLOOD_BURST) -> None:
        self.rate = rate
        self._burst = burst
        self._each: dict[int, list[float]] = {}
        self._noted: dict[int, int] = {}

    def wait(self, no: int, now: int, cost: float = 1.0) -> float:
        """Count one message that was taken, as so many as it is worth (`cost`). Returns for how many seconds nothing more
        should be read from the device."""
        pace = self._each.get(no)
        if pace is not None and pace[0] >= cost and now - pace[1] < _RECKONED:
            pace[0] -= cost
            return 0.0
        tokens = self._tokens(no, now) - cost
        self._each[no][0] = tokens
        return 0.0 if tokens >= 0.0 else -tokens / self.rate

    def owes(self, no: int, now: int) -> float:
        """For how many seconds nothing should be read from it, as things stand."""
        return max(0.0, -self._tokens(no, now) / self.rate) if no in self._each else 0.0

    def admits(self, no: int, now: int) -> bool:
        """Whether one more message may come; it counts when it may."""
        pace_tokens = self._tokens(no, now)
        if pace_tokens < 1.0:
            return False
        self._each[no][0] = pace_tokens - 1.0
        return True

    def notes(self, no: int, now: int) -> bool:
        """Whether a flood of this device is to be noted: once a minute."""
        if now - self._noted.get(no, -limits.FLOOD_NOTED) < limits.FLOOD_NOTED:
            return False
        self._noted[no] = now
        return True

    def _tokens(self, no: int, now: int) -> float:
        pace = self._each.get(no)
        if pace is None:
            self._each[no] = [self._burst, now]
            return self._burst
        gone = now - pace[1]
        if gone > 0:
            pace[1] = now
            pace[0] += gone * self.rate / 1000
            if pace[0] > self._burst:
                pace[0] = self._burst
        return pace[0]
