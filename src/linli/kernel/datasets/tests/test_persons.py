"""Nobody is known by a name: a number decides, and where it does not agree a person looks."""

from __future__ import annotations

import json

import pytest

from linli.kernel.access import Conflict, NotAllowed, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.datasets.matching import How, match_person
from linli.kernel.datasets.models import Doubt, Row
from linli.kernel.datasets.verbs import choose, neither, open_doubt, reopen
from linli.kernel.matters.tests.cast import MONDAY, Cast
from linli.kernel.people.keepers import Leaving, keepers
from linli.kernel.people.models import Person
from linli.kernel.sealed import fingerprint, unseal

from .addresses import Town, row, take_in, water

PHONE, OTHER = "19912345678", "19987654321"
NUMBER = "11010519491231002X"


@pytest.fixture
def lin(cast: Cast) -> Person:
    with as_system():
        person = Person.objects.get(pk=cast.granny.person_id)
        person.phone_print, person.identity_print = fingerprint(PHONE), fingerprint(NUMBER)
        person.save()
    return person


def matched(**given: str):
    with as_system():
        return match_person(**given)


def test_a_number_with_the_name_is_sure_and_a_name_is_nothing(lin: Person) -> None:
    assert matched(name="林阿婆", phone="139-1234 5678".replace("139", "199")).ref == str(lin.id)
    assert matched(name="林 阿婆", identity=NUMBER).how == How.SURE
    assert matched(name="林阿婆").how == How.NONE
    assert matched(name="林阿婆", phone="12345").how == How.NONE


def test_a_number_with_another_name_is_asked(lin: Person) -> None:
    for given in ({"name": "王二", "phone": PHONE}, {"phone": PHONE}, {"name": "王二", "identity": NUMBER}):
        found = matched(**given)
        assert found.how == How.DOUBTFUL and found.candidates[0].ref == str(lin.id)
    for other in ("110105194912310046", "310101199003070000"):  # a good number and one with a slip in it
        assert matched(name="林阿婆", phone=PHONE, identity=other).how == How.DOUBTFUL


def test_two_with_one_number_are_asked(cast: Cast, lin: Person) -> None:
    with as_system():
        Person.objects.create(name="林阿婆", place_code=lin.place_code, phone_print=fingerprint(PHONE))
    assert matched(name="林阿婆", phone=PHONE).how == How.DOUBTFUL


def doubtful(cast: Cast, town: Town) -> Doubt:
    take_in(cast, water(cast), [row(联系电话=PHONE, 户名="林秀珍"), row("A2", 联系电话=PHONE, 户名="林秀珍")])
    with as_system():
        return Doubt.objects.get(subject="person")


def test_a_doubt_is_asked_once_decided_by_a_person_and_taken_back(cast: Cast, town: Town, lin: Person) -> None:
    doubt = doubtful(cast, town)
    assert doubt.said == "" and json.loads(unseal(doubt.said_sealed))["name"] == "林秀珍"
    with pytest.raises(NotAllowed):
        choose(by=cast.street_leader, at=MONDAY, doubt_id=doubt.id, ref=str(lin.id))
    choose(by=cast.keeper, at=MONDAY, doubt_id=doubt.id, ref=str(lin.id), note="打电话核实过")
    with as_system():
        assert set(Row.objects.values_list("person_id", flat=True)) == {lin.id}
        assert Row.objects.first().found["person"]["how"] == "decided"
    with pytest.raises(Conflict, match="钱数据"):
        neither(by=cast.keeper, at=MONDAY, doubt_id=doubt.id, note="不是她")
    reopen(by=cast.keeper, at=MONDAY, doubt_id=doubt.id, reason="看错了")
    with as_system():
        assert set(Row.objects.values_list("person_id", flat=True)) == {None}
    neither(by=cast.keeper, at=MONDAY, doubt_id=doubt.id, note="是她女儿的户头")
    with as_system():
        assert Row.objects.first().found["person"]["how"] == "none"


def test_a_decision_holds_for_the_next_table(cast: Cast, town: Town, lin: Person) -> None:
    doubt = doubtful(cast, town)
    choose(by=cast.keeper, at=MONDAY, doubt_id=doubt.id, ref=str(lin.id))
    with as_system():
        dataset = doubt.dataset
    counts = take_in(cast, dataset, [row("A3", 联系电话=PHONE, 户名="林秀珍")])
    assert counts.found["person"]["decided"] == 1
    with as_system():
        assert Row.objects.filter(person=lin).count() == 3 and Doubt.objects.filter(subject="person").count() == 1


def test_whoever_may_be_meant_can_read_that_somebody_looked(cast: Cast, town: Town, lin: Person) -> None:
    doubt = doubtful(cast, town)
    open_doubt(by=cast.keeper, at=MONDAY, doubt_id=doubt.id)
    with as_system():
        seen = Record.objects.get(stream=f"person:{lin.id}", verb="datasets.compare_person")
    assert seen.after["purpose"] == "发现用水异常，安排上门看望" and seen.verb in keepers.sayings()


def test_a_copy_tells_it_and_a_farewell_takes_it_away(cast: Cast, town: Town, lin: Person) -> None:
    take_in(cast, water(cast), [row(联系电话=PHONE, 户名="林阿婆"), row("A2", 联系电话=PHONE, 户名="林秀珍")])
    with as_system():
        (chapter,) = [c for c in keepers.chapters(lin.id, own=True) if c.name == "datasets"]
        assert chapter.rows[0]["owner"] == "柳湾街道城运中心" and "用水量：12.5" in chapter.rows[0]["said"]
        keepers.known["datasets"].forget(Leaving(lin.id, None), MONDAY)
        assert not Row.objects.filter(person=lin).exists()
        assert Doubt.objects.get().candidates == []


def test_what_is_asked_is_seen_by_who_works_there(cast: Cast, town: Town, lin: Person) -> None:
    doubtful(cast, town)
    with looking_as(cast.keeper):
        assert Doubt.objects.count() == 1
    with looking_as(cast.granny):
        assert Doubt.objects.count() == 0
