"""The leaves of a condition, made ready to be asked: which of them are so after a reading, as bits of a mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from math import inf
from typing import Any

from linli.kernel.declare import Above, AllOf, AnyOf, Below, Changes, Condition, Is, Silent, Unusual
from linli.kernel.declare.conditions import quantity_of

from .samples import Sample, Usual
from .windows import QUARTER, hour_of_week

MASKED = Callable[[int], bool]
PIECES = 32
"""A window of time is remembered in so many pieces, of each its extreme only."""


@dataclass(slots=True)
class Leaf:
    """What a sentence needs to know of it."""

    how: str
    quantity: str = ""
    slot: int = -1
    says: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Moving:
    """`Changes`: its window of readings stands in the state's extras at `nth`."""

    bit: int
    slot: int
    sign: float
    by: float
    within: int
    nth: int

    def judge(self, window: list[float], at: int, value: float) -> tuple[bool, list[float]]:
        """Whether the value is `by` over the least of the window, and the window with it (the same when unchanged).

        The window is at, value, at, value … with rising values: of each 32nd of the time its least. An extreme is
        never older than `within`; in the oldest 32nd one may be forgotten early, never remembered too long.
        """
        value *= self.sign
        first, count = 0, len(window)
        while first < count and window[first] < at - self.within:
            first += 2
        so = first < count and value - window[first + 1] >= self.by
        last = count
        while last > first and window[last - 1] >= value:
            last -= 2
        width = self.within // PIECES or 1
        if last == count > first and window[last - 2] // width == at // width:
            return so, window
        return so, [*window[first:last], at, value]

    def least(self, window: list[float], at: int) -> float | None:
        """What the value changed from."""
        for n in range(0, len(window), 2):
            if window[n] >= at - self.within:
                return self.sign * window[n + 1]
        return None


