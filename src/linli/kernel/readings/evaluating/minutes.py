"""Minutes that run: how many readings of each thing and slot, the least, sum, most and last of them, kept as they come.

A minute is written once it is over (`over`), in the transaction of a round. What this evaluator has not seen whole, or
what comes after that, is marked as dirty and rolled up from the stored rows (`rolling`). Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from linli.kernel.things.shards import SHARDS

from .arrivals import Bools, Floats, Ints, longer

MINUTE = 60_000_000
OPEN = 8
"""So many minutes run at once. What is said of others, by devices without a good clock, is rolled up from the rows."""
MOST_ROWS = 8_000
"""So many rows of minutes are written in a round, or those of one shard: no reading waits long for them."""
_NOBODYS = -1


@dataclass(slots=True)
class Minute:
    """One minute of everything: each a row a thing (as in `Present`), a column a slot."""

    n: NDArray[np.int32]
    least: Floats
    sum: Floats
    most: Floats
    last: Floats

    @classmethod
    def empty(cls, size: int, slots: int) -> Minute:
        shape = size, slots
        return cls(np.zeros(shape, np.int32), *(np.zeros(shape) for _n in range(4)))

    def fit(self, size: int, slots: int) -> None:
        """Room for so many things and slots."""
        for each in fields(self):
            column = longer(getattr(self, each.name), size, 0)
            if slots > column.shape[1]:
                column = np.pad(column, ((0, 0), (0, slots - column.shape[1])))
            setattr(self, each.name, column)


@dataclass(slots=True)
class Rolled:
    """Rows to be written, as columns. `at` is when the minute begins (µs since 1970)."""

    row: Ints
    slot: Ints
    at: int
    n: NDArray[np.int32]
    least: Floats
    sum: Floats
    most: Floats
    last: Floats


class Minutes:
    """`upto` says of each shard up to where (µs) its minutes are written."""

    def __init__(self) -> None:
        self.upto: Ints = np.zeros(SHARDS, np.int64)
        self._open: dict[int, Minute] = {}
        self._shard: NDArray[np.int8] = np.zeros(0, np.int8)

    def place(self, row: int, shard: int) -> None:
        """Whose row this is: a thing of that shard, of which nothing is known yet."""
        self._shard = longer(self._shard, row + 1, _NOBODYS)
        self.drop([row])
        self._shard[row] = shard

    def drop(self, rows: Collection[int]) -> None:
        """Forget what these have said."""
        if not len(rows):
            return
        which = np.fromiter(rows, np.int64, len(rows))
        which = which[which < len(self._shard)]
        self._shard[which] = _NOBODYS
        for minute in self._open.values():
            minute.n[which[which < len(minute.n)]] = 0

    def add(self, rows: Ints, at: Ints, values: Floats) -> Bools:
        """Reckon readings in, those of one thing in the order they happened. Returns which were not: their minutes are
        over, or too many run already."""
        begins = at - at % MINUTE
        shard = self._shard[rows]
        left: Bools = (shard == _NOBODYS) | (at < self.upto[shard])
        size, slots = len(self._shard), values.shape[1]
        for begin in np.unique(begins[~left]).tolist():
            of = np.flatnonzero(~left & (begins == begin))
            minute = self._open.get(begin)
            if minute is None:
                if len(self._open) >= OPEN:
                    left[of] = True
                    continue
                minute = self._open[begin] = Minute.empty(size, slots)
            minute.fit(size, slots)
            _reckon(minute, rows[of], values[of])
        return left

    def over(self, shards: Collection[int], until: int) -> list[int]:
        """Those of these shards of which minutes before `until` (µs, the begin of one) are to be written."""
        return [shard for shard in sorted(shards) if self.upto[shard] < until]

    def take(self, shards: Collection[int], until: int) -> tuple[list[Rolled], list[int]]:
        """What is over, of as many of these shards as are due in one round; it counts as written from here on."""
        taken: list[Rolled] = []
        done: list[int] = []
        count = 0
        for shard in self.over(shards, until):
            if done and count >= MOST_ROWS:
                break
            whose = np.flatnonzero(self._shard == shard)
            for begin in sorted(begin for begin in self._open if begin < until):
                if len((part := _taken(self._open[begin], whose, begin)).row):
                    taken.append(part)
                    count += len(part.row)
            self.upto[shard] = until
            done.append(shard)
        for begin in [begin for begin in self._open if begin < until and not self._open[begin].n.any()]:
            del self._open[begin]
        return taken, done


def _taken(minute: Minute, whose: Ints, begin: int) -> Rolled:
    whose = whose[whose < len(minute.n)]
    at, slot = np.nonzero(minute.n[whose])
    row = whose[at]
    cells = row, slot
    values = minute.least[cells], minute.sum[cells], minute.most[cells], minute.last[cells]
    taken = Rolled(row, slot, begin, minute.n[cells], *values)
    minute.n[cells] = 0
    return taken


def _reckon(minute: Minute, rows: Ints, values: Floats) -> None:
    """Readings of one minute; NaN is what was not said."""
    order = np.argsort(rows, kind="stable")
    rows, values = rows[order], values[order]
    first = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    said = ~np.isnan(values)
    whose, slots = rows[first], slice(values.shape[1])
    before = minute.n[whose, slots]
    known = before > 0
    n = np.add.reduceat(said, first, axis=0, dtype=np.int32)
    total = np.add.reduceat(np.where(said, values, 0), first, axis=0)
    least, most = np.fmin.reduceat(values, first, axis=0), np.fmax.reduceat(values, first, axis=0)
    place = np.where(said, np.arange(len(rows))[:, None], -1)
    last_at = np.maximum.reduceat(place, first, axis=0)
    last = np.take_along_axis(values, np.maximum(last_at, 0), axis=0)
    nan = np.nan
    minute.n[whose, slots] = before + n
    minute.sum[whose, slots] = np.where(known, minute.sum[whose, slots], 0) + total
    minute.least[whose, slots] = np.fmin(np.where(known, minute.least[whose, slots], nan), least)
    minute.most[whose, slots] = np.fmax(np.where(known, minute.most[whose, slots], nan), most)
    minute.last[whose, slots] = np.where(n > 0, last, minute.last[whose, slots])
