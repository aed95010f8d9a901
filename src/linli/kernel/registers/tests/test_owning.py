"""A resident fills in what a form marks as theirs: facts of their own, with the rank the element gives them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound, as_system, look_as
from linli.kernel.declare import About, Ask, Form, Group
from linli.kernel.files.models import File
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, Cast
from linli.kernel.people.models import Person
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Entry, Fact
from linli.kernel.registers.queries.known import known
from linli.kernel.registers.verbs.erasing import erase_due

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)
MINE = {"emergency-contact": "女儿 林敏", "emergency-phone": "１３９ 0000 1111"}


def fill(cast: Cast, by: Actor | None = None, **more):
    given = {"by": by or cast.granny, "at": LATER, "form": "elder-card", "values": MINE}
    return verbs.fill_own(**{**given, **more})


def test_what_is_theirs_to_say_becomes_facts_with_the_resident_as_source(cast: Cast):
    (form,) = verbs.own_forms(cast.granny)
    assert (form.name, form.form.elements) == ("elder-card", ("emergency-contact", "emergency-phone", "portrait"))
    entered = fill(cast)
    assert set(entered.facts) == set(MINE)
    with as_system():
        fact = known(cast.granny.person_id)["emergency-phone"]
        assert (fact.value, fact.source) == ("13900001111", "resident")
        assert Entry.objects.get().author_id == cast.granny.account_id
    look_as(cast.granny)
    sheet = verbs.own_sheet(by=cast.granny, at=LATER, form="elder-card")
    assert sheet.line("emergency-contact").said.text == "女儿 林敏", "known: shown, not asked"


def test_what_is_not_theirs_is_not_taken_and_nobody_fills_in_for_another(cast: Cast):
    with pytest.raises(Invalid) as refused:
        fill(cast, values={**MINE, "care-level": "self"})
    assert "care-level" in refused.value.fields
    with pytest.raises(NotFound):
        fill(cast, form="resident-card", values={"marriage": "single"})
    with pytest.raises(NotAllowed):
        fill(cast, by=replace(cast.granny, on_behalf="林阿婆"))
    with pytest.raises(NotAllowed):
        fill(cast, by=cast.social)
    with pytest.raises(Invalid, match="电话"):
        fill(cast, values={**MINE, "emergency-phone": "12"})
    with as_system():
        assert not Fact.objects.exists()


def test_sent_twice_is_one_entry_and_what_staff_saw_later_stands_by_the_rule(cast: Cast):
    key = uuid4()
    assert fill(cast, key=key).entry.id == fill(cast, key=key).entry.id
    with pytest.raises(Conflict):
        fill(cast, key=key, values={**MINE, "emergency-contact": "儿子"})
    verbs.enter(
        by=cast.social, at=LATER + timedelta(hours=1), form="elder-visit", subject=cast.granny.person_id,
        values={"condition": "well", "lives-alone": "yes", "emergency-phone": "13900002222"},
    )  # fmt: skip
    again = fill(cast, at=LATER + timedelta(hours=2), values={}, confirms=["emergency-contact", "emergency-phone"])
    assert set(again.confirmed) == {"emergency-contact", "emergency-phone"}


def test_a_place_marks_in_its_own_form_what_residents_may_say(cast: Cast):
    layout = [{"label": "", "asks": [{"element": "marriage", "own": True}, {"element": "condition"}]}]
    form = verbs.save_form(
        by=cast.social, at=MONDAY, place_code=HOOD, label="邻里登记", about="person", layout=layout
    )
    assert [one.label for one in verbs.own_forms(cast.granny)][-1] == "邻里登记"
    fill(cast, form=form.name, values={"marriage": "widowed"})
    with as_system():
        Person.objects.filter(pk=cast.granny.person_id).update(place_code=OTHER_HOOD)
    with pytest.raises(NotFound):
        fill(cast, form=form.name, values={"marriage": "single"})


def test_a_file_belongs_to_the_fact_it_is_and_goes_with_it(cast: Cast):
    photo, foreign = cast.photo(by="granny"), cast.photo(by="social")
    with pytest.raises(Invalid, match="不是您上传的"):
        fill(cast, values={**MINE, "portrait": str(foreign)})
    fill(cast, values={**MINE, "portrait": str(photo)})
    with as_system():
        fact = Fact.objects.get(element="portrait", state="in_force")
        file = File.objects.get(pk=photo)
        assert UUID(fact.value) == photo and (file.subject_type, file.subject_id) == ("fact", fact.id)
        while erase_due(by=SYSTEM, at=LATER + timedelta(days=900)):
            pass
        assert not File.objects.filter(pk=photo).exists()


def test_only_a_person_says_something_about_themselves():
    form = Form("shop", About.PLACE, (Group("g", (Ask("shop-name", own=True),)),))
    assert any("only a person" in fault for fault in form.faults())
