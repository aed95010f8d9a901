"""Hours are certified by another, contested once, and decided by a third."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.scenes.self_governance import verbs
from linli.scenes.self_governance.models import Appeal, SignUp

from .cast import HOUR, STARTS, Neighbours, fresh

LATER = STARTS + 5 * HOUR


def test_other_minutes_than_were_served_need_a_reason(town: Neighbours) -> None:
    one = town.served("granny", town.shift(), minutes=100)
    with pytest.raises(Invalid, match="依据"):
        verbs.certify(by=town.social, at=LATER, sign_up_id=one.id, minutes=120)
    for minutes in (-1, 181, 10**9):
        with pytest.raises(Invalid, match="0 到 180"):
            verbs.certify(by=town.social, at=LATER, sign_up_id=one.id, minutes=minutes, note="多算")
    done = verbs.certify(by=town.social, at=LATER, sign_up_id=one.id, stars=5)
    assert (done.minutes, done.stars, done.certified_by_id) == (100, 5, town.social.account_id)
    with pytest.raises(Conflict, match="已认定"):
        verbs.certify(by=town.social, at=LATER, sign_up_id=one.id)


def test_nobody_certifies_their_own_hours(town: Neighbours) -> None:
    one = town.served("granny", town.shift())
    herself = replace(town.social, account_id=town.granny.account_id)  # the organiser is a volunteer, too
    with pytest.raises(NotAllowed, match="别人认定"):
        verbs.certify(by=herself, at=LATER, sign_up_id=one.id)
    with as_system(), pytest.raises(IntegrityError, match="certifies its own hours"), transaction.atomic():
        SignUp.objects.filter(pk=one.pk).update(
            state="certified", minutes=60, certified_at=LATER, certified_by_id=town.granny.account_id
        )
    with as_system(), pytest.raises(IntegrityError, match="no_more_minutes"), transaction.atomic():
        SignUp.objects.filter(pk=one.pk).update(
            state="certified", minutes=181, certified_at=LATER, certified_by_id=town.social.account_id
        )


def test_an_appeal_is_decided_by_somebody_else_once(town: Neighbours) -> None:
    one = town.served("granny", town.shift(), minutes=100)
    with pytest.raises(Conflict):
        verbs.appeal(by=town.granny, at=LATER, sign_up_id=one.id, text="少算了")
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id, minutes=60, note="中途离开")
    with pytest.raises(NotFound):
        verbs.appeal(by=town.chen, at=LATER, sign_up_id=one.id, text="少算了")
    verbs.appeal(by=town.granny, at=LATER, sign_up_id=one.id, text="我没有离开")
    decide = {"at": LATER, "sign_up_id": one.id, "minutes": 100, "reason": "监护登记证实在场"}
    with pytest.raises(NotAllowed, match="认定人以外"):
        verbs.decide_appeal(by=town.social, **decide)
    with pytest.raises(NotAllowed):
        verbs.decide_appeal(by=town.grid, **decide)
    with pytest.raises(NotFound):
        verbs.decide_appeal(by=replace(town.street_duty, scope="990101002"), **decide)
    verbs.decide_appeal(by=town.street_duty, **decide)
    assert (fresh(one).state, fresh(one).minutes) == ("certified", 100)
    with pytest.raises(Conflict, match="复核过一次"):
        verbs.appeal(by=town.granny, at=LATER, sign_up_id=one.id, text="还是少")
    with looking_as(town.granny):
        (told,) = Appeal.objects.filter(sign_up=one)
    assert (told.minutes_before, told.minutes_after, told.reason) == (60, 100, "监护登记证实在场")


def test_who_was_marked_absent_may_contest_it(town: Neighbours) -> None:
    one = town.join("granny", town.shift())
    verbs.close_over(at=LATER)
    verbs.appeal(by=town.granny, at=LATER, sign_up_id=one.id, text="我到了，手机没电")
    verbs.decide_appeal(by=town.street_duty, at=LATER, sign_up_id=one.id, minutes=180, reason="照片为证")
    assert fresh(one).minutes == 180


def test_an_activity_is_closed_when_every_hour_is_certified(town: Neighbours) -> None:
    activity = town.activity()
    one = town.served("granny", town.shift(activity))
    with pytest.raises(Conflict, match="没有结束"):
        verbs.close_activity(by=town.social, at=LATER, activity_id=activity.id, summary="送了三位老人")
    verbs.close_over(at=LATER)
    with pytest.raises(Conflict, match="1 人的时长"):
        verbs.close_activity(by=town.social, at=LATER, activity_id=activity.id, summary="送了三位老人")
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id)
    verbs.close_activity(by=town.social, at=LATER, activity_id=activity.id, summary="送了三位老人")
    with pytest.raises(Conflict):
        verbs.cancel_activity(by=town.social, at=LATER, activity_id=activity.id, reason="雨")
