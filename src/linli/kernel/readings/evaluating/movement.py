"""The last minutes of quantities whose change is watched: of each thirty-second of the time its extreme. Pure.

The same windows as `rules.leaves.Moving` keeps in a state, for thousands of things at once; a machine is given its own
when it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..rules.leaves import PIECES, Moving
from .arrivals import Bools, Floats, Ints, longer

_KEPT = PIECES + 1
"""A window that begins in the midst of a piece ends in the midst of another."""
_NEVER = -(1 << 62)


class Track(NamedTuple):
    """A quantity that is followed: slot, sign (1: its least, -1: its most), ms."""

    slot: int
    sign: float
    within: int


class Movement:
    """A track of a thing has a line in every column; `lines` says which, by the thing's row."""

    def __init__(self) -> None:
        self._tracks: dict[int, dict[Track, int]] = {}  # row → its lines
        self._free: list[int] = []
        self._size = 0
        self._of = np.full((0, 0), -1, np.int64)  # the same as an array, -1 for none
        self._slot: Ints = np.zeros(0, np.int64)
        self._sign: Floats = np.zeros(0)
        self._within: Ints = np.ones(0, np.int64)
        self._width: Ints = np.ones(0, np.int64)
        self._by: Floats = np.zeros(0)
        self._at: Ints = np.zeros((0, _KEPT), np.int64)
        self._least: Floats = np.zeros((0, _KEPT))

    def __bool__(self) -> bool:
        return bool(self._tracks)

    def follow(self, row: int, moves: Iterable[Moving]) -> None:
        """Follow what rules ask of a thing, and nothing else; what was followed before goes on."""
        asked: dict[Track, float] = {}
        for move in moves:
            track = Track(move.slot, move.sign, move.within)
            asked[track] = min(move.by, asked.get(track, move.by))
        known = self._tracks.pop(row, {})
        self._free += [line for track, line in known.items() if track not in asked]
        mine = {track: known[track] if track in known else self._new(track) for track in asked}
        for track, line in mine.items():
            self._by[line] = asked[track]
        if mine:
            self._tracks[row] = mine
        if mine and (row >= len(self._of) or len(mine) > self._of.shape[1]):
            self._room(row, len(mine))
        if row < len(self._of):
            self._of[row] = -1
            self._of[row, : len(mine)] = list(mine.values())

    def drop(self, row: int) -> None:
        self.follow(row, ())

    def moved(self, wave: Ints, rows: Ints, at: Ints, values: Floats) -> Bools:
        """Whether readings of different things moved by as much as some rule asks; `at` (ms) and values are of all
        readings, `wave` says which are meant, `rows` whose they are."""
        so = np.zeros(len(wave), np.bool_)
        for lines, where, value in self._followed(wave, rows, values):
            begins = (at[wave[where]] - self._within[lines])[:, None]
            lowest = np.where(self._at[lines] >= begins, self._least[lines], np.inf).min(axis=1)
            so[where] |= value - lowest >= self._by[lines]
        return so

    def note(self, wave: Ints, rows: Ints, at: Ints, values: Floats) -> None:
        """Remember readings of different things; as `moved`, which is asked before."""
        for lines, where, value in self._followed(wave, rows, values):
            instant = at[wave[where]]
            piece = instant // self._width[lines]
            nth = piece % _KEPT
            there = self._at[lines, nth] // self._width[lines] == piece
            lower = ~there | (self._least[lines, nth] >= value)
            lines, nth = lines[lower], nth[lower]
            self._at[lines, nth] = instant[lower]
            self._least[lines, nth] = value[lower]

    def windows(self, row: int, at: int) -> dict[Track, list[Any]]:
        """What a machine's state would remember of a thing at an instant (ms)."""
        return {track: self._window(line, at - track.within) for track, line in self._tracks.get(row, {}).items()}

    def _followed(self, wave: Ints, rows: Ints, values: Floats) -> Iterator[tuple[Ints, Ints, Floats]]:
        """Lines, which of the wave speak of them, and what they say."""
        within = np.flatnonzero(rows < len(self._of))
        for column in self._of[rows[within]].T:
            here = np.flatnonzero(column >= 0)
            lines, where = column[here], within[here]
            slot = self._slot[lines]
            told = slot < values.shape[1]
            lines, where, slot = lines[told], where[told], slot[told]
            value = values[wave[where], slot]
            spoken = ~np.isnan(value)
            lines, where = lines[spoken], where[spoken]
            if len(lines):
                yield lines, where, value[spoken] * self._sign[lines]

    def _window(self, line: int, begins: int) -> list[Any]:
        pieces = zip(self._at[line].tolist(), self._least[line].tolist(), strict=True)
        window: list[Any] = []
        lowest = float("inf")
        for at, least in sorted(pieces, reverse=True):
            if at < begins:
                break
            if least < lowest:
                window[:0] = at, least
                lowest = least
        return window

    def _new(self, track: Track) -> int:
        line = self._free.pop() if self._free else self._size
        self._size = max(self._size, line + 1)
        if line >= len(self._slot):
            for name in ("_slot", "_sign", "_within", "_width", "_by", "_at", "_least"):
                setattr(self, name, longer(getattr(self, name), max(256, line + 1), 0))
        self._slot[line], self._sign[line], self._within[line] = track
        self._width[line] = track.within // PIECES or 1
        self._at[line] = _NEVER
        return line

    def _room(self, row: int, lines: int) -> None:
        rows = len(self._of) if row < len(self._of) else max(1024, 2 * len(self._of), row + 1)
        wider = np.full((rows, max(lines, self._of.shape[1])), -1, np.int64)
        wider[: len(self._of), : self._of.shape[1]] = self._of
        self._of = wider
