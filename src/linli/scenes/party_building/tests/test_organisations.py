"""The tree of organisations, and elections."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, look_as
from linli.kernel.people.models import Unit
from linli.scenes.party_building import verbs
from linli.scenes.party_building.models import Organisation, Term
from linli.scenes.party_building.queries import organisations as q

from .cast import AT, HOOD, TODAY, Cast

pytestmark = pytest.mark.django_db


def test_every_organisation_knows_all_above_it_and_works_as_a_unit(cast: Cast):
    o = cast.organisations
    assert o["group"].path == [o[k].id for k in ("city", "street", "general", "first", "group")]
    assert o["group"].unit_id is None
    assert Unit.objects.get(pk=o["first"].unit_id).department == "party-building"


@pytest.mark.parametrize(
    ("kind", "above"),
    [("group", "general"), ("branch", "first"), ("general", "first"), ("group", "group"), ("general", "general")],
)
def test_the_database_itself_refuses_an_order_that_is_none(cast: Cast, kind: str, above: str):
    unit = None if kind == "group" else Unit.objects.filter(department="police").first()
    with as_system():
        unit = unit or (
            None
            if kind == "group"
            else Unit.objects.create(kind="office", name="x", place_code=HOOD, valid=(AT, None))
        )
        with pytest.raises(DatabaseError, match="does not stand beneath"), transaction.atomic():
            Organisation.objects.create(
                kind=kind,
                name="不对",
                parent=cast.organisations[above],
                place_code=HOOD,
                founded_on=TODAY,
                unit=unit,
            )
    with pytest.raises(Invalid):
        verbs.found_organisation(
            by=cast.street, at=AT, kind=kind, name="不对", place_code=HOOD, parent_id=cast.organisations[above].id
        )


def test_a_secretary_founds_beneath_their_own_and_nowhere_else(cast: Cast):
    made = verbs.found_organisation(
        by=cast.general,
        at=AT,
        kind="branch",
        name="第三党支部",
        place_code=HOOD,
        parent_id=cast.organisations["general"].id,
    )
    assert made.path[-2] == cast.organisations["general"].id
    with pytest.raises(NotFound):
        verbs.found_organisation(
            by=cast.other,
            at=AT,
            kind="branch",
            name="第四党支部",
            place_code=HOOD,
            parent_id=cast.organisations["general"].id,
        )


def test_an_organisation_is_dissolved_from_above_and_only_when_empty(cast: Cast):
    second = cast.organisations["second"]
    with pytest.raises(NotAllowed):
        verbs.dissolve_organisation(by=cast.second, at=AT, organisation_id=second.id, reason="合并")
    cast.register(1, "second")
    with pytest.raises(Conflict, match="还有党员"):
        verbs.dissolve_organisation(by=cast.general, at=AT, organisation_id=second.id, reason="合并")
    with pytest.raises(Conflict, match="下面还有"):
        verbs.dissolve_organisation(
            by=cast.street, at=AT, organisation_id=cast.organisations["general"].id, reason="合并"
        )


def test_a_term_is_as_long_as_the_rules_say_and_ends_the_one_before(cast: Cast):
    first = cast.organisations["first"]
    who = [(cast.register(n).id, p) for n, p in ((1, "secretary"), (2, "organisation"), (3, "publicity"))]
    verbs.elect(by=cast.first, at=AT, organisation_id=first.id, elected_on=date(2020, 9, 1), offices=who)
    term = Term.objects.get(organisation=first)
    assert (term.number, term.due_on) == (1, date(2025, 9, 1))
    with pytest.raises(Invalid, match="2031"):
        verbs.elect(
            by=cast.first, at=AT, organisation_id=first.id, elected_on=TODAY, offices=who, due_on=date(2032, 1, 1)
        )
    verbs.elect(by=cast.first, at=AT, organisation_id=first.id, elected_on=TODAY, offices=who)
    assert Term.objects.get(organisation=first, number=1).ended_on == TODAY


@pytest.mark.parametrize("positions", [("organisation",), ("secretary", "secretary"), ("king",)])
def test_a_committee_has_one_secretary_and_known_offices(cast: Cast, positions: tuple[str, ...]):
    who = [(cast.register(n).id, p) for n, p in enumerate(positions, start=1)]
    with pytest.raises(Invalid):
        verbs.elect(
            by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, elected_on=TODAY, offices=who
        )


def test_who_is_elected_is_a_full_member_of_that_organisation(cast: Cast):
    elsewhere, coming = cast.register(1, "other"), cast.register(2, stage="activist", since=date(2026, 1, 1))
    for member in (elsewhere, coming):
        with pytest.raises(Invalid, match="正式党员"):
            verbs.elect(
                by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, elected_on=TODAY,
                offices=[(member.id, "secretary")],
            )  # fmt: skip


def test_an_election_is_put_off_from_above_by_no_more_than_a_year(cast: Cast):
    first = cast.organisations["first"]
    who = [(cast.register(1).id, "secretary")]
    term = verbs.elect(by=cast.first, at=AT, organisation_id=first.id, elected_on=date(2021, 9, 30), offices=who)
    with pytest.raises(NotAllowed):
        verbs.put_off_election(by=cast.first, at=AT, term_id=term.id, until=date(2027, 3, 1), reason="防汛")
    with pytest.raises(Invalid):
        verbs.put_off_election(by=cast.general, at=AT, term_id=term.id, until=date(2027, 10, 1), reason="防汛")
    look_as(cast.general)
    assert [t.id for t in q.elections_due(cast.general, AT)] == [term.id]
    verbs.put_off_election(by=cast.general, at=AT, term_id=term.id, until=date(2027, 9, 30), reason="防汛")
    assert q.elections_due(cast.general, AT) == []


def test_the_tree_of_a_secretary_begins_with_their_own(cast: Cast):
    cast.register(1)
    cast.register(2, stage="activist", since=date(2026, 1, 1))
    cast.register(3, "other")
    look_as(cast.general)
    rows = q.tree(cast.general, AT)
    assert [(r.organisation.name, r.depth, r.members, r.coming) for r in rows] == [
        ("柳湾一居党总支", 0, 1, 1),
        ("柳湾一居第一党支部", 1, 1, 1),
        ("第一党小组", 2, 0, 0),
        ("柳湾一居第二党支部", 1, 0, 0),
    ]
    look_as(cast.street)
    assert [r.members for r in q.tree(cast.street, AT)][:1] == [2]
