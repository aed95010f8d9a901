"""The tabled arithmetic against one that walks from day to day, on calendars of every shape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.clock import china
from linli.kernel.clock.calendar import OFFICE_HOURS, WorkingCalendar
from linli.kernel.clock.years import Hours
from linli.kernel.declare import Span, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
EARLY: Hours = ((time(8, 30), time(12)), (time(13, 30), time(17)))
HALF: Hours = ((time(9), time(12)),)
NIGHT: Hours = ((time(0), time(6)), (time(18, 7, 30), time(23, 59, 59)))
CALENDARS = {
    "China with its holidays and 调休": WorkingCalendar(OFFICE_HOURS, china.working_day, SHANGHAI),
    "a place with a day off and a Sunday worked": WorkingCalendar(
        EARLY,
        lambda day: {date(2026, 9, 9): False, date(2026, 9, 13): True}.get(day, china.working_day(day)),
        SHANGHAI,
    ),
    "half days, then other hours": WorkingCalendar(
        HALF, china.working_day, SHANGHAI, changes=((date(2026, 3, 4), NIGHT), (date(2026, 10, 9), EARLY))
    ),
    "every third day": WorkingCalendar(NIGHT, lambda day: day.toordinal() % 3 == 0, SHANGHAI),
    "where clocks are set back": WorkingCalendar(
        ((time(1, 30), time(4)), (time(9), time(12))), lambda _day: True, ZoneInfo("Europe/Berlin")
    ),
}  # fmt: skip
every_calendar = pytest.mark.parametrize("calendar", CALENDARS.values(), ids=CALENDARS)
instants = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 31), timezones=st.just(UTC))
hours = st.integers(1, 200).map(lambda amount: Span(amount, Unit.WORKING_HOUR))


def _open(calendar: WorkingCalendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """What is worked of a day, on the wall."""
    if calendar.working_day(day):
        for opening, closing in calendar.hours_on(day):
            yield datetime.combine(day, opening), datetime.combine(day, closing)


def _due(calendar: WorkingCalendar, start: datetime, left: timedelta) -> datetime:
    wall = start.astimezone(calendar.tz).replace(tzinfo=None)
    day = wall.date()
    while True:
        for opening, closing in _open(calendar, day):
            here = closing - max(opening, wall)
            if here > timedelta():
                if left <= here:
                    return (closing - here + left).replace(tzinfo=calendar.tz).astimezone(UTC)
                left -= here
        day += timedelta(days=1)


def _between(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    a, b = (moment.astimezone(calendar.tz).replace(tzinfo=None) for moment in (start, end))
    days = ((a.date() + timedelta(days=n)) for n in range((b.date() - a.date()).days + 1))
    parts = (min(closing, b) - max(opening, a) for day in days for opening, closing in _open(calendar, day))
    return sum((part for part in parts if part > timedelta()), timedelta())


@every_calendar
@settings(deadline=None)
@given(start=instants, span=hours)
def test_working_hours_end_where_walking_them_ends(calendar: WorkingCalendar, start: datetime, span: Span) -> None:
    assert calendar.due_at(start, span) == _due(calendar, start, timedelta(hours=span.amount))


@every_calendar
@settings(deadline=None)
@given(start=instants, length=st.timedeltas(timedelta(), timedelta(days=60)))
def test_working_time_between_is_what_walking_counts(
    calendar: WorkingCalendar, start: datetime, length: timedelta
) -> None:
    assert calendar.worked_between(start, start + length) == _between(calendar, start, start + length)


@every_calendar
@settings(deadline=None)
@given(start=instants, span=hours, share=st.floats(0.01, 0.99))
def test_a_share_of_working_hours_is_reached_where_walking_reaches_it(
    calendar: WorkingCalendar, start: datetime, span: Span, share: float
) -> None:
    due = calendar.due_at(start, span)
    reached = _due(calendar, start, _between(calendar, start, due) * share)
    assert calendar.share(start, due, span.unit, share) == min(max(reached, start), due)
