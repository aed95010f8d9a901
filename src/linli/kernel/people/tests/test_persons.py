"""Persons: kept once, sealed, read only with a trace, forgotten when they ask; and the second lock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from linli.kernel.access import ANONYMOUS, Conflict, Invalid, NotAllowed, NotFound, as_system, look_as, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, Household, Person, Residence
from linli.kernel.people.queries import self_of, who_looked

from .conftest import AT, DOOR, HOME, HOOD, NEXT_DOOR, OTHER_HOOD, Cast, records, the_account, the_person

IDENTITY = "11010519491231002X"


def register(cast, **changes):
    given = {"name": "陈阿公", "place_code": HOOD, "phone": "021-5555 6666", "identity": IDENTITY, **changes}
    return verbs.register_person(by=cast.counter, at=AT, **given)


def raw(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


# -- the second lock


def test_raw_sql_shows_a_resident_nobody_but_themselves(cast: Cast):
    register(cast)
    with looking_as(cast.granny):
        assert raw("SELECT name FROM people_person") == [("林阿婆",)]
        assert raw("SELECT name FROM people_account WHERE kind = 'resident'") == [("林阿婆",)]
    with looking_as(cast.chen):
        assert raw("SELECT count(*) FROM people_person WHERE name = '林阿婆'") == [(0,)]
        assert raw("UPDATE people_account SET name = 'x' WHERE kind = 'resident' RETURNING name") == [("x",)]
        assert raw("SELECT count(*) FROM audit_record WHERE %s = ANY(person_ids)", cast.granny.person_id) == [(0,)]
    assert the_account(cast.granny).name == "林阿婆"


def test_raw_sql_shows_staff_the_persons_of_their_place_only(cast: Cast):
    with looking_as(cast.counter):
        assert raw("SELECT name FROM people_person") == [("林阿婆",)]
        assert raw("SELECT name FROM people_account WHERE kind = 'resident'") == [("林阿婆",)]
    for nobody in (cast.system, cast.security, cast.auditor, cast.handler, ANONYMOUS):
        with looking_as(nobody):
            assert raw("SELECT count(*) FROM people_person") == [(0,)], nobody.role
            assert raw("SELECT count(*) FROM people_account WHERE kind = 'resident'") == [(0,)], nobody.role


def test_a_fresh_connection_sees_nobody(cast: Cast):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(name, '', false) FROM unnest(%s::text[]) name", [["linli.sees", "linli.scope"]]
        )
    assert raw("SELECT count(*) FROM people_person") == [(0,)]
    assert raw("SELECT count(*) FROM people_household") == [(0,)]


# -- registered, corrected, moved


def test_numbers_are_sealed_and_masked_in_history(cast: Cast):
    person = register(cast)
    kept = the_person(replace(cast.granny, person_id=person.id))
    assert IDENTITY.encode() not in bytes(kept.identity_sealed) + bytes(kept.identity_print)
    assert kept.birth_year == 1949
    with as_system():
        after = Record.objects.get(stream=f"person:{person.id}").after
    assert (after["phone"], after["identity"]) == ("021****6666", "110***********002X")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("identity", "110105194912310021"),
        ("identity", "11010519490231002X"),
        ("phone", "5555"),
        ("name", "  "),
        ("name", "x" * 65),
        ("birth_year", 1850),
        ("birth_year", 2031),
        ("place_code", HOOD + "999"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(cast: Cast, field, value):
    changes = {"identity": "", field: value}
    with pytest.raises(Invalid) as refused:
        register(cast, **changes)
    assert field in refused.value.fields
    with as_system():
        assert not Person.objects.filter(name="陈阿公").exists()


def test_one_identity_number_is_one_person(cast: Cast):
    register(cast)
    with pytest.raises(Conflict):
        register(cast, name="另一个人", identity=IDENTITY.lower())


def test_people_correct_their_own_name_and_not_their_place(cast: Cast):
    verbs.correct_person(by=cast.granny, at=AT, person_id=cast.granny.person_id, name="林秀英", birth_year=1950)
    assert the_account(cast.granny).name == "林秀英"
    with pytest.raises(NotAllowed):
        verbs.correct_person(by=cast.granny, at=AT, person_id=cast.granny.person_id, place_code=OTHER_HOOD)
    with pytest.raises(NotFound):
        verbs.correct_person(by=cast.chen, at=AT, person_id=cast.granny.person_id, name="x")


def test_staff_correct_within_their_place_only(cast: Cast):
    verbs.correct_person(by=cast.counter, at=AT, person_id=cast.granny.person_id, phone="13911110000")
    with pytest.raises(NotFound):
        verbs.correct_person(by=cast.counter, at=AT, person_id=cast.chen.person_id, name="x")
    with pytest.raises(NotAllowed):
        verbs.correct_person(by=cast.counter, at=AT, person_id=cast.granny.person_id, place_code=OTHER_HOOD)


def test_a_household_moves_with_everybody_in_it(cast: Cast):
    head = register(cast, place_code=HOME, new_household=True, relation="head")
    with as_system():
        home = Household.objects.get(residences__person=head)
    child = register(cast, name="小孙", identity="", place_code=HOME, household_id=home.id, relation="child")
    new = NEXT_DOOR
    verbs.move_household(by=cast.counter, at=AT, household_id=home.id, place_code=new)
    with as_system():
        assert set(Person.objects.filter(pk__in=[head.id, child.id]).values_list("place_code", flat=True)) == {new}
    with pytest.raises(NotAllowed):
        verbs.move_household(by=cast.counter, at=AT, household_id=home.id, place_code=OTHER_HOOD)


# -- looked at, with a trace


def test_who_looked_is_told_to_the_person_and_nobody_else(cast: Cast):
    granny = cast.granny.person_id
    with looking_as(cast.counter):
        card = verbs.read_person(by=cast.counter, at=AT, person_id=granny, purpose="办理老年卡")
        assert (card.phone, card.identity) == ("139****2222", "")
        plain = verbs.unmask(by=cast.counter, at=AT, person_id=granny, field="phone", reason="核对预约电话")
    assert plain == "13911112222"
    looks = who_looked(granny, by=cast.granny)
    assert [(look.name, look.role, look.purpose, look.what) for look in looks] == [
        ("王芳", "social_worker", "核对预约电话", "查看了完整的手机号"),
        ("王芳", "social_worker", "办理老年卡", "查看了登记信息"),
    ]
    with pytest.raises(NotAllowed):
        who_looked(granny, by=cast.counter)
    with as_system():
        last = Record.objects.filter(stream=f"person:{granny}").latest("stream_seq")
    assert "13911112222" not in f"{last.before}{last.after}{last.note}"


def test_unmasking_wants_a_reason_a_right_and_a_place(cast: Cast):
    granny = cast.granny.person_id
    with looking_as(cast.counter), pytest.raises(Invalid):
        verbs.unmask(by=cast.counter, at=AT, person_id=granny, field="phone", reason=" . ")
    with looking_as(cast.counter), pytest.raises(Invalid):
        verbs.unmask(by=cast.counter, at=AT, person_id=granny, field="name", reason="核对电话")
    with looking_as(cast.counter), pytest.raises(NotFound):
        verbs.unmask(by=cast.counter, at=AT, person_id=cast.chen.person_id, field="phone", reason="核对电话")
    for other in (cast.handler, cast.security, cast.keeper, cast.granny):
        with looking_as(other), pytest.raises(NotAllowed):
            verbs.unmask(by=other, at=AT, person_id=granny, field="phone", reason="核对电话")
    assert who_looked(granny, by=cast.granny) == []


def test_everybody_reads_what_is_kept_about_themselves(cast: Cast):
    with looking_as(cast.granny):
        assert self_of(cast.granny, AT).phone == "139****2222"
    with looking_as(cast.counter), pytest.raises(NotAllowed):
        self_of(cast.counter, AT)


# -- forgotten


def test_erasing_oneself_leaves_a_tombstone_and_a_chain_that_holds(cast: Cast):
    granny = cast.granny
    verbs.correct_person(by=granny, at=AT, person_id=granny.person_id, name="林秀英")
    verbs.erase_person(by=granny, at=AT + timedelta(days=1), person_id=granny.person_id)
    person, account = the_person(granny), the_account(granny)
    assert (person.name, person.phone_sealed, person.account_id) == ("已注销", None, None)
    assert (account.name, account.is_active, account.phone_print) == ("已注销", False, None)
    with as_system():
        said = "".join(
            f"{r.before}{r.after}{r.actor_name}{r.address}"
            for r in Record.objects.filter(stream__in=[f"person:{person.id}", f"account:{account.id}"])
        )
        assert not list(verify())
    assert "林" not in said and "2222" not in said
    assert records(f"person:{person.id}") == ["correct_person", "erase_person"]
    look_as(ANONYMOUS)
    again = verbs.register_resident(by=DOOR, at=AT + timedelta(days=2), phone="13911112222", name="林阿婆")
    assert again.id != account.id


def test_only_oneself_or_the_counter_erases(cast: Cast):
    for other in (cast.chen, cast.handler, cast.security):
        with pytest.raises((NotAllowed, NotFound)):
            verbs.erase_person(by=other, at=AT, person_id=cast.granny.person_id)
    verbs.erase_person(by=cast.counter, at=AT, person_id=cast.granny.person_id, reason="本人书面申请")
    with pytest.raises(NotFound):
        verbs.erase_person(by=cast.counter, at=AT, person_id=cast.granny.person_id)


# -- many at once


def test_many_persons_are_one_record_in_the_order_given(cast: Cast):
    rows = [
        verbs.NewPerson(
            name=f"住户{n}",
            place_code=HOOD + "001",
            phone=f"138{n:08d}",
            household=str(n // 3),
            relation="head" if n % 3 == 0 else "child",
        )
        for n in range(300)
    ]
    ids = verbs.bulk_people(rows, by=cast.keeper, at=AT)
    with as_system():
        names = dict(Person.objects.filter(pk__in=ids).values_list("id", "name"))
        assert [names[i] for i in ids] == [row.name for row in rows]
        assert Household.objects.count() == 100
        assert Residence.objects.filter(household=Residence.objects.get(person=ids[0]).household).count() == 3
        made = Record.objects.filter(verb="people.bulk_people")
        assert made.get().place_code == HOOD + "001"


def test_an_erased_account_stays_closed(cast: Cast):
    verbs.erase_person(by=cast.granny, at=AT, person_id=cast.granny.person_id)
    with pytest.raises(Conflict):
        verbs.enable_account(by=cast.security, at=AT, account_id=cast.granny.account_id, reason="误操作")
    with as_system():
        assert Account.objects.filter(username__startswith="erased:").count() == 1
