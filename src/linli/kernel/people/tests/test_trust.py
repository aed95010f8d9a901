"""What a person agrees to, and whom they name: by them alone, with dates, ended at any time, and in every record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Role, TooMany, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.people import verbs
from linli.kernel.people.keepers import Keeper, Purpose, keepers
from linli.kernel.people.models import Consent, Proxy
from linli.kernel.people.queries import consents_of, mandates_of, proxies_of, self_of, who_looked

from .conftest import AT, Cast, records

DAY = timedelta(days=1)
PURPOSE = "test-purpose"


@pytest.fixture(autouse=True)
def purpose():
    """A room that does something with a person's consent, and writes down when it ends."""
    ended: list[tuple[object, str]] = []
    keeper = Keeper(
        name="test",
        copy=lambda person_id, own: [],
        forget=lambda leaving, at: None,
        purposes=(Purpose(PURPOSE, "可以试一试", "不同意也一样"),),
        withdrawn=lambda person_id, name, at: ended.append((person_id, name)),
    )
    keepers.add(keeper)
    yield ended
    del keepers.known["test"]


# -- consent


def test_a_consent_is_given_once_and_taken_back_at_once(cast: Cast, purpose):
    granny = cast.granny
    mine = {"by": granny, "person_id": granny.person_id, "purpose": PURPOSE}
    for _twice in range(2):
        verbs.give_consent(**mine, at=AT)
    with looking_as(granny):
        assert {a.purpose.name: a.since for a in consents_of(granny.person_id, by=granny)}[PURPOSE] == AT
    for _twice in range(2):
        verbs.withdraw_consent(**mine, at=AT + DAY)
    assert purpose == [(granny.person_id, PURPOSE)], "what was done with it ends in the same transaction, once"
    assert records(f"person:{granny.person_id}") == ["give_consent", "withdraw_consent"]
    with as_system():
        kept = Consent.objects.get()
    assert (kept.given_at, kept.withdrawn_at) == (AT, AT + DAY)


def test_nobody_agrees_for_another_but_the_counter_of_their_place(cast: Cast):
    given = {"at": AT, "person_id": cast.granny.person_id, "purpose": PURPOSE}
    for other in (cast.chen, cast.handler, cast.security):
        with pytest.raises((NotAllowed, NotFound)):
            verbs.give_consent(by=other, **given)
    verbs.give_consent(by=cast.counter, **given)
    (look,) = who_looked(cast.granny.person_id, by=cast.granny)
    assert (look.name, look.what) == ("王芳", "在窗口登记了您的同意")
    with pytest.raises(Invalid):
        verbs.give_consent(by=cast.granny, at=AT, person_id=cast.granny.person_id, purpose="nobody-declared-this")


# -- proxies


def name(cast: Cast, **changes) -> Proxy:
    given = {"at": AT, "name": "小陈", "phone": "139 3333 4444", "until": AT + 90 * DAY, **changes}
    return verbs.name_proxy(by=cast.granny, person_id=cast.granny.person_id, **given)


def test_a_proxy_is_named_with_dates_and_both_can_read_it(cast: Cast):
    proxy = name(cast)
    with looking_as(cast.granny):
        (named,) = proxies_of(cast.granny.person_id, by=cast.granny, at=AT)
    with looking_as(cast.chen):
        (mandate,) = mandates_of(cast.chen, at=AT)
        assert Proxy.objects.count() == 1
    assert (named.id, named.name, named.until) == (proxy.id, "小陈", AT + 90 * DAY)
    assert (mandate.id, mandate.name, mandate.until) == (proxy.id, "林阿婆", AT + 90 * DAY)
    with as_system():
        record = Record.objects.get(verb="people.name_proxy")
    assert set(record.person_ids) == {cast.granny.person_id, cast.chen.person_id}
    assert "小陈" not in str(record.after), (
        "names are looked up, so that who leaves is not named by another's history"
    )


def test_raw_sql_shows_consents_and_proxies_to_the_two_and_their_counter(cast: Cast):
    name(cast)
    verbs.give_consent(by=cast.granny, at=AT, person_id=cast.granny.person_id, purpose=PURPOSE)
    for actor, proxies, consents in (
        (cast.granny, 1, 1),
        (cast.chen, 1, 0),
        (cast.counter, 1, 1),
        (cast.handler, 0, 0),
        (cast.security, 0, 0),
    ):
        with looking_as(actor):
            assert (Proxy.objects.count(), Consent.objects.count()) == (proxies, consents), actor.role


