"""Promised dates for many matters at once, as `open_matter` would have promised them one by one.

A verb asks for numbers and calendar each time; for a million rows both are asked once per place that differs,
a date that only depends on the day is counted once a day, and the steps of a leg are walked once.
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

_BY_DAY = frozenset((Unit.DAY, Unit.WORKING_DAY))


@dataclass(slots=True)
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


class _Promise:
    """What a kind of matter at a place is promised; a date that only depends on the day is counted once a day."""

    __slots__ = ("_calendar", "_climbs", "_days", "_zone", "finish_span", "numbers")

    def __init__(self, numbers: Numbers, calendar: WorkingCalendar) -> None:
        self.numbers = numbers
        self.finish_span = str(numbers.finish)
        self._calendar = calendar
        self._zone = calendar.tz
        self._days: dict[str, dict[date, datetime]] = {
            name: {} for name in ("answer", "finish", "settle") if getattr(numbers, name).unit in _BY_DAY
        }
        self._climbs: dict[datetime, datetime] = {}

    def due(self, name: str, since: datetime) -> datetime:
        """When the time called so ("answer", "finish", "settle") is up."""
        days = self._days.get(name)
        if days is None:
            return self._calendar.due_at(since, getattr(self.numbers, name))
        day = since.astimezone(self._zone).date()
        due = days.get(day)
        if due is None:
            due = days[day] = self._calendar.due_at(since, getattr(self.numbers, name))
        return due

    def steps(self, matter: Matter) -> list[legs.Step]:
        return list(legs.steps(matter, self.numbers, self))

    # What `legs.steps` asks of a calendar. Many are due at one closing time, and climb from there together.

    def share(self, start: datetime, due: datetime, unit: Unit, share: float) -> datetime:
        return self._calendar.share(start, due, unit, share)

    def due_at(self, start: datetime, span: Span) -> datetime:
        due = self._climbs.get(start)
        if due is None:
            due = self._climbs[start] = self._calendar.due_at(start, span)
        return due


class Reckoner:
    """Made for one batch: what places have set is read when it is made, and nothing after that.

    So it must not outlive the batch, and it may reckon in a thread of its own.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._rules = Rules()
        self._promises: dict[tuple[str, str, str], _Promise] = {}
        self._matter = Matter()  # what a leg is tried on; making one takes longer than the dates

    def clock(self, row: Incoming, urgency: str) -> Clock:
        """The clock of a row: standing for what has ended, else running as from when it was reported."""
        which = (row.kind, row.place_code, urgency)
        promise = self._promises.get(which)
        if promise is None:
            promise = self._promises[which] = _Promise(
                self._rules.numbers(*which), self._rules.calendar(row.place_code)
            )
        answer = promise.due("answer", row.opened_at)
        finish = row.finish_due or promise.due("finish", row.reopened_at or row.opened_at)
        answered, done = row.accepted_at, row.done_at or row.ended_at
        late = row.ever_late or (answered is not None and answered > answer) or (done is not None and done > finish)
        if row.state in FINAL:
            ended = row.ended_at or self._at
            return Clock(answer, finish, promise.finish_span, "", None, "", None, ended, 0, 0, None, late)
        matter, next_tick = self._running(row, promise, answer, finish)
        return Clock(
            answer, finish, promise.finish_span, matter.leg, matter.leg_from, matter.leg_span,
            matter.due_at, matter.order_at, matter.stage, matter.climbed, next_tick,
            late or (matter.due_at is not None and matter.due_at < self._at),
        )  # fmt: skip

    def _running(
        self, row: Incoming, promise: _Promise, answer: datetime, finish: datetime
    ) -> tuple[Matter, datetime | None]:
        """A matter on which the leg of the row runs, and when the next step of it is due."""
        matter, numbers = self._matter, promise.numbers
        if row.state == State.REPORTED:
            legs.start(matter, Leg.ANSWER, since=row.opened_at, span=numbers.answer, due=answer)
        elif row.state in (State.DONE, State.VERIFIED):
            since = row.done_at or row.opened_at
            due = promise.due("settle", since)
            legs.start(matter, Leg.SETTLE, since=since, span=numbers.settle, due=due)
        else:
            since = row.reopened_at or row.opened_at
            legs.start(matter, Leg.FINISH, since=since, span=numbers.finish, due=finish)
        steps = promise.steps(matter)
        # What is long late arrives at the stage it has reached; nobody is warned of last year one by one.
        legs.take(matter, steps, at=self._at)
        step = legs.first_beyond(matter, steps)
        return matter, step.at if step else None
