"""Two administrators make a post; and what each role may do, where."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import SYSTEM, Conflict, Invalid, NotAllowed, Role, as_system
from linli.kernel.people import verbs
from linli.kernel.people.models import Appointment, Post
from linli.kernel.people.queries import appointments

from .conftest import AT, DISTRICT, HOOD, OTHER_HOOD, STREET, Cast, staff


@pytest.fixture
def newcomer(cast: Cast):
    account, _password = verbs.create_account(by=cast.system, at=AT, username="newcomer", name="新来的")
    return account


def propose(cast, account, **changes):
    given = {"role": "dispatcher", "place_code": STREET, **changes}
    return verbs.appoint(by=cast.system, at=AT, account_id=account.id, **given)


def test_a_proposal_is_no_post_until_another_administrator_grants_it(cast: Cast, newcomer):
    asked = propose(cast, newcomer)
    assert not newcomer.posts.exists()
    assert [a.id for a in appointments(cast.security)] == [asked.id]
    with pytest.raises(NotAllowed):
        verbs.decide_appointment(by=cast.system, at=AT, appointment_id=asked.id, granted=True)
    verbs.decide_appointment(by=cast.security, at=AT, appointment_id=asked.id, granted=True)
    post = newcomer.posts.get()
    assert (post.role, post.place_code, post.approved_by_id) == ("dispatcher", STREET, cast.security.account_id)
    with pytest.raises(Conflict):
        verbs.decide_appointment(by=cast.security, at=AT, appointment_id=asked.id, granted=True)


def test_one_person_in_both_offices_still_does_not_decide_alone(cast: Cast, newcomer):
    """Whoever changed office in between keeps away from what they proposed."""
    asked = propose(cast, newcomer)
    both = replace(cast.security, account_id=cast.system.account_id)
    with pytest.raises(NotAllowed) as refused:
        verbs.decide_appointment(by=both, at=AT, appointment_id=asked.id, granted=True)
    assert refused.value.code == "two-persons"


def test_the_database_itself_wants_two_persons(cast: Cast, newcomer):
    asked = propose(cast, newcomer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=asked.id).update(
            decided_by=cast.system.account_id, decided_at=AT, granted=False
        )


def test_nobody_appoints_themselves(cast: Cast):
    with pytest.raises(NotAllowed):
        verbs.appoint(
            by=cast.system, at=AT, account_id=cast.system.account_id, role="dispatcher", place_code=STREET
        )


def test_refusing_needs_a_reason_and_makes_no_post(cast: Cast, newcomer):
    asked = propose(cast, newcomer)
    with pytest.raises(Invalid):
        verbs.decide_appointment(by=cast.security, at=AT, appointment_id=asked.id, granted=False)
    verbs.decide_appointment(by=cast.security, at=AT, appointment_id=asked.id, granted=False, reason="岗位已满")
    assert not newcomer.posts.exists()


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "dispatcher", "leader"])
def test_who_administers_the_system_holds_nothing_else(cast: Cast, role):
    with pytest.raises(Conflict) as refused:
        verbs.appoint(by=SYSTEM, at=AT, account_id=cast.system.account_id, role=role, place_code=STREET)
    assert refused.value.code == "kept-apart"


def test_the_database_keeps_administrators_apart_too(cast: Cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(
            account_id=cast.system.account_id, role="audit_admin", place_code=DISTRICT, valid=(AT, None)
        )


@pytest.mark.parametrize("role", ["system", "resident", "proxy", "partner", "anonymous", "emperor"])
def test_some_roles_are_never_appointed(cast: Cast, newcomer, role):
    with pytest.raises(Invalid):
        propose(cast, newcomer, role=role)


def test_handlers_belong_to_a_unit_and_residents_hold_no_office(cast: Cast, newcomer):
    with pytest.raises(Invalid):
        propose(cast, newcomer, role="handler")
    with pytest.raises(Invalid):
        verbs.appoint(by=SYSTEM, at=AT, account_id=cast.granny.account_id, role="leader", place_code=HOOD)
    verbs.appoint(by=SYSTEM, at=AT, account_id=cast.granny.account_id, role="volunteer", place_code=HOOD)


def test_ending_a_post_takes_one_administrator_and_a_reason(cast: Cast):
    verbs.end_post(by=cast.security, at=AT + timedelta(hours=1), post_id=cast.counter.post_id, reason="调离")
    with as_system():
        assert not Post.objects.filter(pk=cast.counter.post_id, valid__contains=AT + timedelta(hours=1)).exists()
        assert Post.objects.filter(pk=cast.counter.post_id, valid__contains=AT).exists()
    with pytest.raises(Conflict):
        verbs.end_post(by=cast.system, at=AT + timedelta(hours=2), post_id=cast.counter.post_id, reason="调离")


def test_two_units_of_one_name_at_a_place_are_refused(cast: Cast):
    verbs.add_unit(by=cast.system, at=AT, name="柳湾一居", kind="committee", place_code=HOOD)
    with pytest.raises(Conflict):
        verbs.add_unit(by=cast.system, at=AT, name="柳湾一居", kind="committee", place_code=HOOD)
    other = verbs.add_unit(by=cast.system, at=AT, name="柳湾二居", kind="committee", place_code=OTHER_HOOD)
    verbs.rename_unit(by=cast.system, at=AT, unit_id=other.id, name="桥头居")
    verbs.close_unit(by=cast.system, at=AT + timedelta(days=1), unit_id=other.id)
    verbs.add_unit(
        by=cast.system, at=AT + timedelta(days=2), name="桥头居", kind="committee", place_code=OTHER_HOOD
    )


def test_a_unit_with_posts_is_not_closed(cast: Cast):
    with pytest.raises(Conflict):
        verbs.close_unit(by=cast.system, at=AT, unit_id=cast.handler.unit_id)


ROLES = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.DATA_KEEPER, Role.SOCIAL_WORKER]
ROLES += [Role.GRID_WORKER, Role.DISPATCHER, Role.HANDLER, Role.UNIT_HEAD, Role.DUTY_OFFICER, Role.LEADER]
ROLES += [Role.RESIDENT, Role.VOLUNTEER, Role.PARTNER, Role.ANONYMOUS]
ADMINS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}


def _appoint(cast, by, code):
    verbs.appoint(by=by, at=AT, account_id=_somebody(cast), role="dispatcher", place_code=code)


def _decide(cast, by, code):
    asked = verbs.appoint(
        by=replace(cast.system, scope="99"), at=AT, account_id=_somebody(cast), role="dispatcher", place_code=code
    )
    verbs.decide_appointment(by=by, at=AT, appointment_id=asked.id, granted=True)


def _somebody(cast):
    account, _password = verbs.create_account(by=cast.system, at=AT, username="somebody", name="某人")
    return account.id


def _end(cast, by, code):
    verbs.end_post(by=by, at=AT, post_id=staff("ending", Role.DISPATCHER, code).post_id, reason="调离")


def _disable(cast, by, code):
    account_id = staff("leaving", Role.DISPATCHER, code).account_id
    verbs.disable_account(by=by, at=AT, account_id=account_id, reason="离职")


def _reset(cast, by, code):
    verbs.reset_password(by=by, at=AT, account_id=staff("forgot", Role.DISPATCHER, code).account_id)


def _unit(cast, by, code):
    verbs.add_unit(by=by, at=AT, name="新单位", kind="centre", place_code=code)


def _key(cast, by, code):
    verbs.issue_key(by=by, at=AT, name="伙伴", place_code=code)


def _register(cast, by, code):
    verbs.register_person(by=by, at=AT, name="新人", place_code=code)


def _import(cast, by, code):
    verbs.bulk_people([verbs.NewPerson(name="新人", place_code=code)], by=by, at=AT)


TABLE = [
    ("appoint", _appoint, {Role.SYSTEM_ADMIN}),
    ("decide", _decide, {Role.SECURITY_ADMIN}),
    ("end post", _end, ADMINS),
    ("disable", _disable, {Role.SECURITY_ADMIN}),
    ("reset password", _reset, {Role.SYSTEM_ADMIN}),
    ("add unit", _unit, {Role.SYSTEM_ADMIN, Role.DATA_KEEPER}),
    ("issue key", _key, {Role.SECURITY_ADMIN}),
    ("register person", _register, {Role.SOCIAL_WORKER, Role.DATA_KEEPER}),
    ("import people", _import, {Role.DATA_KEEPER}),
]
# A post's scope against the place of the act: the same level, one above, one below, and another branch.
SCOPES = [(HOOD, True), (STREET, True), (DISTRICT, True), ("99", True), (HOOD + "001", False), (OTHER_HOOD, False)]


@pytest.mark.parametrize(("name", "act", "may"), TABLE, ids=[row[0] for row in TABLE])
def test_role_by_level_by_verb_inside_and_outside_the_scope(cast: Cast, name, act, may):
    wrong = []
    for role in ROLES:
        for scope, inside in SCOPES:
            by = replace(cast.auditor, role=role, scope=scope)
            expected = role in may and inside
            try:
                with transaction.atomic():
                    act(cast, by, HOOD)
                    allowed = True
                    transaction.set_rollback(True)
            except NotAllowed:
                allowed = False
            if allowed != expected:
                wrong.append((role.value, scope, allowed))
    assert not wrong
