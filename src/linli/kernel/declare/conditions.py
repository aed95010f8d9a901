"""What may be so or not so of a thing, as values. Times are seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is so or not so of a thing. `a & b` and `a | b` combine them."""

    def __and__(self, other: Condition) -> AllOf:
        return AllOf((self, other))

    def __or__(self, other: Condition) -> AnyOf:
        return AnyOf((self, other))

    def faults(self) -> Iterator[str]:
        """What is wrong with it by itself, each a sentence without a subject."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Above(Condition):
    """Begins when the value is over `limit`, ends when it is at or under `clears` (hysteresis; the limit itself when None)."""

    quantity: str
    limit: float
    clears: float | None = None

    def faults(self) -> Iterator[str]:
        if not isfinite(self.limit):
            yield f"{self.quantity!r} above {self.limit} can never be told"
        if self.clears is not None and not self.clears <= self.limit:
            yield f"{self.quantity!r} begins above {self.limit} and would clear higher, at {self.clears}"


@dataclass(frozen=True, slots=True)
class Below(Condition):
    """Begins when the value is under `limit`, ends when it is at or over `clears`."""

    quantity: str
    limit: float
    clears: float | None = None

    def faults(self) -> Iterator[str]:
        if not isfinite(self.limit):
            yield f"{self.quantity!r} below {self.limit} can never be told"
        if self.clears is not None and not self.clears >= self.limit:
            yield f"{self.quantity!r} begins below {self.limit} and would clear lower, at {self.clears}"


@dataclass(frozen=True, slots=True)
class Is(Condition):
    """A switch stands so: 1 or 0."""

    quantity: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Changes(Condition):
    """The value has changed by `by` (upwards when positive) within `within` seconds."""

    quantity: str
    by: float
    within: float

    def faults(self) -> Iterator[str]:
        if not isfinite(self.by) or self.by == 0:
            yield f"{self.quantity!r} that changes by {self.by} says nothing"
        if not 0 < self.within < 32 * 86400:
            yield f"{self.quantity!r} cannot be watched for changes over {self.within} seconds"


@dataclass(frozen=True, slots=True)
class Silent(Condition):
    """Nothing was heard for `after` seconds; None: as long as the model of device says."""

    after: float | None = None

    def faults(self) -> Iterator[str]:
        if self.after is not None and not self.after > 0:
            yield f"silence after {self.after} seconds is none"


@dataclass(frozen=True, slots=True)
class Unwell(Condition):
    """The thing itself is not well, by what is kept of its days; looked at about once an hour, and nothing beside it.

    `often` times within a week, and on `days` days of it, its clock was wrong (readings skewed or late) or it could not be
    read (dead letters), the last time yesterday or today. Or less than `few` percent of the readings that were expected
    arrived on the last whole day. Or it was put up `unheard` seconds ago and was never understood since.
    """

    often: int = 10
    days: int = 2
    few: float = 50.0
    unheard: float = 86400.0

    def faults(self) -> Iterator[str]:
        if self.often < 1:
            yield f"unwell after {self.often} times is always"
        if not 1 <= self.days <= 7:
            yield f"a week has no {self.days} days"
        if not 0 <= self.few <= 100:
            yield f"{self.few} percent are no share"
        if not self.unheard > 0:
            yield f"nobody can be heard within {self.unheard} seconds"


@dataclass(frozen=True, slots=True)
class Unusual(Condition):
    """Further than `times` standard deviations from the usual course of this hour and weekday, and by at least `least`.

    `up` and `down` say on which side. The usual course is learned from the roll-ups by hour of the last weeks; while
    there are fewer than three weeks of them the condition is not so.
    """

    quantity: str
    times: float = 4.0
    least: float = 0.0
    up: bool = True
    down: bool = True

    def faults(self) -> Iterator[str]:
        if not self.times > 0:
            yield f"{self.quantity!r} is always unusual by {self.times} deviations"
        if not self.least >= 0:
            yield f"{self.quantity!r} cannot be unusual by at least {self.least}"
        if not (self.up or self.down):
            yield f"{self.quantity!r} is unusual on no side"


@dataclass(frozen=True, slots=True)
class AllOf(Condition):
    conditions: tuple[Condition, ...]

    def faults(self) -> Iterator[str]:
        if not self.conditions:
            yield "all of nothing is asked for"


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    conditions: tuple[Condition, ...]

    def faults(self) -> Iterator[str]:
        if not self.conditions:
            yield "any of nothing is asked for"


@dataclass(frozen=True, slots=True)
class Together(Condition):
    """So of at least `things` things at one place at the same time; the place is the code cut to `level` digits."""

    condition: Condition
    things: int = 2
    level: int = 21

    def faults(self) -> Iterator[str]:
        if self.things < 2:
            yield f"{self.things} together are not several"
        if not 6 <= self.level <= 30:
            yield f"no place has a code of {self.level} digits"
        for part in parts(self.condition):
            if isinstance(part, Together):
                yield "several together cannot stand within several together"
            elif isinstance(part, Silent | Changes):
                yield "several together are counted by what they are, not by silence or change"


@dataclass(frozen=True, slots=True)
class Reading:
    """A quantity, as a rule speaks of it."""

    quantity: str

    def above(self, limit: float, *, clears: float | None = None) -> Above:
        return Above(self.quantity, limit, clears)

    def below(self, limit: float, *, clears: float | None = None) -> Below:
        return Below(self.quantity, limit, clears)

    def is_true(self) -> Is:
        return Is(self.quantity, True)

    def is_false(self) -> Is:
        return Is(self.quantity, False)

    def rises(self, by: float, *, within: float) -> Changes:
        return Changes(self.quantity, by, within)

    def falls(self, by: float, *, within: float) -> Changes:
        return Changes(self.quantity, -by, within)

    def unusual(self, times: float = 4.0, *, least: float = 0.0, up: bool = True, down: bool = True) -> Unusual:
        return Unusual(self.quantity, times, least, up, down)


def parts(condition: Condition) -> Iterator[Condition]:
    """The condition and all it is made of, from the outside in and from left to right."""
    yield condition
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.conditions:
            yield from parts(part)
    elif isinstance(condition, Together):
        yield from parts(condition.condition)


def quantity_of(condition: Condition) -> str:
    """The quantity a condition speaks of; "" for silence and for what is made of others."""
    match condition:
        case Above() | Below() | Is() | Changes() | Unusual():
            return condition.quantity
    return ""
