"""Coming and leaving; a check-out that was forgotten; who is on duty now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.kernel.access import SYSTEM, Conflict, Invalid, NotAllowed, NotFound, looking_as
from linli.kernel.duty import verbs
from linli.kernel.duty.models import Stands
from linli.kernel.duty.queries.on_duty import on_duty, there

from .cast import CITY, DISTRICT, HOOD, OTHER_STREET, STREET, TUESDAY, Cast, clock, fresh

DAY = timedelta(days=1)


def names(cast: Cast, who: str, scope: str, at) -> list[str]:
    with looking_as(cast.actors[who]):
        return [one.name for one in on_duty(cast.actors[who], scope, at)]


def test_who_is_on_duty_now_in_a_place(cast: Cast) -> None:
    cast.shift("li")
    cast.shift("liu", slot=1)
    assert names(cast, "duty", STREET, clock(TUESDAY, 7, 59)) == []
    assert names(cast, "duty", STREET, clock(TUESDAY, 8)) == ["李强"]
    assert names(cast, "duty", STREET, clock(TUESDAY, 15, 59)) == ["李强"]
    assert names(cast, "duty", STREET, clock(TUESDAY, 16)) == ["刘敏"]
    assert names(cast, "duty", STREET, clock(TUESDAY + DAY, 0)) == []
    assert names(cast, "duty", HOOD, clock(TUESDAY, 8)) == []


def test_nobody_asks_beyond_their_scope(cast: Cast) -> None:
    cast.shift("li")
    for scope in (OTHER_STREET, DISTRICT, CITY, ""):
        with pytest.raises(NotAllowed):
            names(cast, "duty", scope, clock(TUESDAY, 9))
    with pytest.raises(NotAllowed):
        names(cast, "admin", STREET, clock(TUESDAY, 9))


def test_a_draft_counts_for_nothing(cast: Cast) -> None:
    roster = cast.roster()
    cast.plan(roster, TUESDAY, "li")
    assert names(cast, "duty", STREET, clock(TUESDAY, 9)) == []


def test_for_a_place_the_nearest_roster_comes_first(cast: Cast) -> None:
    cast.shift("li")
    hood = cast.roster(unit="committee", name="网格值班")
    cast.plan(hood, TUESDAY, "grid")
    cast.publish(hood)
    with looking_as(cast.duty):
        assert [one.name for one in there(HOOD, clock(TUESDAY, 9))] == ["赵网格", "李强"]
        assert [one.name for one in there(STREET, clock(TUESDAY, 9))] == ["李强"]


def test_coming_and_leaving(cast: Cast) -> None:
    shift = cast.shift("li")
    with pytest.raises(Conflict, match="还没到时间"):
        verbs.check_in(by=cast.li, at=clock(TUESDAY, 6, 59), shift_id=shift.id)
    with pytest.raises(NotFound):
        verbs.check_in(by=cast.liu, at=clock(TUESDAY, 8), shift_id=shift.id)
    with pytest.raises(Conflict, match="还没有到岗"):
        verbs.check_out(by=cast.li, at=clock(TUESDAY, 9), shift_id=shift.id)
    verbs.check_in(by=cast.li, at=clock(TUESDAY, 7, 30), shift_id=shift.id)
    assert names(cast, "duty", STREET, clock(TUESDAY, 7, 45)) == ["李强"]
    verbs.check_in(by=cast.li, at=clock(TUESDAY, 8), shift_id=shift.id)  # the phone sent it again
    assert fresh(shift).in_at == clock(TUESDAY, 7, 30)
    verbs.check_out(by=cast.li, at=clock(TUESDAY, 15), shift_id=shift.id)
    assert names(cast, "duty", STREET, clock(TUESDAY, 15, 1)) == []
    assert fresh(shift).stands(clock(TUESDAY, 17)) is Stands.DONE


def test_a_forgotten_check_out_ends_with_the_shift_and_is_flagged(cast: Cast) -> None:
    shift = cast.shift("li")
    verbs.check_in(by=cast.li, at=clock(TUESDAY, 8), shift_id=shift.id)
    assert verbs.close_forgotten(at=clock(TUESDAY, 16, 29)) == 0
    assert verbs.close_forgotten(at=clock(TUESDAY, 16, 30)) == 1
    assert verbs.close_forgotten(at=clock(TUESDAY, 17)) == 0
    after = fresh(shift)
    assert (after.out_at, after.unverified) == (clock(TUESDAY, 16), True)
    assert after.stands(clock(TUESDAY, 17)) is Stands.UNVERIFIED
    assert verbs.check_out(by=cast.li, at=clock(TUESDAY, 18), shift_id=shift.id).unverified


def test_hours_are_confirmed_by_somebody_else(cast: Cast) -> None:
    shift = cast.shift("li")
    verbs.check_in(by=cast.li, at=clock(TUESDAY, 8), shift_id=shift.id)
    verbs.close_forgotten(at=clock(TUESDAY, 16, 30))
    now = clock(TUESDAY, 18)
    with pytest.raises(NotAllowed):
        verbs.confirm_hours(by=cast.li, at=now, shift_id=shift.id, out_at=clock(TUESDAY, 17))
    with pytest.raises(Invalid):
        verbs.confirm_hours(by=cast.head, at=now, shift_id=shift.id, out_at=clock(TUESDAY, 19))
    verbs.confirm_hours(by=cast.head, at=now, shift_id=shift.id, out_at=clock(TUESDAY, 17))
    assert fresh(shift).stands(now) is Stands.DONE


def test_a_night_shift_is_not_closed_at_midnight(cast: Cast) -> None:
    roster = cast.roster("two")
    (shift,) = cast.plan(roster, TUESDAY, "li", slot=1)
    cast.publish(roster)
    verbs.check_in(by=cast.li, at=clock(TUESDAY, 20), shift_id=shift.id)
    assert verbs.close_forgotten(at=clock(TUESDAY + DAY, 0, 30)) == 0
    assert names(cast, "duty", STREET, clock(TUESDAY + DAY, 3)) == ["李强"]
    verbs.check_out(by=cast.li, at=clock(TUESDAY + DAY, 8), shift_id=shift.id)
    assert fresh(shift).out_at - fresh(shift).in_at == timedelta(hours=12)


def test_who_never_came_did_not_serve(cast: Cast) -> None:
    shift = cast.shift("li")
    assert fresh(shift).stands(clock(TUESDAY, 9)) is Stands.DUE
    assert fresh(shift).stands(clock(TUESDAY, 16)) is Stands.MISSED
    with pytest.raises(Conflict, match="已经结束"):
        verbs.check_in(by=cast.li, at=clock(TUESDAY, 16), shift_id=shift.id)


def test_a_shift_left_without_a_word_ends_when_the_next_begins(cast: Cast) -> None:
    first = cast.shift("li")
    second = cast.shift("li", slot=1)
    verbs.check_in(by=cast.li, at=clock(TUESDAY, 8), shift_id=first.id)
    with pytest.raises(Conflict, match="先离岗"):
        verbs.check_in(by=cast.li, at=clock(TUESDAY, 15, 30), shift_id=second.id)
    verbs.check_in(by=cast.li, at=clock(TUESDAY, 16, 5), shift_id=second.id)
    assert (fresh(first).out_at, fresh(first).unverified) == (clock(TUESDAY, 16), True)


def test_attendance_that_was_kept_elsewhere_is_taken_over_once(cast: Cast) -> None:
    shift = cast.shift("li")
    given = [verbs.Served(shift.id, clock(TUESDAY, 8), clock(TUESDAY, 16), unverified=True)]
    after = clock(TUESDAY, 20)
    with pytest.raises(NotAllowed):
        verbs.take_over_attendance(by=cast.duty, at=after, roster_id=shift.roster.id, served=given)
    assert verbs.take_over_attendance(by=SYSTEM, at=clock(TUESDAY, 9), roster_id=shift.roster.id, served=given) == 0
    assert verbs.take_over_attendance(by=SYSTEM, at=after, roster_id=shift.roster.id, served=given) == 1
    assert verbs.take_over_attendance(by=SYSTEM, at=after, roster_id=shift.roster.id, served=given) == 0
    assert fresh(shift).stands(after) is Stands.UNVERIFIED