@dataclass(slots=True)
class Leaves:
    """All leaves of a rule. Thresholds and switches are bands: (bit, slot, sign, limit, clears), so when
    sign × value > limit, no longer when it is ≤ clears."""

    usual: Usual | None
    zone: tzinfo
    leaves: list[Leaf] = field(default_factory=list)
    bands: list[tuple[int, int, float, float, float]] = field(default_factory=list)
    moving: list[Moving] = field(default_factory=list)
    odd: list[tuple[int, int, Unusual]] = field(default_factory=list)
    hush: list[tuple[int, int]] = field(default_factory=list)

    def add(self, condition: Condition, slots: Mapping[str, int], silence: float) -> MASKED:
        """Take a condition's leaves in and return the question to be put to the mask. A quantity the device has no
        slot for is never so."""
        return self.join(condition, lambda leaf: self._leaf(leaf, slots, silence))

    def join(self, condition: Condition, take: Callable[[Condition], None]) -> MASKED:
        """The question a condition puts to the mask; `take` is told each of its leaves, and adds it."""
        match condition:
            case AllOf():
                return _all([self.join(part, take) for part in condition.conditions])
            case AnyOf():
                return _any([self.join(part, take) for part in condition.conditions])
        bit = 1 << len(self.leaves)
        take(condition)
        return _bit(bit)

    def _leaf(self, condition: Condition, slots: Mapping[str, int], silence: float) -> None:
        bit = 1 << len(self.leaves)
        leaf = told(condition, slots)
        self.leaves.append(leaf)
        if isinstance(condition, Silent):
            after = silence if condition.after is None else condition.after
            self.hush.append((bit, ms(after)))
            leaf.says = {"after": after}
        slot = leaf.slot
        if slot < 0:
            return
        match condition:
            case Above():
                clears = condition.limit if condition.clears is None else min(condition.clears, condition.limit)
                self.bands.append((bit, slot, 1.0, condition.limit, clears))
            case Below():
                clears = condition.limit if condition.clears is None else max(condition.clears, condition.limit)
                self.bands.append((bit, slot, -1.0, -condition.limit, -clears))
            case Is():
                sign = 1.0 if condition.on else -1.0
                self.bands.append((bit, slot, sign, sign * 0.5, sign * 0.5))
            case Changes():
                sign = 1.0 if condition.by > 0 else -1.0
                nth = len(self.moving)
                self.moving.append(Moving(bit, slot, sign, abs(condition.by), ms(condition.within), nth))
            case Unusual():
                self.odd.append((bit, slot, condition))

    def judge(self, mask: int, sample: Sample, extras: list[Any] | None) -> tuple[int, list[Any] | None]:
        """The mask after a reading, and what the leaves remember (the same object when unchanged). A quantity that
        says nothing leaves its leaves as they stood; whoever speaks is not silent."""
        _thing, at, values = sample
        count = len(values)
        for bit, slot, sign, limit, clears in self.bands:
            value = values[slot] if slot < count else None
            if value is None:
                continue
            if mask & bit:
                if sign * value <= clears:
                    mask ^= bit
            elif sign * value > limit:
                mask ^= bit
        if self.odd:
            mask = self._odd(mask, sample)
        for bit, _after in self.hush:
            mask &= ~bit
        if self.moving:
            return self._moving(mask, at, values, extras)
        return mask, extras

    def _moving(self, mask: int, at: int, values: Any, extras: list[Any] | None) -> tuple[int, list[Any] | None]:
        for move in self.moving:
            value = values[move.slot] if move.slot < len(values) else None
            if value is None:
                continue
            window = extras[move.nth] if extras else []
            so, after = move.judge(window, at, value)
            mask = mask | move.bit if so else mask & ~move.bit
            if after is not window:
                extras = list(extras) if extras else [[] for _ in self.moving]
                extras[move.nth] = after
        return mask, extras

    def _odd(self, mask: int, sample: Sample) -> int:
        thing, at, values = sample
        how = hour_of_week(at, self.zone)
        for bit, slot, unusual in self.odd:
            value = values[slot] if slot < len(values) else None
            if value is None:
                continue
            usual = self.usual.at(thing, slot, how) if self.usual else None
            mask = mask | bit if usual and _is_odd(value, usual, unusual) else mask & ~bit
        return mask

    def usual_limits(self, thing: int, at: int) -> tuple[list[tuple[int, float, float]], int]:
        """Slot and between which values it is as usual at an instant, drawn a little narrow, and until when (ms)."""
        if not self.odd:
            return [], 1 << 62
        found = []
        how = hour_of_week(at, self.zone)
        for _bit, slot, unusual in self.odd:
            usual = self.usual.at(thing, slot, how) if self.usual else None
            if usual is not None:
                mean, deviation = usual
                stray = unusual.times * deviation * (1 - 1e-9) - abs(mean) * 1e-9
                found.append((slot, mean - stray if unusual.down else -inf, mean + stray if unusual.up else inf))
        return found, (at // QUARTER + 1) * QUARTER

    def reference(self, nth: int, sample: Sample, extras: list[Any] | None) -> float | None:
        """What a leaf's value is compared with, where that is not the same every time."""
        bit = 1 << nth
        for move in self.moving:
            if move.bit == bit and extras:
                return move.least(extras[move.nth], sample.at)
        for odd_bit, slot, _unusual in self.odd:
            if odd_bit == bit and self.usual:
                usual = self.usual.at(sample.thing, slot, hour_of_week(sample.at, self.zone))
                return usual[0] if usual else None
        return None


def _is_odd(value: float, usual: tuple[float, float], unusual: Unusual) -> bool:
    mean, deviation = usual
    over = value - mean
    if over < 0:
        return unusual.down and -over > unusual.times * deviation and -over >= unusual.least
    return unusual.up and over > unusual.times * deviation and over >= unusual.least


def told(condition: Condition, slots: Mapping[str, int]) -> Leaf:
    """What a sentence says of a condition."""
    quantity = quantity_of(condition)
    slot = slots.get(quantity, -1)
    match condition:
        case Above() | Below():
            return Leaf(type(condition).__name__.lower(), quantity, slot, {"limit": condition.limit})
        case Is():
            return Leaf("on" if condition.on else "off", quantity, slot)
        case Changes():
            how = "rises" if condition.by > 0 else "falls"
            return Leaf(how, quantity, slot, {"limit": abs(condition.by), "within": condition.within})
        case Unusual():
            return Leaf("unusual", quantity, slot, {"limit": condition.times})
    return Leaf(type(condition).__name__.lower())


def _bit(bit: int) -> MASKED:
    return lambda mask: mask & bit != 0


def _all(every: list[MASKED]) -> MASKED:
    if len(every) == 2:
        one, other = every
        return lambda mask: one(mask) and other(mask)
    return lambda mask: all(so(mask) for so in every)


def _any(some: list[MASKED]) -> MASKED:
    if len(some) == 2:
        one, other = some
        return lambda mask: one(mask) or other(mask)
    return lambda mask: any(so(mask) for so in some)


def ms(seconds: float) -> int:
    """Seconds as a rule says them, in milliseconds."""
    return round(seconds * 1000)
