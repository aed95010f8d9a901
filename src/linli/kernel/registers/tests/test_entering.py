"""A form is filled in once: what it says is a fact, what is so already a confirmation, what does not fit a sentence."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system
from linli.kernel.audit.models import Record
from linli.kernel.declare import Source
from linli.kernel.matters.tests.cast import HOOD, MONDAY, Cast
from linli.kernel.registers.models import Confirmation, Entry, Fact
from linli.kernel.registers.models import Conflict as Open
from linli.kernel.registers.queries.known import known
from linli.kernel.registers.verbs import Entered, enter

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)


def granny(cast: Cast):
    assert cast.granny.person_id is not None
    return cast.granny.person_id


def visit(cast: Cast, at=MONDAY, by="social", **more: object) -> Entered:
    given = {"form": "elder-visit", "source": Source.VISIT, "values": {"condition": "well", "lives-alone": "是"}}
    return enter(by=cast.actors[by], at=at, subject=granny(cast), **{**given, **more})  # type: ignore[arg-type]


def test_what_a_form_says_is_in_force_and_another_form_need_not_ask_it(cast: Cast):
    entered = visit(cast)
    assert set(entered.facts) == {"condition", "lives-alone"} and not entered.confirmed and not entered.conflicts
    with as_system():
        found = known(granny(cast))
    assert found["lives-alone"].value is True and found["lives-alone"].source == "visit"
    # `elder-card` requires `lives-alone`; it is known, and so not missed.
    enter(
        by=cast.social, at=LATER, form="elder-card", subject=granny(cast),
        values={"care-level": "self", "emergency-contact": "王小明", "emergency-phone": "139 0013-9000"},
    )  # fmt: skip
    with as_system():
        found = known(granny(cast))
        record = Record.objects.get(
            stream=f"person:{granny(cast)}", verb="registers.enter", after__form="elder-card"
        )
    assert found["emergency-phone"].value == "13900139000"
    assert found["care-level"].sealed and found["care-level"].value is None
    assert "self" not in str(record.after) and "care-level" in record.after["elements"]


def test_the_same_value_again_is_a_confirmation_and_no_new_fact(cast: Cast):
    first = visit(cast)
    again = visit(cast, at=LATER, values={"condition": "well"}, confirms=["lives-alone"])
    assert again.facts == () and set(again.confirmed) == {"condition", "lives-alone"}
    with as_system():
        fact = Fact.objects.get(element="lives-alone")
        assert fact.entry_id == first.entry.id and fact.seen_at == LATER and fact.observed_at == MONDAY
        assert Confirmation.objects.filter(entry=again.entry).count() == 2


def test_another_value_stands_beside_the_old_one_and_the_later_observation_is_in_force(cast: Cast):
    visit(cast)
    visit(cast, at=LATER, values={"condition": "needs-doctor"})
    with as_system():
        facts = {fact.value: fact.state for fact in Fact.objects.filter(element="condition")}
        assert facts == {"well": "beside", "needs-doctor": "in_force"}
        assert not Open.objects.exists(), "life goes on; that is no conflict"


def test_an_office_is_stronger_than_a_visit_and_what_was_seen_later_is_a_conflict(cast: Cast):
    card = {"form": "resident-card", "values": {"residence-kind": "registered-here", "low-income": "否"}}
    enter(by=cast.social, at=MONDAY, subject=granny(cast), source=Source.DEPARTMENT, source_name="民政", **card)
    entered = enter(
        by=cast.social, at=LATER, form="resident-card", subject=granny(cast), source=Source.VISIT,
        values={"low-income": "是"},
    )  # fmt: skip
    assert entered.conflicts == {"low-income": "later"}
    with as_system():
        assert known(granny(cast))["low-income"].value is False
        assert Open.objects.get(end="").why == "later"


def test_a_phone_that_was_offline_and_had_not_seen_what_came_meanwhile_makes_a_conflict(cast: Cast):
    visit(cast, values={"condition": "well", "lives-alone": "yes"})
    with as_system():
        seen = known(granny(cast))["lives-alone"].fact_id
    visit(cast, at=LATER, values={"lives-alone": "no"}, by="grid")
    late = visit(
        cast, at=LATER + timedelta(hours=1), values={"condition": "tired"}, confirms=["lives-alone"],
        observed_at=LATER + timedelta(minutes=30), seen={"lives-alone": seen, "condition": None},
    )  # fmt: skip
    assert late.conflicts["lives-alone"] == "unaware"
    with as_system():
        assert known(granny(cast))["lives-alone"].value is True, "seen last"
        assert Fact.objects.filter(element="lives-alone").count() == 2, "nothing is lost, nothing written over"
        now_known = known(granny(cast))["lives-alone"].fact_id
        assert Open.objects.get(element="lives-alone", end="").why == "unaware"
    settled = visit(
        cast, at=LATER + timedelta(hours=2), values={"condition": "well"}, confirms=["lives-alone"],
        seen={"lives-alone": now_known},
    )  # fmt: skip
    assert "lives-alone" not in settled.conflicts, "who said that it is still so had both before them"
    with as_system():
        assert Open.objects.get(element="lives-alone").end == "settled"


def test_sent_twice_it_is_one_entry_and_with_another_content_refused(cast: Cast):
    key = uuid4()
    first, again = visit(cast, key=key), visit(cast, key=key, at=LATER)
    assert again.entry.id == first.entry.id and set(again.facts) == set(first.facts)
    with pytest.raises(Conflict):
        visit(cast, key=key, values={"condition": "unwell", "lives-alone": "yes"})
    with as_system():
        assert Entry.objects.count() == 1 and Record.objects.filter(verb="registers.enter").count() == 1


@pytest.mark.parametrize(
    ("values", "field", "part"),
    [
        ({"condition": "fine", "lives-alone": "yes"}, "condition", "没有“fine”"),
        ({"condition": "well"}, "lives-alone", "请填写这一项"),
        ({"condition": "well", "lives-alone": "也许"}, "lives-alone", "是"),
        ({"condition": "well", "lives-alone": "yes", "emergency-phone": "１２３"}, "emergency-phone", "11 位"),
        ({"condition": "well", "lives-alone": "yes", "shop-name": "面馆"}, "shop-name", "没有这一项"),
        ({"condition": "well", "lives-alone": "yes", "visit-note": "好" * 301}, "visit-note", "300"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence_and_nothing_is_written(cast: Cast, values, field, part):
    with pytest.raises(Invalid) as refused:
        visit(cast, values=values)
    assert part in refused.value.fields[field]
    with as_system():
        assert not Entry.objects.exists() and not Fact.objects.exists()


def test_what_is_not_shown_is_neither_asked_nor_kept(cast: Cast):
    visit(cast, values={"condition": "well", "lives-alone": "no", "call-button": "yes"})
    with as_system():
        assert "call-button" not in known(granny(cast))


def test_a_clock_that_is_ahead_is_told_so(cast: Cast):
    with pytest.raises(Invalid) as refused:
        visit(cast, observed_at=MONDAY + timedelta(hours=1))
    assert "将来" in refused.value.sentence


def test_who_may_not_enter_does_not_and_another_street_has_no_such_person(cast: Cast):
    for name in ("dispatcher", "handler", "granny", "keeper"):
        with pytest.raises(NotAllowed):
            visit(cast, by=name)
    from dataclasses import replace

    elsewhere = replace(cast.social, scope="990101002001")
    with pytest.raises((NotAllowed, NotFound)):
        enter(by=elsewhere, at=MONDAY, form="elder-visit", subject=granny(cast), values={"condition": "well"})


def test_facts_of_a_place_are_entered_by_its_code(cast: Cast):
    entered = enter(
        by=cast.grid, at=MONDAY, form="shop-card", subject=HOOD, source=Source.VISIT,
        values={"shop-name": "老王面馆", "trade": "餐饮", "shop-extinguishers": "２具"},
    )  # fmt: skip
    with as_system():
        found = known(entered.entry.subject)
    assert found["trade"].value == "food" and found["shop-extinguishers"].value == 2


def test_a_stronger_source_that_says_the_same_is_a_fact_of_its_own(cast: Cast):
    card = {"form": "resident-card", "subject": granny(cast), "by": cast.social}
    known_already = {"residence-kind": "registered-here", "low-income": "yes"}
    enter(at=MONDAY, source=Source.VISIT, values=known_already, **card)
    enter(at=LATER, source=Source.DEPARTMENT, values={"low-income": "yes"}, **card)
    entered = enter(at=LATER + timedelta(hours=1), source=Source.VISIT, values={"low-income": "no"}, **card)
    assert entered.conflicts == {"low-income": "later"}
    with as_system():
        assert known(granny(cast))["low-income"].source == "department", "it weighs what an office's word weighs"


def test_a_value_written_without_seeing_what_came_meanwhile_is_a_conflict_whoever_wins(cast: Cast):
    visit(cast)
    visit(cast, at=LATER, values={"condition": "tired"}, by="grid")
    late = visit(
        cast, at=LATER + timedelta(hours=2), values={"condition": "unwell"}, seen={"condition": None},
        observed_at=LATER - timedelta(hours=1),
    )  # fmt: skip
    assert late.conflicts == {"condition": "unaware"}
    with as_system():
        assert known(granny(cast))["condition"].value == "tired"
    aware = {"condition": known_id(cast, "condition")}
    assert visit(cast, at=LATER + timedelta(hours=3), values={"condition": "well"}, seen=aware).conflicts == {}
    with as_system():
        assert not Open.objects.filter(end="").exists(), "who knew it has looked since"


def known_id(cast: Cast, element: str):
    with as_system():
        return known(granny(cast))[element].fact_id
