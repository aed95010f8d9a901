"""One person registered twice: found, decided by a person, merged in every room and parted again exactly."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.kernel.people import following, likeness, verbs
from linli.kernel.people.likeness import Card, Reason, compare, pairs
from linli.kernel.people.models import Account, Consent, Double, Household, Merging, Person, Proxy, Residence
from linli.kernel.people.queries import doubles, who_looked
from linli.kernel.sealed import unseal

from .conftest import AT, HOME, HOOD, NEXT_DOOR, OTHER_HOOD, STREET, Cast, records, resident, staff

LATER = AT + timedelta(days=1)
IDENTITY = "110101199003078515"


def valid_identity() -> str:
    weights, checks = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
    body = IDENTITY[:17]
    return body + checks[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def registered(cast: Cast, name: str, place: str = HOME, **more: object) -> Person:
    return verbs.register_person(by=cast.counter, at=AT, name=name, place_code=place, **more)


def card(
    name: str, place: str = HOME, year: int | None = 1950, phone: bytes | None = None, number: bool = False
) -> Card:
    return Card(uuid4(), name, phone, year, place, number)


# -- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (card("林秀珍"), card("林秀真"), {Reason.SAME_SOUND, Reason.SAME_YEAR, Reason.SAME_HOME}),
        (card("陳秀珍"), card("陈秀珍"), {Reason.SAME_SOUND, Reason.SAME_YEAR, Reason.SAME_HOME}),
        (card("林珍秀"), card("林秀珍"), {Reason.SWAPPED, Reason.SAME_YEAR, Reason.SAME_HOME}),
        (card("林 秀珍"), card("林秀珍", NEXT_DOOR), {Reason.SAME_NAME, Reason.SAME_YEAR, Reason.SAME_BUILDING}),
        (
            card("林秀珍", phone=b"1", year=None),
            card("林秀珍", OTHER_HOOD, phone=b"1"),
            {Reason.SAME_NAME, Reason.SAME_PHONE},
        ),
    ],
)
def test_what_speaks_for_one_person_is_said(one: Card, other: Card, why: set[Reason]) -> None:
    pair = compare(one, other)
    assert pair is not None and set(pair.reasons) == why and 50 <= pair.confidence < 100
    assert [pair] == pairs([one, other]), "and it is found, not only told when asked"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            card("陈小红", year=2015, phone=b"1"),
            card("陈小明", year=2015, phone=b"1"),
        ),  # twins, their mother's phone
        (card("林秀珍", number=True), card("林秀珍", number=True)),  # two numbers are two persons
        (card("王芳", HOOD, 1980), card("王芳", HOOD, 1985)),
        (card("林秀珍", HOME, 1950), card("林秀珍", HOME, 1978)),  # a name in the family
    ],
)
def test_who_only_resemble_each_other_are_left_alone(one: Card, other: Card) -> None:
    assert compare(one, other) is None


@given(st.permutations([card("林秀珍"), card("林秀真"), card("王芳", NEXT_DOOR), card("林秀珍", NEXT_DOOR)]))
def test_the_order_of_registrations_changes_nothing(cards: list[Card]) -> None:
    assert pairs(cards) == pairs(sorted(cards, key=lambda c: c.id))


def test_a_street_is_looked_through_and_what_was_decided_is_not_asked_again(cast: Cast) -> None:
    one, other = registered(cast, "林秀珍", birth_year=1950), registered(cast, "林秀真", birth_year=1950)
    search = verbs.look_for_doubles(at=AT, street=STREET)
    assert search is not None and search.found == 1
    look_as(cast.counter)
    (row,) = doubles.queue(cast.counter)
    assert set(row.names) == {"林秀珍", "林秀真"} and row.confidence == 70
    verbs.keep_apart(by=cast.counter, at=AT, double_id=row.id, note="姐妹")
    verbs.look_for_doubles(at=LATER, street=STREET)
    look_as(cast.counter)
    assert doubles.queue(cast.counter) == []
    assert [r.state for r in doubles.queue(cast.counter, decided=True)] == ["different"]
    assert records(f"person:{one.id}")[-1] == records(f"person:{other.id}")[-1] == "keep_apart"
    with pytest.raises(Conflict):
        verbs.keep_apart(by=cast.counter, at=LATER, double_id=row.id)


def test_switched_off_nothing_is_looked_for_and_nothing_asked(cast: Cast) -> None:
    registered(cast, "林秀珍", birth_year=1950), registered(cast, "林秀真", birth_year=1950)
    verbs.look_for_doubles(at=AT, street=STREET)
    verbs.switch_search(by=cast.keeper, at=AT, street=STREET, on=False)
    assert verbs.look_for_doubles(at=LATER, street=STREET) is None and verbs.look_when_due(at=LATER) == 0
    look_as(cast.counter)
    assert doubles.queue(cast.counter) == []
    with pytest.raises(NotAllowed):
        verbs.switch_search(by=cast.handler, at=AT, street=STREET, on=True)


def test_whoever_sees_only_one_of_a_pair_sees_no_pair(cast: Cast) -> None:
    phone = "13900001111"
    registered(cast, "林秀珍", phone=phone)
    elsewhere = staff("other", Role.SOCIAL_WORKER, OTHER_HOOD)
    verbs.register_person(by=elsewhere, at=AT, name="林秀真", place_code=OTHER_HOOD, phone=phone)
    verbs.look_for_doubles(at=AT, street=STREET)
    for actor in (cast.counter, elsewhere, cast.handler):
        look_as(actor)
        assert not Double.objects.exists()
    street = staff("street", Role.SOCIAL_WORKER, STREET)
    look_as(street)
    assert len(doubles.queue(street)) == 1


def test_opening_a_pair_is_told_to_both(cast: Cast) -> None:
    one, other = registered(cast, "林秀珍", birth_year=1950), registered(cast, "林秀真", birth_year=1950)
    verbs.look_for_doubles(at=AT, street=STREET)
    look_as(cast.counter)
    pair = verbs.open_double(by=cast.counter, at=AT, double_id=doubles.queue(cast.counter)[0].id)
    assert {pair.one.name, pair.other.name} == {"林秀珍", "林秀真"}
    for person in (one, other):
        assert records(f"person:{person.id}")[-1] == "read_person"


# -- merging ---------------------------------------------------------------------------------------------------------


def the_state() -> dict[str, list[tuple[object, ...]]]:
    """Everything the room keeps about persons, numbers opened: what an undo must give back."""
    with as_system():
        persons = [
            (
                p.id, p.name, p.place_code, p.birth_year, p.account_id, p.leads_to_id, p.erased_at,
                unseal(p.phone_sealed) if p.phone_sealed else "", unseal(p.identity_sealed) if p.identity_sealed else "",
                bytes(p.phone_print or b""), bytes(p.identity_print or b""),
            )
            for p in Person.objects.order_by("id")
        ]  # fmt: skip
        return {
            "persons": persons,
            "homes": list(Residence.objects.order_by("id").values_list("id", "person_id", "household_id")),
            "consents": list(Consent.objects.order_by("id").values_list("id", "person_id", "withdrawn_at")),
            "proxies": list(Proxy.objects.order_by("id").values_list("id", "person_id", "agent_id")),
            "accounts": list(Account.objects.order_by("id").values_list("id", "is_active")),
        }


def test_what_points_at_the_alias_follows_and_goes_back_exactly(cast: Cast) -> None:
    one = registered(cast, "林秀珍", phone="13900001111", new_household=True)
    with as_system():
        home = one.residences.get().household_id
    two = registered(cast, "林秀真", identity=valid_identity(), household_id=home)
    with as_system():
        Residence.objects.create(
            person=one, household=Household.objects.create(place_code=NEXT_DOOR), relation="other", valid=(AT, None)
        )
        for person in (one, two):
            Consent.objects.create(person=person, purpose="sms", given_at=AT)
        Consent.objects.create(person=two, purpose="other", given_at=AT)
        Proxy.objects.create(person=two, agent=one, valid=(AT, LATER))
    before = the_state()
    merging = verbs.merge_persons(
        by=cast.counter, at=AT, standing_id=one.id, alias_id=two.id, reason="本人到场，户口簿一致"
    )
    with as_system():
        one.refresh_from_db()
        two.refresh_from_db()
        assert one.identity_print is not None and one.birth_year == 1990, "what it had not it took over"
        assert (two.name, two.leads_to_id, two.identity_print, two.birth_year) == ("已并入", one.id, None, None)
        assert set(Consent.objects.filter(person=one).values_list("purpose", flat=True)) == {"sms", "other"}
        assert set(merging.stayed) == {
            "people_residence.person_id",
            "people_consent.person_id",
            "people_proxy.person_id",
        }
        assert verbs.standing_of(two.id) == one.id and verbs.aliases_of(one.id) == [two.id]
    look_as(cast.counter)
    assert verbs.read_person(by=cast.counter, at=AT, person_id=one.id, purpose="x").name == "林秀珍"
    assert [
        m.id for m in verbs.find_persons(by=cast.counter, at=AT, purpose="核对", identity=valid_identity())
    ] == [one.id]
    for person in (one, two):
        assert records(f"person:{person.id}").count("merge_persons") == 1

    verbs.part_again(by=cast.counter, at=LATER, merging_id=merging.id, reason="是姐妹两个人")
    assert the_state() == before
    for person in (one, two):
        assert records(f"person:{person.id}").count("part_persons") == 1
    with as_system():
        assert Double.objects.get().state == Double.State.DIFFERENT, "and they are not asked about again"
        assert Merging.objects.get().kept_sealed is None
    with pytest.raises(NotFound):
        verbs.part_again(by=cast.counter, at=LATER, merging_id=merging.id, reason="再来一次")


def test_an_old_id_leads_to_the_one_who_stands(cast: Cast) -> None:
    one, two = registered(cast, "林秀珍"), registered(cast, "林秀真")
    verbs.merge_persons(by=cast.counter, at=AT, standing_id=one.id, alias_id=two.id, reason="同一个人")
    corrected = verbs.correct_person(by=cast.counter, at=AT, person_id=two.id, name="林秀珍儿")
    assert corrected.id == one.id


def test_a_correction_made_since_survives_the_parting(cast: Cast) -> None:
    one, two = registered(cast, "林秀珍"), registered(cast, "林秀真", birth_year=1951, phone="13900002222")
    merging = verbs.merge_persons(by=cast.counter, at=AT, standing_id=one.id, alias_id=two.id, reason="同一个人")
    verbs.correct_person(by=cast.counter, at=AT, person_id=one.id, birth_year=1952)
    verbs.part_again(by=cast.counter, at=LATER, merging_id=merging.id, reason="不是同一个人")
    with as_system():
        one.refresh_from_db()
        two.refresh_from_db()
    assert one.birth_year == 1952 and one.phone_print is None, "what was only taken over is given back"
    assert two.birth_year == 1951 and two.phone_print is not None


def test_two_identity_numbers_are_two_persons(cast: Cast) -> None:
    one = registered(cast, "林秀珍", identity=valid_identity())
    other = registered(cast, "林秀真")
    with as_system():
        Person.objects.filter(pk=other.pk).update(identity_print=b"x" * 32, identity_sealed=b"y")
    before = the_state_without_opening()
    with pytest.raises(Conflict, match="两个人"):
        verbs.merge_persons(by=cast.counter, at=AT, standing_id=one.id, alias_id=other.id, reason="同一个人")
    assert the_state_without_opening() == before


def the_state_without_opening() -> list[tuple[object, ...]]:
    with as_system():
        return list(Person.objects.order_by("id").values_list("id", "name", "leads_to", "identity_print"))


def test_a_consent_taken_back_later_in_the_other_registration_is_asked_about(cast: Cast) -> None:
    one, two = registered(cast, "林秀珍"), registered(cast, "林秀真")
    with as_system():
        Consent.objects.create(person=one, purpose="sms", given_at=AT)
        Consent.objects.create(person=two, purpose="sms", given_at=AT, withdrawn_at=LATER)
    with pytest.raises(Conflict, match="收回"):
        verbs.merge_persons(by=cast.counter, at=LATER, standing_id=one.id, alias_id=two.id, reason="同一个人")


def test_the_account_follows_and_a_second_one_rests(cast: Cast) -> None:
    paper = registered(cast, "林阿婆")
    with as_system():
        account = Account.objects.get(pk=cast.granny.account_id)
    merging = verbs.merge_persons(
        by=cast.counter, at=AT, standing_id=paper.id, alias_id=cast.granny.person_id, reason="同一个人"
    )
    with as_system():
        assert Person.objects.get(account=account).id == paper.id
    verbs.part_again(by=cast.counter, at=AT, merging_id=merging.id, reason="不是同一个人")
    second = resident("13955556666", "林阿婆", HOOD)
    merging = verbs.merge_persons(
        by=cast.counter, at=AT, standing_id=cast.granny.person_id, alias_id=second.person_id, reason="换过号码"
    )
    with as_system():
        assert not Account.objects.get(pk=second.account_id).is_active
        assert Account.objects.get(pk=account.pk).is_active
    verbs.part_again(by=cast.counter, at=LATER, merging_id=merging.id, reason="不是同一个人")
    with as_system():
        assert Account.objects.get(pk=second.account_id).is_active
        assert Person.objects.get(account=second.account_id).id == second.person_id


def test_mergings_are_parted_from_the_last_to_the_first(cast: Cast) -> None:
    one, two, three = registered(cast, "林秀珍"), registered(cast, "林秀真"), registered(cast, "林秀贞")
    before = the_state()
    inner = verbs.merge_persons(by=cast.counter, at=AT, standing_id=two.id, alias_id=three.id, reason="同一个人")
    outer = verbs.merge_persons(by=cast.counter, at=LATER, standing_id=one.id, alias_id=two.id, reason="同一个人")
    with as_system():
        assert set(verbs.aliases_of(one.id)) == {two.id, three.id} and verbs.standing_of(three.id) == one.id
    with pytest.raises(Conflict, match="先拆开"):
        verbs.part_again(by=cast.counter, at=LATER, merging_id=inner.id, reason="不是同一个人")
    verbs.part_again(by=cast.counter, at=LATER, merging_id=outer.id, reason="不是同一个人")
    with as_system():
        assert verbs.standing_of(three.id) == two.id
    verbs.part_again(by=cast.counter, at=LATER, merging_id=inner.id, reason="不是同一个人")
    assert the_state() == before


def test_forgetting_the_person_forgets_every_registration_and_nothing_can_be_parted(cast: Cast) -> None:
    one, two = (
        registered(cast, "林秀珍", phone="13900001111"),
        registered(cast, "林秀真", identity=valid_identity()),
    )
    merging = verbs.merge_persons(by=cast.counter, at=AT, standing_id=one.id, alias_id=two.id, reason="同一个人")
    verbs.erase_person(by=cast.counter, at=LATER, person_id=one.id, reason="本人申请")
    with as_system():
        merging.refresh_from_db()
        assert merging.kept_sealed is None and merging.taken_sealed is None
    with pytest.raises(Conflict, match="注销"):
        verbs.part_again(by=cast.counter, at=LATER, merging_id=merging.id, reason="不是同一个人")


def test_the_person_reads_who_looked_at_either_registration(cast: Cast) -> None:
    paper = registered(cast, "林阿婆", birth_year=1950)
    look_as(cast.counter)
    verbs.read_person(by=cast.counter, at=AT, person_id=paper.id, purpose="办社保")
    verbs.merge_persons(
        by=cast.counter, at=LATER, standing_id=cast.granny.person_id, alias_id=paper.id, reason="同一个人"
    )
    looks = who_looked(cast.granny.person_id, by=cast.granny)
    assert {"people.read_person", "people.merge_persons"} <= {look.verb for look in looks}
    assert any(look.purpose == "办社保" for look in looks)


def test_it_needs_the_right_at_both_places_and_a_reason(cast: Cast) -> None:
    one = registered(cast, "林秀珍")
    for actor, who, refusal in (
        (cast.handler, one.id, NotAllowed),
        (cast.granny, one.id, NotAllowed),
        (cast.counter, cast.chen.person_id, NotFound),
    ):
        with pytest.raises(refusal):
            verbs.merge_persons(by=actor, at=AT, standing_id=cast.granny.person_id, alias_id=who, reason="同一个人")
    with pytest.raises(Invalid):
        verbs.merge_persons(by=cast.counter, at=AT, standing_id=one.id, alias_id=one.id, reason="同一个人")
    with pytest.raises(Invalid):
        verbs.merge_persons(by=cast.counter, at=AT, standing_id=cast.granny.person_id, alias_id=one.id, reason=".")


def test_every_key_to_a_person_follows_or_is_kept_apart_on_purpose() -> None:
    named = {pointing.name for pointing in following.pointings.every()}
    assert {"people_residence.person_id", "people_proxy.agent_id", "people_person.leads_to_id"} <= named
    assert not any(name.startswith(("people_double", "people_merging")) for name in named)


def test_a_name_nobody_can_read_has_a_sound_all_the_same() -> None:
    assert likeness.sound(likeness.plain("阿不都·热合曼")) == likeness.sound("阿不都热合曼")
    assert likeness.sound("𠮷") and likeness.sound("O'Neil")
