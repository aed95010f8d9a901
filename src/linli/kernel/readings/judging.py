"""Whether what a device says can be true: of its values and of its clock. Pure; the rules are in docs/payloads.md.

Every gateway and every replay judges here, so that one payload means the same whichever way it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from .limits import AHEAD, NEAR, OLDEST, SAYS
from .measures import Gauge, Measures
from .units import converted
from .wire import Flag

_OWN_CLOCK = int(Flag.OWN_CLOCK)
_SKEWED = int(Flag.SKEWED)
_PARTLY = int(Flag.PARTLY)
_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Flaw(NamedTuple):
    """Why something was set aside (a `DeadLetter.Why`), and which field with which value."""

    why: str
    says: str


class Beyond(NamedTuple):
    """A value that is more than can be measured and not more than can be: what it counts as, and what is said of it."""

    value: float
    flaw: Flaw


class Judged(msgspec.Struct, gc=False):
    """`values` is None when nothing is left to store; then `flaws` has at least one."""

    at: int
    flags: int
    values: list[float | None] | None
    flaws: list[Flaw]


@dataclass(slots=True, frozen=True)
class Measured:
    """A value that came with its unit."""

    value: object
    unit: str


@dataclass(slots=True, frozen=True)
class Ago:
    """A time told as so many milliseconds before it was received: no clock of its own is meant."""

    ms: int


Sound = tuple[int, int, list[float | None]]
"""Instant (ms), flags, values."""
_NONE: list[Flaw] = []


def judge(measures: Measures, time: object, given: Mapping[str, Any], received: int) -> Judged:
    """One reading: `time` as it was given (None when it was not), `given` by the names of its fields.

    Fields the model does not measure are passed over; a null is a value not given.
    """
    flags = 0
    if time is None:
        at = received
    else:
        read = instant(time, received)
        if isinstance(read, Flaw):
            return Judged(received, 0, None, [read])
        at, flags = read
    values: list[float | None] = [None] * measures.width
    flaws = _NONE
    found = False
    gauges = measures.gauges
    for name, value in given.items():
        gauge = gauges.get(name)
        if gauge is None:
            continue
        kind = type(value)
        if (kind is float or kind is int) and gauge.plain and gauge.low <= value <= gauge.high:
            values[gauge.slot] = value
            found = True
        elif value is not None:
            sound = _value(gauge, name, value)
            if isinstance(sound, Flaw):
                flaws = [*flaws, sound]
            elif isinstance(sound, Beyond):
                flaws = [*flaws, sound.flaw]
                values[gauge.slot] = sound.value
                found = True
            else:
                values[gauge.slot] = sound
                found = True
    if not found:
        return Judged(at, flags, None, _no_value(flaws, given))
    if flaws:
        flags |= _PARTLY
    return Judged(at, flags, values, flaws)


def sound(measures: Measures, time: object, given: Mapping[str, Any], received: int) -> Sound | None:
    """The same for what nothing is wrong or unusual with, in a third of the time; None where somebody has to look.

    `tests/test_judging.py` holds the two against each other.
    """
    if time is None:
        at, flags = received, 0
    elif type(time) is int and 100_000_000_000 <= time < 100_000_000_000_000:
        if not -NEAR <= received - time <= OLDEST:
            return None
        at, flags = time, _OWN_CLOCK
    else:
        return None
    values: list[float | None] = [None] * measures.width
    ranges = measures.ranges
    found = False
    for name, value in given.items():
        if name in ranges:
            told = ranges[name]
            kind = type(value)
            if told is None or not (kind is float or kind is int) or not told[1] <= value <= told[2]:
                return None
            values[told[0]] = value
            found = True
    return (at, flags, values) if found else None


def instant(time: object, received: int) -> tuple[int, int] | Flaw:
    """A given time as (ms, flags), or why it cannot be believed.

    A number counts seconds, milliseconds, micro- or nanoseconds since 1970 by its size; a text is ISO 8601 with its
    zone. A clock that runs a little ahead means now; one that is further off, or long behind, means nothing.
    """
    if type(time) is int and 100_000_000_000 <= time < 100_000_000_000_000:
        at = time
    elif isinstance(time, Ago):
        if 0 <= time.ms <= OLDEST:
            return received - time.ms, 0
        return Flaw("clock", says(f"{-time.ms / 1000:g} s"))
    else:
        read = _milliseconds(time)
        if read is None:
            return Flaw("clock", says(f"t={time!r}"))
        at = read
    if at > received + NEAR:
        if at - received > AHEAD:
            return Flaw("clock", _told(time, at))
        return received, _SKEWED  # it is our clock now that dates it
    if received - at > OLDEST:
        return Flaw("clock", _told(time, at))
    return at, _OWN_CLOCK


def _milliseconds(time: object) -> int | None:
    if isinstance(time, bool):
        return None
    if isinstance(time, int | float):
        if not -1e19 < time < 1e19:  # NaN is not within either
            return None
        size = abs(time)
        if size < 1e11:
            return round(time * 1000)
        if size < 1e14:
            return round(time)
        return round(time / 1000) if size < 1e17 else round(time / 1_000_000)
    if isinstance(time, str) and len(time) <= 40:
        try:
            read = datetime.fromisoformat(time.strip())
        except ValueError:
            return None
        if read.tzinfo is not None:
            try:
                return round(read.timestamp() * 1000)
            except (OverflowError, ValueError):
                return None
    return None


def _told(time: object, at: int) -> str:
    try:
        return says(f"t={time!r} {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}")
    except (OverflowError, ValueError, OSError):
        return says(f"t={time!r}")


def _value(gauge: Gauge, name: str, value: object) -> float | Flaw | Beyond:
    """A value that is not a plain number within its range: switches, scaled ones, such with units, and the wrong."""
    quantity = gauge.quantity
    unit = None
    if isinstance(value, dict) and value.keys() <= {"value", "unit"} and "value" in value:
        value = Measured(value["value"], str(value.get("unit") or quantity.unit))
    if isinstance(value, Measured):
        unit = value.unit
        value = value.value
    if isinstance(value, bool):
        if not quantity.switch:
            return Flaw("not_a_number", says(f"{name}={'true' if value else 'false'}"))
        value = int(value)
    if not isinstance(value, int | float) or not -1e308 <= value <= 1e308:
        return Flaw("not_a_number", says(f"{name}={value!r}"))
    number = float(value) * gauge.scale
    if unit is not None:
        turned = converted(number, unit, quantity.unit)
        if turned is None:
            return Flaw("unit", says(f"{name}={value!r} {unit} ({quantity.unit or '1'})"))
        number = turned
    if not gauge.low <= number <= gauge.high or (quantity.switch and number not in (0.0, 1.0)):
        flaw = Flaw("out_of_range", says(f"{name}={value!r} ({_range(gauge)})"))
        worst = quantity.worst
        return Beyond(gauge.high, flaw) if worst is not None and gauge.high < number <= worst else flaw
    return number


def _range(gauge: Gauge) -> str:
    quantity = gauge.quantity
    if quantity.switch:
        return "0, 1"
    low = "" if quantity.low is None else f"{quantity.low:g}"
    high = "" if quantity.high is None else f"{quantity.high:g}"
    return f"{low}…{high} {quantity.unit}".strip()


def _no_value(flaws: list[Flaw], given: Mapping[str, Any]) -> list[Flaw]:
    """One letter for what has nothing left; it says what was wrong with it, where something was."""
    if not flaws:
        return [Flaw("no_value", says(", ".join(str(name) for name in given)))]
    return [Flaw(flaws[0].why, says("; ".join(flaw.says for flaw in flaws)))]


def says(text: str) -> str:
    """A text as a dead letter keeps it: short, and of characters that can be stored."""
    return _UNSAYABLE.sub("�", text[: SAYS * 2])[:SAYS]
