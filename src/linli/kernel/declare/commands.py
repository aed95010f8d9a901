"""What can be said to a device: declared commands with typed parameters. Nothing else is sent down from a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from .matters import SLUG
from .spans import Span, Unit

LONGEST_INTERVAL = 30 * 86400
"""Seconds: a device that reports more seldom is not watched."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number between `low` and `high` (a whole one unless `digits` says otherwise), or one of some `choices`."""

    name: str
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    digits: int = 0
    choices: tuple[str, ...] = ()

    def takes(self, value: object) -> bool:
        """Whether the value is one of those it allows."""
        if self.choices:
            return value in self.choices
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            return False
        return self.low <= value <= self.high and round(value, self.digits) == value

    def faults(self) -> Iterator[str]:
        if not SLUG.match(self.name):
            yield f"the parameter {self.name!r} must be lower-case words joined by hyphens"
        if not self.choices and not self.low < self.high:
            yield f"the parameter {self.name!r} has no range between {self.low} and {self.high}"


@dataclass(frozen=True, slots=True)
class Command:
    """Sent as JSON, `{"command": name, "id": …, parameter: value}`, on `d/<key>/down/command`.

    `lasts`: a device that is not heard of within this time is not told any more: a siren is not silenced tomorrow.
    `interval`: the parameter, in seconds, at which the device reports from then on. Once the device has acknowledged it,
    the register says so too: what is expected of it, and when it is silent, follow.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    lasts: Span = Span(1, Unit.HOUR)
    interval: str = ""

    def parameter(self, name: str) -> Parameter | None:
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def faults(self) -> Iterator[str]:
        if not SLUG.match(self.name):
            yield f"the command {self.name!r} must be lower-case words joined by hyphens"
        names = [parameter.name for parameter in self.parameters]
        for name in {name for name in names if names.count(name) > 1} | ({"command", "id"} & set(names)):
            yield f"the command {self.name!r} cannot have a parameter {name!r} like that: each name once, not command or id"
        if self.lasts.amount <= 0 or self.lasts.unit not in (Unit.MINUTE, Unit.HOUR, Unit.DAY):
            yield f"the command {self.name!r}: {self.lasts} is no time a device is waited for"
        if self.interval and not self._is_interval(self.parameter(self.interval)):
            yield f"the command {self.name!r}: {self.interval!r} is no parameter of whole seconds from 1 to 30 days"
        for parameter in self.parameters:
            for fault in parameter.faults():
                yield f"the command {self.name!r}: {fault}"

    @staticmethod
    def _is_interval(parameter: Parameter | None) -> bool:
        return (
            parameter is not None
            and not (parameter.choices or parameter.digits)
            and parameter.unit == "s"
            and 1 <= parameter.low < parameter.high <= LONGEST_INTERVAL
        )
