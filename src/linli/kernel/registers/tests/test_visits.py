"""Who is to be visited, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linli.kernel.access import Conflict, Invalid, NotAllowed, as_system, looking_as
from linli.kernel.declare import Source
from linli.kernel.matters.tests.cast import HOOD, MONDAY, STREET, Cast
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Visit
from linli.kernel.registers.queries.visits import due_visits

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 7)


def visit(cast: Cast, **more):
    given = {"condition": "well", "lives-alone": "yes"}
    return verbs.enter(
        by=cast.social, at=MONDAY, form="elder-visit", subject=cast.granny.person_id, source=Source.VISIT,
        values=given, **more,
    )  # fmt: skip


@pytest.fixture
def planned(cast: Cast) -> Cast:
    visit(cast)
    assert verbs.plan_round(
        by=cast.social, at=MONDAY, form="elder-visit", place_code=HOOD, element="lives-alone", says="yes", due_on=DAY
    ) == 1  # fmt: skip
    return cast


def test_a_round_plans_everybody_of_whom_it_is_so_once(planned: Cast):
    again = verbs.plan_round(
        by=planned.social,
        at=MONDAY,
        form="elder-visit",
        place_code=HOOD,
        element="lives-alone",
        says="是",
        due_on=DAY,
    )
    assert again == 0
    with looking_as(planned.grid):
        rows = due_visits(planned.grid, DAY)
    assert [(row.label, row.due_on, row.form) for row in rows] == [("林阿婆", DAY, "elder-visit")]
    assert due_visits(planned.grid, DAY - timedelta(days=1)) == []


def test_a_visit_that_is_made_ends_what_was_due_and_the_next_comes_due(planned: Cast):
    entered = visit(planned)
    with as_system():
        done = Visit.objects.get(entry=entered.entry)
        assert (done.outcome, done.due_on) == ("met", DAY)
        assert Visit.objects.get(outcome="").due_on == DAY + timedelta(days=7)


def test_who_was_not_at_home_comes_due_tomorrow_and_said_twice_it_is_said_once(planned: Cast):
    with as_system():
        due = Visit.objects.get(outcome="")
    told = {"by": planned.grid, "at": MONDAY, "visit_id": due.id, "outcome": "absent", "note": "邻居说去女儿家了"}
    verbs.miss_visit(**told)
    verbs.miss_visit(**told)
    with as_system():
        assert Visit.objects.get(outcome="").due_on == DAY + timedelta(days=1)
    with pytest.raises(Conflict):
        verbs.miss_visit(**{**told, "by": planned.social})
    with pytest.raises(Invalid):
        verbs.miss_visit(**{**told, "outcome": "met"})


def test_lists_are_not_made_of_what_is_sealed_and_not_by_whoever_likes(cast: Cast):
    asked = {"at": MONDAY, "form": "elder-visit", "due_on": DAY}
    with pytest.raises(Invalid):
        verbs.plan_round(by=cast.social, place_code=HOOD, element="care-level", says="self", **asked)
    with pytest.raises(NotAllowed):
        verbs.plan_round(by=cast.social, place_code=STREET, element="lives-alone", says="yes", **asked)
    with pytest.raises(NotAllowed):
        verbs.plan_round(by=cast.handler, place_code=HOOD, element="lives-alone", says="yes", **asked)
    with pytest.raises(Invalid):
        verbs.plan_round(
            by=cast.social, place_code=HOOD, element="lives-alone", says="yes", **{**asked, "form": "elder-card"}
        )


def test_a_visit_that_is_not_to_be_made_is_dropped_for_a_reason(planned: Cast):
    with as_system():
        due = Visit.objects.get(outcome="")
    with pytest.raises(Invalid):
        verbs.drop_visit(by=planned.social, at=MONDAY, visit_id=due.id, reason="")
    assert verbs.drop_visit(by=planned.social, at=MONDAY, visit_id=due.id, reason="已住养老院").outcome == "dropped"
