"""Points of organisational life: only for who agreed, on evidence, capped, and reversed when the evidence was wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.kernel.access import as_system, look_as
from linli.kernel.people.verbs import give_consent
from linli.kernel.points import queries as points
from linli.kernel.points.models import Transfer
from linli.scenes.party_building import codes, verbs

from .cast import AT, Cast, identity

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
