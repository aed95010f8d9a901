"""A deduction is proposed, told, answered and decided by a second person; nothing is taken before (ADR 0043)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import frozen
from linli.kernel.matters.tests.cast import ALWAYS
from linli.kernel.people.models import Account, Post
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Transfer
from linli.scenes.self_governance import verbs
from linli.scenes.self_governance.models import Deduction
from linli.scenes.self_governance.queries import integrity as queries

from .cast import HOOD, Neighbours
from .test_integrity import LATER, absent, balance, rewarded
from .test_told import told

WEEK = timedelta(days=7)
BASE = "/scenes/self_governance/"
SignIn = Callable[[str], Client]


@pytest.fixture
def second(town: Neighbours) -> Actor:
    """Another social worker of the same committee."""
    with as_system():
        account = Account.objects.create(kind="staff", username="social2", name="方敏")
        unit = town.cast.units["committee"]
        post = Post.objects.create(account=account, role="social_worker", unit=unit, place_code=HOOD, valid=ALWAYS)
    return replace(town.social, account_id=account.id, name=account.name, post_id=post.id)


def proposed(town: Neighbours) -> Deduction:
    rewarded(town)
    one = absent(town)
    return verbs.propose_deduction(by=town.grid, at=LATER, sign_up_id=one.id, reason="电话核实，忘了")


def test_nothing_is_taken_before_a_second_person_has_decided(town: Neighbours, second: Actor) -> None:
    found = proposed(town)
    assert balance(town) == 5
    decide = {"at": LATER + WEEK, "deduction_id": found.id, "takes": True, "why": "核实无误"}
    for who in (town.grid, town.granny):
        with pytest.raises(NotAllowed):
            verbs.decide_deduction(by=who, **decide)
    with pytest.raises((NotFound, NotAllowed)):
        verbs.decide_deduction(by=town.stranger, **decide)
    done = verbs.decide_deduction(by=second, **decide)
    assert balance(town) == 0 and done.transfer is not None
    with pytest.raises(Conflict, match="已经有决定"):
        verbs.decide_deduction(by=second, **decide)


def test_the_person_is_told_what_is_proposed_what_is_taken_and_what_is_not(town: Neighbours, second: Actor) -> None:
    found = proposed(town)
    [kind, says] = told(town, "granny")[0]
    assert kind == "integrity-proposed" and "电话核实，忘了" in says and "由另一个人决定" in says
    verbs.decide_deduction(by=second, at=LATER + WEEK, deduction_id=found.id, takes=False, why="那天住院了")
    kind, says = told(town, "granny")[0]
    assert kind == "integrity-spared" and "那天住院了" in says


def test_what_is_taken_is_told_by_the_books(town: Neighbours, second: Actor) -> None:
    found = proposed(town)
    verbs.decide_deduction(by=second, at=LATER + WEEK, deduction_id=found.id, takes=True, why="核实无误")
    assert told(town, "granny")[0][0] == "points-deducted"


def test_who_proposed_does_not_decide(town: Neighbours) -> None:
    rewarded(town)
    one = absent(town)
    found = verbs.propose_deduction(by=town.social, at=LATER, sign_up_id=one.id, reason="核实")
    with pytest.raises(NotAllowed, match="以外的人决定"):
        verbs.decide_deduction(by=town.social, at=LATER + WEEK, deduction_id=found.id, takes=False, why="算了")
    with as_system(), pytest.raises(IntegrityError, match="decided_by_somebody_else"), transaction.atomic():
        Deduction.objects.update(decided_by=town.social.account_id, decided_at=LATER, takes=True, why="自己决定")
    with as_system(), pytest.raises(IntegrityError, match="only_what_was_decided"), transaction.atomic():
        Deduction.objects.update(transfer=found.id)


def test_the_person_has_a_week_or_their_word(town: Neighbours, second: Actor) -> None:
    found = proposed(town)
    give = {"deduction_id": found.id, "takes": True, "why": "核实"}
    with pytest.raises(Conflict, match="2026-09-1"):
        verbs.decide_deduction(by=second, at=LATER + WEEK - timedelta(seconds=1), **give)
    with pytest.raises(NotFound):
        verbs.answer_deduction(by=town.chen, at=LATER, deduction_id=found.id, text="不是我")
    with pytest.raises(Invalid):
        verbs.answer_deduction(by=town.granny, at=LATER, deduction_id=found.id, text="  ")
    verbs.answer_deduction(by=town.granny, at=LATER, deduction_id=found.id, text="那天住院")
    done = verbs.decide_deduction(by=second, at=LATER, **{**give, "takes": False, "why": "有病历"})
    assert (done.takes, balance(town)) == (False, 5)
    with pytest.raises(Conflict):
        verbs.answer_deduction(by=town.granny, at=LATER, deduction_id=found.id, text="谢谢")


def test_once_for_one_absence_and_not_while_it_is_contested(town: Neighbours, second: Actor) -> None:
    found = proposed(town)
    with pytest.raises(Conflict, match="已经提出过"):
        verbs.propose_deduction(by=town.social, at=LATER, sign_up_id=found.sign_up_id, reason="再来")
    verbs.appeal(by=town.granny, at=LATER, sign_up_id=found.sign_up_id, text="我到了")
    with pytest.raises(Conflict, match="未到"):
        verbs.decide_deduction(by=second, at=LATER + WEEK, deduction_id=found.id, takes=True, why="核实")
    assert balance(town) == 5
    with as_system():
        assert Deduction.objects.get().decided_at is None


def test_who_has_no_points_is_left_alone(town: Neighbours) -> None:
    one = absent(town)
    with pytest.raises(Conflict, match="没有诚信积分"):
        verbs.propose_deduction(by=town.social, at=LATER, sign_up_id=one.id, reason="核实")


def test_who_may_not_take_may_only_leave_it(town: Neighbours, sign_in: SignIn) -> None:
    found = proposed(town)
    give = {"act": "decide", "deduction_id": str(found.id), "why": "情有可原"}
    with frozen(LATER + WEEK):
        duty, desk = sign_in("street_duty"), f"{BASE}desk/integrity/"
        assert 'value="yes"' not in duty.get(desk).content.decode()
        assert duty.post(desk, {**give, "takes": "yes"}).status_code == 403
        assert duty.post(desk, {**give, "takes": "no"}).status_code == 303
    assert balance(town) == 5


def test_it_is_read_and_answered_on_the_phone_and_appealed_after(
    town: Neighbours, second: Actor, sign_in: SignIn
) -> None:
    rewarded(town)
    one = absent(town)
    phone, desk = sign_in("granny"), f"{BASE}desk/integrity/"
    with frozen(LATER):
        office = sign_in("social")
        page = office.get(desk).content.decode()
        assert "林阿婆" in page and "提出扣分" in page
        assert office.post(desk, {"act": "propose", "sign_up_id": str(one.id), "reason": ""}).status_code == 422
        told = office.post(desk, {"act": "propose", "sign_up_id": str(one.id), "reason": "电话核实"})
        assert told.status_code == 303
        assert "这是您提出的" in office.get(desk).content.decode()
        assert "可以先说明" in phone.get(BASE).content.decode()
        mine = phone.get(f"{BASE}integrity/").content.decode()
        assert "电话核实" in mine and "还没有决定" in mine
        with as_system():
            found = Deduction.objects.get()
            assert Record.objects.filter(
                stream=f"person:{town.granny.person_id}", verb="self_governance.read_integrity"
            ).exists()
        answer = {"act": "answer", "deduction": str(found.id), "text": "那天住院"}
        assert sign_in("chen").post(f"{BASE}integrity/", answer).status_code == 404
        assert phone.post(f"{BASE}integrity/", answer).status_code == 303
        assert "可以先说明" not in phone.get(BASE).content.decode()
        assert "那天住院" in sign_in("social2").get(desk).content.decode()
        decide = {"act": "decide", "deduction_id": str(found.id), "takes": "yes", "why": "没有病历"}
        assert office.post(desk, decide).status_code == 403
        assert sign_in("social2").post(desk, decide).status_code == 303
        mine = phone.get(f"{BASE}integrity/").content.decode()
        assert "没有病历" in mine and "−5" in mine and "第 1 版" in mine
        taken = Transfer.objects.filter(kind="deduct")
        with as_system():
            line = taken.get()
        account = phone.get(f"/phone/points/{line.source_id}/").content.decode()
        assert str(line.id) in account
    asked = points.appeal(by=town.granny, at=LATER, transfer_id=line.id, text="病历在这里")
    points.decide_appeal(by=town.street_duty, at=LATER, appeal_id=asked.id, uphold=True, answer="病历属实")
    assert balance(town) == 5


def test_who_proposed_reviews_no_appeal_against_it_and_reads_why(town: Neighbours, sign_in: SignIn) -> None:
    """The officer on duty may propose and may review: but not the same."""
    rewarded(town)
    one = absent(town)
    found = verbs.propose_deduction(by=town.street_duty, at=LATER, sign_up_id=one.id, reason="电话核实")
    done = verbs.decide_deduction(
        by=town.social, at=LATER + WEEK, deduction_id=found.id, takes=True, why="核实无误"
    )
    assert done.transfer is not None
    asked = points.appeal(by=town.granny, at=LATER + WEEK, transfer_id=done.transfer, text="病历在这里")
    give = {"appeal_id": asked.id, "uphold": False, "answer": "不支持"}
    with pytest.raises(NotAllowed, match="由您提出"):
        points.decide_appeal(by=town.street_duty, at=LATER + WEEK, **give)
    queue = "/desk/points/appeals/"
    with frozen(LATER + WEEK):
        page = sign_in("street_duty").get(queue).content.decode()
        assert "您参与过这一笔（例如由您提出），要由没有参与过的人复核。" in page and 'value="decide"' not in page
        office = sign_in("street_leader")
        assert 'value="decide"' in office.get(queue).content.decode()
        decide = {"act": "decide", "appeal_id": str(asked.id), "uphold": "yes", "answer": "病历属实"}
        assert sign_in("street_duty").post(queue, decide).status_code == 403
        assert office.post(queue, decide).status_code == 303
    assert balance(town) == 5


def test_a_commendation_is_rewarded_on_the_desk_once(town: Neighbours, sign_in: SignIn) -> None:
    one = verbs.record_commendation(
        by=town.social, at=LATER, person_id=town.granny.person_id, title="好邻居", what="拾金不昧", given_on=date(2026, 9, 1)
    )  # fmt: skip
    with frozen(LATER):
        office = sign_in("social")
        assert "好邻居" in office.get(f"{BASE}desk/integrity/").content.decode()
        given = office.post(f"{BASE}desk/integrity/", {"act": "reward", "commendation_id": str(one.id)})
        assert given.status_code == 303
    with looking_as(town.social):
        assert not queries.office(town.social, at=LATER).praised
    assert balance(town) == 5
