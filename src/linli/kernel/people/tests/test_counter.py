"""The counter: found by what one says of oneself, and by nothing less; moved in, copied, and every look told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, TooMany, as_system, look_as, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, Household, Person
from linli.kernel.people.queries import households_at, who_looked

from .conftest import AT, DOOR, HOME, HOOD, NEXT_DOOR, OTHER_HOOD, Cast, records, resident, the_account, the_person

IDENTITY = "11010519491231002X"
FOR = "办理老年卡"


def find(cast: Cast, by=None, **asked):
    by = by or cast.counter
    with looking_as(by):
        return verbs.find_persons(by=by, at=AT, purpose=FOR, **asked)


def register(cast: Cast, **changes) -> Person:
    given = {"name": "陈阿公", "place_code": HOOD, "phone": "021-5555 6666", "identity": IDENTITY, **changes}
    return verbs.register_person(by=cast.counter, at=AT, **given)


# -- found


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "陈阿公"},
        {"phone": "021 5555-6666"},
        {"identity": IDENTITY.lower()},
        {"name": " 陈阿公 ", "phone": "02155556666", "identity": IDENTITY, "birth_year": 1949},
    ],
)
def test_whole_and_exact_one_is_found(cast: Cast, asked):
    person = register(cast)
    (match,) = find(cast, **asked)
    assert (match.id, match.phone) == (person.id, "021****6666")


@pytest.mark.parametrize(
    "asked",
    [{"name": "陈阿"}, {"name": "陈%"}, {"phone": "13911112223"}, {"name": "陈阿公", "phone": "13911112222"}],
)
def test_nothing_less_finds_anybody(cast: Cast, asked):
    register(cast)
    assert find(cast, **asked) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [({}, "name"), ({"name": "陈"}, "name"), ({"phone": "139"}, "phone"), ({"identity": "110105"}, "identity")],
)
def test_what_is_too_little_is_refused_beside_its_field(cast: Cast, asked, field):
    with pytest.raises(Invalid) as refused:
        find(cast, **asked)
    assert field in refused.value.fields


def test_the_register_is_not_leafed_through(cast: Cast):
    for n in range(11):
        register(cast, name="王秀英", phone=f"1390000{n:04d}", identity="", birth_year=1940 + n)
    with pytest.raises(Invalid) as refused:
        find(cast, name="王秀英")
    assert "10" in refused.value.fields["name"]
    assert len(find(cast, name="王秀英", birth_year=1944)) == 1
    with as_system():
        assert Record.objects.filter(verb="people.find_persons").count() == 1, "who was not listed was not seen"
    with pytest.raises(TooMany):
        for _n in range(121):
            find(cast, name="没有的人")


def test_who_is_found_can_read_it_and_others_are_not_found(cast: Cast):
    (match,) = find(cast, phone="139 1111 2222")
    assert match.id == cast.granny.person_id
    (look,) = who_looked(cast.granny.person_id, by=cast.granny)
    assert (look.name, look.what, look.purpose) == ("王芳", "在窗口找到了您的登记", FOR)
    assert find(cast, phone="13933334444") == [], "who lives elsewhere is not found here"
    for nobody in (cast.handler, cast.security, cast.keeper, cast.granny):
        with pytest.raises(NotAllowed):
            find(cast, by=nobody, name="林阿婆")
    with looking_as(cast.counter), pytest.raises(Invalid):
        verbs.find_persons(by=cast.counter, at=AT, purpose=" ", name="林阿婆")


def test_finding_ten_costs_what_finding_one_does(cast: Cast):
    counts = []
    for number in (1, 9):
        for n in range(number):
            register(cast, name="王秀英", phone="", identity="", birth_year=1900 + number + n)
        with looking_as(cast.counter), CaptureQueriesContext(connection) as seen:
            found = verbs.find_persons(by=cast.counter, at=AT, purpose=FOR, name="王秀英")
        counts.append(len(seen))
    assert len(found) == 10 and counts[0] == counts[1], counts


# -- registered, moved in


def test_nobody_is_registered_twice_under_one_name_and_phone(cast: Cast):
    register(cast, identity="")
    with pytest.raises(Conflict) as refused:
        register(cast, identity="")
    assert "phone" in refused.value.fields
    register(cast, name="陈阿婆", identity="")


def test_who_is_registered_elsewhere_or_nowhere_moves_in_by_name_and_number(cast: Cast):
    nowhere = resident("13977778888", "小周", "")
    look_as(cast.counter)
    for name, phone in (("小周", "13977778888"), ("小陈", "13933334444")):
        assert find(cast, name=name) == []
        moved = verbs.move_in(by=cast.counter, at=AT, name=name, phone=phone, place_code=HOME, new_household=True)
        assert moved.place_code == HOME
        assert [m.id for m in find(cast, name=name)] == [moved.id]
    looks = who_looked(nowhere.person_id, by=nowhere)
    assert "把您的登记迁到了现在的住址" in [look.what for look in looks]
    with looking_as(cast.counter):
        assert len(households_at(cast.counter, HOME)) == 2
    refusals = set()
    for name, phone in (("小陈", "13900000000"), ("没有", "13933334444"), ("林阿婆", "13911112222"), ("小陈", "")):
        with pytest.raises(NotFound) as refused:
            verbs.move_in(by=cast.counter, at=AT, name=name, phone=phone, place_code=HOOD)
        refusals.add(refused.value.sentence)
    assert len(refusals) == 1, "whether somebody exists elsewhere is not told apart"
    with pytest.raises(NotAllowed):
        verbs.move_in(by=cast.counter, at=AT, name="小陈", phone="13933334444", place_code=OTHER_HOOD)


def test_a_phone_changed_at_the_counter_is_the_one_to_sign_in_with(cast: Cast):
    granny = cast.granny
    verbs.correct_person(by=cast.counter, at=AT, person_id=granny.person_id, phone="13911110000")
    sent = verbs.send_code(by=DOOR, at=AT, phone="13911110000")
    account = verbs.check_code(by=DOOR, at=AT, phone="13911110000", code=sent.shown or "")
    assert account is not None and account.id == granny.account_id
    with as_system():
        assert Account.objects.filter(kind="resident").count() == 2
    with pytest.raises(Conflict) as refused:
        verbs.correct_person(by=cast.counter, at=AT, person_id=granny.person_id, phone="13933334444")
    assert "phone" in refused.value.fields
    for no_mobile in ("", "021-55556666"):
        with pytest.raises(Invalid):
            verbs.correct_person(by=cast.counter, at=AT, person_id=granny.person_id, phone=no_mobile)
    assert the_person(granny).phone_print == the_account(granny).phone_print


@pytest.fixture(autouse=True)
def _codes_on_the_page(settings):
    settings.LINLI_SMS_SENDER, settings.DEMO = "", True


# -- looked at


def test_who_lives_together_is_read_with_a_record_for_each(cast: Cast):
    head = register(cast, place_code=HOME, new_household=True, relation="head")
    with as_system():
        home = Household.objects.get(residences__person=head)
    child = register(
        cast, name="小孙", identity="", phone="", place_code=HOME, household_id=home.id, relation="child"
    )
    register(cast, name="邻居", identity="", phone="", place_code=NEXT_DOOR, new_household=True)
    with looking_as(cast.counter):
        (member,) = verbs.read_household(by=cast.counter, at=AT, person_id=head.id, purpose=FOR)
    assert (member.person_id, member.name, member.relation) == (child.id, "小孙", "child")
    assert records(f"person:{child.id}")[-1] == "read_household" != records(f"person:{head.id}")[-1]


def test_looking_again_and_again_is_one_line_with_a_count(cast: Cast):
    granny = cast.granny
    with looking_as(cast.counter):
        for minute in range(5):
            at = AT + timedelta(minutes=minute)
            verbs.read_person(by=cast.counter, at=at, person_id=granny.person_id, purpose=FOR)
        verbs.read_person(by=cast.counter, at=AT, person_id=granny.person_id, purpose="别的事")
    assert [(look.times, look.purpose) for look in who_looked(granny.person_id, by=granny)] == [
        (1, "别的事"),
        (5, FOR),
    ]


def test_the_counter_hands_out_a_copy_with_a_reason_and_the_person_reads_that_it_did(cast: Cast):
    granny = cast.granny
    chapters = verbs.copy_person(by=cast.counter, at=AT, person_id=granny.person_id, reason="本人持身份证申请")
    (card,) = next(c for c in chapters if c.name == "person").rows
    assert (card["name"], card["phone"]) == ("林阿婆", "13911112222")
    (look,) = who_looked(granny.person_id, by=granny)
    assert (look.what, look.purpose) == ("打印了一份您的信息副本", "本人持身份证申请")
    with as_system():
        record = Record.objects.get(verb="people.copy_person")
    assert "13911112222" not in f"{record.after}{record.note}"
    for reason, by, error in (
        ("", cast.counter, Invalid),
        ("核对", cast.handler, NotAllowed),
        ("核对", cast.chen, NotFound),
    ):
        with pytest.raises(error):
            verbs.copy_person(by=by, at=AT, person_id=granny.person_id, reason=reason)


def test_ones_own_copy_needs_no_reason_and_holds_who_looked(cast: Cast):
    granny = cast.granny
    find(cast, phone="13911112222")
    chapters = {c.name: c for c in verbs.copy_person(by=granny, at=AT, person_id=granny.person_id)}
    assert [row["what"] for row in chapters["looks"].rows] == ["在窗口找到了您的登记"]
    assert chapters["account"].rows[0]["phone"] == "13911112222"
    for chapter in chapters.values():
        for row in chapter.rows:
            assert row.keys() == {name for name, _words in chapter.columns}
