"""Models of device: what they measure, how often they speak, and how silence is told from quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from .commands import Command
from .matters import SLUG
from .spans import Span, Unit

MOST_MEASURES = 255
"""Quantities of one model, those of the past included: how many values a reading says is a byte on its way to evaluation
(`readings.wire`)."""
LONGEST_NAME = 64
"""Characters of a name that is written down with every device, warning or order."""
_SECONDS = {Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.DAY: 86400}


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is measured. A value outside `low`…`high` cannot be true of the world: it is set aside, not stored.

    `unit` is the symbol of GB 3100 (SI), "" for a count or a switch. A `switch` is 0 or 1. `digits` says how many
    decimals are worth showing. Over `high` and up to `worst` it is more than a device measures and can still be: it counts as
    `high`, and is noted.
    """

    name: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    switch: bool = False
    digits: int = 1
    worst: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the value can be true; NaN and the infinities cannot."""
        if self.switch:
            return value in (0.0, 1.0)
        return (
            (self.low if self.low is not None else -1e300)
            <= value
            <= (self.high if self.high is not None else 1e300)
        )


BATTERY = Quantity("battery", "%", 0, 100, digits=0)
SIGNAL = Quantity("signal", "dBm", -150, 0, digits=0)
LON = Quantity("lon", "°", -180, 180, digits=6)
LAT = Quantity("lat", "°", -90, 90, digits=6)
"""Quantities every scene may use: they mean the same for every model, and the house shows them in their own way."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a model's payloads call a quantity, and how many of the quantity's unit one of theirs is.

    Tuya's va_temperature counts tenths: Field("va_temperature", "temperature", 0.1).
    """

    name: str
    quantity: str
    scale: float = 1.0


class Whose(StrEnum):
    """Who must agree before a personal device works."""

    ONE = "one"  # whoever carries it or has it by the bed
    HOME = "home"  # everybody registered at the home: a door is opened by all of them
    EACH = "each"  # whoever uses it agrees for themselves; one who withdraws leaves the others


@dataclass(frozen=True, slots=True)
class Agreement:
    """同意书: what is agreed to, in writing and by itself, before a personal device may work (PIPL arts 13, 29).

    Its words stand under `[agreement.NAME]`: `name`, and in `PARTS` what is measured, why, who sees it, and what happens
    without, which must be as good (人脸识别技术应用安全管理办法, arts 10 and 12). `version` rises when they change in
    substance. It ends `longest` after it began at the latest, and is asked for anew.
    """

    name: str
    whose: Whose
    version: int = 1
    longest: Span = Span(365, Unit.DAY)

    PARTS: ClassVar[tuple[str, ...]] = ("about", "why", "sees", "without")

    def faults(self) -> Iterator[str]:
        if not SLUG.match(self.name):
            yield f"agreement {self.name!r}: the name must be lower-case words joined by hyphens"
        if self.version < 1:
            yield f"agreement {self.name!r}: versions count from one"
        if self.longest.unit not in _SECONDS or self.longest.amount <= 0:
            yield f"agreement {self.name!r}: {self.longest} is no time an agreement holds"


@dataclass(frozen=True, slots=True)
class Device:
    """A model of device. The order of `measures` may change: slots are kept by name in the database.

    `every` is how often one reports when nothing happens, also of those that speak of events only (a button, a door):
    their heartbeat. Silence is three times that unless `silent_after` says
    otherwise. `codec` is the declared reader of its payloads, `fields` what they call a quantity where it is neither
    the quantity's name nor a name the codec knows for it. Raw readings are kept `keeps`; what was rolled up by
    hour and day stays longer. `personal` marks devices whose readings are about one household or person: only what
    the warning needs is shown (rights.md), and raw readings go after `keeps` at the latest. Such a device works only
    under an `agreement` that is in force. `commands` are what it can be told to do.
    """

    name: str
    measures: tuple[Quantity, ...]
    every: Span
    codec: str = "plain"
    fields: tuple[Field, ...] = ()
    silent_after: Span | None = None
    keeps: Span = Span(90, Unit.DAY)
    personal: bool = False
    moves: bool = False
    icon: str = "sensor"
    agreement: Agreement | None = None
    commands: tuple[Command, ...] = ()

    @property
    def silence(self) -> int:
        """Seconds without a word after which it is silent."""
        return seconds(self.silent_after) if self.silent_after else 3 * seconds(self.every)

    def command(self, name: str) -> Command | None:
        return next((command for command in self.commands if command.name == name), None)

    def quantity(self, name: str) -> Quantity | None:
        return next((quantity for quantity in self.measures if quantity.name == name), None)

    def faults(self) -> Iterator[str]:
        if not SLUG.match(self.name):
            yield f"device {self.name!r}: the name must be lower-case words joined by hyphens"
        if not self.measures:
            yield f"device {self.name!r}: measures nothing"
        if len(self.measures) > MOST_MEASURES:
            yield (
                f"device {self.name!r}: measures {len(self.measures)} quantities; more than {MOST_MEASURES} do not fit into"
                " one reading: make it two models"
            )
        for name in (self.name, *(q.name for q in self.measures), *(command.name for command in self.commands)):
            if len(name) > LONGEST_NAME:
                yield f"device {self.name!r}: the name {name!r} is longer than {LONGEST_NAME} characters"
        for name, count in Counter(q.name for q in self.measures).items():
            if not SLUG.match(name):
                yield f"device {self.name!r}: the quantity {name!r} must be lower-case words joined by hyphens"
            if count > 1:
                yield f"device {self.name!r}: measures {name!r} {count} times"
        for q in self.measures:
            if q.worst is not None and (q.high is None or q.worst <= q.high):
                yield f"device {self.name!r}: the worst of {q.name!r} must be over its high"
        if self.personal and self.agreement is None:
            yield f"device {self.name!r}: is personal, and nobody is asked to agree to it"
        if self.agreement is not None:
            if not self.personal:
                yield f"device {self.name!r}: asks for an agreement, and is not personal"
            yield from self.agreement.faults()
        for quantity in self.measures:
            if quantity.low is not None and quantity.high is not None and quantity.low >= quantity.high:
                yield f"device {self.name!r}: {quantity.name!r} has no range between {quantity.low} and {quantity.high}"
        for field in self.fields:
            if self.quantity(field.quantity) is None:
                yield f"device {self.name!r}: the field {field.name!r} is of {field.quantity!r}, which it does not measure"
            if not 0 < abs(field.scale) < 1e300:
                yield f"device {self.name!r}: the field {field.name!r} has no scale"
        for name, count in Counter(field.name for field in self.fields).items():
            if count > 1:
                yield f"device {self.name!r}: the field {name!r} is told {count} times"
        for name, count in Counter(command.name for command in self.commands).items():
            if count > 1:
                yield f"device {self.name!r}: the command {name!r} is declared {count} times"
        for command in self.commands:
            yield from (f"device {self.name!r}: {fault}" for fault in command.faults())
        for span in (self.every, self.keeps, *([self.silent_after] if self.silent_after else [])):
            if span.unit not in _SECONDS or span.amount <= 0:
                yield f"device {self.name!r}: {span} is no time a device keeps"


def seconds(span: Span) -> int:
    """A span of minutes, hours or days of 24 hours, in seconds: devices know no working calendar."""
    return span.amount * _SECONDS[span.unit]
