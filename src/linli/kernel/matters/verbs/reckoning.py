"""Promised dates for many matters at once, as `open_matter` would have promised them one by one.

A verb asks for numbers and calendar each time; for a million rows both are asked once per place that differs,
and a date that only depends on the day is counted once a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from linli.kernel.clock.calendar import WorkingCalendar
from linli.kernel.declare import Span, Unit

from .. import legs
from ..models import FINAL, Leg, Matter, State
from ..numbers import Numbers
from ..rules import Rules
from .incoming import Incoming

_BY_DAY = (Unit.DAY, Unit.WORKING_DAY)


@dataclass(frozen=True, slots=True)
class Clock:
    """The columns of a matter that say by when."""

    answer_due: datetime
    finish_due: datetime
    finish_span: str
    leg: str
    leg_from: datetime | None
    leg_span: str
    due_at: datetime | None
    order_at: datetime
    stage: int
    climbed: int
    next_tick_at: datetime | None
    ever_late: bool


class Reckoner:
    """Made for one batch: what places have set is read when it is made, and nothing after that.

    So it must not outlive the batch, and it may reckon in a thread of its own.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._rules = Rules()
        self._days: dict[tuple[int, Span, date], datetime] = {}

    def clock(self, row: Incoming, urgency: str) -> Clock:
        """The clock of a row: standing for what has ended, else running as from when it was reported."""
        numbers = self._rules.numbers(row.kind, row.place_code, urgency)
        calendar = self._rules.calendar(row.place_code)
        answer = self._due(calendar, row.opened_at, numbers.answer)
        finish = self._due(calendar, row.opened_at, numbers.finish)
        answered, done = row.accepted_at, row.done_at or row.ended_at
        late = (answered is not None and answered > answer) or (done is not None and done > finish)
        if row.state in FINAL:
            ended = row.ended_at or self._at
            return Clock(answer, finish, str(numbers.finish), "", None, "", None, ended, 0, 0, None, late)
        matter = self._running(row, numbers, calendar, answer, finish)
        step = legs.next_step(matter, numbers, calendar)
        return Clock(
            answer, finish, str(numbers.finish), matter.leg, matter.leg_from, matter.leg_span,
            matter.due_at, matter.order_at, matter.stage, matter.climbed, step.at if step else None,
            late or (matter.due_at is not None and matter.due_at < self._at),
        )  # fmt: skip

    def _running(
        self, row: Incoming, numbers: Numbers, calendar: WorkingCalendar, answer: datetime, finish: datetime
    ) -> Matter:
        matter = Matter(opened_at=row.opened_at)
        if row.state == State.REPORTED:
            legs.start(matter, Leg.ANSWER, since=row.opened_at, span=numbers.answer, due=answer)
        elif row.state in (State.DONE, State.VERIFIED):
            since = row.done_at or row.opened_at
            due = self._due(calendar, since, numbers.settle)
            legs.start(matter, Leg.SETTLE, since=since, span=numbers.settle, due=due)
        else:
            legs.start(matter, Leg.FINISH, since=row.opened_at, span=numbers.finish, due=finish)
        # What is long late arrives at the stage it has reached; nobody is warned of last year one by one.
        legs.move_due(matter, matter.due_at or finish, at=self._at, numbers=numbers, calendar=calendar)
        return matter

    def _due(self, calendar: WorkingCalendar, start: datetime, span: Span) -> datetime:
        if span.unit not in _BY_DAY:
            return calendar.due_at(start, span)
        key = (id(calendar), span, calendar.local(start).date())
        if key not in self._days:
            self._days[key] = calendar.due_at(start, span)
        return self._days[key]
