"""The working calendar: when a span of time ends, and what a pause does to it.

Rules (Civil Code of the People's Republic of China 民法典, arts. 200-204):

* Time counted in minutes and hours runs from the instant (201 II), through nights and holidays.
* Time counted in days does not count the day of the start (201 I), whatever the hour: a report after closing
  or on a day off starts counting on the next day, like one of that morning.
* A last day that is a day off gives way to the next working day (203 I).
* The last day ends when business ends (203 II).
* A rule agreed or written elsewhere wins (204): WORKING_DAY counts working days only, WORKING_HOUR consumes
  office hours only.

Pure: no Django, no database, no clock. Instants come in aware and go out in UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from linli.kernel.clock import explain
from linli.kernel.clock.now import as_utc
from linli.kernel.clock.reckoning import Line, Reckoning, Step, line
from linli.kernel.clock.years import Hours, OutOfCalendarError, Table, check_hours
from linli.kernel.declare import Span, Unit

OFFICE_HOURS: Hours = ((time(9), time(12)), (time(13, 30), time(17, 30)))

WORKING_UNITS = (Unit.WORKING_HOUR, Unit.WORKING_DAY)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CLOCK_UNIT = {Unit.MINUTE: MINUTE, Unit.HOUR: HOUR}
_WORKING_HOUR = Unit.WORKING_HOUR  # looking a member up costs as much as the sum


def _no_name(day: date) -> str:
    return ""


def _all_known(year: int) -> bool:
    return True


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days and office hours of one place.

    `hours` are the intervals of a working day in local time; `changes` replaces them from a date on, in
    order of date. `day_name` gives the festival of a day, `known_year` whether a year's holidays were announced.
    """

    hours: Hours
    working_day: Callable[[date], bool]
    tz: tzinfo
    day_name: Callable[[date], str] = _no_name
    known_year: Callable[[int], bool] = _all_known
    changes: tuple[tuple[date, Hours], ...] = ()
    _table: Table = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for hours in (self.hours, *(hours for _, hours in self.changes)):
            check_hours(hours)
        object.__setattr__(self, "_table", Table(self.working_day, self.hours_on, self.tz))

    # ---- the days -------------------------------------------------------------------------------------

    def hours_on(self, day: date) -> Hours:
        """The office hours `day` has if it is a working day."""
        chosen = self.hours
        for since, hours in self.changes:
            if since <= day:
                chosen = hours
        return chosen

    def is_working(self, day: date) -> bool:
        return self._table.working(day)

    def count_days(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both counted."""
        return self._table.days_through(last) - self._table.days_through(first - DAY)

    def notable(self, first: date, last: date) -> list[date]:
        """The days from `first` to `last` that are no plain Monday to Friday: days off, and weekends worked."""
        return self._table.notable(first, last)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is in the office at that instant."""
        here = self.local(at)
        clock = here.time()
        return self.is_working(here.date()) and any(o <= clock < c for o, c in self.hours_on(here.date()))

    def local(self, at: datetime) -> datetime:
        return as_utc(at).astimezone(self.tz)

    def closing(self, day: date) -> datetime:
        """When business ends on a working day, in UTC."""
        return self._instant(day, self.hours_on(day)[-1][1])

    def next_working(self, day: date) -> date:
        """`day` itself if it is a working day, else the first one after it."""
        if self.is_working(day):
            return day
        return self._table.find_day(self._table.days_through(day) + 1, day.year)

    # ---- deadlines ------------------------------------------------------------------------------------

    def due(self, start: datetime, span: Span) -> Reckoning:
        """The deadline of `span` from `start`, with its arithmetic. Errors: see `due_at`."""
        due = self.due_at(start, span)
        return self._reckoning(due, start, explain.of_span(self, start, span, due))

    def due_at(self, start: datetime, span: Span) -> datetime:
        """The deadline alone, in UTC: what a bulk import needs.

        Raises ValueError for a naive start or a span that is not positive, OutOfCalendarError when no
        working day is found up to the end of the calendar.
        """
        if span.amount <= 0:
            raise ValueError(f"a time of {span} is no time")
        try:
            return self._due_at(as_utc(start), span)
        except OverflowError as error:
            raise OutOfCalendarError(f"{span} from {start} is past the calendar") from error

    def _due_at(self, start: datetime, span: Span) -> datetime:
        unit = span.unit
        if unit is _WORKING_HOUR:
            return self._at_worked(self._worked(start) + span.amount * HOUR, start.year)
        if unit in CLOCK_UNIT:
            return start + span.amount * CLOCK_UNIT[unit]
        day = self.local(start).date()
        if unit is Unit.DAY:
            return self.closing(self.next_working(day + span.amount * DAY))
        return self.closing(self._table.find_day(self._table.days_through(day) + span.amount, day.year))

    def remaining(self, unit: Unit, at: datetime, due: datetime) -> timedelta:
        """What is left at `at` until `due`: working time for the working units, else clock time.

        Negative when the time is up.
        """
        if unit in WORKING_UNITS:
            return self.worked_between(at, due)
        return as_utc(due) - as_utc(at)

    def resume(self, unit: Unit, paused_at: datetime, due: datetime, resumed_at: datetime) -> Reckoning:
        """The deadline after a pause.

        The time left when the pause began is left again when it ends: working time for the working units,
        clock time for minutes and hours, whole calendar days for DAY (whose last day again gives way to a
        working day and ends at closing). A deadline that had passed before the pause stays as it was: a pause
        cannot heal lateness. One that had not is never before `resumed_at`.
        """
        paused, due, resumed = as_utc(paused_at), as_utc(due), as_utc(resumed_at)
        if resumed < paused:
            raise ValueError("a pause cannot end before it began")
        lines = [line(Step.PAUSED, since=self.local(paused), until=self.local(resumed))]
        if due <= paused:
            lines.append(line(Step.LATE, due=self.local(due)))
            return Reckoning(due, tuple(lines))
        moved = self._moved(unit, paused, due, resumed)
        left = self.remaining(unit, paused, due)
        lines.append(line(Step.LEFT, minutes=round(left / MINUTE), unit=unit.value))
        lines.extend(explain.of_move(self, unit, resumed, moved))
        return self._reckoning(moved, resumed, lines)

    def _moved(self, unit: Unit, paused: datetime, due: datetime, resumed: datetime) -> datetime:
        if unit in CLOCK_UNIT:
            return due + (resumed - paused)
        if unit is Unit.DAY:
            return self._moved_by_days(paused, due, resumed)
        paused_time = self.worked_between(paused, resumed)
        if not paused_time:  # a pause of one night moves nothing, also when the deadline lies outside the hours
            return max(due, resumed)
        return max(self._at_worked(self._worked(due) + paused_time, resumed.year), resumed)

    def _moved_by_days(self, paused: datetime, due: datetime, resumed: datetime) -> datetime:
        shift = self.local(resumed).date() - self.local(paused).date()
        if not shift and resumed < due:
            return due
        day = self.next_working(self.local(due).date() + shift)
        if self.closing(day) <= resumed:
            day = self.next_working(day + DAY)
        return self.closing(day)

    def share(self, start: datetime, due: datetime, unit: Unit, share: float) -> datetime:
        """The instant, in UTC, at which `share` (0 to 1) of the time from `start` to `due` has passed.

        In working time for the working units, by the clock otherwise (and where there is no working time).
        """
        if not 0 <= share <= 1:
            raise ValueError(f"a share lies between 0 and 1, not {share}")
        start, due = as_utc(start), as_utc(due)
        if due <= start or share == 1:
            return due
        worked = self._worked(start)
        whole = self._worked(due) - worked
        if unit not in WORKING_UNITS or not whole:
            return min(start + (due - start) * share, due)
        if not share:
            return start
        return min(max(self._at_worked(worked + whole * share, start.year), start), due)

    def back(self, unit: Unit, due: datetime, length: timedelta) -> datetime:
        """The instant, in UTC, from which `length` of the time `remaining` counts leads up to `due`."""
        if unit not in WORKING_UNITS:
            return as_utc(due) - length
        due = as_utc(due)
        return self._at_worked(self._worked(due) - length, due.year)

    # ---- working time ---------------------------------------------------------------------------------

    def worked_between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`, exact; negative when `b` is before `a`."""
        return self._worked(as_utc(b)) - self._worked(as_utc(a))

    def minutes_between(self, a: datetime, b: datetime) -> float:
        """Working minutes from `a` to `b`; negative when `b` is before `a`."""
        return self.worked_between(a, b) / MINUTE

    def _worked(self, at: datetime) -> timedelta:
        here = at.astimezone(self.tz)
        return self._table.day(here.date()).worked(here)

    def _at_worked(self, worked: timedelta, near: int) -> datetime:
        return self._table.day(self._table.find_time(worked, near)).when(worked).astimezone(UTC)

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.tz).astimezone(UTC)

    def _reckoning(self, due: datetime, start: datetime, lines: list[Line]) -> Reckoning:
        years = range(self.local(start).year, self.local(due).year + 1)
        assumed = tuple(year for year in years if not self.known_year(year))
        lines.extend(line(Step.ASSUMED, year=year) for year in assumed)
        return Reckoning(due, tuple(lines), assumed)
