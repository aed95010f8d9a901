"""What came in one round, as columns in the order of arrival: evaluated thousands at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..rules import Sample
from ..wire import Batch, Entry, spoken

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Arrivals:
    """Readings of a round, each field one array. Instants in milliseconds; `values` has a column for every slot, NaN
    where nothing was said; `width` is how many slots a reading spoke of."""

    thing: Ints
    at: Ints
    received: Ints
    flags: Ints
    mid: Ints
    width: Ints
    values: Floats

    @classmethod
    def of(cls, batches: Sequence[Batch]) -> Arrivals:
        """Raises nothing: `wire.unpack` has looked at their lengths."""
        columns = [batch.columns for batch in batches if batch.columns.widths]
        width = np.frombuffer(b"".join([c.widths for c in columns]), "u1").astype(np.int64)
        return cls(
            np.frombuffer(b"".join([c.things for c in columns]), "<i4").astype(np.int64),
            np.frombuffer(b"".join([c.at for c in columns]), "<i8").astype(np.int64),
            np.frombuffer(b"".join([c.received for c in columns]), "<i8").astype(np.int64),
            np.frombuffer(b"".join([c.flags for c in columns]), "<u2").astype(np.int64),
            np.frombuffer(b"".join([c.mids for c in columns]), "<i8").astype(np.int64),
            width,
            _spread(np.frombuffer(b"".join([c.values for c in columns]), "<f8"), width),
        )

    @classmethod
    def of_samples(cls, samples: Sequence[Sample]) -> Arrivals:
        """Readings that were stored: thing, instant and values, and nothing else."""
        count = len(samples)
        width = np.fromiter((len(sample.values) for sample in samples), np.int64, count)
        flat = [nan if value is None else value for sample in samples for value in sample.values]
        at = np.fromiter((sample.at for sample in samples), np.int64, count)
        none = np.zeros(count, np.int64)
        thing = np.fromiter((sample.thing for sample in samples), np.int64, count)
        return cls(thing, at, at, none, none, width, _spread(np.array(flat, np.float64), width))

    def only(self, which: Bools) -> Arrivals:
        """Those of them, in their order."""
        return Arrivals(
            self.thing[which],
            self.at[which],
            self.received[which],
            self.flags[which],
            self.mid[which],
            self.width[which],
            self.values[which],
        )

    def __len__(self) -> int:
        return len(self.thing)

    def said(self, n: int) -> list[float | None]:
        """The values of one reading, None for those it did not say."""
        return spoken(self.values[n, : self.width[n]].tolist())

    def entry(self, n: int) -> Entry:
        """One reading as it came."""
        thing, at, received = int(self.thing[n]), int(self.at[n]), int(self.received[n])
        return Entry(thing, at, received, int(self.flags[n]), int(self.mid[n]), self.said(n))

    def ranks(self) -> Ints:
        """Of each reading, how many of the same thing came before it in this round."""
        count = len(self.thing)
        order = np.argsort(self.thing, kind="stable")
        ordered = self.thing[order]
        place = np.arange(count)
        begins = np.r_[True, ordered[1:] != ordered[:-1]] if count else np.zeros(0, np.bool_)
        rank = np.empty(count, np.int64)
        rank[order] = place - np.maximum.accumulate(np.where(begins, place, 0))
        return rank


def waves(rank: Ints, of: Ints | None = None) -> Iterator[Ints]:
    """Positions wave by wave, in each a thing at most once: after the first wave every thing has said its first, and so
    on. Those of one thing come in their order. `of`: only these positions."""
    ranks = rank if of is None else rank[of]
    if not len(ranks):
        return
    if not ranks.any():
        yield np.arange(len(ranks)) if of is None else of
        return
    order = np.argsort(ranks, kind="stable")
    ends = np.cumsum(np.bincount(ranks))
    begin = 0
    for end in ends.tolist():
        if end > begin:
            wave: Any = order[begin:end]
            yield wave if of is None else of[wave]
        begin = end


def longer(column: Any, size: int, fill: float) -> Any:
    """A column with room for so many rows, and at least for twice as many as before."""
    if size <= len(column):
        return column
    made = np.full((max(size, 2 * len(column)), *column.shape[1:]), fill, column.dtype)
    made[: len(column)] = column
    return made


def _spread(flat: Floats, width: Ints) -> Floats:
    """Values one after the other, into a row for each reading."""
    widest = int(width.max(initial=0))
    if len(flat) == widest * len(width):
        return flat.reshape(len(width), widest).astype(np.float64)
    spread = np.full((len(width), widest), np.nan)
    begins = np.cumsum(width) - width
    for wide in np.unique(width).tolist():
        rows = np.flatnonzero(width == wide)
        spread[rows, :wide] = flat[begins[rows][:, None] + np.arange(wide)]
    return spread