def test_a_proxy_reads_nothing_of_the_person_and_changes_nothing(cast: Cast):
    name(cast)
    proxy = replace(cast.chen, role=Role.PROXY, person_id=cast.granny.person_id, on_behalf="林阿婆")
    granny = cast.granny.person_id
    for tried in (
        lambda: self_of(proxy, AT),
        lambda: who_looked(granny, by=proxy),
        lambda: verbs.copy_person(by=proxy, at=AT, person_id=granny),
        lambda: verbs.correct_person(by=proxy, at=AT, person_id=granny, name="x"),
        lambda: verbs.erase_person(by=proxy, at=AT, person_id=granny),
        lambda: verbs.name_proxy(by=proxy, at=AT, person_id=granny, name="x", phone="13933334444", until=AT + DAY),
        lambda: verbs.give_consent(by=proxy, at=AT, person_id=granny, purpose=PURPOSE),
        lambda: proxies_of(granny, by=proxy, at=AT),
        lambda: consents_of(granny, by=proxy),
    ):
        with pytest.raises(NotAllowed):
            tried()
    assert mandates_of(proxy, at=AT) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "13900000000"}, "phone"),
        ({"name": "大陈"}, "phone"),
        ({"phone": "x"}, "phone"),
        ({"name": "林阿婆", "phone": "13911112222"}, "name"),
        ({"until": AT}, "until"),
        ({"until": AT + 400 * DAY}, "until"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(cast: Cast, changes, field):
    with pytest.raises(Invalid) as refused:
        name(cast, **changes)
    assert field in refused.value.fields


def test_a_register_is_not_probed_by_naming_proxies(cast: Cast):
    for n in range(10):
        with pytest.raises(Invalid):
            name(cast, phone=f"1380000{n:04d}")
    with pytest.raises(TooMany):
        name(cast)


def test_named_once_at_a_time(cast: Cast):
    name(cast)
    with pytest.raises(Conflict):
        name(cast, until=AT + 10 * DAY)
    with as_system(), pytest.raises(IntegrityError), transaction.atomic():
        Proxy.objects.create(person_id=cast.granny.person_id, agent_id=cast.granny.person_id, valid=(AT, AT + DAY))
    with as_system(), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_proxy SET valid = tstzrange(now(), NULL)")


@pytest.mark.parametrize("who", ["granny", "chen", "counter"])
def test_either_of_the_two_and_the_counter_end_it(cast: Cast, who):
    proxy = name(cast)
    outsider = cast.handler if who == "counter" else replace(cast.chen, person_id=proxy.id)
    with pytest.raises((NotAllowed, NotFound)):
        verbs.end_proxy(by=outsider, at=AT + DAY, proxy_id=proxy.id)
    verbs.end_proxy(by=getattr(cast, who), at=AT + DAY, proxy_id=proxy.id)
    with looking_as(cast.chen):
        assert mandates_of(cast.chen, at=AT + DAY) == []
    with pytest.raises(NotFound):
        verbs.act_for(by=cast.chen, at=AT + DAY, proxy_id=proxy.id)
    with looking_as(cast.granny):
        (ended,) = proxies_of(cast.granny.person_id, by=cast.granny, at=AT + DAY)
    assert ended.ended and ended.until == AT + DAY
    name(cast, at=AT + DAY)


def test_whoever_is_acted_for_reads_that_it_began(cast: Cast):
    proxy = name(cast)
    verbs.act_for(by=cast.chen, at=AT + DAY, proxy_id=proxy.id)
    (look,) = who_looked(cast.granny.person_id, by=cast.granny)
    assert (look.name, look.what) == ("小陈", "开始替您办事")
    with pytest.raises(NotFound):
        verbs.act_for(by=cast.granny, at=AT + DAY, proxy_id=proxy.id)


def test_who_leaves_is_nobodys_proxy(cast: Cast):
    name(cast)
    verbs.erase_person(by=cast.chen, at=AT + DAY, person_id=cast.chen.person_id)
    with as_system():
        assert not Proxy.objects.exists()
