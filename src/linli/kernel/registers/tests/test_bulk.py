"""A whole table at once comes to what one entry after the other would."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.kernel.access import Invalid, NotAllowed, as_system
from linli.kernel.audit.models import Record
from linli.kernel.declare import About, Source
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, Cast
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Conflict, Fact
from linli.kernel.registers.queries.known import known
from linli.kernel.registers.verbs import NewFact
from linli.kernel.sealed import unseal

pytestmark = pytest.mark.django_db


def take_in(cast: Cast, rows, **more):
    given = {
        "by": cast.social, "at": MONDAY, "about": About.PERSON, "form": "import", "source": Source.IMPORT,
        "source_name": "残联名单.xlsx", "place_code": HOOD, "observed_at": MONDAY,
    }  # fmt: skip
    return verbs.bulk_facts(rows=rows, **{**given, **more})


def test_a_table_is_in_force_where_nothing_was_known_and_stands_by_the_rule_where_something_was(cast: Cast):
    granny, chen = cast.granny.person_id, cast.chen.person_id
    verbs.enter(
        by=cast.social, at=MONDAY - timedelta(days=9), form="resident-card", subject=granny, source=Source.DEPARTMENT,
        values={"residence-kind": "abroad", "low-income": "no"},
    )  # fmt: skip
    taken = take_in(
        cast,
        [
            NewFact(granny, HOOD, "low-income", True),
            NewFact(granny, HOOD, "disability", "two"),
            NewFact(chen, HOOD, "low-income", True),
            NewFact(chen, HOOD, "marriage", "single", MONDAY - timedelta(days=3)),
            NewFact(chen, HOOD, "marriage", "married"),
        ],
    )
    assert (taken.facts, taken.known) == (5, 1)
    with as_system():
        assert known(granny)["low-income"].value is False, "an office is stronger than a table somebody brought"
        assert Conflict.objects.get(end="").why == "later"
        fact = Fact.objects.get(subject=granny, element="disability")
        assert fact.value is None and unseal(fact.sealed) == '"two"' and fact.state == "in_force"
        assert known(chen)["marriage"].value == "married" and known(chen)["low-income"].entry_id == taken.entry.id
        assert Record.objects.get(verb="registers.bulk_facts").after["facts"] == 5


def test_nobody_brings_in_what_lies_elsewhere(cast: Cast):
    with pytest.raises(NotAllowed):
        take_in(cast, [], place_code=OTHER_HOOD)
    with pytest.raises(Invalid, match="没有导入"):
        take_in(cast, [NewFact(cast.granny.person_id, OTHER_HOOD, "low-income", True)])
    with as_system():
        assert not Fact.objects.exists()
