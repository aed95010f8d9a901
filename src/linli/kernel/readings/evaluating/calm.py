"""Which readings change nothing: nineteen of twenty need no rule to look at them. Pure.

For each thing it is known between which values no rule of it becomes so, and until when what its rules hold sleeps. A
reading within both changes no standing; every other one is fed to the machines, and those that follow it. What a place
gathers of many things is *loud* while it stands: then whoever is watched there is fed to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..rules import Machine, State
from ..rules.leaves import Moving
from ..rules.machine import FOREVER
from .arrivals import Bools, Floats, Ints, waves
from .book import Kept
from .movement import Movement, Track

Key = tuple[str, str]
"""Rule and subject."""


@dataclass(slots=True)
class Awake:
    """Positions of the readings to be fed, in the order of arrival; those in `gathered` only to what their place gathers.
    `windows`: what was remembered of a thing, by row, just before its first of them."""

    positions: Ints
    gathered: Bools
    windows: dict[int, dict[Track, list[Any]]]


@dataclass(slots=True)
class Bounds:
    """What things with the same machines have in common: limits by slot, and what differs by thing and hour."""

    low: Floats
    high: Floats
    moves: list[Moving]
    odd: list[Machine] = field(default_factory=list)

    @classmethod
    def of(cls, machines: Iterable[Machine]) -> Bounds:
        made = cls(np.zeros(0), np.zeros(0), [])
        for machine in machines:
            made.moves += machine.moving
            if machine.usual_limits(0, 0)[1] < FOREVER:
                made.odd.append(machine)
            for slot, low, high in machine.limits():
                made.narrow(slot, low, high)
        return made

    def copy(self) -> Bounds:
        return Bounds(self.low.copy(), self.high.copy(), self.moves, self.odd)

    def narrow(self, slot: int, low: float, high: float) -> None:
        if slot >= len(self.low):
            more = slot + 1 - len(self.low)
            self.low = np.pad(self.low, (0, more), constant_values=-np.inf)
            self.high = np.pad(self.high, (0, more), constant_values=np.inf)
        self.low[slot] = max(self.low[slot], low)
        self.high[slot] = min(self.high[slot], high)


_UNSETTLED = -1


class Calm:
    """By row of `Present`. A thing whose `wake` (ms) has come is fed, whatever it says."""

    def __init__(self) -> None:
        self.movement = Movement()
        self._bounds: dict[tuple[Machine, ...], Bounds] = {}
        self._watched: dict[int, tuple[object, Bounds]] = {}  # row → who watched it when it was last looked at
        self._low: Floats = np.zeros((0, 0))
        self._high: Floats = np.zeros((0, 0))
        self._wake: Ints = np.zeros(0, np.int64)
        self._ring_of: dict[Key, int] = {}
        self._rings: Ints = np.zeros((0, 0), np.int64)  # row → what is gathered where it stands; 0 for none
        self._loud: Bools = np.zeros(256, np.bool_)

    def stir(self, row: int) -> None:
        """Something has changed that its next reading may meet."""
        self._room(row, 0, 0)
        self._wake[row] = _UNSETTLED

    def unsettled(self, rows: Ints) -> Bools:
        """Whose standing is to be looked at before their readings are (`settle`)."""
        self._room(int(rows.max(initial=0)), 0, 0)
        asked: Bools = self._wake[rows] == _UNSETTLED
        return asked

    def drop(self, row: int) -> None:
        """The row is nobody's any more."""
        self._watched.pop(row, None)
        self.movement.drop(row)
        self.stir(row)
        self._rings[row] = 0

    def loud(self, key: Key, stands: bool) -> None:
        """Whether a place holds anything for what it gathers."""
        ring = self._ring(key)  # there may be more room after it
        self._loud[ring] = stands

    def follow(self, row: int, thing: Kept) -> Bounds:
        """Know who watches a thing."""
        known = self._watched.get(row)
        if known is not None and known[0] is thing.watched:
            return known[1]
        machines = tuple(watching.machine for watching in thing.watched)
        bounds = self._bounds.get(machines)
        if bounds is None:
            bounds = self._bounds[machines] = Bounds.of(machines)
        rings = [self._ring(watching.key) for watching in thing.watched if watching.machine.subject_level]
        self.stir(row)
        self._room(row, len(bounds.low), len(rings))
        self._set(row, bounds)
        self._rings[row] = 0
        self._rings[row, : len(rings)] = rings
        self.movement.follow(row, bounds.moves)
        self._watched[row] = thing.watched, bounds
        return bounds

    def settle(self, row: int, thing: Kept, states: Mapping[Key, State], at: int) -> None:
        """Say until when a thing needs not be fed, from how its rules stand before its next reading, of `at` (ms)."""
        bounds = self.follow(row, thing)
        wake = FOREVER
        for key, _feed, _rule, machine in thing.watched:
            if not machine.subject_level:
                wake = min(wake, machine.sleeps(states.get(key)))
        if bounds.odd and wake:
            narrowed = bounds.copy()
            for machine in bounds.odd:
                limits, until = machine.usual_limits(thing.no, at)
                wake = min(wake, until)
                for limit in limits:
                    narrowed.narrow(*limit)
            self._room(row, len(narrowed.low), 0)
            self._set(row, narrowed)
        self._wake[row] = wake

    def awake(self, new: Ints, rows: Ints, at: Ints, values: Floats, rank: Ints) -> Awake:
        """Of the readings at positions `new`, those that are to be fed. Everything else is of all readings: rows, instants
        (ms), values, and how many of the same thing came before (`Arrivals.ranks`)."""
        self._room(int(rows.max(initial=-1)), values.shape[1], 0)
        mine, said = rows[new], values[new]
        slots = said.shape[1]
        stirs = np.zeros(len(rows), np.bool_)
        beyond = (said < self._low[mine, :slots]) | (said > self._high[mine, :slots])
        stirs[new] = beyond.any(axis=1) | (at[new] >= self._wake[mine])
        windows = self._remember(new, rows, at, values, rank, stirs)
        since = np.full(len(self._wake), FOREVER)
        np.minimum.at(since, rows[stirs], rank[stirs])
        fed = np.zeros(len(rows), np.bool_)
        fed[new] = rank[new] >= since[mine]
        gathered = self._gathered(new, rows, fed)
        positions = np.flatnonzero(fed | gathered)
        return Awake(positions, ~fed[positions], windows)

    def _remember(
        self, new: Ints, rows: Ints, at: Ints, values: Floats, rank: Ints, stirs: Bools
    ) -> dict[int, dict[Track, list[Any]]]:
        """Move the windows of changes on; who moved stirs. Returns what was remembered of those that stir."""
        found: dict[int, dict[Track, list[Any]]] = {}
        if not self.movement:
            return found
        for wave in waves(rank, new):
            mine = rows[wave]
            stirs[wave] |= self.movement.moved(wave, mine, at, values)
            for n in wave[stirs[wave]].tolist():
                row = int(rows[n])
                if row not in found:
                    found[row] = self.movement.windows(row, int(at[n]))
            self.movement.note(wave, mine, at, values)
        return found

    def _gathered(self, new: Ints, rows: Ints, fed: Bools) -> Bools:
        """Readings that are fed to what their place gathers: while it stands, or something there is being fed to it."""
        found = np.zeros(len(rows), np.bool_)
        if self._rings.shape[1]:
            loud = self._loud.copy()
            loud[self._rings[rows[fed]]] = True
            loud[0] = False
            found[new] = loud[self._rings[rows[new]]].any(axis=1)
            found &= ~fed
        return found

    def _ring(self, key: Key) -> int:
        ring = self._ring_of.setdefault(key, len(self._ring_of) + 1)
        if ring >= len(self._loud):
            self._loud = np.pad(self._loud, (0, len(self._loud)))
        return ring

    def _set(self, row: int, bounds: Bounds) -> None:
        self._low[row], self._high[row] = -np.inf, np.inf
        self._low[row, : len(bounds.low)] = bounds.low
        self._high[row, : len(bounds.high)] = bounds.high

    def _room(self, row: int, slots: int, rings: int) -> None:
        """Room for a row, for so many slots and rings of each."""
        rows = len(self._wake)
        if row < rows and slots <= self._low.shape[1] and rings <= self._rings.shape[1]:
            return
        more = 0 if row < rows else max(1024, 2 * rows, row + 1) - rows
        wider = (0, more), (0, max(0, slots - self._low.shape[1]))
        self._low = np.pad(self._low, wider, constant_values=-np.inf)
        self._high = np.pad(self._high, wider, constant_values=np.inf)
        self._wake = np.pad(self._wake, (0, more), constant_values=_UNSETTLED)
        self._rings = np.pad(self._rings, ((0, more), (0, max(0, rings - self._rings.shape[1]))))
