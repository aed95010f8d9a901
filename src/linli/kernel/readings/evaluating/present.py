"""What each thing said last, as columns: a row a thing, many rows at a time. Pure.

The rules for what comes out of order (docs/intake.md):
- a reading without a time of its own happens when it is received, and after whatever its thing said before;
- a reading of the same instant and the same values as one before is that one again; with other values it is another,
  kept a microsecond later;
- a reading older than its thing's last is late: kept and rolled up, but no rule goes back for it (`late` looks at it alone).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..wire import Flag, spoken
from .arrivals import Arrivals, Floats, Ints, longer, waves

REMEMBERED = 32
"""So many messages without a time of their own are remembered per thing, to know them when they are sent again."""
FEW = 8
"""So few at once are faster one by one."""
NEW, REPEATED, LATE = 0, 1, 2
"""What a reading is."""
_OWN, _AGAIN, _SKEWED = int(Flag.OWN_CLOCK), int(Flag.AGAIN), int(Flag.SKEWED)
_CLOCK = _OWN | _SKEWED
"""Of these two, the first alone: its own time is believed."""
_UNSURE, _ONE, _SEVERAL = 0, 1, 2
"""What is known of the readings of a thing's last millisecond: nothing; that it is `said`; several, in `_several`."""


@dataclass(slots=True)
class Last:
    """What a thing said last. Instants in microseconds since 1970."""

    at: int = 0
    received: int = 0
    changed: int = 0
    values: list[float | None] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Heard:
    """What became of a round's readings: which they are, and, of those that are NEW, the instant each happened at (µs)
    and what held after it by the last word on each slot."""

    what: Ints
    at: Ints
    now: Floats


