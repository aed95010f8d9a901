"""组织关系转接: never in two branches, never in none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from linli.kernel.access import Conflict, Invalid, NotFound, as_system, look_as
from linli.scenes.party_building import verbs
from linli.scenes.party_building.models import Member, Transfer
from linli.scenes.party_building.queries import organisations as q

from .cast import AT, TODAY, Cast

pytestmark = pytest.mark.django_db


def letter(cast: Cast, member: Member, **changes: object) -> Transfer:
    given = {"member_id": member.id, "why": "搬家", "to_branch_id": cast.organisations["other"].id}
    return verbs.open_transfer(by=cast.first, at=AT, **{**given, **changes})


def test_a_member_is_where_they_were_until_the_other_branch_receives_them(cast: Cast):
    member = cast.register(1, group_id=cast.organisations["group"].id)
    one = letter(cast, member)
    look_as(cast.other)
    assert not Member.objects.exists(), "the letter is seen, the member not yet"
    assert [(row.name, row.ours, row.theirs) for row in q.letters(cast.other)] == [("党员1", False, True)]
    verbs.receive(by=cast.other, at=AT + timedelta(days=3), transfer_id=one.id)
    connection.check_constraints()
    look_as(cast.other)
    now = Member.objects.get()
    assert (now.branch_id, now.branch_since, now.group_id) == (
        cast.organisations["other"].id,
        date(2026, 9, 10),
        None,
    )
    look_as(cast.first)
    assert not Member.objects.exists()


def test_a_letter_is_sent_back_for_a_reason_and_another_may_be_written(cast: Cast):
    member = cast.register(1)
    one = letter(cast, member)
    with pytest.raises(Conflict, match="没有回执"):
        letter(cast, member)
    with pytest.raises(Invalid):
        verbs.send_back(by=cast.other, at=AT, transfer_id=one.id, reason=" ")
    verbs.send_back(by=cast.other, at=AT, transfer_id=one.id, reason="不住在本居")
    with pytest.raises(Conflict, match="已退回"):
        verbs.receive(by=cast.other, at=AT, transfer_id=one.id)
    assert letter(cast, member).number != one.number


def test_only_the_right_side_decides(cast: Cast):
    one = letter(cast, cast.register(1))
    for actor in (cast.first, cast.second):
        with pytest.raises(NotFound):
            verbs.receive(by=actor, at=AT, transfer_id=one.id)
    with pytest.raises(NotFound):
        verbs.take_back(by=cast.other, at=AT, transfer_id=one.id, reason="写错了")
    assert verbs.take_back(by=cast.first, at=AT, transfer_id=one.id, reason="写错了").state == "taken_back"


@pytest.mark.parametrize(("days", "fits"), [(0, False), (1, True), (90, True), (91, False)])
def test_a_letter_is_valid_up_to_ninety_days(cast: Cast, days: int, fits: bool):
    member = cast.register(1)
    if fits:
        assert letter(cast, member, days=days).valid_until == TODAY + timedelta(days=days)
    else:
        with pytest.raises(Invalid):
            letter(cast, member, days=days)


def test_after_its_last_day_nobody_receives_it_and_the_worker_says_so(cast: Cast):
    member = cast.register(1)
    one = letter(cast, member, days=10)
    with pytest.raises(Conflict, match="过期"):
        verbs.receive(by=cast.other, at=AT + timedelta(days=11), transfer_id=one.id)
    assert verbs.expire_letters(at=AT + timedelta(days=10)) == 0
    assert verbs.expire_letters(at=AT + timedelta(days=11)) == 1
    look_as(cast.first)
    assert Transfer.objects.get().state == "expired" and Member.objects.get().branch_id == member.branch_id


def test_a_letter_to_outside_ends_the_membership_here_with_its_returned_slip(cast: Cast):
    member = cast.register(1)
    one = letter(cast, member, to_branch_id=None, to_outside="海州市江东街道党工委")
    verbs.receive(by=cast.first, at=AT, transfer_id=one.id)
    look_as(cast.first)
    assert Member.objects.get().gone == "moved"


@pytest.mark.parametrize("changes", [{"to_branch_id": None}, {"to_outside": "别处"}])
def test_a_letter_goes_to_exactly_one(cast: Cast, changes: dict):
    with pytest.raises(Invalid):
        letter(cast, cast.register(1), **changes)


def test_the_database_lets_nobody_change_the_branch_by_any_other_way(cast: Cast):
    member = cast.register(1)
    with as_system():
        with pytest.raises(DatabaseError, match="received letter alone"), transaction.atomic():
            Member.objects.filter(pk=member.pk).update(branch=cast.organisations["other"])
            connection.check_constraints()
        with pytest.raises(DatabaseError, match="belongs to a branch"), transaction.atomic():
            Member.objects.filter(pk=member.pk).update(branch=cast.organisations["general"])
        with pytest.raises(DatabaseError), transaction.atomic():
            Member.objects.filter(pk=member.pk).update(branch=None)
