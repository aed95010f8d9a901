"""The volunteer's record and certificate: true, free, verifiable by a stranger, and gone when the person asks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, TooMany, as_system, looking_as
from linli.kernel.access.actor import ANONYMOUS
from linli.kernel.people.verbs import erase_person
from linli.scenes.self_governance import certificates, keeping, verbs
from linli.scenes.self_governance.models import Certificate, SignUp, Training, Volunteer
from linli.scenes.self_governance.queries.verifying import verify

from .cast import HOUR, STARTS, Neighbours

LATER = STARTS + 5 * HOUR


def certified(town: Neighbours, who: str = "granny", minutes: int = 100) -> SignUp:
    one = town.served(who, town.shift(), minutes=minutes)
    return verbs.certify(by=town.social, at=LATER, sign_up_id=one.id, stars=5)


def test_a_stranger_verifies_a_certificate_with_its_number_and_code(town: Neighbours) -> None:
    certified(town)
    made = verbs.issue_certificate(by=town.granny, at=LATER)
    assert made.minutes == 100 and made.contents["services"][0]["title"] == "陪独居老人去医院"
    with looking_as(ANONYMOUS):
        told = verify(made.number.lower(), certificates.check_code(made.hash), at=LATER)
    assert (told.name, told.minutes, told.corrected, told.intact) == ("林＊＊", 100, 0, True)
    for number, code in (
        (made.number, "0000-0000-0000"),
        ("ZY2026-00000000", made.hash),
        (made.number, made.hash[:8]),
    ):
        with looking_as(ANONYMOUS), pytest.raises(NotFound):
            verify(number, code, at=LATER)


def test_hours_that_were_corrected_later_are_said_when_it_is_verified(town: Neighbours) -> None:
    one = certified(town)
    made = verbs.issue_certificate(by=town.granny, at=LATER)
    verbs.appeal(by=town.granny, at=LATER, sign_up_id=one.id, text="少算了二十分钟")
    assert verify(made.number, made.hash, at=LATER).corrected == 0  # not decided yet
    with pytest.raises(Conflict, match="正在复核"):
        verbs.issue_certificate(by=town.granny, at=LATER)
    verbs.decide_appeal(by=town.street_duty, at=LATER, sign_up_id=one.id, minutes=120, reason="登记证实")
    told = verify(made.number, made.hash, at=LATER)
    assert (told.corrected, told.minutes, told.minutes_now, told.intact) == (1, 100, 120, True)
    assert verbs.issue_certificate(by=town.granny, at=LATER).minutes == 120


def test_only_what_was_certified_between_two_days_stands_on_it(town: Neighbours) -> None:
    town.served("granny", town.shift())
    with pytest.raises(Conflict, match="没有认定过"):
        verbs.issue_certificate(by=town.granny, at=LATER)
    certified(town, "chen", 60)
    day = STARTS.date()
    with pytest.raises(Conflict):
        verbs.issue_certificate(by=town.chen, at=LATER, since=day + timedelta(days=1))
    with pytest.raises(Invalid):
        verbs.issue_certificate(by=town.chen, at=LATER, since=day, until=day - timedelta(days=1))
    made = verbs.issue_certificate(by=town.social, at=LATER, person_id=town.chen.person_id, since=day, until=day)
    assert (made.minutes, made.since, made.until) == (60, day, day)
    with pytest.raises(NotAllowed):
        verbs.issue_certificate(by=town.father, at=LATER, person_id=town.chen.person_id)
    with pytest.raises(NotAllowed):
        verbs.issue_certificate(by=town.stranger, at=LATER, person_id=town.chen.person_id)


def test_a_certificate_does_not_change_and_a_changed_one_is_found_out(town: Neighbours) -> None:
    certified(town)
    made = verbs.issue_certificate(by=town.granny, at=LATER)
    for change in ({"minutes": 999}, {"contents": {**made.contents, "name": "张三"}}, {"hash": "0" * 64}):
        with as_system(), pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            Certificate.objects.filter(pk=made.pk).update(**change)
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        made.lines.update(minutes=1)
    assert certificates.hash_of({**made.contents, "name": "张三"}) != made.hash


def test_numbers_are_not_to_be_tried_through(town: Neighbours) -> None:
    for n in range(60):
        with pytest.raises(NotFound):
            verify(f"ZY2026-{n:08d}", "AAAA-AAAA-AAAA", at=LATER, address="203.0.113.7")
    with pytest.raises(TooMany):
        verify("ZY2026-00000060", "AAAA-AAAA-AAAA", at=LATER, address="203.0.113.7")


def test_trainings_and_commendations_are_written_down_once_and_by_another(town: Neighbours) -> None:
    give = {"by": town.social, "at": LATER, "person_id": town.granny.person_id}
    held = date(2026, 9, 1)
    first = {
        "title": "急救培训",
        "held_on": held,
        "minutes": 240,
        "skill": "first-aid",
        "expires_on": date(2028, 9, 1),
    }
    verbs.record_training(**give, **first)
    with pytest.raises(Conflict):
        verbs.record_training(**give, **first)
    for change, field in (
        ({"expires_on": held}, "expires_on"), ({"held_on": date(2027, 1, 1)}, "held_on"), ({"minutes": 0}, "minutes"),
        ({"skill": "flying"}, "skill"), ({"title": ""}, "title"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            verbs.record_training(**give, **{**first, **change})
        assert field in refused.value.fields
    with pytest.raises(NotAllowed):
        verbs.record_training(**{**give, "by": town.granny}, **first)
    verbs.record_commendation(**give, title="优秀志愿者", what="三年陪诊", given_on=held)
    verbs.say_skills(by=town.granny, at=LATER, skills=["nursing", "nursing"])
    with looking_as(town.granny):
        assert Volunteer.objects.get().skills == ["nursing"]
    with looking_as(town.chen):
        assert not Training.objects.exists()


def test_the_copy_has_five_groups_and_forgetting_leaves_only_numbers(town: Neighbours) -> None:
    one = certified(town)
    made = verbs.issue_certificate(by=town.granny, at=LATER)
    person = town.granny.person_id
    with as_system():
        named = {chapter.name: chapter.rows for chapter in keeping.chapters(person, True)}
    assert named["volunteer_services"][0]["minutes"] == 100 and named["volunteer_certificates"]
    erase_person(by=town.granny, at=LATER, person_id=person)
    with as_system():
        left = SignUp.objects.get(pk=one.pk)
        assert not Certificate.objects.exists() and not Volunteer.objects.filter(person=person).exists()
    assert (left.minutes, left.stars, left.note) == (100, None, "")
    with pytest.raises(NotFound):
        verify(made.number, made.hash, at=LATER)
