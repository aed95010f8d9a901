"""A volunteer is told what became of their sign-up, and nobody else is."""

from __future__ import annotations

import pytest

from linli.kernel.access import as_system, looking_as
from linli.kernel.messages import queries as messages
from linli.kernel.messages.models import Message
from linli.scenes.self_governance import verbs
from linli.scenes.self_governance.verbs import joining

from .cast import HOUR, MONDAY, STARTS, Neighbours, fresh
from .test_helping import WHEN, agreed, done, rich
from .test_integrity import rewarded

LATER = STARTS + 6 * HOUR


def told(town: Neighbours, who: str) -> list[tuple[str, str]]:
    by = getattr(town, who)
    with looking_as(by):
        return [(one.kind, one.says) for one in messages.mine(by).unread]


def test_who_moves_up_is_told_and_who_withdraws_or_waits_on_is_not(town: Neighbours) -> None:
    shift = town.shift()
    town.join("granny", shift)
    second, third = town.join("chen", shift), town.join("zhang", shift)
    town.join("old_li", shift)
    verbs.withdraw(by=town.chen, at=MONDAY + HOUR, sign_up_id=second.id)
    [(kind, says)] = told(town, "zhang")
    assert kind == "volunteering-moved-up" and says.startswith("“陪独居老人去医院”9月8日 10:00 有了名额")
    with looking_as(town.zhang):
        assert messages.mine(town.zhang).unread[0].to == (str(third.id),)
    assert [told(town, who) for who in ("granny", "chen", "old_li")] == [[], [], []]


def test_what_is_taken_back_is_not_told(town: Neighbours, monkeypatch: pytest.MonkeyPatch) -> None:
    shift = town.shift()
    town.join("granny", shift)
    second, third = town.join("chen", shift), town.join("zhang", shift)
    kept = joining.tell_moved

    def tells_and_fails(*given: object) -> None:
        kept(*given)
        raise LookupError

    monkeypatch.setattr(joining, "tell_moved", tells_and_fails)
    with pytest.raises(LookupError):
        verbs.withdraw(by=town.chen, at=MONDAY + HOUR, sign_up_id=second.id)
    assert fresh(third).state == "waiting" and told(town, "zhang") == []


def test_everybody_who_signed_up_is_told_that_it_is_cancelled(town: Neighbours) -> None:
    activity = town.activity()
    shift = town.shift(activity)
    town.join("granny", shift), town.join("chen", shift), town.join("zhang", shift)
    verbs.cancel_activity(by=town.social, at=MONDAY + HOUR, activity_id=activity.id, reason="医院停诊")
    for who in ("granny", "chen", "zhang"):
        assert told(town, who) == [
            ("volunteering-cancelled", "“陪独居老人去医院”9月8日 10:00 取消了，您不用去了。原因：医院停诊")
        ]
    with as_system():
        assert Message.objects.count() == 3


def test_certified_reviewed_and_decided(town: Neighbours) -> None:
    one = town.served("granny", town.shift(), minutes=100)
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id, minutes=60, note="中途离开")
    [(kind, says)] = told(town, "granny")
    assert kind == "volunteering-certified" and "60 分钟。说明：中途离开。不同意的话" in says
    verbs.appeal(by=town.granny, at=LATER, sign_up_id=one.id, text="我没有离开")
    verbs.decide_appeal(by=town.street_duty, at=LATER, sign_up_id=one.id, minutes=100, reason="登记证实在场")
    assert told(town, "granny")[0] == (
        "volunteering-appeal-decided", "“陪独居老人去医院”9月8日 10:00 的复核：认定 100 分钟。理由：登记证实在场",
    )  # fmt: skip


def test_who_is_marked_absent_is_told_and_of_the_deduction_too(town: Neighbours) -> None:
    rewarded(town)
    one = town.join("granny", town.shift())
    verbs.close_over(at=LATER)
    assert [kind for kind, _says in told(town, "granny")] == ["volunteering-missed"]
    verbs.deduct_absent(by=town.social, at=LATER + HOUR, sign_up_id=one.id, reason="电话确认无故未到")
    [(kind, says), _missed] = told(town, "granny")
    assert kind == "points-deducted" and "失约（第 1 版）" in says and "电话确认无故未到" in says and "申诉" in says


def test_both_are_told_how_a_dispute_about_minutes_was_decided(town: Neighbours) -> None:
    rich(town, minutes=180)
    request = agreed(town)
    done(town, "granny", request, 30), done(town, "chen", request, 90)
    verbs.decide_help(
        by=town.social, at=WHEN + 3 * HOUR, request_id=request.id, minutes=60, reason="两人都同意折中"
    )
    for who in ("granny", "chen"):
        [says] = [says for kind, says in told(town, who) if kind == "time-bank-decided"]
        assert "60 分钟。理由：两人都同意折中" in says
