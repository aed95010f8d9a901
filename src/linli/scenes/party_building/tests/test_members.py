"""Who belongs to a branch: registered, going on, sealed, and seen by their own branch alone."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.people import queries as people
from linli.kernel.people.verbs import copy_person, erase_person
from linli.scenes.party_building import cards, verbs
from linli.scenes.party_building.models import Entry, Member, Stage
from linli.scenes.party_building.queries.own import mine

from .cast import AT, TODAY, Cast, identity, staff

pytestmark = pytest.mark.django_db


def test_nothing_in_the_tables_says_who_is_a_member(cast: Cast):
    person = cast.resident("lin", "林阿婆", identity(7))
    member = cast.register(7, name="林阿婆", phone="13912345678")
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT m::text FROM party_member m")
        (row,) = cursor.fetchone()
        cursor.execute(
            "SELECT string_agg(concat_ws(' ', stream, place_code, before, after, note), ' ') FROM audit_record WHERE stream LIKE 'member:%%'"
        )
        (told,) = cursor.fetchone()
    for secret in ("林阿婆", identity(7), "13912345678", str(person.person_id)):
        assert secret not in row and secret not in told
    assert bytes(member.identity_print) not in {cards.fingerprint(identity(7))}


def test_a_number_is_in_one_branch_only(cast: Cast):
    cast.register(1)
    with pytest.raises(Conflict, match="已经在一个支部"):
        cast.register(1, "other")
    one = Member.objects.none()
    with as_system():
        one = Member.objects.get()
        one.pk = None
        with pytest.raises(IntegrityError, match="one_membership_per_identity_number"), transaction.atomic():
            Member.objects.create(
                branch=one.branch, branch_since=TODAY, stage="full", stage_since=TODAY, card_sealed=one.card_sealed,
                identity_print=one.identity_print, registered_at=AT,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"identity": identity(1)[:-1] + ("0" if identity(1)[-1] != "0" else "1")}, "identity"),
        ({"identity": ""}, "identity"),
        ({"name": " "}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"stage": "king"}, "stage"),
        ({"since": date(2026, 9, 8)}, "since"),
        ({"since": date(1987, 12, 31)}, "since"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_is_written(cast: Cast, changes: dict, field: str):
    with pytest.raises(Invalid) as refused:
        cast.register(1, **changes)
    assert list(refused.value.fields) == [field] and refused.value.fields[field].endswith("。")
    with as_system():
        assert not Member.objects.exists()


def test_eighteen_on_the_day_is_old_enough(cast: Cast):
    assert cast.register(1, identity=identity(1, "19880101"), since=date(2006, 1, 1))
    with pytest.raises(Invalid):
        cast.register(2, identity=identity(2, "19880102"), since=date(2006, 1, 1))


def test_full_width_digits_are_read(cast: Cast):
    wide = identity(1).translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789X"})
    assert cards.of(cast.register(1, identity=wide)).identity == identity(1)


def test_a_member_goes_from_stage_to_stage_no_sooner_than_the_rules_allow(cast: Cast):
    member = cast.register(1, stage="applicant", since=date(2023, 1, 31))
    go = lambda stage, day: verbs.enter_stage(  # noqa: E731
        by=cast.first, at=AT, member_id=member.id, stage=stage, since=day, resolution="支委会决议"
    )
    with pytest.raises(Conflict, match="不能跳"):
        go("prospect", TODAY)
    go("activist", date(2023, 2, 28))
    with pytest.raises(Invalid, match="2024-02-28"):
        go("prospect", date(2024, 2, 27))
    go("prospect", date(2024, 2, 28))
    go("probationary", date(2024, 6, 30))
    with pytest.raises(Invalid, match="2025-06-30"):
        go("full", date(2025, 6, 29))
    verbs.extend_probation(by=cast.first, at=AT, member_id=member.id, until=date(2025, 12, 30), reason="需继续考察")
    with pytest.raises(Conflict, match="一次"):
        verbs.extend_probation(by=cast.first, at=AT, member_id=member.id, until=date(2026, 6, 30), reason="再延")
    with pytest.raises(Invalid, match="2025-12-30"):
        go("full", date(2025, 7, 1))
    go("full", date(2025, 12, 30))
    with pytest.raises(Conflict):
        go("full", TODAY)
    look_as(cast.first)
    assert list(Entry.objects.order_by("since").values_list("stage", flat=True)) == [s.value for s in Stage]


@pytest.mark.parametrize(
    ("until", "fits"), [("2026-12-29", False), ("2026-12-30", True), ("2027-06-30", True), ("2027-07-01", False)]
)
def test_probation_is_extended_by_half_a_year_to_a_year(cast: Cast, until: str, fits: bool):
    member = cast.register(1, stage="probationary", since=date(2025, 6, 30))
    extend = lambda: verbs.extend_probation(  # noqa: E731
        by=cast.first, at=AT, member_id=member.id, until=date.fromisoformat(until), reason="考察"
    )
    if fits:
        assert extend().probation_until == date.fromisoformat(until)
    else:
        with pytest.raises(Invalid, match="2026-12-30"):
            extend()


def test_the_database_keeps_stages_in_their_order(cast: Cast):
    member = cast.register(1, stage="probationary", since=date(2025, 6, 30))
    with as_system(), pytest.raises(DatabaseError, match="one after the other"), transaction.atomic():
        Entry.objects.create(member=member, stage="full", since=date(2025, 6, 1))


def test_a_secretary_sees_their_branch_and_nothing_else(cast: Cast):
    here, there = cast.register(1), cast.register(2, "other")
    for actor, seen in (
        (cast.first, {here.id}),
        (cast.general, {here.id}),
        (cast.second, set()),
        (cast.other, {there.id}),
        (cast.street, {here.id, there.id}),
        (staff(Role.SOCIAL_WORKER), set()),
        (staff(Role.LEADER, "9901"), set()),
        (cast.resident("chen", "小陈", identity(9)), set()),
    ):
        look_as(actor)
        assert set(Member.objects.values_list("pk", flat=True)) == seen, actor.name
        assert Entry.objects.count() == len(seen)
    look_as(cast.other)
    with pytest.raises(NotFound):
        verbs.read_member(by=cast.other, at=AT, member_id=here.id, purpose="看看")
    with pytest.raises(NotFound):
        verbs.end_membership(by=cast.other, at=AT, member_id=here.id, gone="left", on=TODAY, reason="本人提出")
    with pytest.raises(NotAllowed):
        verbs.read_member(by=staff(Role.GRID_WORKER), at=AT, member_id=here.id, purpose="看看")


def test_reading_masks_the_numbers_and_one_is_unmasked_for_a_reason(cast: Cast):
    member = cast.register(1, phone="13912345678")
    look_as(cast.first)
    read = verbs.read_member(by=cast.first, at=AT, member_id=member.id, purpose="核对党费")
    assert (read.card.phone, read.card.identity[3:-4]) == ("139****5678", "*" * 11)
    assert (
        verbs.unmask_member(by=cast.first, at=AT, member_id=member.id, field="phone", reason="联系本人")
        == "13912345678"
    )
    with pytest.raises(Invalid):
        verbs.unmask_member(by=cast.first, at=AT, member_id=member.id, field="phone", reason=".")
    with as_system():
        told = [(r.verb, r.note) for r in Record.objects.filter(stream=member.stream).order_by("stream_seq")]
        assert told[1:] == [("party.read_member", None), ("party.unmask_member", "联系本人")]
        assert not Record.objects.filter(stream=member.stream).exclude(place_code="").exists()


def test_a_member_reads_who_looked_at_their_record(cast: Cast):
    lin = cast.resident("lin", "林阿婆", identity(7))
    member = cast.register(7)
    look_as(cast.first)
    verbs.read_member(by=cast.first, at=AT, member_id=member.id, purpose="核对党费")
    verbs.read_roll(by=cast.first, at=AT, branch_id=cast.organisations["first"].id, purpose="准备开会")
    look_as(lin)
    looks = people.who_looked(lin.person_id, by=lin)
    assert [(look.what, look.purpose, look.name) for look in looks] == [
        ("查看了支部名册", "准备开会", "first书记"),
        ("查看了您的党员登记", "核对党费", "first书记"),
        ("把您登记到党支部", "", "系统"),
    ]


def test_a_member_sees_their_own_and_others_see_they_are_none(cast: Cast):
    lin, chen = cast.resident("lin", "林阿婆", identity(7)), cast.resident("chen", "小陈", identity(8))
    member = cast.register(7)
    look_as(lin)
    own = mine(lin)
    assert own is not None and own.member.id == member.id and own.card.identity.count("*") == 11
    look_as(chen)
    assert mine(chen) is None


def test_a_copy_holds_the_membership_and_a_farewell_cuts_the_link(cast: Cast):
    lin = cast.resident("lin", "林阿婆", identity(7))
    cast.register(7, name="林阿婆", phone="13912345678")
    look_as(lin)
    chapters = {c.name: c for c in copy_person(by=lin, at=AT, person_id=lin.person_id)}
    assert chapters["party_membership"].rows[0]["branch"] == "柳湾一居第一党支部"
    look_as(lin)
    erase_person(by=lin, at=AT, person_id=lin.person_id)
    with as_system():
        member = Member.objects.get()
        assert (member.person_print, cards.of(member).phone, cards.of(member).name) == (None, "", "林阿婆")
