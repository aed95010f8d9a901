"""The nearest suitable person: proposed with reasons, in a declared order, and nobody's coordinates told."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.access import SYSTEM, NotAllowed, looking_as
from linli.kernel.duty import verbs as duty
from linli.kernel.duty.models import Shift
from linli.kernel.matters.queries import nearest
from linli.kernel.matters.queries.detail import detail
from linli.kernel.matters.tests.cast import HOOD, MONDAY, Cast

EARLIER = MONDAY - timedelta(hours=3)


def on_shift(cast: Cast, who: str, unit: str = "enforcement", place: str = "", ends: int = 18) -> Shift:
    """In the roster of a unit, at work since eight, until six."""
    roster = duty.add_roster(
        by=SYSTEM, at=EARLIER, unit_id=cast.units[unit].id, name=f"{unit} {who}", place_code=place
    )
    shift = duty.add_shift(
        by=SYSTEM, at=EARLIER, roster_id=roster.id, day=MONDAY.date(), begins=time(8), ends=time(ends),
        account_id=cast.actors[who].account_id,
    )  # fmt: skip
    duty.publish(by=SYSTEM, at=EARLIER, roster_id=roster.id, month=MONDAY.date())
    return shift


def there(cast: Cast, who: str, shift: Shift, lon: float | None = None) -> None:
    duty.check_in(by=cast.actors[who], at=MONDAY - timedelta(hours=2), shift_id=shift.id)
    if lon is not None:
        duty.share(by=cast.actors[who], at=MONDAY - timedelta(hours=1), shift_id=shift.id)
        duty.tell_position(by=cast.actors[who], at=MONDAY, shift_id=shift.id, lon=lon, lat=31.2)


def asked(cast: Cast, **given: Any) -> list[nearest.Candidate]:
    matter = cast.report(lon=121.5, lat=31.2, place_code=HOOD, **given)
    with looking_as(cast.dispatcher):
        return nearest.nearest(cast.dispatcher, detail(cast.dispatcher, matter.id), MONDAY)


def test_the_nearer_of_two_comes_first_with_why(cast: Cast) -> None:
    there(cast, "handler", on_shift(cast, "handler"), lon=121.52)
    there(cast, "handler2", on_shift(cast, "handler2"), lon=121.505)
    first, second = asked(cast)
    assert (first.name, second.name) == ("刘敏", "李强")
    assert first.metres == 500 and 6 <= first.walk.total_seconds() / 60 <= 10  # type: ignore[union-attr]
    assert first.reasons == [
        "约 500 米，步行估计 9 分钟",
        "手上没有在办的事",
        "柳湾街道综合执法队，这类事本来归他们办",
        "在岗，到 18:00",
    ]


def test_no_coordinates_are_told(cast: Cast) -> None:
    there(cast, "handler", on_shift(cast, "handler"), lon=121.50512)
    (one,) = asked(cast)
    assert "121" not in str(one) and one.metres == 500


def test_who_has_much_in_hand_comes_later(cast: Cast) -> None:
    for who in ("handler", "handler2"):
        there(cast, who, on_shift(cast, who), lon=121.505)
    for _n in range(2):
        matter = cast.assigned()
        from linli.kernel.matters import verbs

        verbs.take(matter_id=matter.id, by=cast.handler2, at=MONDAY)
    assert [(one.name, one.load) for one in asked(cast)] == [("李强", 0), ("刘敏", 2)]


def test_who_is_not_there_or_not_known_where_is_said_so(cast: Cast) -> None:
    on_shift(cast, "handler")
    there(cast, "handler2", on_shift(cast, "handler2"))
    first, second = asked(cast)
    assert (first.name, first.reasons[0]) == ("刘敏", "没有共享位置，不知道多远")
    assert second.reasons[3] == "当班到 18:00，还没有到岗"


def test_only_units_that_could_be_given_it(cast: Cast) -> None:
    there(cast, "sweeper", on_shift(cast, "sweeper", unit="sanitation"), lon=121.5)
    there(cast, "grid", on_shift(cast, "grid", unit="committee"), lon=121.5)
    assert [(one.name, one.owns) for one in asked(cast)] == [("赵网格", False)]


def test_who_is_off_duty_before_they_arrive_is_left_out(cast: Cast) -> None:
    there(cast, "handler", on_shift(cast, "handler", ends=11), lon=121.6)
    assert asked(cast) == []


def test_nobody_on_duty_nobody_proposed_and_only_for_who_assigns(cast: Cast) -> None:
    assert asked(cast) == []
    matter = cast.report()
    with looking_as(cast.handler), pytest.raises(NotAllowed):
        nearest.nearest(cast.handler, {"place_code": matter.place_code, "department": ""}, MONDAY)


def made(n: int, minutes: int | None, load: int, present: bool, owns: bool, until: datetime) -> nearest.Candidate:
    return nearest.Candidate(
        account_id=UUID(int=n), name=f"{n}", unit_id=uuid4(), unit="u", until=until, present=present, owns=owns,
        load=load, metres=None if minutes is None else 100, stale=False,
        walk=None if minutes is None else timedelta(minutes=minutes),
    )  # fmt: skip


@given(
    st.lists(
        st.builds(
            made, st.integers(0, 9), st.none() | st.integers(0, 120), st.integers(0, 5), st.booleans(),
            st.booleans(), st.sampled_from([MONDAY, MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=9)]),
        )
    )
)  # fmt: skip
def test_five_at_most_each_once_in_the_order_of_the_declared_sum(found: list[nearest.Candidate]) -> None:
    best = nearest.ranked(found, MONDAY)
    assert len(best) <= nearest.MOST
    assert len({one.account_id for one in best}) == len(best)
    assert [one.cost for one in best] == sorted(one.cost for one in best)
    assert all(one.until > MONDAY + (one.walk or timedelta()) for one in best)
