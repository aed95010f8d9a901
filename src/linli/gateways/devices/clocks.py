"""Clocks that were set back.

A reading older than its thing's last is late: it is stored, and no rule goes back for it. That is right for what a device
kept while it was away. It is deadly for a detector whose clock fell back, by an hour or by weeks: all it says from then on
is late, and it would watch nothing until its clock is where it was.

The two are told apart by how time passes. What was kept comes faster than it was measured, and what is said as it happens
comes as fast as it happens. So: of a thing whose last message was late as well, a message that is late by its own clock, and
whose own clock went on since then as ours did, is of now (`Flag.SKEWED`), as one whose clock runs ahead a little.
"""

from __future__ import annotations

from collections.abc import Mapping

from linli.kernel.readings.wire import Entry, Flag

APART = 1_000
"""Milliseconds between two messages from which on it can be said how time passes."""
ALIKE = 0.25
"""So much of the time between them two clocks may differ: on its road one message takes longer than another."""
Late = tuple[int, int]
"""The instant of a late message by the thing's own clock, and by ours, ms."""
_OWN = int(Flag.OWN_CLOCK)
_OF_NOW = int(Flag.SKEWED | Flag.AGAIN)


class Clocks:
    """What each thing said last, and its last late message. One for each process that takes messages, and what others took
    comes to it from what is stored (`told`, `know`): a thing may come to any of them, and they may begin anew."""

    def __init__(self, last: Mapping[int, int] | None = None, late: Mapping[int, Late] | None = None) -> None:
        """`last`: of each thing the instant of its last reading, ms; `late`: of one whose clock was set back its last late
        message."""
        self.last = dict(last or {})
        self._late: dict[int, Late] = dict(late or {})
        self._behind: set[int] = set()

    def heard(self, entry: Entry) -> bool:
        """Take note of the one reading of a message. Whether it is of now, though it is dated earlier."""
        thing, at = entry.thing, entry.at
        if at >= self.last.get(thing, at):
            self.last[thing] = at
            if self._late:
                self._late.pop(thing, None)
                self._behind.discard(thing)
            return False
        if not entry.flags & _OWN:
            return False
        if entry.flags & Flag.AGAIN:  # dated as the first time, the evaluator knows it again
            return thing in self._behind
        before = self._late.get(thing)
        self._late[thing] = at, entry.received
        if before is None:
            return False
        ours, own = entry.received - before[1], at - before[0]
        if ours < APART or abs(own - ours) > ALIKE * ours:
            return False
        self._behind.add(thing)
        return True

    def told(self, last: Mapping[int, int]) -> None:
        """Take over what is stored of things that other processes heard."""
        mine = self.last
        for thing, at in last.items():
            if at > mine.get(thing, 0):
                mine[thing] = at

    def know(self, thing: int, last: int, late: Late | None) -> None:
        """Take over what is stored of one thing; its late message where none is known here."""
        self.told({thing: last})
        if late is not None:
            self._late.setdefault(thing, late)

    def listed(self, entry: Entry) -> None:
        """Take note of one of several readings of a message: what was kept comes in lists."""
        if entry.at > self.last.get(entry.thing, 0):
            self.last[entry.thing] = entry.at


def of_now(entry: Entry, mid: int) -> Entry:
    """The reading dated by our clock. The time it gave tells it from another, whoever sends it again: `mid` holds it."""
    flags = (entry.flags & ~_OWN) | _OF_NOW
    return Entry(entry.thing, entry.received, entry.received, flags, mid, entry.values)
