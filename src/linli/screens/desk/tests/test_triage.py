"""Suggestions on a matter's page, and the topics of one's scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, NotAllowed, as_system, looking_as
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, OTHER_STREET, STREET, Cast
from linli.kernel.people.models import Account, Person
from linli.kernel.triage import queries, trending, verbs
from linli.kernel.triage.models import TopicSheet

SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db
MIXER = ("丽景花园东侧搅拌站噪音", "搅拌站夜里一直开工，轰隆声吵得全家睡不着，粉尘也大。")
LIFT = ("向阳大厦电梯停运", "电梯坏了半个月没人修，老人下不了楼，物业一直推。")


def plant(cast: Cast, told: tuple[str, str], reporters: int, *, place_code: str = HOOD) -> None:
    """The same cause told by so many people, each in their own words, over three weeks."""
    with as_system():
        people = [
            Person.objects.create(
                account=Account.objects.create(kind="resident", username=f"{told[0]}{place_code}{n}"),
                name=f"某甲{n}",
                place_code=place_code,
            )
            for n in range(reporters)
        ]
    cast.actors["system"] = SYSTEM
    for number, person in enumerate(people):
        cast.report(
            by="system",
            at=now() - timedelta(days=20 - 3 * number),
            title=told[0],
            body=f"{told[1]}这是第{number}次来说，{chr(0x4E00 + 91 * number)}{chr(0x6000 + 77 * number)}。",
            place_code=place_code,
            reporter_id=person.id,
        )


def test_two_causes_many_speak_of_stand_on_the_page(cast: Cast, sign_in: SignIn) -> None:
    plant(cast, MIXER, 5)
    plant(cast, LIFT, 4, place_code=OTHER_HOOD)
    cast.report(at=now())
    client = sign_in("dispatcher")
    waiting = client.get("/desk/topics/").content.decode()
    assert "正在重新计算" in waiting
    assert trending.compute_wanted(at=now()) == 1
    page = client.get("/desk/topics/").content.decode()
    assert "搅拌站" in page and "电梯" in page and "正在重新计算" not in page
    with looking_as(cast.dispatcher):
        first, second = trending.sheet(cast.dispatcher).topics[:2]
    assert {(t["reports"], t["reporters"]) for t in (first, second)} == {(5, 5), (4, 4)}
    assert first["heat"] >= second["heat"]
    assert sum(first["weeks"]) == first["reports"] and len(first["weeks"]) == 13
    assert "某甲" not in page


def test_topics_are_of_ones_own_scope(cast: Cast, sign_in: SignIn) -> None:
    plant(cast, MIXER, 4)
    plant(cast, LIFT, 4, place_code=OTHER_STREET + "001")
    trending.ask(by=cast.dispatcher, at=now())
    trending.compute_wanted(at=now())
    page = sign_in("dispatcher").get("/desk/topics/").content.decode()
    assert "搅拌站" in page and "电梯" not in page
    with looking_as(cast.social):  # a neighbourhood below the street
        assert not TopicSheet.objects.exists()
    with looking_as(cast.stranger):
        assert not TopicSheet.objects.exists()


def test_who_sees_only_the_units_matters_sees_no_topics(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("handler").get("/desk/topics/").status_code == 403
    assert sign_in("dispatcher").get("/desk/topics/?days=8").status_code == 422
    with pytest.raises(NotAllowed):
        trending.ask(by=cast.handler, at=now())


def test_a_sheet_is_computed_once_an_hour_and_by_one_worker(cast: Cast) -> None:
    at = now()
    assert trending.ask(by=cast.dispatcher, at=at)
    with as_system():
        TopicSheet.objects.update(taken_at=at)  # another worker has it
    assert trending.compute_wanted(at=at) == 0
    assert trending.compute_wanted(at=at + timedelta(minutes=11)) == 1  # that one died
    assert not trending.ask(by=cast.dispatcher, at=at + timedelta(minutes=30))
    assert trending.compute_wanted(at=at + timedelta(minutes=30)) == 0
    assert trending.ask(by=cast.dispatcher, at=at + timedelta(hours=2))


def test_the_page_asks_as_often_for_many_topics_as_for_one(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("dispatcher")
    counts = []
    for told in (MIXER, LIFT):
        plant(cast, told, 4)
        with as_system():
            TopicSheet.objects.all().delete()
        trending.ask(by=cast.dispatcher, at=now())
        trending.compute_wanted(at=now())
        client.get("/desk/topics/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/desk/topics/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_matters_page_suggests_a_kind_with_words_and_one_click(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report(title="楼顶违章搭建", body="楼顶有人违章搭建了一间房。")
    client = sign_in("dispatcher")
    assert f"/desk/matters/{matter.id}/suggested/" in client.get(f"/desk/matters/{matter.id}/").content.decode()
    page = client.get(f"/desk/matters/{matter.id}/suggested/").content.decode()
    assert "把握" in page and "违章搭建" in page
    assert f"/desk/matters/{matter.id}/reclassify/?kind=" in page
    kind = page.split("reclassify/?kind=")[1].split('"')[0]
    form = client.get(f"/desk/matters/{matter.id}/reclassify/?kind={kind}").content.decode()
    assert f'value="{kind}" selected' in form


def test_what_helps_nobody_decide_is_not_suggested(cast: Cast, sign_in: SignIn) -> None:
    """A guess hardly surer than chance, and the kind that the matter has already."""
    client = sign_in("dispatcher")
    vague = cast.report(title="又来了", body="又来了，跟上次一样。")
    right = cast.report(kind="illegal-building", title="楼顶违章搭建", body="楼顶有人违章搭建了一间房。")
    for matter in (vague, right):
        assert "把握" not in client.get(f"/desk/matters/{matter.id}/suggested/").content.decode()


def test_switched_off_nothing_is_suggested(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report(at=now())
    cast.report(by="chen", at=now())
    client = sign_in("dispatcher")
    beside = f"/desk/matters/{matter.id}/beside/"
    assert "可能是同一件" in client.get(beside).content.decode()
    assert "只作关联" in client.get(beside).content.decode()
    verbs.switch(by=SYSTEM, at=now(), on=False, place_code=STREET)
    assert "可能是同一件" not in client.get(beside).content.decode()
    assert "把握" not in client.get(f"/desk/matters/{matter.id}/suggested/").content.decode()
    assert "已关闭" in client.get("/desk/topics/").content.decode()


def test_anothers_matter_is_not_suggested_about(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report(place_code=OTHER_STREET + "001", at=now())
    assert sign_in("dispatcher").get(f"/desk/matters/{matter.id}/suggested/").status_code == 404


def test_the_keeper_of_kinds_switches_suggestions_off_for_the_street(cast: Cast, sign_in: SignIn) -> None:
    keeper = sign_in("keeper")
    assert "研判" in keeper.get("/desk/kinds/").content.decode()
    assert keeper.post("/desk/kinds/", {"act": "triage"}).status_code == 303
    assert not queries.is_on(HOOD)
    assert keeper.post("/desk/kinds/", {"act": "triage", "on": "1"}).status_code == 303
    assert queries.is_on(HOOD)
