"""Laws every calendar must keep, tried on thousands of random instants and spans."""

from __future__ import annotations

import time as stopwatch
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.clock.tests.test_calendar import CHINA, at
from linli.kernel.declare import Span, Unit, working_days, working_hours

instants = st.datetimes(datetime(2024, 6, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
pauses = st.timedeltas(timedelta(), timedelta(days=40))
units = st.sampled_from(Unit)
spans = st.builds(Span, st.integers(1, 90), units)
shares = st.floats(0, 1)

# No deadline for an example: the first one builds the tables of its years, on a machine that may be busy.
law = settings(deadline=None)


@law
@given(instants, spans)
def test_a_deadline_is_never_before_its_start(start: datetime, span: Span) -> None:
    assert CHINA.due_at(start, span) > start


@law
@given(instants, pauses, spans)
def test_who_starts_later_ends_no_earlier(start: datetime, later: timedelta, span: Span) -> None:
    assert CHINA.due_at(start, span) <= CHINA.due_at(start + later, span)


@law
@given(instants, spans)
def test_more_time_ends_no_earlier(start: datetime, span: Span) -> None:
    assert CHINA.due_at(start, span) <= CHINA.due_at(start, Span(span.amount + 1, span.unit))


@law
@given(instants, spans, pauses)
def test_a_pause_of_no_length_moves_nothing(start: datetime, span: Span, later: timedelta) -> None:
    due, paused = CHINA.due_at(start, span), start + later
    assert CHINA.resume(span.unit, paused, due, paused).due == due


@law
@given(instants, spans, pauses, pauses, pauses)
def test_a_longer_pause_ends_no_earlier(
    start: datetime, span: Span, later: timedelta, pause: timedelta, more: timedelta
) -> None:
    due, paused = CHINA.due_at(start, span), start + later
    first = CHINA.resume(span.unit, paused, due, paused + pause).due
    second = CHINA.resume(span.unit, paused, due, paused + pause + more).due
    assert due <= first <= second
    if paused < due:
        assert first >= paused + pause


@law
@given(instants, st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.WORKING_DAY, Unit.WORKING_HOUR]), pauses, pauses)
def test_a_pause_keeps_the_time_that_was_left(
    start: datetime, unit: Unit, later: timedelta, pause: timedelta
) -> None:
    due, paused = CHINA.due_at(start, Span(60, unit)), start + later
    if paused >= due:
        return
    moved = CHINA.resume(unit, paused, due, paused + pause).due
    assert CHINA.remaining(unit, paused, due) == CHINA.remaining(unit, paused + pause, moved)


@law
@given(instants, spans, shares, shares)
def test_shares_grow_from_start_to_due(start: datetime, span: Span, one: float, other: float) -> None:
    due = CHINA.due_at(start, span)
    low, high = sorted((one, other))
    assert start <= CHINA.share(start, due, span.unit, low) <= CHINA.share(start, due, span.unit, high) <= due
    assert CHINA.share(start, due, span.unit, 0) == start
    assert CHINA.share(start, due, span.unit, 1) == due


@law
@given(instants, instants, instants)
def test_working_time_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    assert CHINA.worked_between(a, b) + CHINA.worked_between(b, c) == CHINA.worked_between(a, c)
    assert CHINA.worked_between(a, b) == -CHINA.worked_between(b, a)
    if a <= b:
        assert timedelta() <= CHINA.worked_between(a, b) <= b - a


@law
@given(instants, st.integers(1, 500))
def test_the_working_hours_added_are_the_hours_between(start: datetime, amount: int) -> None:
    assert CHINA.minutes_between(start, CHINA.due_at(start, working_hours(amount))) == amount * 60


@law
@given(instants, st.integers(1, 90))
def test_the_nth_working_day_has_n_working_days_behind_it(start: datetime, amount: int) -> None:
    due = CHINA.local(CHINA.due_at(start, working_days(amount)))
    day, counted = CHINA.local(start).date(), 0
    while day < due.date():
        day += timedelta(days=1)
        counted += CHINA.is_working(day)
    assert counted == amount
    assert CHINA.is_working(due.date())


def test_ten_thousand_deadlines_a_second() -> None:
    """The promise is 10,000 a second; a tenth of that is asserted, since the machine may be shared."""
    start, span = at("2026-01-05 10:00"), working_days(10)
    CHINA.due(start, span)
    began = stopwatch.perf_counter()
    for minute in range(2_000):
        CHINA.due_at(start + timedelta(minutes=37 * minute), span)
    assert stopwatch.perf_counter() - began < 2


@law
@given(instants, spans, st.timedeltas(timedelta(minutes=1), timedelta(hours=300)))
def test_counting_back_from_a_deadline_leaves_that_much_time(
    start: datetime, span: Span, length: timedelta
) -> None:
    due = CHINA.due_at(start, span)
    assert CHINA.remaining(span.unit, CHINA.back(span.unit, due, length), due) == length
