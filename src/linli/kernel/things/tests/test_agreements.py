"""A personal device works only while somebody agrees to it: verbs, constraints, and what is left when it ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound, as_system, look_as
from linli.kernel.audit.followers import Follower
from linli.kernel.audit.models import Record
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.files.models import File
from linli.kernel.people.keepers import keepers
from linli.kernel.people.queries import who_looked
from linli.kernel.people.verbs import copy_person, correct_person, erase_person
from linli.kernel.things import erasing, homes, personal, texts, verbs
from linli.kernel.things.models import Agreement, Credential, Erasure, Signature, State, Thing
from linli.kernel.things.queries import agreements as agreed
from linli.kernel.things.queries.registry import Registry

from .cast import AT, GRID, HOOD, OTHER_HOOD, Cast, fresh
from .homes import HOME, Home, lives_there, make_home, paper

LATER = AT + timedelta(days=3)


@pytest.fixture
def home(cast: Cast) -> Home:
    return make_home(cast)


@pytest.fixture
def told(monkeypatch):
    """What the rooms above are told to erase."""
    heard: list[int] = []
    monkeypatch.setattr(
        erasing.erasers, "known", {"toy": lambda thing, _at: heard.append(thing.no) or {"readings": 3}}
    )
    return heard


def state(thing: Thing) -> str:
    return fresh(thing).state


def sql(statement: str, *values: object) -> None:
    with as_system(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def good_secrets(thing: Thing) -> int:
    with as_system():
        return Credential.objects.filter(thing=thing, revoked_at=None).count()


# -- it does not work without


def test_a_personal_device_is_registered_and_waits_for_an_agreement(home: Home):
    assert state(home.thing()) == "asking"
    assert state(home.cast.register("sd-9").thing) == "working"


def test_a_table_of_devices_takes_in_a_personal_one_that_waits_for_an_agreement(home: Home):
    rows = [
        verbs.NewThing(key="b-1", model="button", place_code=HOME),
        verbs.NewThing(key="s-1", model="smoke-detector", place_code=HOME),
    ]
    taken = verbs.register_many(rows, by=home.cast.keeper, at=AT)
    assert [taken.new[n].asks for n in (0, 1)] == [True, False]
    with as_system():
        assert dict(Thing.objects.values_list("key", "state")) == {"b-1": "asking", "s-1": "working"}


def test_an_installer_who_claims_a_personal_device_does_not_set_it_to_work(home: Home):
    made = home.cast.register("b-2", model="button", place_code=HOME, waits=True)
    assert made.thing.state == "waiting"
    thing = verbs.claim(by=home.cast.grid, at=AT, code=made.code, place_code=HOME)
    assert thing.state == "asking"


def test_who_agreed_before_it_was_installed_has_a_device_that_works_when_it_is_claimed(home: Home):
    made = home.cast.register("b-3", model="button", place_code=HOME, waits=True)
    home.signed(made.thing)
    assert state(made.thing) == "waiting"
    assert verbs.claim(by=home.cast.grid, at=AT, code=made.code, place_code=HOME).state == "working"


def test_a_device_that_comes_back_into_use_asks_anew(home: Home):
    thing = home.thing()
    home.signed(thing)
    verbs.retire(by=home.cast.keeper, at=LATER, thing_id=thing.id)
    assert verbs.return_to_use(by=home.cast.keeper, at=LATER, thing_id=thing.id).thing.state == "asking"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE things_thing SET state = 'working' WHERE id = %s",
        "INSERT INTO things_thing (id, key, model, name, state, version, place_code, shard, spot, registered_at)"
        " SELECT uuidv7(), 'raw', model, name, 'working', 1, place_code, shard, '', registered_at FROM things_thing"
        " WHERE id = %s",
    ],
)
def test_raw_sql_cannot_set_a_personal_device_to_work(home: Home, statement: str):
    thing = home.thing()
    with pytest.raises(IntegrityError, match="no agreement is in force"):
        sql(statement, thing.id)


def test_raw_sql_cannot_make_another_device_personal_while_it_works(home: Home):
    thing = home.cast.register("sd-8").thing
    with pytest.raises(IntegrityError, match="no agreement is in force"):
        sql("UPDATE things_thing SET model = 'button' WHERE id = %s", thing.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE things_agreement SET ended_at = now(), why = 'withdrawn' WHERE thing_id = %s",
        "UPDATE things_agreement SET begun_at = NULL WHERE thing_id = %s",
        "UPDATE things_agreement SET text_id = repeat('0', 64) WHERE thing_id = %s",
        "DELETE FROM things_signature WHERE agreement_id IN (SELECT id FROM things_agreement WHERE thing_id = %s);"
        "SET CONSTRAINTS ALL IMMEDIATE",
        "UPDATE things_signature SET withdrawn_at = now() WHERE agreement_id IN"
        " (SELECT id FROM things_agreement WHERE thing_id = %s); SET CONSTRAINTS ALL IMMEDIATE",
        "UPDATE things_signature SET file = NULL WHERE agreement_id IN"
        " (SELECT id FROM things_agreement WHERE thing_id = %s)",
    ],
)
def test_raw_sql_cannot_take_the_agreement_from_under_a_device_that_works(home: Home, statement: str):
    thing = home.thing()
    home.signed(thing)
    with pytest.raises(IntegrityError):
        sql(statement, thing.id)


def test_raw_sql_cannot_begin_an_agreement_nobody_signed(home: Home):
    thing = home.thing()
    verbs.ask(by=home.worker, at=AT, thing_id=thing.id, signers=[verbs.Signer(person_id=home.granny.person_id)])
    with pytest.raises(IntegrityError, match="is not signed"):
        sql("UPDATE things_agreement SET begun_at = offered_at WHERE thing_id = %s", thing.id)


def test_a_device_has_one_agreement_at_a_time(home: Home):
    thing = home.thing()
    home.signed(thing)
    with pytest.raises(IntegrityError, match="one_agreement_of_a_thing_at_a_time"):
        sql(
            "INSERT INTO things_agreement (id, thing_id, text_id, shared, offered_at, until, why)"
            " SELECT uuidv7(), thing_id, text_id, false, offered_at, until, '' FROM things_agreement WHERE thing_id = %s",
            thing.id,
        )
    with pytest.raises(Conflict):
        home.signed(thing)


# -- it is agreed to


def test_signed_on_paper_the_device_works_and_the_registry_hears_of_it(home: Home):
    thing = home.thing()
    registry = Registry()
    registry.load()
    agreement = home.signed(thing, until=AT + timedelta(days=100))
    assert registry.refresh() == 1 and registry.find(thing.key).state == "working"
    with as_system():
        signature = agreement.signatures.get()
        assert signature.person_id == home.granny.person_id and signature.form == "paper"
        assert File.objects.get(pk=signature.file).subject_type == "agreement"
        assert agreement.text.digest == texts.digest_of("button") and "上门巡访" in agreement.text.zh
        [record] = Record.objects.filter(stream=thing.stream, verb="things.agree")
    assert "林" not in str(record.after)  # the device's history names nobody
    assert [look.verb for look in who_looked(home.granny.person_id, by=home.granny)] == ["things.agree"]


def test_asked_on_her_phone_she_reads_the_text_agrees_and_it_works(home: Home):
    thing = home.thing()
    verbs.ask(by=home.worker, at=AT, thing_id=thing.id, signers=[verbs.Signer(person_id=home.granny.person_id)])
    assert state(thing) == "asking" and agreed.waiting_for(home.granny, AT) == 1
    [mine] = agreed.mine(home.granny)
    with pytest.raises(Conflict, match="请重新读一遍"):
        verbs.sign(by=home.granny, at=AT, signature_id=mine.signature_id, digest="0" * 64)
    with pytest.raises(NotFound):
        verbs.sign(by=home.son, at=AT, signature_id=mine.signature_id, digest=mine.digest)
    verbs.sign(by=home.granny, at=AT, signature_id=mine.signature_id, digest=mine.digest)
    assert state(thing) == "working" and agreed.waiting_for(home.granny, AT) == 0


def test_asked_once_more_the_first_asking_is_over_and_old_words_cannot_be_signed(home: Home):
    thing = home.thing()
    granny = [verbs.Signer(person_id=home.granny.person_id)]
    verbs.ask(by=home.worker, at=AT, thing_id=thing.id, signers=granny)
    [old] = agreed.mine(home.granny)
    catalogue().words["toy"]["agreement"]["button"]["why_zh"] = "另有用途"  # type: ignore[index]
    try:
        with pytest.raises(Conflict, match="再发一份"):
            verbs.sign(by=home.granny, at=AT, signature_id=old.signature_id, digest=old.digest)
        verbs.ask(by=home.worker, at=AT, thing_id=thing.id, signers=granny)
        new, was = agreed.mine(home.granny)
        assert (new.asked, was.asked, was.why) == (True, False, "changed") and "另有用途" in new.text.zh
        verbs.sign(by=home.granny, at=AT, signature_id=new.signature_id, digest=new.digest)
    finally:
        catalogue.cache_clear()
    assert state(thing) == "working"


def test_she_says_no_and_nothing_follows(home: Home, told: list[int]):
    thing = home.thing()
    verbs.ask(by=home.worker, at=AT, thing_id=thing.id, signers=[verbs.Signer(person_id=home.granny.person_id)])
    [mine] = agreed.mine(home.granny)
    verbs.decline(by=home.granny, at=AT, signature_id=mine.signature_id)
    assert (state(thing), told) == ("asking", [])
    assert good_secrets(thing) == 1  # somebody else may live there tomorrow


def test_of_a_door_everybody_who_lives_there_must_agree(home: Home):
    thing = home.thing(model="home-door")
    lives_there(home.son.person_id)
    with pytest.raises(Invalid, match="林大明"):
        home.signed(thing)
    both = [verbs.Signer(person_id=who.person_id) for who in (home.granny, home.son)]
    verbs.ask(by=home.worker, at=AT, thing_id=thing.id, signers=both)
    for who in (home.granny, home.son):
        assert state(thing) == "asking"
        [mine] = agreed.mine(who)
        verbs.sign(by=who, at=AT, signature_id=mine.signature_id, digest=mine.digest)
    assert state(thing) == "working"


def test_for_a_child_a_guardian_agrees_and_nobody_else_can(home: Home):
    thing = home.thing()
    alone = verbs.Signer(person_id=home.grandson)
    with pytest.raises(Invalid, match="监护人"):
        home.signed(thing, alone)
    with pytest.raises(Invalid, match="监护人要是成年人"):
        home.signed(thing, verbs.Signer(person_id=home.granny.person_id, guardian_id=home.grandson))
    verbs.ask(
        by=home.worker, at=AT, thing_id=thing.id,
        signers=[verbs.Signer(person_id=home.grandson, guardian_id=home.son.person_id)],
    )  # fmt: skip
    [mine] = agreed.mine(home.son)
    assert mine.for_whom == "林小宝"
    verbs.sign(by=home.son, at=AT, signature_id=mine.signature_id, digest=mine.digest)
    assert state(thing) == "working"


def test_who_has_no_business_there_asks_nobody_and_ends_nothing(home: Home):
    thing = home.thing()
    for actor in (home.cast.grid, home.cast.keeper, home.cast.duty, home.granny):
        with pytest.raises((NotAllowed, NotFound)):
            verbs.ask(by=actor, at=AT, thing_id=thing.id, signers=[verbs.Signer(person_id=home.granny.person_id)])
    with pytest.raises(NotFound):  # registered elsewhere: not hers to find
        home.signed(thing, verbs.Signer(person_id=home.neighbour.person_id))
    home.signed(thing)
    with pytest.raises(NotAllowed):
        verbs.end_agreement(by=home.cast.keeper, at=AT, thing_id=thing.id, why="died")
    signature = _signature(thing)
    for actor in (home.neighbour, home.cast.grid, home.cast.keeper):
        with pytest.raises((NotAllowed, NotFound)):
            verbs.withdraw(by=actor, at=AT, signature_id=signature)
    assert state(thing) == "working"


def test_paper_wants_its_photo(home: Home):
    thing = home.thing()
    with pytest.raises(Invalid):
        verbs.agree(
            by=home.worker, at=AT, thing_id=thing.id, form="paper", file_id=UUID(int=7),
            signers=[verbs.Signer(person_id=home.granny.person_id)],
        )  # fmt: skip
    assert state(thing) == "asking"


# -- it ends


@pytest.mark.parametrize("who", ["granny", "worker"])
def test_taken_back_by_her_or_at_the_counter_it_stops_at_once_and_everything_goes(
    home: Home, told: list[int], who: str
):
    thing = home.thing()
    home.signed(thing)
    registry = Registry()
    registry.load()
    signature = _signature(thing)
    for _twice in range(2):
        verbs.withdraw(by=getattr(home, who), at=LATER, signature_id=signature)
    assert (state(thing), good_secrets(thing), told) == ("asking", 0, [thing.no])
    registry.refresh()
    assert (registry.find(thing.key).state, registry.find(thing.key).digests) == ("asking", ())
    with as_system():
        [tomb] = Erasure.objects.all()
        assert (tomb.no, tomb.why, tomb.counts, tomb.again_at) == (thing.no, "withdrawn", {"readings": 3}, None)
        assert Record.objects.filter(stream=thing.stream, verb="things.withdraw").count() == 1
    [mine] = agreed.mine(home.granny)
    assert (mine.stands, mine.why) == (False, "withdrawn")


def test_the_worker_looks_once_more_for_what_was_on_its_road(home: Home, told: list[int]):
    thing = home.thing()
    home.signed(thing)
    verbs.withdraw(by=home.granny, at=LATER, signature_id=_signature(thing))
    assert erasing.erase_again(at=LATER + timedelta(seconds=30)) == 0
    assert erasing.erase_again(at=LATER + timedelta(minutes=2)) == 1
    assert erasing.erase_again(at=LATER + timedelta(minutes=3)) == 0
    assert told == [thing.no, thing.no]
    with as_system():
        assert Erasure.objects.get().counts == {"readings": 6}


def test_a_device_nobody_agrees_to_is_told_nothing(home: Home):
    with pytest.raises(Conflict, match="没有征得同意"):
        verbs.order(by=home.cast.keeper, at=AT, thing_id=home.thing().id, command="beep")


def test_its_day_comes_and_it_stops(home: Home, told: list[int]):
    thing = home.thing()
    home.signed(thing, until=AT + timedelta(days=30))
    assert verbs.expire(at=AT + timedelta(days=29)) == 0
    assert verbs.expire(at=AT + timedelta(days=30)) == 1
    assert (state(thing), told) == ("asking", [thing.no])


def test_signed_anew_before_its_day_nothing_is_lost(home: Home, told: list[int]):
    thing = home.thing()
    home.signed(thing, until=AT + timedelta(days=70))
    with pytest.raises(Conflict):
        home.signed(thing)
    home.signed(thing, at=AT + timedelta(days=20))
    assert (state(thing), told, good_secrets(thing)) == ("working", [], 1)
    with as_system():
        assert Agreement.objects.filter(thing=thing, ended_at=None).get().offered_at == AT + timedelta(days=20)


def test_moved_to_another_home_it_begins_anew_and_within_the_home_it_does_not(home: Home, told: list[int]):
    thing = home.thing()
    home.signed(thing)
    verbs.move(by=home.cast.keeper, at=LATER, thing_id=thing.id, place_code=HOME, spot="床头")
    assert (state(thing), told) == ("working", [])
    verbs.move(by=home.cast.keeper, at=LATER, thing_id=thing.id, place_code=OTHER_HOOD)
    assert (state(thing), told) == ("asking", [thing.no])


@pytest.mark.parametrize("why", ["died", "left"])
def test_who_knows_that_she_has_gone_ends_it(home: Home, told: list[int], why: str):
    thing = home.thing()
    home.signed(thing)
    verbs.end_agreement(by=home.worker, at=LATER, thing_id=thing.id, why=why)
    assert (state(thing), told) == ("asking", [thing.no])


def test_who_moves_away_leaves_the_devices_of_that_home(home: Home, told: list[int]):
    """And who is only registered more exactly, or moved elsewhere before, does not."""
    thing, other = home.thing(), home.thing("md-2", place_code=GRID)
    home.signed(thing)
    home.signed(other, verbs.Signer(person_id=home.son.person_id))
    follower = Follower("things.homes", homes.MOVES, homes.end_left)

    def moves(who: Actor, code: str) -> None:
        correct_person(by=SYSTEM, at=LATER, person_id=who.person_id, place_code=code)
        with as_system():
            homes.end_left(list(Record.objects.filter(verb__in=follower.verbs).order_by("seq")))

    moves(home.son, HOME)
    assert (state(thing), state(other), told) == ("working", "working", [])
    moves(home.granny, OTHER_HOOD)
    moves(home.granny, HOOD)
    assert (state(thing), state(other), told) == ("asking", "working", [thing.no])
    assert [mine.why for mine in agreed.mine(home.granny)] == ["left"]
    with as_system():
        assert Agreement.objects.get(thing=thing).why == "left"


def test_one_of_two_takes_it_back_and_the_door_is_not_measured(home: Home, told: list[int]):
    lives_there(home.son.person_id)
    thing = home.thing(model="home-door")
    home.signed(thing, *(verbs.Signer(person_id=who.person_id) for who in (home.granny, home.son)))
    [mine] = agreed.mine(home.son)
    verbs.withdraw(by=home.son, at=LATER, signature_id=mine.signature_id)
    assert (state(thing), told) == ("asking", [thing.no])


def test_of_an_entrance_each_agrees_alone_and_it_stops_with_the_last(home: Home, told: list[int]):
    thing = home.thing(model="reader", place_code=HOOD)
    home.signed(thing)
    home.signed(thing, verbs.Signer(person_id=home.son.person_id))
    with pytest.raises(Conflict, match="已经同意过"):
        home.signed(thing)
    for who, then in ((home.son, "working"), (home.granny, "asking")):
        [mine] = agreed.mine(who)
        verbs.withdraw(by=who, at=LATER, signature_id=mine.signature_id)
        assert state(thing) == then
    assert told == [thing.no]


def test_whoever_is_forgotten_has_no_device_and_leaves_no_name(home: Home, told: list[int]):
    thing = home.thing()
    home.signed(thing)
    with as_system():
        file_id = Signature.objects.get().file
    erase_person(by=home.granny, at=LATER, person_id=home.granny.person_id)
    assert (state(thing), told) == ("asking", [thing.no])
    with as_system():
        signature = Signature.objects.get()
        assert (signature.person, signature.file, signature.form) == (None, None, "paper")
        assert not File.objects.filter(pk=file_id).exists()
        assert "林阿婆" not in str(list(Record.objects.values_list("actor_name", "before", "after", "note")))


def test_the_copy_of_a_person_holds_what_they_agreed_to_word_for_word(home: Home):
    thing = home.thing()
    home.signed(thing)
    [chapter] = [
        c for c in copy_person(by=home.granny, at=LATER, person_id=home.granny.person_id) if c.name == "agreements"
    ]
    [row] = chapter.rows
    assert row["thing"].endswith(thing.key) and "上门巡访" in row["text"] and row["ended_at"] is None
    assert keepers.known["things"] is not None


def test_devices_that_worked_before_anybody_was_asked_are_stopped_and_forgotten(home: Home, told: list[int]):
    thing = home.thing()
    sql("DELETE FROM things_personalmodel")
    sql("UPDATE things_thing SET state = 'working' WHERE id = %s", thing.id)
    assert personal.ensure() == 1 and personal.ensure() == 0
    assert (state(thing), told) == ("asking", [thing.no])
    with as_system():
        assert Erasure.objects.get().why == "never_asked"


# -- who sees it


def test_who_looks_after_the_device_sees_that_it_was_agreed_to_and_not_by_whom(home: Home):
    thing = home.thing()
    home.signed(thing)
    for actor, knows in ((home.cast.keeper, ""), (home.cast.grid, ""), (home.worker, "林阿婆")):
        look_as(actor)
        about = agreed.about(actor, thing)
        assert [one.person for one in about.standing.signed] == [knows] and about.may_record == bool(knows)


def test_raw_sql_shows_nobody_who_signed_but_those_who_see_the_person(home: Home):
    thing = home.thing()
    home.signed(thing)

    def seen(actor: object) -> tuple[int, int]:
        look_as(actor)
        return Signature.objects.count(), Agreement.objects.count()

    assert seen(home.granny) == (1, 1)
    assert seen(home.worker) == (1, 1)
    assert seen(home.cast.keeper) == (0, 1)
    assert seen(home.neighbour) == (0, 0)
    assert seen(home.cast.far_keeper) == (0, 0)


def test_whoever_looked_at_what_it_says_stands_in_her_history(home: Home):
    thing = home.thing()
    home.signed(thing)
    verbs.look(by=home.cast.duty, at=LATER, thing_id=thing.id, purpose="预警")
    assert [(look.verb, look.name) for look in who_looked(home.granny.person_id, by=home.granny)] == [
        ("things.look", "吴值班"),
        ("things.agree", "周社工"),
    ]


def _signature(thing: Thing) -> UUID:
    with as_system():
        return Signature.objects.get(agreement__thing=thing).id


assert State and paper


def test_what_she_signed_is_shown_word_for_word_though_the_words_of_today_are_others(home: Home):
    thing = home.thing()
    today = texts.text_of("button")
    home.signed(thing)
    assert texts.read(agreed.mine(home.granny)[0].text) == today
    catalogue().words["toy"]["agreement"]["button"]["why_zh"] = "另有用途"  # type: ignore[index]
    try:
        assert texts.text_of("button") != today
        assert texts.read(agreed.mine(home.granny)[0].text) == today
    finally:
        catalogue.cache_clear()
