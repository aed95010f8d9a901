"""Rules on readings, as values: when something is the matter, how grave it is, and what it opens.

    Rule("smoke", of=("smoke-detector",), when=Reading("smoke").above(0.5, clears=0.4), lasts=30, opens="smoke-alarm")

Times are seconds. Every number in a rule has a name (`Rule.numbers()`), under which a place or a device may set
another; the rule itself stays as declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from .matters import SLUG


class Severity(IntEnum):
    """蓝、黄、橙、红: the four grades of warnings (突发事件应对法 art. 63; 预警级别)."""

    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is so or not so of a thing. `a & b` and `a | b` combine them."""

    def __and__(self, other: Condition) -> AllOf:
        return AllOf((self, other))

    def __or__(self, other: Condition) -> AnyOf:
        return AnyOf((self, other))


@dataclass(frozen=True, slots=True)
class Above(Condition):
    """Begins when the value is over `limit`, ends when it is at or under `clears` (hysteresis; the limit itself when None)."""

    quantity: str
    limit: float
    clears: float | None = None


@dataclass(frozen=True, slots=True)
class Below(Condition):
    """Begins when the value is under `limit`, ends when it is at or over `clears`."""

    quantity: str
    limit: float
    clears: float | None = None


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


@dataclass(frozen=True, slots=True)
class Silent(Condition):
    """Nothing was heard for `after` seconds; None: as long as the model of device says."""

    after: float | None = None


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


@dataclass(frozen=True, slots=True)
class AllOf(Condition):
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Together(Condition):
    """So of at least `things` things at one place at the same time; the place is the code cut to `level` digits."""

    condition: Condition
    things: int = 2
    level: int = 21


@dataclass(frozen=True, slots=True)
class Hours:
    """A window of the local day; one that ends before it begins goes over midnight. Days are 1 Monday to 7 Sunday."""

    begins: str
    ends: str
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)


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


@dataclass(frozen=True, slots=True)
class Rule:
    """When, for how long, how often; how grave; what it opens, and with whom it is gathered.

    `lasts`: so for this many seconds without a break, by the time of the readings. `repeats` times within `within`
    seconds. `clear_after`: not so for this long before it is cleared. `between`: only in this window. `steps`: graver
    grades by graver conditions, up and down. `gathers`: warnings of this rule at places with the same first so many
    digits, within minutes, are one incident and one matter; 0 gathers nothing. `calms`: raised three times within
    this many seconds, it flaps and is held until it was calm for as long; 0 knows no flapping. `standard` says where
    the numbers come from.
    """

    name: str
    of: tuple[str, ...]
    when: Condition
    severity: Severity = Severity.YELLOW
    lasts: float = 0.0
    repeats: int = 1
    within: float = 0.0
    clear_after: float = 0.0
    between: Hours | None = None
    steps: tuple[tuple[Severity, Condition], ...] = ()
    opens: str = ""
    gathers: int = 21
    calms: float = 600.0
    standard: str = ""

    def faults(self) -> Iterator[str]:
        if not SLUG.match(self.name):
            yield f"rule {self.name!r}: the name must be lower-case words joined by hyphens"
        if not self.of:
            yield f"rule {self.name!r}: holds for no model of device"