class Present:
    """Instants in microseconds since 1970, 0 where nothing was heard. `now` is what holds by the last word on each
    slot (NaN: none yet), `said` what the very last reading said."""

    def __init__(self) -> None:
        self._row_of = np.full(1024, -1, np.int64)
        self._free: list[int] = []
        self._several: dict[int, list[list[float]]] = {}
        self._size = self.slots = 0
        self.thing: Ints = np.zeros(0, np.int64)
        self.at: Ints = np.zeros(0, np.int64)
        self.received: Ints = np.zeros(0, np.int64)
        self.changed: Ints = np.zeros(0, np.int64)
        self.width: Ints = np.zeros(0, np.int64)
        self.now: Floats = np.zeros((0, 0))
        self.said: Floats = np.zeros((0, 0))
        self._same = np.zeros(0, np.int8)
        self._mids: Ints = np.zeros((0, REMEMBERED), np.int64)
        self._told: Ints = np.zeros(0, np.int64)
        """How many messages without a time of their own were heard; the last of them stand in `_mids`, in a ring."""

    # -- whose rows

    def rows(self, things: Ints) -> Ints:
        """The row of each thing; -1 where there is none."""
        if len(things) and int(things.max()) >= len(self._row_of):
            within = np.clip(things, 0, len(self._row_of) - 1)
            return np.where(things < len(self._row_of), self._row_of[within], -1)
        return self._row_of[things]

    def row(self, thing: int) -> int:
        """-1 where there is none."""
        return int(self._row_of[thing]) if thing < len(self._row_of) else -1

    def add(self, thing: int) -> int:
        """A row for a thing that has none: it never said anything. Returns it."""
        if thing >= len(self._row_of):
            self._row_of = longer(self._row_of, thing + 1, -1)
        row = self._free.pop() if self._free else self._size
        self._size = max(self._size, row + 1)
        if row >= len(self.thing):
            self._grow(row + 1)
        for column in (self.at, self.received, self.changed, self.width, self._same, self._mids, self._told):
            column[row] = 0
        self.now[row] = self.said[row] = np.nan
        self.thing[row] = thing
        self._row_of[thing] = row
        return row

    def drop(self, thing: int) -> None:
        row = self.row(thing)
        if row >= 0:
            self._row_of[thing] = -1
            self._several.pop(row, None)
            self._free.append(row)

    def widen(self, slots: int) -> None:
        """Room for so many slots."""
        if slots > self.slots:
            more = ((0, 0), (0, slots - self.slots))
            self.now = np.pad(self.now, more, constant_values=np.nan)
            self.said = np.pad(self.said, more, constant_values=np.nan)
            self.slots = slots

    def _grow(self, size: int) -> None:
        size = max(1024, size)
        for name in ("thing", "at", "received", "changed", "width", "_same", "_mids", "_told"):
            setattr(self, name, longer(getattr(self, name), size, 0))
        self.now, self.said = longer(self.now, size, np.nan), longer(self.said, size, np.nan)

    # -- what is known from before

    def put(self, thing: int, last: Last) -> None:
        """Begin with what is written of a thing."""
        row = self.row(thing)
        row = self.add(thing) if row < 0 else row
        self.widen(len(last.values))
        self.at[row], self.received[row] = last.at, last.received
        self._merge(row, last.at, last.values)
        self.changed[row] = last.changed
        kept = last.repeats[-REMEMBERED:]
        self._mids[row, : len(kept)] = kept
        self._told[row] = len(kept)

    def follow(self, thing: int, at: int, received: int, values: Sequence[float | None]) -> None:
        """A reading that was evaluated before, and is newer than what was written of its thing (µs)."""
        row = self.row(thing)
        row = self.add(thing) if row < 0 else row
        self.widen(len(values))
        self.at[row], self.received[row] = at, max(int(self.received[row]), received)
        self._same[row] = _UNSURE
        self._merge(row, at, values)

    def last(self, thing: int) -> Last | None:
        row = self.row(thing)
        if row < 0:
            return None
        values = spoken(self.now[row, : self.width[row]].tolist())
        return Last(int(self.at[row]), int(self.received[row]), int(self.changed[row]), values, self.repeats(row))

    def repeats(self, row: int) -> list[int]:
        """Messages without a time of their own, the oldest first."""
        told = int(self._told[row])
        if told <= REMEMBERED:
            return self._mids[row, :told].tolist()  # type: ignore[no-any-return]
        return np.roll(self._mids[row], -(told % REMEMBERED)).tolist()  # type: ignore[no-any-return]

    # -- what comes

    def hear(self, came: Arrivals, rows: Ints, rank: Ints) -> Heard:
        """Take readings in, each after what its thing said before. `rows` of their things; those below 0 are left."""
        self.widen(came.values.shape[1])
        heard = Heard(np.full(len(came), LATE), came.at * 1000, np.full((len(came), self.slots), np.nan))
        for wave in waves(rank, np.flatnonzero(rows >= 0)):
            if len(wave) < FEW:
                for n in wave.tolist():
                    self._hear_one(came, n, int(rows[n]), heard)
            else:
                self._hear(came, wave, rows[wave], heard)
        return heard

    def _hear(self, came: Arrivals, wave: Ints, rows: Ints, heard: Heard) -> None:
        """A wave of readings of different things."""
        flags, last, mid = came.flags[wave], self.at[rows], came.mid[wave]
        own = (flags & _CLOCK) == _OWN
        given = came.at[wave] * 1000
        at = np.where(own, given, np.maximum(given, last + 1))
        # What may be known, or is late, is looked at by itself.
        odd = np.where(own, given <= last - last % 1000, (mid != 0) & (flags & _AGAIN != 0))
        if odd.any():
            for n, row in zip(wave[odd].tolist(), rows[odd].tolist(), strict=True):
                self._hear_one(came, n, row, heard)
            plain = ~odd
            wave, rows, own, at, mid = wave[plain], rows[plain], own[plain], at[plain], mid[plain]
        marked = ~own & (mid != 0)
        if marked.any():
            whose = rows[marked]
            self._mids[whose, self._told[whose] % REMEMBERED] = mid[marked]
            self._told[whose] += 1
        said = came.values[wave]
        self._same[rows] = np.where(own, _ONE, _UNSURE)
        self.at[rows] = at
        self.received[rows] = np.maximum(self.received[rows], came.received[wave] * 1000)
        self.width[rows] = np.maximum(self.width[rows], came.width[wave])
        slots = said.shape[1]
        self.said[rows, :slots] = said
        self.said[rows, slots:] = np.nan
        before = self.now[rows, :slots]
        silent = np.isnan(said)
        other = ((said != before) & ~silent).any(axis=1)
        self.now[rows, :slots] = np.where(silent, before, said)
        heard.now[wave] = self.now[rows]
        self.changed[rows] = np.where(other, at, self.changed[rows])
        heard.what[wave] = NEW
        heard.at[wave] = at

    def _hear_one(self, came: Arrivals, n: int, row: int, heard: Heard) -> None:
        flags, at, last = int(came.flags[n]), int(came.at[n]) * 1000, int(self.at[row])
        said = came.values[n].tolist()
        # Late or known, it was heard: who speaks is not silent.
        self.received[row] = max(int(self.received[row]), int(came.received[n]) * 1000)
        if flags & _CLOCK == _OWN:
            here = last - last % 1000
            if at > here:
                self._same[row] = _ONE
            elif at < here or self._same[row] == _UNSURE:
                return
            elif self._is_known(row, said):
                heard.what[n] = REPEATED
                return
            else:
                if self._same[row] == _ONE:
                    self._several[row] = [self.said[row].tolist()]
                self._several[row].append(said)
                self._same[row] = _SEVERAL
                at = last + 1
        else:
            mid = int(came.mid[n])
            if mid:
                if flags & _AGAIN and mid in self._mids[row, : self._told[row]]:
                    heard.what[n] = REPEATED
                    return
                self._mids[row, self._told[row] % REMEMBERED] = mid
                self._told[row] += 1
            at = max(at, last + 1)
            self._same[row] = _UNSURE
        if self._same[row] != _SEVERAL:
            self._several.pop(row, None)
        self.at[row] = at
        self.said[row] = np.nan
        self.said[row, : len(said)] = said
        self._merge(row, at, said[: came.width[n]])
        heard.what[n] = NEW
        heard.at[n] = at
        heard.now[n] = self.now[row]

    def _is_known(self, row: int, said: list[float]) -> bool:
        """Whether a thing has said these values of its last millisecond already."""
        known = self._several[row] if self._same[row] == _SEVERAL else [self.said[row].tolist()]
        return any(_alike(one, said) for one in known)

    def _merge(self, row: int, at: int, values: Sequence[float | None]) -> None:
        """What was not said stays as it was."""
        now, other = self.now[row], False
        self.width[row] = max(int(self.width[row]), len(values))
        for slot, value in enumerate(values):
            if value is not None and value == value and now[slot] != value:
                now[slot], other = value, True
        if other:
            self.changed[row] = at


def _alike(one: Iterable[float], other: Iterable[float]) -> bool:
    """Whether they say the same of the same slots."""
    return _trimmed(one) == _trimmed(other)


def _trimmed(values: Iterable[float]) -> list[float | None]:
    said = spoken(values)
    while said and said[-1] is None:
        said.pop()
    return said
