"""Calendars that differ from place to place, in the database."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DataError
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, Actor, Invalid, NotAllowed, NotFound, Role
from linli.kernel.audit.models import Record
from linli.kernel.clock import verbs
from linli.kernel.clock.models import CalendarDay, OfficeHours, Version
from linli.kernel.clock.queries import calendar_for, calendars, days_of, days_set_above, hours_set_above
from linli.kernel.clock.tests.test_calendar import at
from linli.kernel.declare import working_days, working_hours

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
CITY, DISTRICT, STREET, OTHER = "3101", "310115", "310115004", "310104001"
KEEPER = Actor(role=Role.DATA_KEEPER, scope=DISTRICT, name="陈立", account_id=uuid4())
TUESDAY = dt.date(2026, 3, 3)
SUMMER = [(dt.time(8), dt.time(12)), (dt.time(15), dt.time(18))]


@pytest.fixture(autouse=True)
def _see_everything() -> None:
    from linli.kernel.access import look_as

    look_as(SYSTEM)


def set_day(place_code: str, working: bool, *, by: Actor = SYSTEM, date: dt.date = TUESDAY) -> CalendarDay:
    return verbs.set_day(by=by, at=NOW, place_code=place_code, date=date, working=working, name="三月三")


def test_without_overrides_the_nation_decides() -> None:
    assert calendar_for(STREET).due_at(at("2026-09-30 15:00"), working_days(1)) == at("2026-10-08 17:30")


def test_the_nearest_place_wins_day_by_day() -> None:
    set_day("", False)
    set_day(DISTRICT, True)
    set_day(STREET, False)
    verbs.set_day(by=SYSTEM, at=NOW, place_code="", date=dt.date(2026, 3, 4), working=False)
    offices = {code: calendar_for(code).is_working(TUESDAY) for code in ("", CITY, DISTRICT, STREET, OTHER)}
    assert offices == {"": False, CITY: False, DISTRICT: True, STREET: False, OTHER: False}
    assert not calendar_for(STREET + "001").is_working(dt.date(2026, 3, 4))
    assert calendar_for(STREET + "001").day_name(TUESDAY) == "三月三"


def test_a_prefix_is_not_a_place_that_merely_begins_alike() -> None:
    set_day(STREET, False)
    assert calendar_for("310115005").is_working(TUESDAY)


def test_a_change_is_seen_at_once_and_can_be_taken_back() -> None:
    assert calendar_for(STREET).is_working(TUESDAY)
    set_day(STREET, False)
    assert not calendar_for(STREET).is_working(TUESDAY)
    verbs.clear_day(by=SYSTEM, at=NOW, place_code=STREET, date=TUESDAY)
    assert calendar_for(STREET).is_working(TUESDAY)
    with pytest.raises(NotFound):
        verbs.clear_day(by=SYSTEM, at=NOW, place_code=STREET, date=TUESDAY)


def test_a_change_rolled_back_leaves_no_trace_in_the_process() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        set_day(STREET, False)
        assert not calendar_for(STREET).is_working(TUESDAY)
        raise RuntimeError
    assert calendar_for(STREET).is_working(TUESDAY)


def test_an_unchanged_calendar_costs_one_query_and_is_shared() -> None:
    set_day(DISTRICT, False)
    first = calendar_for(STREET)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert calendar_for("310115005001") is first
    assert len(queries) == 1
    snapshot = calendars()
    with CaptureQueriesContext(connection) as queries:
        assert snapshot.at(STREET) is first
    assert len(queries) == 0


def test_office_hours_from_a_day_on_and_the_nearest_place() -> None:
    june = dt.date(2026, 6, 1)
    verbs.set_hours(by=SYSTEM, at=NOW, place_code="", hours=SUMMER, valid_from=june)
    verbs.set_hours(
        by=KEEPER, at=NOW, place_code=STREET, hours=[(dt.time(10), dt.time(19))], valid_from=dt.date(2026, 7, 1)
    )
    street, other = calendar_for(STREET), calendar_for(OTHER)
    assert street.closing(dt.date(2026, 5, 29)) == at("2026-05-29 17:30")
    assert street.closing(june) == at("2026-06-01 18:00")
    assert street.closing(dt.date(2026, 7, 1)) == at("2026-07-01 19:00")
    assert other.closing(dt.date(2026, 7, 1)) == at("2026-07-01 18:00")
    # A later rule of a wider place does not overrule the nearer one.
    verbs.set_hours(by=SYSTEM, at=NOW, place_code="", hours=SUMMER, valid_from=dt.date(2026, 8, 3))
    assert calendar_for(STREET).closing(dt.date(2026, 8, 3)) == at("2026-08-03 19:00")
    assert calendar_for(STREET).due_at(at("2026-06-30 17:00"), working_hours(2)) == at("2026-07-01 11:00")
    assert [row.place_code for row in hours_set_above(STREET)] == ["", STREET, ""]
    verbs.clear_hours(by=KEEPER, at=NOW, place_code=STREET, valid_from=dt.date(2026, 7, 1))
    assert calendar_for(STREET).closing(dt.date(2026, 7, 1)) == at("2026-07-01 18:00")


@pytest.mark.parametrize(
    ("by", "place_code"),
    [
        (KEEPER, CITY),
        (KEEPER, ""),
        (KEEPER, OTHER),
        (Actor(role=Role.DISPATCHER, scope=DISTRICT), DISTRICT),
        (Actor(role=Role.RESIDENT), STREET),
    ],
)
def test_who_may_not_change_changes_nothing(by: Actor, place_code: str) -> None:
    with pytest.raises(NotAllowed):
        set_day(place_code, False, by=by)
    with pytest.raises(NotAllowed):
        verbs.clear_day(by=by, at=NOW, place_code=place_code, date=TUESDAY)
    with pytest.raises(NotAllowed):
        verbs.set_hours(by=by, at=NOW, place_code=place_code, hours=SUMMER, valid_from=TUESDAY)
    with pytest.raises(NotAllowed):
        verbs.clear_hours(by=by, at=NOW, place_code=place_code, valid_from=TUESDAY)
    assert not CalendarDay.objects.exists()
    assert not Record.objects.filter(stream__startswith="clock:").exists()


def test_each_change_is_one_record_and_no_change_is_none() -> None:
    set_day(STREET, False, by=KEEPER)
    set_day(STREET, False, by=KEEPER)
    set_day(STREET, True, by=KEEPER)
    verbs.clear_day(by=KEEPER, at=NOW, place_code=STREET, date=TUESDAY)
    verbs.set_hours(by=KEEPER, at=NOW, place_code=STREET, hours=SUMMER, valid_from=TUESDAY)
    records = Record.objects.filter(stream=f"clock:{STREET}").order_by("stream_seq")
    assert [(r.verb, r.place_code) for r in records] == [
        ("clock.set_day", STREET), ("clock.set_day", STREET), ("clock.clear_day", STREET),
        ("clock.set_hours", STREET),
    ]  # fmt: skip
    assert records[0].before is None
    assert records[1].before == records[0].after == {"date": "2026-03-03", "working": False, "name": "三月三"}
    assert records[2].after is None
    assert records[3].after["hours"] == [["08:00", "12:00"], ["15:00", "18:00"]]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("place_code", {"place_code": "浦东"}),
        ("date", {"date": dt.date(1200, 1, 1)}),
        ("name", {"name": "很" * 61}),
        ("name", {"name": "两\n行"}),
    ],
)
def test_a_bad_day_is_refused_by_field(field: str, change: dict[str, object]) -> None:
    given = {"place_code": STREET, "date": TUESDAY, "working": False, "name": "", **change}
    with pytest.raises(Invalid) as refusal:
        verbs.set_day(by=SYSTEM, at=NOW, **given)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize(
    "hours", [[], [(dt.time(12), dt.time(9))], [(dt.time(9), dt.time(9, 0, 30))], [(dt.time(9), dt.time(9))]]
)
def test_bad_hours_are_refused(hours: list[tuple[dt.time, dt.time]]) -> None:
    with pytest.raises(Invalid) as refusal:
        verbs.set_hours(by=SYSTEM, at=NOW, place_code=STREET, hours=hours, valid_from=TUESDAY)
    assert list(refusal.value.fields) == ["hours"]


@pytest.mark.parametrize(
    "row",
    [
        CalendarDay(place_code="abc", date=TUESDAY, working=True),
        CalendarDay(place_code="31", date=TUESDAY, working=True, name="很" * 61),
        OfficeHours(place_code="x", valid_from=TUESDAY, hours=[["09:00", "12:00"]]),
        Version(id=2),
    ],
)
def test_the_database_refuses_it_too(row: CalendarDay | OfficeHours | Version) -> None:
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        row.save(force_insert=True)


def test_the_page_of_a_month() -> None:
    set_day(STREET, False)
    month = days_of(STREET, dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    assert len(month) == 31
    assert (month[2].working, month[2].name, month[2].announced) == (False, "三月三", True)
    assert [row.date for row in days_set_above(STREET + "001", 2026)] == [TUESDAY]
    assert not days_of(STREET, dt.date(2028, 1, 3), dt.date(2028, 1, 3))[0].announced


def test_a_lost_version_row_is_made_again() -> None:
    """Flushing all tables, as tests with several connections do, takes the row a migration made."""
    Version.objects.all().delete()
    assert calendar_for(STREET).is_working(TUESDAY)
    set_day(STREET, False)
    assert not calendar_for(STREET).is_working(TUESDAY)
