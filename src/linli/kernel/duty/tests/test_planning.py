"""A week is planned, looked over, published: nobody twice at once, no gap without a word."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.queries import story
from linli.kernel.duty import plans, verbs, wall
from linli.kernel.duty.models import Roster, Shift
from linli.kernel.duty.queries import weeks

from .cast import AT, HOOD, MONDAY, TUESDAY, Cast, clock, fresh, slots


def test_a_pattern_gives_the_shifts_of_the_day(cast: Cast) -> None:
    roster = cast.roster("three")
    assert [(s.name, s.begins, s.ends) for s in slots(roster)] == [
        ("早班", time(8), time(16)),
        ("中班", time(16), time(0)),
        ("夜班", time(0), time(8)),
    ]


def test_a_shift_over_midnight_ends_on_the_next_day(cast: Cast) -> None:
    roster = cast.roster("two")
    (shift,) = cast.plan(roster, TUESDAY, "li", slot=1)
    assert (shift.starts_at, shift.ends_at) == (clock(TUESDAY, 20), clock(TUESDAY + timedelta(days=1), 8))
    assert shift.ends_at - shift.starts_at == timedelta(hours=12)


def test_a_change_of_the_clocks_is_the_wall_s(settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    lasts = wall.span(date(2026, 10, 24), time(22), time(6))  # the night with three o'clock twice
    assert lasts.upper - lasts.lower == timedelta(hours=9)


def test_nobody_is_planned_twice_at_once(cast: Cast) -> None:
    roster, other = cast.roster("three"), cast.roster("two", name="备勤")
    cast.plan(roster, TUESDAY, "li", slot=0)
    with pytest.raises(Conflict, match="不能同时值两班"):
        cast.plan(other, TUESDAY, "li", slot=0)
    with pytest.raises(Conflict, match="重叠"), looking_as(cast.duty):
        a, b = slots(roster)[0], slots(roster)[1]
        early = verbs.add_slot(
            by=cast.duty, at=AT, roster_id=roster.id, name="加班", begins=time(15), ends=time(18)
        )
        both = [verbs.Wanted(s.id, TUESDAY + timedelta(days=1), (cast.id("li"),)) for s in (a, b, early)]
        verbs.save_week(by=cast.duty, at=AT, roster_id=roster.id, wanted=both)


def test_the_database_itself_refuses_a_double_booking(cast: Cast) -> None:
    shift = cast.shift("li")
    with as_system(), pytest.raises(IntegrityError, match="nobody_is_on_two_shifts_at_once"), transaction.atomic():
        Shift.objects.create(
            roster=shift.roster, place_code=shift.place_code, day=shift.day, account_id=cast.id("li"),
            lasts=(clock(TUESDAY, 15), clock(TUESDAY, 17)),
        )  # fmt: skip


def test_next_to_each_other_is_not_at_once_but_too_little_rest_is_said(cast: Cast) -> None:
    roster = cast.roster("three")
    a, b = slots(roster)[:2]
    wanted = [verbs.Wanted(s.id, TUESDAY, (cast.id("li"),)) for s in (a, b)]
    with looking_as(cast.duty):
        this = weeks.week(cast.duty, roster.id, MONDAY, AT)
        found = weeks.looked_over(cast.duty, this, wanted, AT)
    assert [f.kind for f in found] == [plans.Kind.REST]
    verbs.save_week(by=cast.duty, at=AT, roster_id=roster.id, wanted=wanted)


def test_gaps_are_seen_before_saving(cast: Cast) -> None:
    roster = cast.roster("three")
    with looking_as(cast.duty):
        this = weeks.week(cast.duty, roster.id, MONDAY, AT)
        empty = [verbs.Wanted(c.slot.id, c.day, ()) for c in this.cells]
        found = weeks.looked_over(cast.duty, this, empty, AT)
    # Monday's early and night shift have begun at ten.
    assert len(found) == 21 - 2
    assert {f.kind for f in found} == {plans.Kind.GAP}
    assert this.missing == 19


def test_a_published_person_leaves_a_gap_and_never_nothing(cast: Cast) -> None:
    shift = cast.shift("li")
    roster = shift.roster
    cell = verbs.Wanted(shift.slot_id, TUESDAY, ())
    with pytest.raises(Invalid, match="原因"):
        verbs.save_week(by=cast.duty, at=AT, roster_id=roster.id, wanted=[cell])
    verbs.save_week(by=cast.duty, at=AT, roster_id=roster.id, wanted=[cell], reason="调去训练")
    after = fresh(shift)
    assert (after.account_id, after.cancelled_at, after.reason) == (None, None, "调去训练")
    (again,) = cast.plan(roster, TUESDAY, "liu")
    assert (again.id, again.account_id) == (shift.id, cast.id("liu"))


def test_one_too_many_is_cancelled_for_a_reason(cast: Cast) -> None:
    roster = cast.roster("three")
    cast.plan(roster, TUESDAY, "li", "liu")
    cast.publish(roster)
    cast.plan(roster, TUESDAY, "li")
    with as_system():
        gone = Shift.objects.get(day=TUESDAY, account=cast.id("liu"))
    assert gone.cancelled_at and gone.reason == "测试"


def test_a_draft_is_seen_by_those_who_plan_and_by_nobody_else(cast: Cast) -> None:
    roster = cast.roster("three")
    cast.plan(roster, TUESDAY, "li")
    for who, seen in (("duty", 1), ("head", 1), ("li", 0)):
        with looking_as(cast.actors[who]):
            cells = weeks.week(cast.actors[who], roster.id, MONDAY, AT).cells
        assert sum(len(c.account_ids) for c in cells) == seen, who
    cast.publish(roster)
    with looking_as(cast.li):
        assert sum(len(c.account_ids) for c in weeks.week(cast.li, roster.id, MONDAY, AT).cells) == 1


def test_publishing_makes_of_what_is_missing_gaps_that_everybody_sees(cast: Cast) -> None:
    roster = cast.roster("three")
    cast.plan(roster, TUESDAY, "li")
    with pytest.raises(Conflict, match="空班"):
        verbs.publish(by=cast.duty, at=AT, roster_id=roster.id, month=MONDAY)
    cast.publish(roster)
    with as_system():
        rows = Shift.objects.filter(roster=roster, cancelled_at=None)
        # From Monday's 16:00 on to the thirtieth: one slot of Monday and three of each day.
        assert rows.count() == 1 + 23 * 3
        assert rows.filter(account=None).count() == rows.count() - 1
        assert not rows.filter(published_at=None).exists()
    with pytest.raises(Conflict, match="已经公布"):
        cast.publish(roster)


def test_what_is_published_is_never_removed(cast: Cast) -> None:
    shift = cast.shift("li")
    with as_system(), pytest.raises(IntegrityError, match="not removed"), transaction.atomic():
        shift.delete()
    with as_system(), pytest.raises(IntegrityError, match="cancelled_for_a_reason"), transaction.atomic():
        Shift.objects.filter(pk=shift.pk).update(cancelled_at=AT)
    verbs.cancel_shift(by=cast.duty, at=AT, shift_id=shift.id, reason="演练取消")
    assert [r.verb for r in _story(shift)][-1] == "duty.cancel_shift"


def _story(shift: Shift) -> list:
    with as_system():
        return list(story(shift.stream))


def test_what_has_begun_is_not_planned(cast: Cast) -> None:
    roster = cast.roster("three")
    cast.plan(roster, MONDAY, "li", slot=0)
    with as_system():
        assert not Shift.objects.exists()
    shift = cast.shift("li")
    verbs.check_in(by=cast.li, at=clock(TUESDAY, 8), shift_id=shift.id)
    with pytest.raises(Conflict, match="不能再改"):
        verbs.set_shift(
            by=cast.duty, at=clock(TUESDAY, 9), shift_id=shift.id, account_id=cast.id("liu"), reason="x"
        )


def test_last_week_is_copied_and_shown_first(cast: Cast) -> None:
    roster = cast.roster("three")
    cast.plan(roster, TUESDAY, "li")
    cast.plan(roster, TUESDAY, "liu", slot=1)
    with looking_as(cast.duty):
        this = weeks.week(cast.duty, roster.id, MONDAY + timedelta(days=7), AT)
        found = weeks.copied(cast.duty, this, AT)
    assert {w.account_ids for w in found.wanted if w.account_ids} == {(cast.id("li"),), (cast.id("liu"),)}
    with as_system():
        assert Shift.objects.count() == 2
    verbs.save_week(by=cast.duty, at=AT, roster_id=roster.id, wanted=found.wanted)
    with as_system():
        assert Shift.objects.filter(day=TUESDAY + timedelta(days=7)).count() == 2


def test_only_colleagues_are_planned(cast: Cast) -> None:
    roster = cast.roster("three")
    with pytest.raises(Conflict, match="不在本单位任职"):
        cast.plan(roster, TUESDAY, "grid")
    with pytest.raises(Invalid, match="不能排班"):
        verbs.add_shift(
            by=cast.duty, at=AT, roster_id=roster.id, day=TUESDAY, begins=time(9), ends=time(10),
            account_id=cast.id("grid"),
        )  # fmt: skip


def test_a_head_plans_the_own_unit_and_no_other(cast: Cast) -> None:
    roster = cast.roster(by=cast.head)
    with pytest.raises(NotAllowed):
        verbs.add_roster(by=cast.head, at=AT, unit_id=cast.units["committee"].id, name="居委会")
    with pytest.raises(NotAllowed):
        verbs.add_roster(by=cast.li, at=AT, unit_id=cast.units["team"].id, name="x")
    with pytest.raises((NotAllowed, NotFound)):
        verbs.set_roster(by=cast.far_duty, at=AT, roster_id=roster.id, name="y", head_decides=True)
    with pytest.raises(Conflict, match="同名"):
        cast.roster()
    assert Roster.objects is not None


def test_a_roster_of_a_place_outside_its_unit_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="管辖范围"):
        cast.roster(unit="committee", place_code=HOOD[:9])


def test_row_level_security_keeps_rosters_of_others(cast: Cast) -> None:
    shift = cast.shift("li")
    for who, seen in (("duty", 1), ("li", 1), ("grid", 1), ("far_duty", 0), ("admin", 0)):
        with looking_as(cast.actors[who]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM duty_shift WHERE id = %s", [shift.id])
            assert cursor.fetchone() == (seen,), who
