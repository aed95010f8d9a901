"""Joining, waiting, withdrawing: no more than there are seats, nobody twice at once, and whoever waits moves up."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.access.actor import ANONYMOUS
from linli.kernel.audit.models import Record
from linli.scenes.self_governance import verbs
from linli.scenes.self_governance.models import Activity, Shift, SignUp

from .cast import HOUR, MONDAY, STARTS, Neighbours, fresh
from .test_spending import give_phone


def test_whoever_comes_third_waits_and_moves_up_when_somebody_withdraws(town: Neighbours) -> None:
    shift = town.shift()
    first, second = town.join("granny", shift), town.join("chen", shift)
    third, fourth = town.join("zhang", shift), town.join("old_li", shift)
    assert [s.state for s in (first, second, third, fourth)] == ["in", "in", "waiting", "waiting"]
    verbs.withdraw(by=town.chen, at=MONDAY + HOUR, sign_up_id=second.id)
    assert fresh(third).state == "in" and fresh(third).moved_up_at == MONDAY + HOUR
    assert fresh(fourth).state == "waiting"
    with as_system():
        assert Shift.objects.get(pk=shift.pk).taken == 2
        told = Record.objects.get(stream=third.stream, verb="self_governance.move_up")
    assert told.person_ids == [third.person_id]


def test_a_group_too_large_for_what_is_free_keeps_its_place(town: Neighbours) -> None:
    shift = town.shift()
    first, _second = town.join("granny", shift), town.join("chen", shift)
    group = town.join("zhang", shift, heads=2, group_name="三号楼姐妹")
    single = town.join("old_li", shift)
    verbs.withdraw(by=town.granny, at=MONDAY + HOUR, sign_up_id=first.id)
    assert (fresh(group).state, fresh(single).state) == ("waiting", "in")
    with pytest.raises(Invalid, match="一共只有 2 个"):
        town.join("father", shift, heads=3, group_name="全家")


def test_joining_again_is_the_same_sign_up(town: Neighbours) -> None:
    shift = town.shift()
    assert town.join("granny", shift).id == town.join("granny", shift, at=MONDAY + HOUR).id


def test_nobody_serves_twice_at_once_and_the_database_holds_it(town: Neighbours) -> None:
    activity = town.activity()
    one = town.shift(activity)
    beside = town.shift(activity, STARTS + 2 * HOUR)
    after = town.shift(activity, STARTS + 3 * HOUR)  # begins when the first ends
    town.join("granny", one)
    with pytest.raises(Conflict, match="别的服务"):
        town.join("granny", beside)
    assert town.join("granny", after).state == "in"
    with as_system(), pytest.raises(IntegrityError, match="nobody_serves_twice_at_once"), transaction.atomic():
        SignUp.objects.create(
            shift=beside,
            person_id=town.granny.person_id,
            place_code=activity.place_code,
            state="in",
            joined_at=MONDAY,
        )


def test_the_database_takes_no_more_than_there_are_seats(town: Neighbours) -> None:
    shift = town.shift()
    town.join("granny", shift), town.join("chen", shift)
    with as_system(), pytest.raises(IntegrityError, match="no_more_volunteers_than_seats"), transaction.atomic():
        SignUp.objects.create(
            shift=shift,
            person_id=town.zhang.person_id,
            place_code=shift.activity.place_code,
            state="in",
            joined_at=MONDAY,
        )


def test_a_time_somebody_joined_is_not_moved(town: Neighbours) -> None:
    shift = town.shift()
    town.join("granny", shift)
    with as_system(), pytest.raises(IntegrityError, match="somebody signed up"), transaction.atomic():
        Shift.objects.filter(pk=shift.pk).update(lasts=(STARTS, STARTS + HOUR))


def test_a_minor_waits_for_the_guardian_who_lives_with_them(town: Neighbours) -> None:
    grown = town.shift()
    with pytest.raises(Conflict, match="只限成年人"):
        town.join("boy", grown)
    shift = town.shift(town.activity(minors=Activity.Minors.CONSENT))
    with pytest.raises(Invalid, match="监护人"):
        town.join("boy", shift)
    with pytest.raises(Invalid, match="同住"):
        town.join("boy", shift, guardian_id=town.zhang.person_id)
    one = town.join("boy", shift, guardian_id=town.father.person_id)
    assert one.state == "applied"
    with pytest.raises(NotFound):
        verbs.agree_for_minor(by=town.zhang, at=MONDAY, sign_up_id=one.id)
    with pytest.raises(NotFound):
        verbs.agree_for_minor(by=town.boy, at=MONDAY, sign_up_id=one.id)
    assert verbs.agree_for_minor(by=town.father, at=MONDAY, sign_up_id=one.id).state == "in"
    assert verbs.agree_for_minor(by=town.father, at=MONDAY + HOUR, sign_up_id=one.id).guardian_at == MONDAY


def test_what_has_begun_or_is_no_more_is_not_joined(town: Neighbours) -> None:
    activity = town.activity()
    shift = town.shift(activity)
    with pytest.raises(Conflict, match="已经开始"):
        town.join("granny", shift, at=STARTS)
    one = town.join("granny", shift)
    verbs.cancel_activity(by=town.social, at=MONDAY, activity_id=activity.id, reason="高温预警")
    assert (fresh(one).state, fresh(one).reason) == ("cancelled", "高温预警")
    with pytest.raises(Conflict, match="不再招募"):
        town.join("chen", shift)
    draft = town.activity(publish=False)
    hidden = town.shift(draft, STARTS)
    with pytest.raises(NotFound):
        town.join("chen", hidden)


def test_who_sees_what(town: Neighbours) -> None:
    activity, draft = town.activity(), town.activity(publish=False)
    one = town.join("granny", town.shift(activity))
    with looking_as(ANONYMOUS):
        assert list(Activity.objects.values_list("id", flat=True)) == [activity.id]
        assert not SignUp.objects.exists()
    for who, sees in (("granny", True), ("chen", False), ("social", True), ("stranger", False)):
        with looking_as(getattr(town, who)):
            assert SignUp.objects.filter(pk=one.pk).exists() is sees, who
            assert Activity.objects.filter(pk=draft.pk).exists() is (who == "social"), who


def test_who_may_organise(town: Neighbours) -> None:
    for who in ("granny", "handler", "street_leader"):
        with pytest.raises(NotAllowed):
            town.activity(by=getattr(town, who))
    activity = town.activity()
    with pytest.raises(NotAllowed):
        verbs.cancel_activity(by=town.stranger, at=MONDAY, activity_id=activity.id, reason="别处")
    with pytest.raises(Conflict, match="没有将来的时段"):
        verbs.publish_activity(by=town.social, at=MONDAY, activity_id=town.activity(publish=False).id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"), ({"kind": "x"}, "kind"), ({"skills": ["flying"]}, "skills"), ({"near_m": 10}, "near_m"),
        ({"place_code": "123"}, "place_code"), ({"minors": "maybe"}, "minors"),
    ],
)  # fmt: skip
def test_what_a_plan_must_say(town: Neighbours, changes: dict, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        town.activity(publish=False, **changes)
    assert field in refused.value.fields


_WHO = ("granny", "chen", "zhang", "old_li")


@given(st.lists(st.tuples(st.sampled_from(_WHO), st.integers(0, 3)), max_size=14))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_order_they_come_and_go_seats_hold_and_nobody_waits_beside_a_free_one(
    town: Neighbours, acts: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        _tried(town, acts)
        transaction.set_rollback(True)


def _tried(town: Neighbours, acts: list[tuple[str, int]]) -> None:
    shift = town.shift()
    for minute, (who, heads) in enumerate(acts, 1):
        at = MONDAY + minute * HOUR / 60
        if heads:
            group = {"heads": min(heads, 2), "group_name": "一组"} if heads > 1 else {}
            town.join(who, shift, at=at, **group)
        else:
            with as_system():
                mine = shift.sign_ups.filter(person=getattr(town, who).person_id).exclude(state="cancelled").first()
            if mine:
                verbs.withdraw(by=getattr(town, who), at=at, sign_up_id=mine.id)
        with as_system():
            now = Shift.objects.get(pk=shift.pk)
            rows = list(now.sign_ups.exclude(state="cancelled").order_by("joined_at"))
        assert now.taken == sum(r.heads for r in rows if r.state == "in") <= now.seats
        assert all(r.heads > now.free for r in rows if r.state == "waiting")


def test_who_stands_at_the_counter_is_signed_up_and_owns_it(town: Neighbours) -> None:
    shift = town.shift()
    name, phone = "张姐", "13900000001"
    give_phone(town, "zhang", phone)
    for wrong in ((name, "13911112222"), ("别人", phone)):
        with pytest.raises(Invalid, match="都相符"):
            verbs.join_for(by=town.social, at=MONDAY, shift_id=shift.id, name=wrong[0], phone=wrong[1])
    with pytest.raises(NotAllowed):
        verbs.join_for(by=town.chen, at=MONDAY, shift_id=shift.id, name=name, phone=phone)
    made = verbs.join_for(by=town.social, at=MONDAY, shift_id=shift.id, name=name, phone=phone)
    assert verbs.join_for(by=town.social, at=MONDAY, shift_id=shift.id, name=name, phone=phone) == made
    with as_system():
        (told,) = Record.objects.filter(verb="self_governance.join_for")
    assert (made.state, told.person_ids) == ("in", [town.zhang.person_id])
    verbs.withdraw(by=town.zhang, at=MONDAY + HOUR, sign_up_id=made.id)
    assert fresh(made).state == "cancelled"
