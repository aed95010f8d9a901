"""Points of organisational life: only for who agreed, on evidence, capped, and reversed when the evidence was wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.kernel.access import Actor, NotAllowed, Role, as_system, look_as
from linli.kernel.people.verbs import give_consent
from linli.kernel.points import queries as points
from linli.kernel.points import verbs as ledger
from linli.kernel.points.models import Transfer
from linli.kernel.points.queries import own
from linli.scenes.party_building import codes, verbs

from .cast import AT, HOOD, Cast, identity, staff

pytestmark = pytest.mark.django_db


def hold(cast: Cast, at, who: list, kind: str = "theme"):
    made = verbs.plan_meeting(
        by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, kind=kind, title="主题党日", venue="活动室",
        starts_at=at, ends_at=at + timedelta(hours=1), agenda=["学习"],
    )  # fmt: skip
    verbs.announce_meeting(by=cast.first, at=AT, meeting_id=made.id)
    for actor in who:
        look_as(actor)
        verbs.check_in(by=actor, at=at, code=codes.code_of(made.id, at))
    return verbs.end_meeting(by=cast.first, at=at + timedelta(hours=1), meeting_id=made.id)


@pytest.fixture
def lin(cast: Cast):
    actor = cast.resident("lin", "林阿婆", identity(1))
    cast.register(1)
    look_as(actor)
    return actor


def agree(actor) -> None:
    give_consent(by=actor, at=AT, person_id=actor.person_id, purpose="party-points")


def balance(actor) -> int:
    look_as(actor)
    return sum(b.account.balance for b in points.mine(actor, ledger="party-life"))


def test_who_did_not_agree_has_no_account_and_was_there_all_the_same(cast: Cast, lin):
    made = hold(cast, AT + timedelta(days=1), [lin])
    with as_system():
        assert not Transfer.objects.exists() and made.attendances.get().state == "present"


def test_every_line_names_its_meeting_and_no_more_is_given_than_the_rule_says(cast: Cast, lin):
    agree(lin)
    for n in range(12):
        hold(cast, AT + timedelta(days=1 + n // 3, hours=2 * (n % 3)), [lin])
    assert balance(lin) == 16, "two a meeting, four a day"
    look_as(lin)
    statement = points.statement(points.mine(lin)[0].account.id, by=lin)
    assert all(line.evidence for line in statement.lines) and "支部的会" in str(statement.lines[0].rule_text)


def test_what_was_ticked_wrongly_is_reversed_with_its_reason(cast: Cast, lin):
    agree(lin)
    made = hold(cast, AT + timedelta(days=1), [lin])
    assert balance(lin) == 2
    look_as(cast.first)
    member = made.attendances.get().member_id
    for _again in range(2):
        verbs.tick(
            by=cast.first,
            at=AT + timedelta(days=2),
            meeting_id=made.id,
            member_id=member,
            there=False,
            reason="代签",
        )
    assert balance(lin) == 0
    with as_system():
        assert Transfer.objects.get(kind="reverse").reason == "代签"


def tick(cast: Cast, made, there: bool, days: int, reason: str) -> None:
    look_as(cast.first)
    verbs.tick(
        by=cast.first, at=AT + timedelta(days=days), meeting_id=made.id, member_id=made.attendances.get().member_id, there=there,
        reason=reason,
    )  # fmt: skip


def test_who_is_ticked_again_after_a_reversal_gets_the_points_again(cast: Cast, lin):
    agree(lin)
    made = hold(cast, AT + timedelta(days=1), [lin])
    for turn, there in enumerate((False, True, True, False, True)):
        tick(cast, made, there, 2 + turn, "核对签到")
        assert balance(lin) == (2 if there else 0), turn
    with as_system():
        keys = Transfer.objects.filter(kind="award").order_by("id").values_list("key", flat=True)
        assert [key.rpartition(":")[2] for key in keys][1:] == ["2", "3"]


def test_what_was_taken_back_is_contested_and_decided_by_another(cast: Cast, lin):
    agree(lin)
    made = hold(cast, AT + timedelta(days=1), [lin])
    tick(cast, made, False, 2, "代签")
    look_as(lin)
    account = points.mine(lin)[0].account
    undone = Transfer.objects.get(kind="reverse")
    lines = [line.transfer_id for line in points.statement(account.id, by=lin).lines]
    assert own.appealable(account, lines) == {undone.id}
    appeal = ledger.appeal(by=lin, at=AT + timedelta(days=3), transfer_id=undone.id, text="我到了，手机没电。")
    reviewing = {"role": Role.DUTY_OFFICER, "scope": HOOD, "name": "复核"}
    secretary = Actor(account_id=cast.first.account_id, **reviewing)
    with pytest.raises(NotAllowed, match="换一个人"):
        ledger.decide_appeal(
            by=secretary, at=AT + timedelta(days=4), appeal_id=appeal.id, uphold=True, answer="查过"
        )
    other = staff(Role.DUTY_OFFICER)
    ledger.decide_appeal(by=other, at=AT + timedelta(days=4), appeal_id=appeal.id, uphold=True, answer="查过签到表")
    assert balance(lin) == 2
    tick(cast, made, True, 5, "更正")
    assert balance(lin) == 2, "what an appeal gave back is not given twice"
