"""Amounts of time, as a promise states them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """How a span of time is counted.

    MINUTE and HOUR run through nights and holidays. DAY, WORKING_DAY and WORKING_HOUR are counted by the
    working calendar of the place, days after the Civil Code, arts. 200-204: the day of the start is not
    counted, and a last day that is a legal holiday moves to the next day that is not.
    """

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of time in one unit, as a promise states it: "5 working days", "2 hours"."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read `"5 working_day"`, the form `str()` writes. Raises ValueError for anything else."""
        amount, _, unit = text.partition(" ")
        return cls(int(amount), Unit(unit))


def minutes(amount: int) -> Span:
    return Span(amount, Unit.MINUTE)


def hours(amount: int) -> Span:
    return Span(amount, Unit.HOUR)


def days(amount: int) -> Span:
    return Span(amount, Unit.DAY)


def working_hours(amount: int) -> Span:
    return Span(amount, Unit.WORKING_HOUR)


def working_days(amount: int) -> Span:
    return Span(amount, Unit.WORKING_DAY)
