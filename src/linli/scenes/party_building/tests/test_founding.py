"""What the law asks: steps in their order and days, shares with their boundaries. 民法典 art. 278 on both areas and heads."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.scenes.party_building import founding
from linli.scenes.party_building.founding import Counted

DAY = date(2026, 3, 2)


def counted(item: int, area: tuple[int, int, int], heads: tuple[int, int, int]) -> Counted:
    return Counted(item, *area, *heads)


@pytest.mark.parametrize(
    ("item", "area", "heads", "enough", "passed"),
    [
        (1, (30_000, 20_000, 10_001), (30, 20, 11), True, True),  # two thirds exactly are enough
        (1, (30_000, 19_999, 19_999), (30, 20, 20), False, False),
        (1, (30_000, 20_000, 20_000), (30, 19, 19), False, False),
        (1, (30_000, 20_000, 10_000), (30, 20, 20), True, False),  # half is not more than half
        (1, (30_000, 20_000, 20_000), (30, 20, 10), True, False),
        (9, (30_000, 20_000, 10_001), (30, 20, 11), True, True),
        (5, (30_000, 20_000, 10_001), (30, 20, 11), True, True),  # using the fund is ordinary
        (6, (40_000, 40_000, 30_000), (40, 40, 30), True, True),  # three quarters exactly are enough
        (6, (40_000, 40_000, 29_999), (40, 40, 40), True, False),
        (8, (40_000, 40_000, 40_000), (40, 40, 29), True, False),
        # 物业管理条例 (2018) art. 12 still counts shares of all owners: more than half of all is not asked any more.
        (1, (30_000, 20_000, 10_001), (30, 20, 14), True, True),
    ],
)
def test_art_278(item, area, heads, enough: bool, passed: bool):
    found = counted(item, area, heads)
    assert (found.enough, found.passed) == (enough, passed)


@given(st.integers(1, 9), st.integers(1, 10**9), st.integers(1, 10**6))
def test_everybody_for_it_passes_and_nobody_there_never_does(item: int, area: int, heads: int):
    assert counted(item, (area,) * 3, (heads,) * 3).passed
    assert not counted(item, (area, 0, 0), (heads, 0, 0)).passed


def test_steps_come_in_their_order_and_not_before_their_days():
    done = {"ready": DAY, "asked": DAY}
    assert founding.fault("group", DAY, done) == "" and founding.fault("posted", DAY, done) == "order"
    assert founding.fault("group", DAY - timedelta(days=1), done) == "order"
    done |= {"group": DAY, "posted": DAY + timedelta(days=10)}
    assert founding.fault("met", DAY + timedelta(days=24), done) == "early"
    assert founding.fault("met", DAY + timedelta(days=25), done) == ""


def test_a_day_that_has_gone_is_shown_and_what_was_late_stays_late():
    done = {"ready": DAY, "asked": DAY}
    states = {s.step.key: s.state for s in founding.standing(done, DAY + timedelta(days=60))}
    assert (states["asked"], states["group"], states["posted"]) == ("done", "next", "ahead")
    assert {s.step.key: s.state for s in founding.standing(done, DAY + timedelta(days=61))}["group"] == "late"
    done["group"] = DAY + timedelta(days=61)
    assert {s.step.key: s.state for s in founding.standing(done, DAY)}["group"] == "late_done"


@pytest.mark.parametrize(
    ("ends", "warns"), [(date(2026, 12, 31), date(2026, 9, 30)), (date(2027, 5, 31), date(2027, 2, 28))]
)
def test_an_end_is_near_three_months_before(ends: date, warns: date):
    assert founding.warn_on(ends) == warns
