"""Imports promise what a report would have been promised: the reckoner against the verb, on any day at any hour."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import SYSTEM
from linli.kernel.clock import verbs as clock
from linli.kernel.matters import verbs
from linli.kernel.matters.clock import tick_due
from linli.kernel.matters.models import Matter
from linli.kernel.matters.verbs.bulk import Incoming, take_in

from .cast import HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, STREET, Cast

SAME = (
    "answer_due", "finish_due", "finish_span", "leg", "leg_from", "leg_span", "due_at", "stage", "climbed",
    "next_tick_at", "state", "department", "urgency", "public", "ever_late",
)  # fmt: skip
KINDS = ("unlicensed-stall", "illegal-building", "inquiry")
PLACES = (HOOD, OTHER_HOOD, OTHER_STREET + "001")
keys = count()


@pytest.fixture
def town(cast: Cast) -> Cast:
    """Places that differ: numbers of their own, hours of their own, a day off that others work."""
    verbs.set_numbers(by=SYSTEM, at=MONDAY, kind="unlicensed-stall", place_code=STREET, finish="36 hour", warn=0.5)
    verbs.set_numbers(by=SYSTEM, at=MONDAY, kind="unlicensed-stall", place_code=HOOD, answer="90 minute")
    verbs.set_numbers(by=SYSTEM, at=MONDAY, kind="inquiry", place_code=OTHER_STREET, finish="2 day")
    hours = [(time(8, 30), time(12)), (time(13, 30), time(17))]
    clock.set_hours(by=SYSTEM, at=MONDAY, place_code=OTHER_STREET, hours=hours, valid_from=date(2026, 1, 1))
    clock.set_day(by=SYSTEM, at=MONDAY, place_code=STREET, date=date(2026, 9, 9), working=False, name="停电")
    return cast


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    # From before the Mid-Autumn to after the National Day holiday, with its working weekends.
    at=st.datetimes(datetime(2026, 9, 5), datetime(2026, 10, 20), timezones=st.just(ZoneInfo("Asia/Shanghai"))),
    kind=st.sampled_from(KINDS),
    place=st.sampled_from(PLACES),
    urgency=st.sampled_from(["", "urgent", "normal"]),
)
def test_an_import_promises_what_the_verb_promises(
    town: Cast, at: datetime, kind: str, place: str, urgency: str
) -> None:
    given = {"kind": kind, "title": "有事", "body": "有事要办", "place_code": place}
    opened = verbs.open_matter(by=SYSTEM, at=at, source="desk", urgency=urgency or None, **given)
    row = Incoming(source="import:t", source_key=str(next(keys)), opened_at=at, urgency=urgency, **given)
    taken = take_in([row], by=SYSTEM, at=at)
    assert not taken.refused
    brought = Matter.objects.get(id=taken.new[0])
    opened = Matter.objects.get(id=opened.id)
    assert {name: getattr(brought, name) for name in SAME} == {name: getattr(opened, name) for name in SAME}


def test_what_arrives_late_stands_where_the_clock_would_have_brought_it(town: Cast) -> None:
    now = MONDAY + timedelta(days=30)
    given = {"kind": "inquiry", "title": "有事", "body": "有事要办", "place_code": HOOD}
    opened = verbs.open_matter(by=SYSTEM, at=MONDAY, source="desk", **given)
    while tick_due(at=now):
        pass
    row = Incoming(source="import:t", source_key="late", opened_at=MONDAY, **given)
    brought = Matter.objects.get(id=take_in([row], by=SYSTEM, at=now).new[0])
    ticked = Matter.objects.get(id=opened.id)
    moved = (
        "stage",
        "climbed",
        "ever_late",
        "due_at",
    )  # but nobody is asked in writing about another system's past
    assert {name: getattr(brought, name) for name in moved} == {name: getattr(ticked, name) for name in moved}
    assert brought.stage == 3 and brought.ever_late
