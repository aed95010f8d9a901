"""The running clock of a matter: its legs, and the steps 预警—提醒—督办 each leg is walked by.

A step is an instant computed from the leg's beginning and its due time, never from the last edit: nothing a
person does to the matter sets it back, and a restart forgets nothing. Pausing and extensions move the due
time itself, by the working calendar of the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from linli.kernel.access import Level
from linli.kernel.clock.calendar import WorkingCalendar
from linli.kernel.declare import Span, Unit

from .models import Leg, Matter, Stage
from .numbers import Numbers

LADDER = (Level.STREET, Level.DISTRICT, Level.CITY)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a leg: at this instant the matter reaches this stage (and, when supervised, this level)."""

    at: datetime
    stage: Stage
    level: Level = Level.NONE

    def is_beyond(self, matter: Matter) -> bool:
        return (self.stage, self.level) > (matter.stage, matter.climbed)


class Calendar(Protocol):
    """What the steps of a leg ask of the calendar of its place."""

    def share(self, start: datetime, due: datetime, unit: Unit, share: float) -> datetime: ...

    def due_at(self, start: datetime, span: Span) -> datetime: ...


def steps(matter: Matter, numbers: Numbers, calendar: Calendar) -> Iterator[Step]:
    """Every step of the running leg, in order of time."""
    if matter.leg == Leg.NONE or matter.due_at is None or matter.leg_from is None:
        return
    unit = Span.parse(matter.leg_span).unit
    yield Step(calendar.share(matter.leg_from, matter.due_at, unit, numbers.warn), Stage.WARNED)
    yield Step(calendar.share(matter.leg_from, matter.due_at, unit, numbers.remind), Stage.REMINDED)
    at = matter.due_at
    for level in LADDER:
        yield Step(at, Stage.SUPERVISED, level)
        at = calendar.due_at(at, numbers.climb)


def next_step(matter: Matter, numbers: Numbers, calendar: WorkingCalendar) -> Step | None:
    """The first step not yet taken; None while the clock stands still or when all were taken."""
    if matter.paused_at is not None:
        return None
    return first_beyond(matter, steps(matter, numbers, calendar))


def first_beyond(matter: Matter, walked: Iterable[Step]) -> Step | None:
    """The first of a leg's steps that the matter has not taken."""
    return next((step for step in walked if step.is_beyond(matter)), None)


def start(matter: Matter, leg: Leg, *, since: datetime, span: Span, due: datetime) -> None:
    """Begin a leg: its clock is new, so the steps of the leg before it are behind us."""
    matter.leg, matter.leg_from, matter.leg_span = leg, since, str(span)
    matter.due_at = matter.order_at = due
    matter.stage, matter.climbed = Stage.CALM, Level.NONE


def stop(matter: Matter, *, at: datetime) -> None:
    """The matter is over: no clock runs, and its place in a list is when it ended."""
    matter.leg, matter.leg_from, matter.leg_span = Leg.NONE, None, ""
    matter.due_at, matter.order_at, matter.ended_at = None, at, at
    matter.stage, matter.climbed, matter.paused_at = Stage.CALM, Level.NONE, None


def move_due(matter: Matter, due: datetime, *, at: datetime, numbers: Numbers, calendar: WorkingCalendar) -> None:
    """The date moved: the stage becomes what it is at the new date, and no step before now is taken again."""
    matter.due_at = matter.order_at = due
    matter.stage, matter.climbed = Stage.CALM, Level.NONE
    take(matter, steps(matter, numbers, calendar), at=at)


def take(matter: Matter, walked: Iterable[Step], *, at: datetime) -> None:
    """Take every step of the leg up to now."""
    for step in walked:
        if step.at <= at and step.is_beyond(matter):
            matter.stage, matter.climbed = step.stage, step.level
