"""The time bank: help is asked for, matched, agreed, confirmed by both; given, granted, inherited; disputes go to a third."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, Refused, Role, as_system, looking_as
from linli.kernel.matters.tests.cast import ALWAYS, OTHER_HOOD
from linli.kernel.people.models import Household, Person, Residence
from linli.kernel.people.verbs import erase_person
from linli.kernel.points.models import Account, Owner
from linli.kernel.points.verbs import tick_due
from linli.scenes.self_governance import verbs
from linli.scenes.self_governance.models import Request
from linli.scenes.self_governance.points import SAVED
from linli.scenes.self_governance.queries import helping

from .cast import HOOD, HOUR, STARTS, Neighbours
from .test_spending import give_phone, rich

LATER = STARTS + 5 * HOUR
WHEN = LATER + 24 * HOUR


def saved(town: Neighbours, who: str) -> tuple[int, int]:
    with as_system():
        one = Account.objects.filter(person=getattr(town, who).person_id, ledger=SAVED.name).first()
    return (one.balance, one.reserved) if one else (0, 0)


def asked(town: Neighbours, **changes: Any) -> Request:
    what = {
        "by": town.granny, "at": LATER, "kind": "elders", "what": "陪我去配老花镜", "starts_at": WHEN,
        "ends_at": WHEN + 2 * HOUR, "minutes": 90,
    }  # fmt: skip
    return verbs.ask_help(**{**what, **changes})


def agreed(town: Neighbours, **changes: Any) -> Request:
    request = asked(town, **changes)
    verbs.offer_help(by=town.chen, at=LATER, request_id=request.id)
    return verbs.choose_helper(by=town.granny, at=LATER, request_id=request.id, person_id=town.chen.person_id)


def done(town: Neighbours, who: str, request: Request, minutes: int) -> Request:
    return verbs.say_done(by=getattr(town, who), at=WHEN + 2 * HOUR, request_id=request.id, minutes=minutes)


def test_minutes_move_when_both_say_the_same(town: Neighbours) -> None:
    rich(town, minutes=180)
    request = agreed(town)
    assert saved(town, "granny") == (180, 90)
    assert done(town, "chen", request, 90).state == "agreed"
    assert saved(town, "chen")[0] == 0
    assert done(town, "granny", request, 90).state == "done"
    assert (saved(town, "granny"), saved(town, "chen")[0]) == ((90, 0), 90)
    assert done(town, "granny", request, 90).state == "done"


def test_less_than_was_promised_moves_less(town: Neighbours) -> None:
    rich(town, minutes=180)
    request = agreed(town)
    for minutes in (-1, 91, 10**9):
        with pytest.raises(Invalid, match="0 到 90"):
            done(town, "granny", request, minutes)
    done(town, "granny", request, 40)
    assert done(town, "chen", request, 40).moved == 40
    assert (saved(town, "granny"), saved(town, "chen")[0]) == ((140, 0), 40)


def test_who_says_so_after_the_promise_has_lapsed_is_given_what_is_due(town: Neighbours) -> None:
    rich(town, minutes=180)
    request = agreed(town)
    done(town, "granny", request, 90)
    late = WHEN + timedelta(days=33)
    while tick_due(at=late):
        pass
    assert saved(town, "granny") == (180, 0)
    verbs.say_done(by=town.chen, at=late, request_id=request.id, minutes=90)
    assert (saved(town, "granny"), saved(town, "chen")[0]) == ((90, 0), 90)


def test_where_they_differ_somebody_else_decides_with_a_reason(town: Neighbours) -> None:
    rich(town, minutes=180)
    request = agreed(town)
    done(town, "granny", request, 30)
    assert done(town, "chen", request, 90).state == "disputed"
    decide = {"at": WHEN + 3 * HOUR, "request_id": request.id, "minutes": 60, "reason": "两人都同意折中"}
    for who in ("granny", "chen", "grid"):
        with pytest.raises(NotAllowed):
            verbs.decide_help(by=getattr(town, who), **decide)
    with pytest.raises(NotFound):
        verbs.decide_help(by=Actor(role=Role.LEADER, scope="990101002", account_id=uuid4()), **decide)
    assert verbs.decide_help(by=town.social, **decide).moved == 60
    assert saved(town, "chen")[0] == 60


def test_nobody_asks_for_more_than_they_saved(town: Neighbours) -> None:
    with pytest.raises(Conflict, match="还能用 0 分钟"):
        asked(town)
    rich(town, minutes=120)
    asked(town, minutes=80)
    with pytest.raises(Conflict, match="还能用 40 分钟"):
        asked(town, minutes=41)
    for changes, field in (
        ({"minutes": 0}, "minutes"), ({"minutes": 121}, "minutes"), ({"starts_at": LATER}, "ends_at"), ({"kind": "x"}, "kind"),
        ({"ends_at": WHEN + timedelta(days=2)}, "ends_at"), ({"what": " "}, "what"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            asked(town, **changes)
        assert field in refused.value.fields


def test_matches_say_why_and_show_no_name_and_no_door(town: Neighbours) -> None:
    rich(town, minutes=180)
    request = asked(town)
    verbs.say_skills(by=town.chen, at=LATER, skills=["nursing"])
    with looking_as(town.chen):
        (match,) = helping.matches(town.chen, at=LATER)
        assert not Request.objects.exists()
    assert match.request.id == request.id and "您会护理" in match.reasons and "就在您的居村" in match.reasons
    assert match.request.place_code == HOOD
    busy = town.shift(town.activity(), WHEN)
    town.join("chen", busy)
    assert helping.matches(town.chen, at=LATER) == []
    assert helping.matches(town.granny, at=LATER) == []


def test_who_may_do_what(town: Neighbours) -> None:
    rich(town, minutes=180)
    request = asked(town)
    with pytest.raises(NotAllowed, match="自己的忙"):
        verbs.offer_help(by=town.granny, at=LATER, request_id=request.id)
    with pytest.raises(NotFound):
        verbs.choose_helper(by=town.granny, at=LATER, request_id=request.id, person_id=town.chen.person_id)
    verbs.offer_help(by=town.chen, at=LATER, request_id=request.id)
    with pytest.raises(NotFound):
        verbs.choose_helper(by=town.chen, at=LATER, request_id=request.id, person_id=town.chen.person_id)
    verbs.choose_helper(by=town.granny, at=LATER, request_id=request.id, person_id=town.chen.person_id)
    with pytest.raises(Conflict, match="还没到"):
        verbs.say_done(by=town.chen, at=LATER, request_id=request.id, minutes=90)
    with pytest.raises(NotFound):
        done(town, "zhang", request, 90)
    with pytest.raises(Conflict):
        verbs.offer_help(by=town.zhang, at=LATER, request_id=request.id)


def test_called_off_frees_what_was_promised(town: Neighbours) -> None:
    rich(town, minutes=180)
    request = agreed(town)
    verbs.cancel_help(by=town.chen, at=LATER, request_id=request.id, reason="孩子病了")
    assert saved(town, "granny") == (180, 0)
    with pytest.raises(Conflict):
        done(town, "granny", request, 10)


def test_the_database_lets_nobody_help_twice_at_once(town: Neighbours) -> None:
    rich(town, minutes=180)
    agreed(town, minutes=60)
    second = asked(town, minutes=60)
    verbs.offer_help(by=town.chen, at=LATER, request_id=second.id)
    with pytest.raises(Conflict, match="约了别人"):
        verbs.choose_helper(by=town.granny, at=LATER, request_id=second.id, person_id=town.chen.person_id)
    assert saved(town, "granny") == (180, 60)
    with as_system(), pytest.raises(IntegrityError, match="nobody_helps_themselves"), transaction.atomic():
        Request.objects.filter(pk=second.pk).update(helper_id=town.granny.person_id)


def test_time_is_given_to_a_neighbour_and_to_the_community(town: Neighbours) -> None:
    rich(town, minutes=180)
    give_phone(town, "old_li", "13900000005")
    key = uuid4()
    give = {"by": town.granny, "at": LATER, "key": key, "minutes": 30, "name": "李大爷", "phone": "13900000005"}
    assert verbs.give_time(**give).id == verbs.give_time(**give).id
    assert (saved(town, "granny")[0], saved(town, "old_li")[0]) == (150, 30)
    with pytest.raises(Conflict):
        verbs.give_time(**{**give, "minutes": 31})
    with pytest.raises(Invalid, match="核对"):
        verbs.give_time(**{**give, "key": uuid4(), "name": "李大伯"})
    for minutes in (0, -5, 10**9):
        with pytest.raises(Refused):
            verbs.give_time(**{**give, "key": uuid4(), "minutes": minutes})
    verbs.give_time(by=town.granny, at=LATER, key=uuid4(), minutes=50)
    with as_system():
        assert Account.objects.get(ledger=SAVED.name, owner=Owner.FUND).balance == 50


def test_the_fund_grants_to_who_is_old_and_lives_alone(town: Neighbours) -> None:
    rich(town, minutes=180)
    verbs.give_time(by=town.granny, at=LATER, key=uuid4(), minutes=100)
    person = town.old_li.person_id
    grant = {"by": town.social, "at": LATER, "person_id": person, "minutes": 60, "reason": "独居，刚出院"}
    with pytest.raises(Conflict, match="独居"):
        verbs.grant_time(**grant)
    with as_system():
        home = Household.objects.create(place_code=HOOD)
        Residence.objects.create(person_id=person, household=home, relation="head", valid=ALWAYS)
    verbs.grant_time(**grant)
    assert saved(town, "old_li")[0] == 60
    with pytest.raises(Conflict):  # the fund has 40 left
        verbs.grant_time(**{**grant, "minutes": 50})
    with pytest.raises(Invalid, match="540"):
        verbs.grant_time(**{**grant, "minutes": 541})
    with pytest.raises(NotAllowed):
        verbs.grant_time(**{**grant, "by": town.granny})
    with as_system():
        other = Person.objects.create(name="女儿", place_code=HOOD, birth_year=1975)
        Residence.objects.create(person=other, household=home, relation="child", valid=ALWAYS)
    with pytest.raises(Conflict, match="独居"):
        verbs.grant_time(**{**grant, "minutes": 10})


def test_time_is_inherited_by_a_basis_and_a_paper(town: Neighbours) -> None:
    rich(town, minutes=180)
    give = {
        "by": town.street_duty, "at": LATER, "source_person_id": town.granny.person_id, "heir_id": town.chen.person_id,
        "basis": "民法典第一千一百二十三条", "paper": "（2026）沪证字第 18 号",
    }  # fmt: skip
    for change in ({"basis": ""}, {"paper": " "}):
        with pytest.raises(Invalid):
            verbs.inherit_time(**{**give, **change})
    with pytest.raises(NotAllowed):
        verbs.inherit_time(**{**give, "by": town.grid})
    verbs.inherit_time(**give)
    assert (saved(town, "granny")[0], saved(town, "chen")[0]) == (0, 180)
    with pytest.raises(Conflict, match="没有存下"):
        verbs.inherit_time(**give)


def test_an_heir_who_moved_away_is_sent_to_the_office_above_both(town: Neighbours) -> None:
    """Neither community's own office decides about the other's person; nobody is told that there is no such heir."""
    rich(town, minutes=180)
    with as_system():
        heir = Person.objects.create(name="搬走的女儿", place_code=OTHER_HOOD)
    here = replace(town.street_duty, scope=HOOD)
    give = {
        "at": LATER, "source_person_id": town.granny.person_id, "heir_id": heir.id,
        "basis": "民法典第一千一百二十三条", "paper": "（2026）沪证字第 18 号",
    }  # fmt: skip
    with pytest.raises(NotAllowed, match="柳湾街道"):
        verbs.inherit_time(by=here, **give)
    with pytest.raises(NotFound):
        verbs.inherit_time(by=replace(here, scope=OTHER_HOOD), **give)
    assert saved(town, "granny")[0] == 180
    verbs.inherit_time(by=town.street_duty, **give)
    with as_system():
        got = Account.objects.get(person=heir, ledger="saved-time")
    assert (saved(town, "granny")[0], got.balance, got.place_code) == (0, 180, OTHER_HOOD)


def test_who_leaves_lets_the_other_go(town: Neighbours) -> None:
    rich(town, minutes=180)
    agreed(town)
    erase_person(by=town.chen, at=LATER, person_id=town.chen.person_id)
    assert saved(town, "granny") == (180, 0)
    with as_system():
        assert Request.objects.get().state == "cancelled"


@given(st.lists(st.tuples(st.sampled_from(("granny", "chen", "social")), st.integers(0, 90)), max_size=7))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_they_say_minutes_are_neither_made_nor_lost(town: Neighbours, acts: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        rich(town, minutes=180)
        request = agreed(town)
        for who, minutes in acts:
            try:
                if who == "social":
                    verbs.decide_help(
                        by=town.social, at=WHEN + 3 * HOUR, request_id=request.id, minutes=minutes, reason="查明"
                    )
                else:
                    done(town, who, request, minutes)
            except Refused:
                pass
        with as_system():
            now = Request.objects.get(pk=request.pk)
        (left, held), (got, _none) = saved(town, "granny"), saved(town, "chen")
        assert left + got == 180 and got == (now.moved or 0) <= 90
        assert held == (90 if now.state in ("agreed", "disputed") else 0)
        transaction.set_rollback(True)
