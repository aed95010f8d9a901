"""A deduction, a decided appeal and a reversal are told to the person whose line it is, in the same transaction."""

from __future__ import annotations

import pytest
from django.utils import translation

from linli.kernel.access import SYSTEM, Conflict, as_system, looking_as
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.messages import queries as messages
from linli.kernel.messages.models import Message
from linli.kernel.messages.queries import Told
from linli.kernel.points import verbs
from linli.kernel.points.models import Transfer
from linli.kernel.points.verbs import awarding

from .ground import NOON, funded, swept
from .test_reviews import littered


def told(cast: Cast, who: str = "granny") -> list[Told]:
    by = cast.actors[who]
    with looking_as(by):
        return messages.mine(by).unread


def test_what_is_taken_names_its_rule_version_and_evidence_and_how_to_appeal(cast: Cast) -> None:
    swept(cast.granny.person_id, "s")
    taken = littered(cast)
    [one] = told(cast)
    assert one.says == (
        "“好事积分”扣减 4 分。规则：乱扔垃圾（第 1 版）。依据：照片。您可以申诉，由另一个人复核。积分多少不影响您办任何事。"
    )
    assert (one.owed, one.leads, one.to) == (True, "phone:points_account", (str(taken.source_id),))
    assert told(cast, "chen") == []
    with translation.override("en"):
        assert "You can appeal" in told(cast)[0].says
    littered(cast)
    assert len(told(cast)) == 1, "the same key again is the same deduction"


def test_nothing_is_told_where_nothing_was_taken(cast: Cast) -> None:
    swept(cast.granny.person_id, "s"), littered(cast), littered(cast, "again")
    assert littered(cast, "third").state == "refused"
    assert len(told(cast)) == 2


def test_a_deduction_that_fails_is_not_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    swept(cast.granny.person_id, "s")

    def tells_and_fails(*given: object, **named: object) -> None:
        kept(*given, **named)
        raise Conflict("x")

    kept = awarding.tell_taken
    monkeypatch.setattr(awarding, "tell_taken", tells_and_fails)
    with pytest.raises(Conflict):
        littered(cast)
    assert told(cast) == []
    with as_system():
        assert not Transfer.objects.filter(key="l").exists()


@pytest.mark.parametrize(("uphold", "outcome"), [(True, "已支持"), (False, "未支持")])
def test_a_decided_appeal_is_told_with_its_reasons(cast: Cast, uphold: bool, outcome: str) -> None:
    swept(cast.granny.person_id, "s")
    made = verbs.appeal(by=cast.granny, at=NOON, transfer_id=littered(cast).id, text="那天我不在家")
    verbs.decide_appeal(by=cast.street_duty, at=NOON, appeal_id=made.id, uphold=uphold, answer="查过监控")
    assert [one.says for one in told(cast) if one.kind == "points-appeal-decided"] == [
        f"您对“好事积分”的申诉：{outcome}。理由：查过监控"
    ]
    assert len(told(cast)) == 2


def test_a_reversal_is_told_to_both_whose_line_it_is(cast: Cast) -> None:
    held, other = funded(cast, cast.granny.person_id, 50), funded(cast, cast.chen.person_id, 0)
    given = verbs.transfer(
        by=SYSTEM, at=NOON, key="g", source_id=held.id, target_id=other.id, amount=20, reason="帮忙"
    )
    verbs.reverse(by=SYSTEM, at=NOON, key="back", transfer_id=given.id, reason="转错了人")
    [gets], [loses] = told(cast), told(cast, "chen")
    assert "退还给您 20 分钟。原因：转错了人" in gets.says and "扣回 20 分钟" in loses.says
    verbs.reverse(by=SYSTEM, at=NOON, key="back", transfer_id=given.id, reason="转错了人")
    with as_system():
        assert Message.objects.count() == 2
