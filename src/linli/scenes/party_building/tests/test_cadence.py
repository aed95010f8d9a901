"""What is owed when: pure arithmetic."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.scenes.party_building import cadence, rules

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
EVERY = st.sampled_from(["month", "quarter", "half", "year"])


@given(EVERY, DAYS)
def test_every_day_lies_in_one_stretch_and_stretches_follow_each_other(every: str, day: date):
    first, last = cadence.stretch(every, day)
    assert first <= day <= last and first.day == 1
    assert cadence.stretch(every, first) == cadence.stretch(every, last) == (first, last)
    assert cadence.before(every, first)[1] == first - timedelta(days=1)


@pytest.mark.parametrize(
    ("every", "day", "first", "last"),
    [
        ("month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
        ("quarter", "2026-10-01", "2026-10-01", "2026-12-31"),
        ("half", "2026-06-30", "2026-01-01", "2026-06-30"),
        ("year", "2026-01-01", "2026-01-01", "2026-12-31"),
    ],
)
def test_stretches_at_their_edges(every: str, day: str, first: str, last: str):
    assert cadence.stretch(every, date.fromisoformat(day)) == (date.fromisoformat(first), date.fromisoformat(last))


def test_the_nearest_place_wins_and_none_is_owed_where_it_says_so():
    rows = [
        ("990101001", "lecture", "half", 1, date(2026, 1, 1)),
        ("990101", "lecture", "month", 1, date(2026, 1, 1)),
        ("990101001001", "theme", "month", 0, date(2026, 1, 1)),
        ("990101001001", "assembly", "month", 1, date(2027, 1, 1)),
    ]
    owed = cadence.owed_at("990101001001", rows, date(2026, 9, 7))
    assert (owed["lecture"].every, owed["assembly"].every) == ("half", "quarter") and "theme" not in owed
    assert cadence.owed_at("990102", rows, date(2026, 9, 7)) == dict(cadence.RULES)


@given(DAYS, st.integers(0, 200))
def test_months_later_is_never_past_the_end_of_the_month(day: date, months: int):
    later = rules.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months and later.day <= day.day
