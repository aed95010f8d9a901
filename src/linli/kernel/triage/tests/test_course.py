"""How the course of a topic is told: bars that fit on a page, and whether it grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linli.kernel.triage.trending import BARS, EVER, RANGES, Course

END = datetime(2026, 3, 31, 12, tzinfo=UTC)


def ago(*days: float) -> list[datetime]:
    return [END - timedelta(days=day) for day in days]


@pytest.mark.parametrize(("days", "step", "bars"), [(7, 1, 7), (30, 1, 30), (90, 7, 13), (365, 7, 53)])
def test_every_range_has_bars_that_fit(days: int, step: int, bars: int) -> None:
    course = Course.over(days, END, END)
    assert (course.step, course.bars) == (step, bars)
    assert all(Course.over(one, END - timedelta(days=8000), END).bars <= BARS for one in RANGES)


def test_everything_there_is_begins_with_the_first_report() -> None:
    assert (Course.over(EVER, END - timedelta(days=20), END).step, Course.over(EVER, END, END).bars) == (1, 1)
    long = Course.over(EVER, END - timedelta(days=3000), END)
    assert (long.step, long.bars) == (365, 9)


def test_every_report_is_in_one_bar_the_last_one_ending_now() -> None:
    course = Course.over(90, END, END)
    assert course.counts(ago(0, 1, 6.9, 7, 89, 500)) == [2, *[0] * 10, 1, 3]


@pytest.mark.parametrize(
    ("days", "word"),
    [
        ((1, 2, 3), "new"),
        ((1, 2, 3, 4, 5, 8, 9), "rising"),
        ((1, 2, 8, 9), "steady"),
        ((1, 8, 9, 10, 11), "falling"),
        ((30, 40, 50), "quiet"),
        ((1, 2, 8), "steady"),
    ],
)
def test_the_trend_compares_the_last_days_with_as_many_before(days: tuple[float, ...], word: str) -> None:
    assert Course.over(90, END, END).trend(ago(*days))[0] == word
