"""A person registered twice has facts twice: merged, the rule says which is in force; parted, everything is as it was."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from linli.kernel.access import as_system
from linli.kernel.declare import Source
from linli.kernel.matters.tests.cast import HOOD, MONDAY, Cast
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Person
from linli.kernel.registers.models import Conflict, Decision, Entry, Fact, Visit
from linli.kernel.registers.queries.known import known
from linli.kernel.registers.verbs import enter

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)


@pytest.fixture
def pair(cast: Cast) -> tuple[UUID, UUID]:
    with as_system():
        one, two = (Person.objects.create(name=name, place_code=HOOD).id for name in ("林秀珍", "林秀真"))
        Visit.objects.create(
            form="elder-visit",
            about="person",
            subject=one,
            place_code=HOOD,
            due_on=date(2026, 9, 9),
            planned_at=MONDAY,
        )
        Visit.objects.create(
            form="elder-visit",
            about="person",
            subject=two,
            place_code=HOOD,
            due_on=date(2026, 9, 9),
            planned_at=MONDAY,
        )
    card = {"form": "resident-card", "values": {"residence-kind": "registered-here", "low-income": "否"}}
    enter(by=cast.social, at=MONDAY, subject=one, source=Source.DEPARTMENT, source_name="民政", **card)
    enter(
        by=cast.social,
        at=LATER,
        subject=two,
        form="resident-card",
        values={"residence-kind": "abroad", "low-income": "是", "marriage": "single"},
    )
    enter(
        by=cast.social,
        at=LATER,
        subject=two,
        form="resident-card",
        source=Source.DEPARTMENT,
        values={"low-income": "否"},
        observed_at=MONDAY,
    )
    return one, two


def the_state() -> dict[str, list[tuple[object, ...]]]:
    with as_system():
        return {
            "facts": list(
                Fact.objects.order_by("id").values_list("id", "subject", "element", "place_code", "state")
            ),
            "entries": list(Entry.objects.order_by("id").values_list("id", "subject", "place_code")),
            "open": list(Conflict.objects.filter(end="").order_by("id").values_list("subject", "element", "why")),
            "decisions": list(Decision.objects.order_by("id").values_list("id", "subject")),
            "visits": list(Visit.objects.order_by("id").values_list("id", "subject", "outcome", "note")),
        }


def test_facts_follow_and_the_rule_says_which_is_in_force(cast: Cast, pair: tuple[UUID, UUID]):
    one, two = pair
    before = the_state()
    merging = people.merge_persons(by=cast.social, at=LATER, standing_id=one, alias_id=two, reason="同一个人")
    with as_system():
        found = known(one)
        assert found["residence-kind"].value == "abroad" and found["marriage"].value == "single"
        assert found["low-income"].value is False, "an office is stronger than what was said at the desk"
        assert not known(two)
        assert Conflict.objects.filter(subject=one, element="low-income", end="").exists()
        assert list(Visit.objects.order_by("id").values_list("outcome", flat=True)) == ["", "dropped"]
    people.part_again(by=cast.social, at=LATER, merging_id=merging.id, reason="是两个人")
    assert the_state() == before


def test_what_was_said_since_stays_with_the_one_who_stands(cast: Cast, pair: tuple[UUID, UUID]):
    one, two = pair
    merging = people.merge_persons(by=cast.social, at=LATER, standing_id=one, alias_id=two, reason="同一个人")
    after = LATER + timedelta(hours=1)
    enter(by=cast.social, at=after, subject=one, form="resident-card", values={"marriage": "widowed"})
    people.part_again(by=cast.social, at=after, merging_id=merging.id, reason="是两个人")
    with as_system():
        assert known(one)["marriage"].value == "widowed" and known(one)["residence-kind"].value == "registered-here"
        assert known(two)["residence-kind"].value == "abroad" and known(two)["marriage"].value == "single"
