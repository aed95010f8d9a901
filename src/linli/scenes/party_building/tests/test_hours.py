"""Hours of opening as people write them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.scenes.party_building import hours
from linli.scenes.party_building.hours import Span


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("周一至周五 8:30-11:30 13:30-17:00", ["周一至周五 8:30–11:30 13:30–17:00"]),
        ("星期六 ９：００－１２：００", ["周六 9:00–12:00"]),
        ("周一、三、五 9:00-11:00", ["周一 9:00–11:00", "周三 9:00–11:00", "周五 9:00–11:00"]),
        ("每天 0:00-24:00", ["每天 0:00–24:00"]),
        ("工作日 9:00–17:00\n周日 9:00-10:00", ["周一至周五 9:00–17:00", "周日 9:00–10:00"]),
    ],
)
def test_what_people_write_is_read(written: str, said: list[str]):
    assert hours.words(hours.parse(written)) == said


@pytest.mark.parametrize(
    "written",
    [
        "周一", "8:00-9:00", "周八 9:00-10:00", "周一 9:00-8:00", "周一 9:00-9:00", "周一 25:00-26:00", "周一 9:61-10:00",
        "周一 9:00-10:00\n周一 9:30-11:00", "周一 9:00-10:00 下午休息",
    ],
)  # fmt: skip
def test_what_says_no_hours_is_not_guessed(written: str):
    with pytest.raises(hours.Unreadable):
        hours.parse(written)


def _span(weekday: int, half: int, opens: int, lasts: int) -> Span:
    return Span(weekday, half * 720 + opens, half * 720 + min(720, opens + lasts))


def weeks() -> st.SearchStrategy[list[Span]]:
    """At most one span in each half of a day."""
    span = st.builds(_span, st.integers(1, 7), st.integers(0, 1), st.integers(0, 719), st.integers(1, 720))
    return st.lists(span, max_size=6, unique_by=lambda s: (s.weekday, s.opens // 720)).map(sorted)


@given(weeks())
def test_what_is_said_is_read_back(spans: list[Span]):
    assert hours.parse("\n".join(hours.words(spans))) == spans


@given(weeks(), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
def test_it_is_open_now_or_opens_next_within_a_week(spans: list[Span], local: datetime):
    now, after = hours.open_at(spans, local), hours.next_open(spans, local)
    minute = local.hour * 60 + local.minute
    assert now is None or now.opens <= minute < now.closes
    assert (after is None) == (not spans)
    if after:
        ahead, span = after
        assert 0 <= ahead <= 7 and (ahead or span.opens > minute)
        assert (local.isoweekday() - 1 + ahead) % 7 + 1 == span.weekday


def test_english_says_the_same_days():
    assert hours.words(hours.parse("周一至周五 9:00-17:00"), english=True) == ["Mon to Fri 9:00–17:00"]
