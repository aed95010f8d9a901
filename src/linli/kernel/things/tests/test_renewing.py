"""In the weeks before its day an agreement goes on with a tap, without a gap: the device does not stop, nothing is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from linli.kernel.access import Actor, Conflict, NotAllowed, NotFound, as_system
from linli.kernel.audit.models import Record
from linli.kernel.things import erasing, texts, verbs
from linli.kernel.things.models import Agreement, Signature, Thing
from linli.kernel.things.queries import agreements

from .cast import AT, Cast
from .homes import Home, lives_there, make_home

DAY = timedelta(days=1)
END = AT + 100 * DAY
SOON = END - 20 * DAY


@pytest.fixture
def home(cast: Cast) -> Home:
    return make_home(cast)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    heard: list[int] = []
    monkeypatch.setattr(erasing.erasers, "known", {"toy": lambda thing, _at: heard.append(thing.no) or {}})
    return heard


def signature(thing: Thing, by: Actor) -> UUID:
    with as_system():
        return Signature.objects.get(agreement__thing=thing, agreement__ended_at=None, person=by.person_id).id


def renew(thing: Thing, by: Actor, at: datetime = SOON, **given: str) -> bool:
    digest = given.get("digest", texts.digest_of(thing.model))
    return verbs.renew(by=by, at=at, signature_id=signature(thing, by), digest=digest)


def stands(thing: Thing) -> Agreement:
    with as_system():
        return Agreement.objects.get(thing=thing, ended_at=None)


def state(thing: Thing) -> str:
    with as_system():
        return Thing.objects.get(pk=thing.pk).state


def test_with_a_tap_the_new_one_follows_on_the_old_without_a_gap(home: Home, told: list[int]) -> None:
    thing = home.thing()
    old = home.signed(thing, until=END)
    before = signature(thing, home.granny)
    assert renew(thing, home.granny)
    new = stands(thing)
    assert new.id != old.id
    assert (new.begun_at, new.since, new.until) == (SOON, AT, SOON + 365 * DAY)
    assert (state(thing), told) == ("working", [])
    with as_system():
        old.refresh_from_db()
        assert (old.ended_at, old.why) == (SOON, "changed")
        assert Signature.objects.get(agreement=new).form == "own"
        record = Record.objects.get(verb="things.renew", person_ids__contains=[home.granny.person_id])
    assert record.stream == f"person:{home.granny.person_id}"
    assert verbs.expire(at=END) == 0, "its day is another"
    with pytest.raises(Conflict):
        verbs.renew(by=home.granny, at=SOON, signature_id=before, digest=texts.digest_of(thing.model))


def test_what_follows_on_what_followed_is_taken_since_the_first(home: Home) -> None:
    thing = home.thing()
    home.signed(thing, until=END)
    renew(thing, home.granny)
    later = stands(thing).until - 5 * DAY
    renew(thing, home.granny, at=later)
    assert (stands(thing).since, stands(thing).begun_at) == (AT, later)
    home.signed(thing, at=stands(thing).until - DAY)
    assert stands(thing).since == AT, "on paper as well"


def test_too_early_too_late_and_by_others_words_it_does_not(home: Home) -> None:
    thing = home.thing()
    home.signed(thing, until=END)
    mine = signature(thing, home.granny)
    digest = texts.digest_of(thing.model)
    for by, at, words, refusal in (
        (home.granny, END - 61 * DAY, digest, Conflict),
        (home.granny, END, digest, Conflict),
        (home.granny, SOON, "0" * 64, Conflict),
        (home.neighbour, SOON, digest, NotFound),
        (replace(home.granny, on_behalf="林大明"), SOON, digest, NotAllowed),
    ):
        with pytest.raises(refusal):
            verbs.renew(by=by, at=at, signature_id=mine, digest=words)
    assert stands(thing).until == END


def test_where_all_must_agree_it_goes_on_when_all_have(home: Home) -> None:
    thing = home.thing(model="home-door")
    lives_there(home.son.person_id)
    signers = [verbs.Signer(person_id=who.person_id) for who in (home.granny, home.son)]
    home.signed(thing, *signers, until=END)
    assert not renew(thing, home.granny)
    assert not renew(thing, home.granny), "once more changes nothing"
    assert stands(thing).until == END
    assert renew(thing, home.son, at=SOON + DAY)
    assert stands(thing).until == SOON + 366 * DAY
    with as_system():
        assert stands(thing).signatures.count() == 2


def test_who_has_moved_in_meanwhile_is_asked_first(home: Home) -> None:
    thing = home.thing(model="home-door")
    home.signed(thing, until=END)
    lives_there(home.son.person_id)
    with pytest.raises(Conflict) as refused:
        renew(thing, home.granny)
    assert refused.value.code == "household"


def test_of_an_entrance_it_goes_on_from_its_day_with_those_who_said_so(home: Home, told: list[int]) -> None:
    thing = home.thing(model="reader")
    for who in (home.granny, home.son):
        home.signed(thing, verbs.Signer(person_id=who.person_id), until=END)
    assert not renew(thing, home.son)
    assert stands(thing).until == END
    assert verbs.expire(at=END) == 1
    assert (state(thing), told, stands(thing).until) == ("working", [], END + 365 * DAY)
    with as_system():
        assert [one.person_id for one in stands(thing).signatures.all()] == [home.son.person_id]
        ended = Record.objects.get(verb="things.end_agreement", person_ids__contains=[home.granny.person_id])
    assert ended.after["why"] == "expired"


def test_words_that_were_changed_in_between_are_agreed_to_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    thing = home.thing(model="reader")
    home.signed(thing, verbs.Signer(person_id=home.son.person_id), until=END)
    assert not renew(thing, home.son)
    monkeypatch.setattr(texts, "digest_of", lambda _model: "1" * 64)
    assert verbs.expire(at=END) == 1
    assert state(thing) == "asking", "what he agreed to is not what it would say now"


def test_one_is_reminded_in_the_last_four_weeks_until_one_has_said_so(home: Home) -> None:
    thing = home.thing(model="reader")
    home.signed(thing, verbs.Signer(person_id=home.son.person_id), until=END)
    assert agreements.waiting_for(home.son, END - 29 * DAY) == 0
    assert agreements.waiting_for(home.son, END - 28 * DAY) == 1
    (mine,) = agreements.mine(home.son)
    assert [mine.ends_soon(END - n * DAY) for n in (61, 60, 1, 0)] == [False, True, True, False]
    renew(thing, home.son)
    assert agreements.waiting_for(home.son, SOON) == 0
    assert agreements.mine(home.son)[0].renewed_at == SOON
