"""What happened last, for pages that were away for a while or listen a moment after they were drawn.

It holds the last ten thousand records, of before this process began as well, so that a restart costs nobody anything
and nobody's return asks the database. Who has missed more than is remembered, or more than is worth telling one by one,
is told `again` and asks for all it shows: never a part of what happened without saying so.

Thousands may come back in the same seconds, and most of what happened concerns few of them: it is found by the keys of the
index, and the rule decides here as well.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from sys import intern

from linli.project.stream import Eyes

from .index import Key, asked, keys
from .records import START, Cursor, Record, event

KEPT = 10_000
TOLD = 1_000
"""So many events are told one by one to who comes back."""
SKEW = 1.0
"""Seconds by which the clock of the process that drew a page may differ from ours."""


class Recent:
    """The last records in the order they were handed out, with when that was."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._cursors: list[Cursor] = []
        self._records: list[Record] = []
        self._at: list[float] = []
        self._by: dict[Key, list[int]] = {}
        """Which records bear a key, by their number since the beginning."""
        self._first = 0
        """The number of the first that is here."""
        self._from: Cursor | None = None
        """Everything after this is here; None before anything is known."""
        self._since = math.inf
        """Everything handed out from this moment on is here."""

    def begin(self, before: Sequence[Record], at: float) -> None:
        """Remember what happened before this process read anything: fewer than were asked for are all there are."""
        self._from = START if len(before) < self._kept else before[0].cursor
        self._since = at
        for record in before:
            self.add(record, -math.inf)  # when a page could see it nobody can tell: it counts by its place alone

    def add(self, record: Record, at: float) -> None:
        for key in asked(record, range(1, len(record.place_code) + 1)):
            self._by.setdefault(key, []).append(self._first + len(self._records))
        self._cursors.append(record.cursor)
        self._records.append(_slim(record))
        self._at.append(at)
        if len(self._records) > self._kept * 5 // 4:
            self._forget(len(self._records) - self._kept)

    def after(self, cursor: Cursor, eyes: Eyes) -> list[bytes] | None:
        """What these eyes have missed since a place in the order; None when that is not to be told one by one."""
        if self._from is None or cursor < self._from:
            return None
        return self._told(bisect_right(self._cursors, cursor), eyes)

    def since(self, drawn: float, eyes: Eyes) -> list[bytes] | None:
        """What happened after a page was drawn and before it listened; None likewise."""
        after = drawn - SKEW
        if after < self._since:
            return None
        return self._told(bisect_left(self._at, after), eyes)

    def _told(self, first: int, eyes: Eyes) -> list[bytes] | None:
        """What these eyes see of everything from the n-th on, in order; None when it is too much."""
        if first >= len(self._records):
            return []
        proposed: set[int] = set()
        for key in keys(eyes):
            numbers = self._by.get(key, ())
            proposed.update(numbers[bisect_left(numbers, self._first + first) :])
        found: list[Record] = []
        for number in sorted(proposed):
            record = self._records[number - self._first]
            if eyes.see(record.place_code, record.units, record.persons, record.stream):
                found.append(record)
                if len(found) > TOLD:
                    return None
        return [event(record) for record in found]

    def _forget(self, many: int) -> None:
        self._from = self._cursors[many - 1]
        self._since = max(self._since, math.nextafter(self._at[many - 1], math.inf))
        self._first += many
        del self._cursors[:many], self._records[:many], self._at[:many]
        kept = {key: numbers[bisect_left(numbers, self._first) :] for key, numbers in self._by.items()}
        self._by = {key: numbers for key, numbers in kept.items() if numbers}


def _slim(record: Record) -> Record:
    """The same words are the same object: ten thousand records of one street name it once."""
    return record._replace(
        verb=intern(record.verb),
        place_code=intern(record.place_code),
        units=_interned(record.units),
        persons=_interned(record.persons),
    )


def _interned(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(intern(one) for one in ids)
