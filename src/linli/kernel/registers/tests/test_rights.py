"""Who it is about sees who read it, contests it, and takes it along; who may not read does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from linli.kernel.access import (
    SYSTEM,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    as_system,
    looking_as,
)
from linli.kernel.audit.models import Record
from linli.kernel.declare import Source
from linli.kernel.matters.tests.cast import MONDAY, OTHER_HOOD, Cast
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Household, Residence
from linli.kernel.people.queries import who_looked
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Contest, Entry, Fact
from linli.kernel.registers.queries.known import known
from linli.kernel.registers.queries.own import mine

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def granny(cast: Cast) -> UUID:
    assert cast.granny.person_id is not None
    return cast.granny.person_id


@pytest.fixture
def visited(cast: Cast) -> Cast:
    verbs.enter(
        by=cast.social, at=MONDAY, form="elder-visit", subject=granny(cast), source=Source.VISIT, note="女儿在外地",
        values={"condition": "well", "lives-alone": "yes", "care-level": "some-help", "visit-note": "想找人聊天"},
    )  # fmt: skip
    return cast


def read(cast: Cast, by: str = "social", **more) -> verbs.Sheet:
    given = {"about": "person", "subject": granny(cast), "purpose": "填写老人信息", "at": MONDAY + HOUR}
    return verbs.read_facts(by=cast.actors[by], **{**given, **more})


def test_what_is_sensitive_is_masked_and_unmasked_one_at_a_time_with_a_reason(visited: Cast):
    line = read(visited).line("care-level")
    assert line is not None and line.said is not None
    assert line.said.text == "＊＊＊" and line.said.value is None
    with pytest.raises(Invalid):
        verbs.unmask(by=visited.social, at=MONDAY, fact_id=line.said.fact_id, reason="。")
    with pytest.raises(NotAllowed):
        verbs.unmask(by=visited.grid, at=MONDAY, fact_id=line.said.fact_id, reason="安排照料")
    plain = verbs.unmask(by=visited.social, at=MONDAY, fact_id=line.said.fact_id, reason="安排上门照料")
    assert plain == "部分照料"
    with as_system():
        told = Record.objects.get(verb="registers.unmask")
    assert told.note == "安排上门照料" and "部分照料" not in str(told.after)


def test_the_person_reads_who_read_what_and_for_what(visited: Cast):
    read(visited, elements=["condition", "lives-alone"])
    with looking_as(visited.granny):
        looks = who_looked(granny(visited), by=visited.granny)
    assert looks[0].what == "查看了台账：今天的状况、独居" and looks[0].purpose == "填写老人信息"
    assert looks[0].name == "王芳"
    assert looks[1].what.startswith("登记或确认了")


def test_the_person_sees_every_fact_with_why_and_until_when(visited: Cast):
    with looking_as(visited.granny):
        own = {one.name: one for one in mine(visited.granny)}
    assert own["care-level"].text == "部分照料", "one's own is not masked"
    assert own["lives-alone"].purpose == "照看老人" and own["lives-alone"].author == "王芳"
    assert own["lives-alone"].keep_until == (MONDAY + timedelta(days=700)).date()


@pytest.mark.parametrize("who", ["dispatcher", "handler", "keeper", "head", "chen", "granny"])
def test_who_may_not_read_reads_nothing(visited: Cast, who: str):
    with pytest.raises((NotAllowed, NotFound)):
        read(visited, by=who)
    with looking_as(visited.actors[who]):
        assert Fact.objects.exists() == (who in ("granny", "dispatcher"))
    if who == "chen":
        with looking_as(visited.chen):
            assert mine(visited.chen) == []


def test_another_neighbourhood_reads_nothing(visited: Cast):
    visited.actors["elsewhere"] = replace(visited.social, scope=OTHER_HOOD)
    with pytest.raises((NotAllowed, NotFound)):
        read(visited, by="elsewhere")
    with looking_as(visited.actors["elsewhere"]):
        assert not Fact.objects.exists() and not Entry.objects.exists()


def test_a_contest_is_marked_answered_and_its_correction_flows_everywhere(visited: Cast):
    with as_system():
        wrong = known(granny(visited))["lives-alone"].fact_id
    row = verbs.contest(by=visited.granny, at=MONDAY + HOUR, fact_id=wrong, reason="儿子上个月搬回来了")
    line = read(visited).line("lives-alone")
    assert line is not None and line.said is not None and line.said.contested
    with pytest.raises(Conflict):
        verbs.contest(by=visited.granny, at=MONDAY + HOUR, fact_id=wrong, reason="再说一次")
    with pytest.raises(Invalid):
        verbs.answer_contest(
            by=visited.social, at=MONDAY + HOUR, contest_id=row.id, corrected=True, answer="已核实", value="yes"
        )
    verbs.answer_contest(
        by=visited.social, at=MONDAY + 2 * HOUR, contest_id=row.id, corrected=True, answer="已上门核实", value="no"
    )
    # A form of somebody else's shows the correction; what was wrong is rejected, and kept.
    sheet = read(visited, by="grid", form="elder-card", at=MONDAY + 3 * HOUR)
    line = sheet.line("lives-alone")
    assert line is not None and line.said is not None
    assert line.said.value is False and line.said.source == "correction" and not line.said.contested
    assert [said.state for said in line.beside] == ["rejected"]


def test_who_is_refused_may_ask_another_person_and_not_the_same(visited: Cast):
    with as_system():
        fact = known(granny(visited))["condition"].fact_id
    row = verbs.contest(by=visited.granny, at=MONDAY, fact_id=fact, reason="那天我不舒服")
    again = {"by": visited.granny, "contest_id": row.id}
    with pytest.raises(Conflict):
        verbs.ask_again(at=MONDAY, **again)
    answer = {"contest_id": row.id, "corrected": False, "answer": "当天记录无误"}
    verbs.answer_contest(by=visited.social, at=MONDAY, **answer)
    with pytest.raises(Conflict):
        verbs.ask_again(at=MONDAY + timedelta(days=61), **again)
    verbs.ask_again(at=MONDAY + HOUR, **again)
    with pytest.raises(NotAllowed):
        verbs.answer_contest(by=visited.social, at=MONDAY + HOUR, **answer)
    verbs.answer_contest(by=visited.street_duty, at=MONDAY + HOUR, **answer)
    with as_system():
        row.refresh_from_db()
        assert row.state == "upheld" and not Fact.objects.get(pk=fact).contested
    with pytest.raises(Conflict):
        verbs.answer_contest(by=visited.street_duty, at=MONDAY + HOUR, **answer)


def test_nobody_contests_what_is_about_somebody_else(visited: Cast):
    with as_system():
        fact = known(granny(visited))["condition"].fact_id
    with pytest.raises(NotFound):
        verbs.contest(by=visited.chen, at=MONDAY, fact_id=fact, reason="我看不是这样")
    with pytest.raises(NotAllowed):
        verbs.contest(by=visited.social, at=MONDAY, fact_id=fact, reason="我看不是这样")


def test_who_lives_in_a_household_sees_its_facts_and_who_read_them(cast: Cast):
    with as_system():
        home = Household.objects.create(place_code=cast.social.scope)
        for who in ("granny", "chen"):
            Residence.objects.create(
                person_id=cast.actors[who].person_id, household=home, relation="other", valid=(MONDAY, None)
            )
    verbs.enter(
        by=cast.social, at=MONDAY + HOUR, form="household-card", subject=home.id, values={"household-size": "2"}
    )
    verbs.read_facts(by=cast.grid, at=MONDAY + HOUR, about="household", subject=home.id, purpose="核对人数")
    for who in ("granny", "chen"):
        actor = cast.actors[who]
        assert actor.person_id is not None
        with looking_as(actor):
            assert [one.text for one in mine(actor)] == ["2 人"]
            looks = who_looked(actor.person_id, by=actor)
        assert looks[0].purpose == "核对人数", "both of them can read it"
    with as_system():
        fact = Fact.objects.get()
    assert verbs.contest(by=cast.chen, at=MONDAY + HOUR, fact_id=fact.id, reason="家里三口人").state == "open"


def test_a_copy_holds_every_fact_and_who_is_forgotten_leaves_tombstones(visited: Cast):
    with as_system():
        fact = known(granny(visited))["condition"].fact_id
    verbs.contest(by=visited.granny, at=MONDAY, fact_id=fact, reason="那天我不舒服")
    chapters = {c.name: c for c in people.copy_person(by=visited.granny, at=MONDAY, person_id=granny(visited))}
    rows = {row["element"]: row for row in chapters["facts"].rows}
    assert rows["自理能力"]["value"] == "部分照料" and rows["独居"]["basis"] == "《老年人权益保障法》"
    assert chapters["contests"].rows[0]["reason"] == "那天我不舒服"
    people.erase_person(by=visited.granny, at=MONDAY + HOUR, person_id=granny(visited))
    with as_system():
        facts = list(Fact.objects.filter(subject=granny(visited)))
        assert len(facts) == 4
        assert all(f.state == "erased" and f.value is None and f.sealed is None and f.print is None for f in facts)
        assert Entry.objects.get().note == ""
        assert Contest.objects.get().reason_sealed is None


def test_what_is_past_its_time_is_erased_and_what_stands_beside_takes_its_place(cast: Cast):
    for at, value in ((MONDAY, "yes"), (MONDAY + timedelta(days=100), "no")):
        verbs.enter(
            by=cast.social, at=at, form="resident-card", subject=granny(cast), source=Source.VISIT,
            values={"residence-kind": "abroad", "low-income": value},
        )  # fmt: skip
    past = MONDAY + timedelta(days=402)
    assert verbs.erase_due(by=SYSTEM, at=past) == 1 and verbs.erase_due(by=SYSTEM, at=past) == 0
    with as_system():
        states = {f.recorded_at: (f.state, f.value) for f in Fact.objects.filter(element="low-income")}
        assert states == {MONDAY: ("erased", None), MONDAY + timedelta(days=100): ("in_force", False)}
        assert Record.objects.filter(verb="registers.erase_due", stream=f"person:{granny(cast)}").count() == 1
        assert known(granny(cast))["residence-kind"].value == "abroad", "kept longer, and seen again"
    with pytest.raises(NotAllowed):
        verbs.erase_due(by=cast.social, at=past)


def test_when_what_is_in_force_is_erased_what_stood_beside_it_is_in_force(cast: Cast):
    card = {"form": "resident-card", "subject": granny(cast), "by": cast.social}
    first = {"residence-kind": "abroad", "low-income": "no"}
    verbs.enter(at=MONDAY, source=Source.DEPARTMENT, values=first, **card)
    verbs.enter(at=MONDAY + timedelta(days=9), source=Source.VISIT, values={"low-income": "yes"}, **card)
    with as_system():
        assert known(granny(cast))["low-income"].value is False
    verbs.erase_due(by=SYSTEM, at=MONDAY + timedelta(days=402))
    with as_system():
        assert known(granny(cast))["low-income"].value is True


def test_who_moves_takes_along_what_is_known(visited: Cast):
    people.correct_person(by=SYSTEM, at=MONDAY, person_id=granny(visited), place_code=OTHER_HOOD)
    with as_system():
        records = list(Record.objects.filter(verb="people.correct_person"))
        verbs.follow_homes(records)
        assert set(Fact.objects.values_list("place_code", flat=True)) == {OTHER_HOOD}
        verbs.follow_homes(records)
        assert Record.objects.filter(verb="registers.follow").count() == 1, "told twice it finds nothing"
    with looking_as(visited.social):
        assert not Fact.objects.exists()
