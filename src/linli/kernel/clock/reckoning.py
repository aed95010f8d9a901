"""A deadline and the arithmetic that led to it, as values a citizen can be shown.

A `Line` holds no sentence: `linli.kernel.clock.words.sentence` says it in the reader's language. It is made
of JSON values only, so that the arithmetic of a promise can be kept beside the promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Step(StrEnum):
    """What one line of the arithmetic says. The values each carries stand behind it."""

    START = "start"  # at, amount, unit
    HOLIDAY = "holiday"  # first, last, name: days off with a name, not counted
    WEEKEND = "weekend"  # first, last, count: ordinary days off, not counted
    EXTRA = "extra"  # day, name: a day of the weekend that is worked, counted
    PART = "part"  # day, minutes: working time counted on that day
    WHOLE = "whole"  # count, minutes: whole working days counted between the first and the last
    MOVED = "moved"  # day, name, to: the last day is a day off, so the next working day is the last
    PAUSED = "paused"  # since, until
    LEFT = "left"  # minutes, unit: what was left of the time when the pause began
    LATE = "late"  # due: the time was already up when the pause began, so it stays up
    NTH = "nth"  # n, at: the deadline, as the n-th working day
    DUE = "due"  # at: the deadline
    ASSUMED = "assumed"  # year: holidays not announced yet


Value = str | int


@dataclass(frozen=True, slots=True)
class Line:
    """One step. Instants are ISO-8601 in the calendar's own time zone, days ISO dates."""

    step: Step
    values: Mapping[str, Value]

    def as_json(self) -> dict[str, Value]:
        return {"step": self.step.value, **self.values}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Line:
        """Read what `as_json` wrote. Raises KeyError or ValueError for anything else."""
        return cls(Step(written["step"]), {key: value for key, value in written.items() if key != "step"})


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`due` in UTC, the lines that explain it, and the years whose holidays had to be assumed."""

    due: datetime
    lines: tuple[Line, ...]
    assumed_years: tuple[int, ...] = ()

    def as_json(self) -> list[dict[str, Value]]:
        return [line.as_json() for line in self.lines]


def line(step: Step, **values: Value | date | datetime) -> Line:
    return Line(step, {name: _written(value) for name, value in values.items()})


def _written(value: Value | date | datetime) -> Value:
    return value.isoformat() if isinstance(value, date) else value
