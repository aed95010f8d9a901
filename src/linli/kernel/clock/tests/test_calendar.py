"""The arithmetic of deadlines over the real holidays of 2025 and 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from linli.kernel.clock import china
from linli.kernel.clock.calendar import OFFICE_HOURS, WorkingCalendar
from linli.kernel.clock.reckoning import Line, Step
from linli.kernel.clock.years import OutOfCalendarError
from linli.kernel.declare import Span, Unit, days, hours, minutes, working_days, working_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar(OFFICE_HOURS, china.working_day, SHANGHAI, day_name=china.day_name, known_year=china.known)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        # An ordinary week: the day of the start is not counted, the end is the end of business.
        ("2026-03-02 10:00", working_days(1), "2026-03-03 17:30"),
        ("2026-03-02 10:00", working_days(5), "2026-03-09 17:30"),
        ("2026-03-02 08:00", working_hours(2), "2026-03-02 11:00"),
        ("2026-03-02 11:00", working_hours(2), "2026-03-02 14:30"),
        ("2026-03-02 09:00", working_hours(7), "2026-03-02 17:30"),
        ("2026-03-02 12:30", working_hours(1), "2026-03-02 14:30"),
        ("2026-03-02 23:50", minutes(30), "2026-03-03 00:20"),
        ("2026-03-06 18:00", hours(24), "2026-03-07 18:00"),
        # After closing and on days off.
        ("2026-03-06 18:00", working_days(1), "2026-03-09 17:30"),
        ("2026-03-07 10:00", working_days(1), "2026-03-09 17:30"),
        ("2026-03-07 10:00", working_hours(1), "2026-03-09 10:00"),
        ("2026-03-06 20:00", working_hours(1), "2026-03-09 10:00"),
        # Calendar days: run through the weekend, but do not end on it.
        ("2026-03-02 10:00", days(3), "2026-03-05 17:30"),
        ("2026-03-02 10:00", days(5), "2026-03-09 17:30"),
        # National Day 2026: off 1st to 7th, Saturday 10th worked, Sunday 20 September worked.
        ("2026-09-30 15:00", working_days(1), "2026-10-08 17:30"),
        ("2026-09-30 15:00", working_days(3), "2026-10-10 17:30"),
        ("2026-09-30 15:00", working_days(5), "2026-10-13 17:30"),
        ("2026-09-30 15:00", working_hours(3), "2026-10-08 09:30"),
        ("2026-09-30 15:00", days(3), "2026-10-08 17:30"),
        ("2026-09-30 15:00", days(10), "2026-10-10 17:30"),
        ("2026-09-30 15:00", hours(48), "2026-10-02 15:00"),
        ("2026-09-18 10:00", working_days(1), "2026-09-20 17:30"),
        ("2026-09-19 10:00", working_hours(1), "2026-09-20 10:00"),
        # National Day and Mid-autumn 2025: off 1st to 8th, Sunday 28 September and Saturday 11th worked.
        ("2025-09-30 15:00", working_days(3), "2025-10-11 17:30"),
        ("2025-09-27 12:00", working_days(1), "2025-09-28 17:30"),
        ("2025-09-30 15:00", days(8), "2025-10-09 17:30"),
        # New Year 2026: off Thursday to Saturday, Sunday 4 January worked; the year turns in between.
        ("2025-12-31 16:30", working_hours(2), "2026-01-04 10:00"),
        ("2025-12-30 16:30", working_days(2), "2026-01-04 17:30"),
        ("2025-12-31 16:30", days(1), "2026-01-04 17:30"),
        # Spring Festival 2026: off 15 to 23 February, Saturdays 14 and 28 worked.
        ("2026-02-13 09:00", working_days(2), "2026-02-24 17:30"),
        ("2026-02-14 17:00", working_hours(1), "2026-02-24 09:30"),
        ("2026-02-13 09:00", days(7), "2026-02-24 17:30"),
        ("2026-02-27 09:00", working_days(1), "2026-02-28 17:30"),
        # Beyond what has been announced the week decides, and the holidays the law fixes.
        ("2027-10-11 15:00", working_days(5), "2027-10-18 17:30"),
        ("2027-09-30 15:00", working_days(1), "2027-10-04 17:30"),
        ("2026-12-31 15:00", working_days(1), "2027-01-04 17:30"),
    ],
)
def test_due(start: str, span: Span, due: str) -> None:
    reckoning = CHINA.due(at(start), span)
    assert reckoning.due == at(due)
    assert reckoning.due == CHINA.due_at(at(start), span)
    assert reckoning.due.tzinfo is UTC


def test_the_arithmetic_over_national_day() -> None:
    lines = CHINA.due(at("2026-09-30 15:00"), working_days(5)).lines
    assert [line.as_json() for line in lines] == [
        {"step": "start", "at": "2026-09-30T15:00:00+08:00", "amount": 5, "unit": "working_day"},
        {"step": "holiday", "first": "2026-10-01", "last": "2026-10-07", "name": "National Day"},
        {"step": "extra", "day": "2026-10-10", "name": "National Day"},
        {"step": "weekend", "first": "2026-10-11", "last": "2026-10-11", "count": 1},
        {"step": "nth", "n": 5, "at": "2026-10-13T17:30:00+08:00"},
    ]
    assert tuple(Line.from_json(line.as_json()) for line in lines) == lines


def test_two_festivals_that_touch_are_two_lines() -> None:
    lines = CHINA.due(at("2025-09-30 15:00"), working_days(1)).lines
    told = [(line.values["name"], line.values["first"], line.values["last"]) for line in lines[1:-1]]
    assert told == [
        ("National Day", "2025-10-01", "2025-10-05"),
        ("Mid-autumn Festival", "2025-10-06", "2025-10-06"),
        ("National Day", "2025-10-07", "2025-10-08"),
    ]


@pytest.mark.parametrize(
    ("start", "amount"), [("2026-09-29 16:00", 20), ("2026-03-02 09:30", 1), ("2026-02-13 18:00", 30)]
)
def test_the_lines_of_working_hours_add_up_to_the_span(start: str, amount: int) -> None:
    lines = CHINA.due(at(start), working_hours(amount)).lines
    counted = [line.values["minutes"] for line in lines if line.step in (Step.PART, Step.WHOLE)]
    assert sum(int(part) for part in counted) == amount * 60


def test_a_moved_last_day_says_from_where_to_where() -> None:
    lines = CHINA.due(at("2026-09-30 15:00"), days(3)).lines
    assert lines[1].as_json() == {
        "step": "moved", "day": "2026-10-03", "name": "National Day", "to": "2026-10-08",
    }  # fmt: skip


def test_years_not_announced_are_named() -> None:
    reckoning = CHINA.due(at("2026-12-30 15:00"), working_days(5))
    assert reckoning.assumed_years == (2027,)
    assert reckoning.lines[-1].as_json() == {"step": "assumed", "year": 2027}
    assert CHINA.due(at("2026-10-30 15:00"), working_days(5)).assumed_years == ()


@pytest.mark.parametrize(
    ("unit", "paused", "due", "resumed", "expected"),
    [
        # 30 minutes of Wednesday and 7 hours of Thursday 8 October are left, and are left again.
        (Unit.WORKING_DAY, "2026-09-30 17:00", "2026-10-08 17:30", "2026-10-09 17:00", "2026-10-10 17:30"),
        # A pause that lies in the holiday alone moves nothing.
        (Unit.WORKING_DAY, "2026-09-30 17:30", "2026-10-09 17:30", "2026-10-08 08:59", "2026-10-09 17:30"),
        (Unit.WORKING_DAY, "2026-10-01 10:00", "2026-10-09 17:30", "2026-10-05 10:00", "2026-10-09 17:30"),
        (Unit.WORKING_HOUR, "2026-09-30 16:00", "2026-10-08 09:30", "2026-10-08 10:00", "2026-10-08 12:00"),
        # One whole working week.
        (Unit.WORKING_DAY, "2026-03-02 10:00", "2026-03-04 17:30", "2026-03-09 10:00", "2026-03-11 17:30"),
        (Unit.MINUTE, "2026-09-30 15:00", "2026-09-30 15:20", "2026-10-03 09:00", "2026-10-03 09:20"),
        (Unit.HOUR, "2026-09-30 15:00", "2026-10-01 15:00", "2026-10-08 09:00", "2026-10-09 09:00"),
        # Calendar days: moved by the days of the pause, and off the weekend.
        (Unit.DAY, "2026-03-02 10:00", "2026-03-05 17:30", "2026-03-04 16:00", "2026-03-09 17:30"),
        (Unit.DAY, "2026-03-02 10:00", "2026-03-05 17:30", "2026-03-02 16:00", "2026-03-05 17:30"),
        (Unit.DAY, "2026-03-05 10:00", "2026-03-05 17:30", "2026-03-05 20:00", "2026-03-06 17:30"),
        (Unit.DAY, "2026-03-05 10:00", "2026-03-05 17:30", "2026-03-06 20:00", "2026-03-09 17:30"),
        # A deadline set by hand for the evening: not past before it is resumed.
        (Unit.WORKING_DAY, "2026-03-05 19:00", "2026-03-05 20:00", "2026-03-05 21:00", "2026-03-05 21:00"),
        # Late before the pause stays late by the same deadline.
        (Unit.WORKING_DAY, "2026-03-06 10:00", "2026-03-05 17:30", "2026-03-20 10:00", "2026-03-05 17:30"),
        (Unit.MINUTE, "2026-03-06 10:00", "2026-03-06 10:00", "2026-03-20 10:00", "2026-03-06 10:00"),
        (Unit.DAY, "2026-03-06 10:00", "2026-03-05 17:30", "2026-03-20 10:00", "2026-03-05 17:30"),
    ],
)
def test_resume(unit: Unit, paused: str, due: str, resumed: str, expected: str) -> None:
    assert CHINA.resume(unit, at(paused), at(due), at(resumed)).due == at(expected)


def test_a_pause_shows_its_arithmetic() -> None:
    reckoning = CHINA.resume(
        Unit.WORKING_DAY, at("2026-09-29 15:00"), at("2026-09-30 17:30"), at("2026-09-30 15:30")
    )
    # 9½ hours were left: 2 on the day of the resumption, 7 on the first day after the holiday, ½ on the next
    assert reckoning.due == at("2026-10-09 09:30")
    assert [line.step for line in reckoning.lines] == [
        Step.PAUSED, Step.LEFT, Step.PART, Step.HOLIDAY, Step.WHOLE, Step.PART, Step.DUE,
    ]  # fmt: skip
    left = reckoning.lines[1].values["minutes"]
    assert left == 150 + 420
    assert left == sum(int(line.values["minutes"]) for line in reckoning.lines[2:] if "minutes" in line.values)


def test_a_late_matter_says_that_it_stays_late() -> None:
    lines = CHINA.resume(
        Unit.WORKING_DAY, at("2026-03-06 10:00"), at("2026-03-05 17:30"), at("2026-03-20 10:00")
    ).lines
    assert [line.step for line in lines] == [Step.PAUSED, Step.LATE]


@pytest.mark.parametrize(
    ("start", "due", "unit", "share", "expected"),
    [
        ("2026-03-02 09:00", "2026-03-03 17:30", Unit.WORKING_DAY, 0.5, "2026-03-02 17:30"),
        ("2026-03-02 09:00", "2026-03-06 17:30", Unit.WORKING_DAY, 0.8, "2026-03-05 17:30"),
        # 80 % of 35 working hours: the holiday does not use up the warning.
        ("2026-09-30 17:30", "2026-10-13 17:30", Unit.WORKING_DAY, 0.8, "2026-10-12 17:30"),
        ("2026-03-07 10:00", "2026-03-09 17:30", Unit.WORKING_DAY, 0.0, "2026-03-07 10:00"),
        ("2026-03-02 10:00", "2026-03-02 20:00", Unit.HOUR, 0.8, "2026-03-02 18:00"),
        ("2026-03-02 10:00", "2026-03-12 10:00", Unit.DAY, 0.5, "2026-03-07 10:00"),
        # No working time at all between the two: the clock decides.
        ("2026-03-07 10:00", "2026-03-07 20:00", Unit.WORKING_HOUR, 0.8, "2026-03-07 18:00"),
    ],
)
def test_share(start: str, due: str, unit: Unit, share: float, expected: str) -> None:
    assert CHINA.share(at(start), at(due), unit, share) == at(expected)


def test_overrides_win_and_need_no_announcement() -> None:
    local_festival = date(2026, 3, 3)
    place = WorkingCalendar(
        OFFICE_HOURS,
        lambda day: day != local_festival and china.working_day(day),
        SHANGHAI,
        day_name=lambda day: "三月三" if day == local_festival else china.day_name(day),
    )
    reckoning = place.due(at("2026-03-02 10:00"), working_days(1))
    assert reckoning.due == at("2026-03-04 17:30")
    assert reckoning.lines[1].values["name"] == "三月三"


def test_hours_that_change_from_a_day_on() -> None:
    summer = ((time(8), time(12)), (time(15), time(18)))
    place = WorkingCalendar(OFFICE_HOURS, china.working_day, SHANGHAI, changes=((date(2026, 6, 1), summer),))
    assert place.due_at(at("2026-05-28 10:00"), working_days(1)) == at("2026-05-29 17:30")
    assert place.due_at(at("2026-05-29 10:00"), working_days(1)) == at("2026-06-01 18:00")
    assert place.due_at(at("2026-05-29 17:00"), working_hours(1)) == at("2026-06-01 08:30")


@pytest.mark.parametrize(
    ("opened", "moment"),
    [
        (True, "2026-10-10 09:00"),
        (False, "2026-10-10 12:00"),
        (False, "2026-10-01 10:00"),
        (False, "2026-10-10 17:30"),
    ],
)
def test_is_open(opened: bool, moment: str) -> None:
    assert CHINA.is_open(at(moment)) is opened


def test_what_cannot_be_reckoned_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        CHINA.due_at(datetime(2026, 1, 1), working_days(1))  # the missing zone is the point
    with pytest.raises(ValueError, match="no time"):
        CHINA.due_at(at("2026-01-01 10:00"), working_days(0))
    with pytest.raises(OutOfCalendarError):
        CHINA.due_at(at("2026-01-01 10:00"), working_days(100_000))
    with pytest.raises(OutOfCalendarError):
        CHINA.due_at(at("2026-01-01 10:00"), days(10**9))
    with pytest.raises(OutOfCalendarError):
        WorkingCalendar(OFFICE_HOURS, lambda day: False, SHANGHAI).due_at(at("2026-01-01 10:00"), working_hours(1))
    with pytest.raises(ValueError, match="before it began"):
        CHINA.resume(Unit.HOUR, at("2026-01-02 10:00"), at("2026-01-03 10:00"), at("2026-01-01 10:00"))


@pytest.mark.parametrize("bad", [(), ((time(12), time(9)),), ((time(9), time(12)), (time(12), time(13)))])
def test_bad_hours_are_refused(bad: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="office hours"):
        WorkingCalendar(bad, china.working_day, SHANGHAI)
