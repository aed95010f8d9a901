"""A street adds elements and forms without code; why, on what basis and how long are asked first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, STREET, Cast
from linli.kernel.people.models import Person
from linli.kernel.registers import defined, verbs
from linli.kernel.registers.models import LocalForm
from linli.kernel.registers.queries.known import known

pytestmark = pytest.mark.django_db
OWN = {
    "place_code": STREET, "label": "助餐卡号", "about": "person", "type": "text", "purpose": "核对助餐补贴",
    "basis": "区民政局助餐办法", "keep_days": 365, "sensitivity": "personal", "owner": "柳湾街道服务办",
}  # fmt: skip


def add(cast: Cast, by: str = "keeper", **more):
    return verbs.add_element(by=cast.actors[by], at=MONDAY, **{**OWN, **more})


def save(cast: Cast, *asks, by: str = "keeper", **more):
    given = {
        "place_code": STREET,
        "label": "助餐登记",
        "about": "person",
        "layout": [{"label": "助餐", "asks": list(asks)}],
    }
    return verbs.save_form(by=cast.actors[by], at=MONDAY, **{**given, **more})


def test_an_own_element_is_asked_on_an_own_form_beside_the_scenes_and_read_like_them(cast: Cast):
    own = add(cast)
    form = save(
        cast,
        {"element": "lives-alone"},
        {"element": own.name, "required": True, "when": "lives-alone", "values": ["yes"]},
    )
    verbs.enter(
        by=cast.social, at=MONDAY, form=form.name, subject=cast.granny.person_id,
        values={"lives-alone": "yes", own.name: "A-017"},
    )  # fmt: skip
    sheet = verbs.read_facts(
        by=cast.grid, at=MONDAY, about="person", subject=cast.granny.person_id, form="elder-visit", purpose="走访"
    )
    line = sheet.line("lives-alone")
    assert line is not None and line.said is not None and line.said.value is True
    with as_system():
        assert known(cast.granny.person_id)[own.name].value == "A-017"
    assert defined.uses([own.name, "lives-alone"], HOOD)[own.name] == ["助餐登记"]


@pytest.mark.parametrize("field", ["purpose", "basis", "owner", "label"])
def test_without_purpose_basis_and_owner_there_is_no_element(cast: Cast, field: str):
    with pytest.raises(Invalid) as refused:
        add(cast, **{field: " "})
    assert field in refused.value.fields


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"keep_days": 0}, "keep_days"),
        ({"keep_days": 99_999}, "keep_days"),
        ({"type": "identity"}, "sensitivity"),
        ({"type": "choice"}, "choices"),
        ({"type": "choice", "choices": ["一个"]}, "choices"),
        ({"choices": ["甲", "乙"]}, "choices"),
        ({"unit": "元"}, "unit"),
        ({"about": "place", "sensitivity": "sensitive"}, "sensitivity"),
        ({"place_code": "99"}, "place_code"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field(cast: Cast, changes, field: str):
    with pytest.raises((Invalid, NotAllowed)) as refused:
        add(cast, **changes)
    if isinstance(refused.value, Invalid):
        assert field in refused.value.fields


def test_what_is_asked_already_is_not_asked_under_another_name(cast: Cast):
    with pytest.raises(Conflict, match="不用另建"):
        add(cast, label="独居", type="yes_no")


def test_a_neighbourhood_does_not_declare_for_its_street_and_others_do_not_see_its_own(cast: Cast):
    with pytest.raises(NotAllowed):
        add(cast, by="social")
    own = add(cast, by="social", place_code=HOOD)
    assert own.name in {one.name for one in defined.elements_at(HOOD)}
    assert own.name not in {one.name for one in defined.elements_at(OTHER_HOOD)}
    with pytest.raises(NotAllowed):
        add(cast, by="grid", place_code=HOOD)


def test_a_retired_element_keeps_its_facts_readable_and_forms_refuse_it(cast: Cast):
    own = add(cast)
    form = save(cast, {"element": own.name})
    told = {"by": cast.social, "form": form.name, "subject": cast.granny.person_id, "values": {own.name: "A-017"}}
    verbs.enter(at=MONDAY, **told)
    verbs.retire_element(by=cast.keeper, at=MONDAY, name=own.name)
    with pytest.raises(Invalid, match="已经停用"):
        verbs.enter(at=MONDAY, **{**told, "values": {own.name: "A-018"}})
    with pytest.raises(Invalid):
        save(cast, {"element": own.name}, name=form.name)
    sheet = verbs.read_facts(
        by=cast.social, at=MONDAY, about="person", subject=cast.granny.person_id, purpose="核对助餐补贴"
    )
    line = sheet.line(own.name)
    assert line is not None and line.said is not None and line.said.text == "A-017" and line.label == "助餐卡号"


def test_a_change_of_a_form_is_its_next_version_and_an_old_phone_is_not_asked_what_it_could_not_know(cast: Cast):
    first, second = add(cast), add(cast, label="助餐点")
    form = save(cast, {"element": first.name})
    save(cast, {"element": first.name}, {"element": second.name, "required": True}, name=form.name, version=1)
    told = {"by": cast.social, "at": MONDAY, "form": form.name, "subject": cast.granny.person_id}
    with pytest.raises(Invalid) as refused:
        verbs.enter(values={first.name: "A"}, version=2, **told)
    assert second.name in refused.value.fields
    entered = verbs.enter(values={first.name: "A"}, version=1, **told)
    assert entered.entry.version == 1
    with pytest.raises(Conflict, match="刚刚改过"):
        save(cast, {"element": first.name}, name=form.name, version=1)
    # An element taken off the form since: the phone that still asks it is told so, and nothing of it is written.
    save(cast, {"element": second.name}, name=form.name, version=2)
    with pytest.raises(Invalid, match="没有这一项"):
        verbs.enter(values={first.name: "B"}, version=1, **told)
    assert LocalForm.objects.filter(name=form.name).count() == 3


def test_a_retired_form_is_filled_in_no_more(cast: Cast):
    form = save(cast, {"element": "lives-alone"})
    verbs.retire_form(by=cast.keeper, at=MONDAY + timedelta(days=1), name=form.name)
    with pytest.raises(Conflict, match="停用"):
        verbs.enter(
            by=cast.social, at=MONDAY, form=form.name, subject=cast.granny.person_id, values={"lives-alone": "yes"}
        )
    assert form.name not in {one.name for one in defined.forms_at(HOOD)}


def test_a_form_of_another_street_is_none_here(cast: Cast):
    form = save(cast, {"element": "lives-alone"}, by="social", place_code=HOOD)
    with as_system():
        person = Person.objects.create(name="隔壁的", place_code=OTHER_HOOD)
    with pytest.raises(NotFound):
        verbs.enter(
            by=replace(cast.social, scope=STREET), at=MONDAY, form=form.name, subject=person.id,
            values={"lives-alone": "yes"},
        )  # fmt: skip
