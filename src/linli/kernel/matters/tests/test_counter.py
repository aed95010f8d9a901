"""At the counter: reported for somebody who stands there, their matters read back to them, and by a proxy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from linli.kernel.access import Invalid, NotAllowed, NotFound, Role, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries.mine import mine, my_matter
from linli.kernel.matters.queries.story import story
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Person
from linli.kernel.people.queries import who_looked

from .cast import HOOD, MONDAY, OTHER_HOOD, Cast, fresh

pytestmark = pytest.mark.django_db
FOR = "本人到窗口查询"


def for_granny(cast: Cast, who: str = "social", **changes: Any) -> Matter:
    given = {"reporter_id": cast.granny.person_id, "source": "counter", **changes}
    return cast.report(who, **given)


def test_what_is_reported_at_the_counter_is_the_persons_own(cast: Cast) -> None:
    matter = for_granny(cast)
    with looking_as(cast.granny):
        assert [m.id for m in mine(cast.granny).rest] == [matter.id]
        assert "withdraw" in my_matter(matter.id, cast.granny).can
    with as_system():
        record = Record.objects.get(stream=matter.stream)
    assert record.actor_name == "王芳" and record.person_ids == [cast.granny.person_id]


def test_nobody_is_made_a_reporter_by_who_may_not_know_them(cast: Cast) -> None:
    for who, error in (("dispatcher", NotAllowed), ("handler", NotAllowed), ("grid", NotAllowed)):
        with pytest.raises(error):
            for_granny(cast, who)
    with as_system():
        Person.objects.filter(id=cast.chen.person_id).update(place_code=OTHER_HOOD)
    with pytest.raises(NotFound):
        for_granny(cast, reporter_id=cast.chen.person_id)
    with as_system():
        assert not Matter.objects.exists()
    parts = [("inquiry", "一", "一"), ("inquiry", "二", "二")]
    whole = cast.report()
    verbs.split(matter_id=whole.id, by=cast.dispatcher, at=MONDAY, parts=parts)
    with as_system():
        assert set(whole.parts.values_list("reporter_id", flat=True)) == {cast.granny.person_id}


def test_their_matters_are_read_with_a_record_and_without_what_was_anonymous(cast: Cast) -> None:
    named, hidden = cast.report(), cast.report(anonymous=True)
    cast.report("chen")
    with looking_as(cast.social):
        found = verbs.read_theirs(person_id=cast.granny.person_id, by=cast.social, at=MONDAY, purpose=FOR)
    assert [m.id for m in found] == [named.id]
    (look,) = who_looked(cast.granny.person_id, by=cast.granny)
    assert (look.name, look.what, look.purpose) == ("王芳", "在窗口查看了您反映过的事", FOR)
    with pytest.raises(Invalid):
        verbs.read_theirs(person_id=cast.granny.person_id, by=cast.social, at=MONDAY, purpose=" ")
    for who in ("dispatcher", "street_leader", "handler", "granny"):
        with pytest.raises(NotAllowed):
            verbs.read_theirs(person_id=cast.granny.person_id, by=cast.actors[who], at=MONDAY, purpose=FOR)
    own = people.copy_person(by=cast.granny, at=MONDAY, person_id=cast.granny.person_id)
    paper = people.copy_person(by=cast.social, at=MONDAY, person_id=cast.granny.person_id, reason="本人申请")
    numbers = [
        {row["number"] for row in next(c for c in copy if c.name == "matters").rows} for copy in (own, paper)
    ]
    assert numbers == [{named.number, hidden.number}, {named.number}]


def test_a_proxy_reports_answers_and_follows_and_every_record_says_so(cast: Cast) -> None:
    proxy = replace(cast.chen, role=Role.PROXY, person_id=cast.granny.person_id, on_behalf="林阿婆")
    cast.actors["proxy"] = proxy
    matter = cast.assigned(by="proxy", files=[cast.photo("proxy")])
    verbs.ask(matter_id=matter.id, by=cast.handler, at=MONDAY, text="几点？", pauses=True)
    verbs.answer(matter_id=matter.id, by=proxy, at=MONDAY, text="傍晚")
    assert fresh(matter).reporter_id == cast.granny.person_id
    with looking_as(proxy), translation.override("zh-hans"):
        assert [m.id for m in mine(proxy).rest] == [matter.id]
    with looking_as(cast.granny), translation.override("zh-hans"):
        steps = {step.verb: step for step in story(matter.id, cast.granny)}
    assert steps["open"].who == steps["answer"].who == "代办人小陈"
    with as_system():
        own = Record.objects.filter(stream=matter.stream, actor_account=cast.chen.account_id)
        assert {(r.actor_role, r.actor_name, r.actor_person) for r in own} == {
            ("proxy", "小陈", cast.granny.person_id)
        }
    assert cast.report("proxy", reporter_id=cast.chen.person_id).reporter_id == cast.granny.person_id
    with pytest.raises(NotFound):
        verbs.withdraw(matter_id=cast.report("chen").id, by=proxy, at=MONDAY)


def test_who_was_a_proxy_and_leaves_is_named_in_none_of_the_acts(cast: Cast) -> None:
    proxy = replace(cast.chen, role=Role.PROXY, person_id=cast.granny.person_id, on_behalf="林阿婆")
    cast.actors["proxy"] = proxy
    matter = cast.report("proxy")
    people.erase_person(by=cast.chen, at=MONDAY + timedelta(hours=1), person_id=cast.chen.person_id)
    with as_system():
        assert not Record.objects.filter(actor_name="小陈").exists()
    assert fresh(matter).reporter_id == cast.granny.person_id and fresh(matter).body, "it is not the proxy's"


def test_what_comes_in_at_the_counter_lies_within_the_counters_place(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        for_granny(cast, place_code=OTHER_HOOD)
    assert for_granny(cast, place_code=HOOD).place_code == HOOD
