"""Rules on readings, as values: when something is the matter, how grave it is, and what it opens.

    Rule("smoke", of=("smoke-detector",), when=Reading("smoke").above(0.5, clears=0.4), lasts=30, opens="smoke-alarm")

Times are seconds. Every number in a rule has a name (`Rule.numbers()`), under which a place or a device may set
another; the rule itself stays as declared. What each means, edge by edge, is docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from math import isfinite

from .conditions import Above, AllOf, AnyOf, Below, Condition, Silent, Together, Unwell, parts, quantity_of
from .devices import LONGEST_NAME, Device
from .hours import Hours
from .matters import SLUG
from .numbers import Number, conditions_of, numbers_in, with_numbers

MOST_LEAVES = 60
"""Conditions of one rule, its steps' included: each is a bit of a number of 64 that is kept for every thing."""


class Severity(IntEnum):
    """蓝、黄、橙、红: the four grades of warnings (突发事件应对法 art. 63; 预警级别)."""

    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """When, for how long, how often; how grave; what it opens, and with whom it is gathered.

    `lasts`: so for this many seconds without a break, by the time of the readings. `repeats`: it must begin so often
    within `within` seconds. `clear_after`: not so for this long before it is cleared. `between`: only in this window.
    `steps`: graver grades by graver conditions, up and down. `gathers`: warnings of this rule at places with the same first so many
    digits, within minutes, are one incident and one matter; 0 gathers nothing. `calms`: raised three times within
    this many seconds, it flaps and is held until it was calm for as long; 0 knows no flapping. `standard` says where
    the numbers come from. `opens_of` is the scene that declares the matter, where it is another than the rule's; while that
    scene is off, the rule warns and opens none.
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
    opens_of: str = ""

    def numbers(self) -> Mapping[str, float]:
        """Every number the rule itself says, by name."""
        return {n.name: n.value for n in numbers_in(self) if n.value is not None}

    def tunable(self) -> Mapping[str, Number]:
        """Every number that may be set, also those the rule leaves open, with unit and quantity."""
        return {n.name: n for n in numbers_in(self)}

    def with_numbers(self, numbers: Mapping[str, float]) -> Rule:
        """This rule with other numbers. Raises LookupError for a name it does not have."""
        return with_numbers(self, numbers)

    @property
    def level(self) -> int:
        """How many digits of its code make the place that is judged; 0 when it is each thing by itself."""
        return next((c.level for c in parts(self.when) if isinstance(c, Together)), 0)

    @property
    def by_days(self) -> bool:
        """Whether it is about the device's own health, judged from what is kept of its days; not by readings as they come."""
        return isinstance(self.when, Unwell)

    def faults(self) -> Iterator[str]:
        """What is wrong with it by itself; what its devices say to it is `misfits`."""
        for fault in self._faults():
            yield f"rule {self.name!r}: {fault}"

    def misfits(self, device: Device) -> Iterator[str]:
        """What it asks of a model of device that this one cannot answer."""
        for _before, condition in conditions_of(self):
            for part in parts(condition):
                name = quantity_of(part)
                quantity = device.quantity(name)
                if name and quantity is None:
                    yield f"rule {self.name!r}: the device {device.name!r} does not measure {name!r}"
                elif quantity is not None and isinstance(part, Above | Below) and not _reaches(part, quantity):
                    yield (
                        f"rule {self.name!r}: {name!r} of {device.name!r} lies between {quantity.low} and"
                        f" {quantity.high} and never passes {part.limit}"
                    )

    def _faults(self) -> Iterator[str]:
        if not SLUG.match(self.name):
            yield "the name must be lower-case words joined by hyphens"
        if not self.of:
            yield "holds for no model of device"
        if len(self.name) > LONGEST_NAME:
            yield f"the name is longer than {LONGEST_NAME} characters"
        leaves = sum(not isinstance(part, AllOf | AnyOf) for _, when in conditions_of(self) for part in parts(when))
        if leaves > MOST_LEAVES:
            yield f"has {leaves} conditions; more than {MOST_LEAVES} are not kept apart: make it two rules"
        for _before, condition in conditions_of(self):
            for part in parts(condition):
                yield from part.faults()
        yield from self._several()
        yield from self._alone()
        for name, seconds in (
            ("lasts", self.lasts),
            ("clear_after", self.clear_after),
            ("within", self.within),
            ("calms", self.calms),
        ):
            if not (isfinite(seconds) and 0 <= seconds <= 92 * 86400):
                yield f"{name} of {seconds} seconds is no time to wait"
        if self.repeats < 1:
            yield f"repeats {self.repeats} times: write 1 for at once"
        elif self.repeats > 100:
            yield f"repeats {self.repeats} times: more than a hundred are not counted"
        elif self.repeats > 1 and not self.within > 0:
            yield f"repeats {self.repeats} times, and not within which time"
        elif self.repeats == 1 and self.within:
            yield "says within which time, and not how often"
        if self.repeats > 1 and self.lasts * (self.repeats - 1) > self.within > 0:
            yield f"cannot last {self.lasts} seconds {self.repeats} times within {self.within}"
        if self.between is not None:
            yield from self.between.faults()
        grades = [self.severity, *(severity for severity, _condition in self.steps)]
        if any(low >= high for low, high in pairwise(grades)):
            yield "each step must be graver than the one before"

    def _alone(self) -> Iterator[str]:
        """How well a device is, is looked at once an hour, and not with every reading."""
        if not any(isinstance(part, Unwell) for _before, when in conditions_of(self) for part in parts(when)):
            return
        if not self.by_days or self.steps:
            yield "asks how well a device is beside what it measures: make it a rule of its own"
        elif self.lasts or self.repeats > 1 or self.between or self.clear_after or self.calms:
            yield "asks how well a device is: it knows no lasting, repeating, hours or delay; write calms=0"

    def _several(self) -> Iterator[str]:
        """Where one part speaks of several things at a place, all must, and of the same place."""
        levels = {level for _before, condition in conditions_of(self) for level in _levels(condition)}
        if len(levels) > 1:
            yield "speaks of single things and of several together, or of places of two sizes"


def _levels(condition: Condition) -> Iterator[int]:
    if isinstance(condition, Together):
        yield condition.level
    elif quantity_of(condition) or isinstance(condition, Silent):
        yield 0
    else:
        for part in getattr(condition, "conditions", ()):
            yield from _levels(part)


def _reaches(part: Above | Below, quantity: object) -> bool:
    low, high = getattr(quantity, "low", None), getattr(quantity, "high", None)
    if isinstance(part, Above):
        return (high is None or part.limit < high) and (low is None or part.limit >= low)
    return (low is None or part.limit > low) and (high is None or part.limit <= high)
