"""Suggestions on a matter's page, and the topics of one's scope."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, NotAllowed, as_system, looking_as
from linli.kernel.clock.now import now
from linli.kernel.matters.models import Link, Matter
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, OTHER_STREET, STREET, Cast
from linli.kernel.triage import queries, trending, verbs
from linli.kernel.triage.models import Decision, TopicSheet
from linli.kernel.triage.tests.planted import LIFT, MIXER, plant

SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


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
    assert sum(first["counts"]) == first["reports"] and len(first["counts"]) == 13 and first["step"] == 7
    assert first["hoods"] == [[HOOD, 5]] and second["hoods"] == [[OTHER_HOOD, 4]]
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


def topic_of(cast: Cast, reporters: int = 5) -> dict[str, Any]:
    plant(cast, MIXER, reporters)
    plant(cast, LIFT, 4, place_code=OTHER_HOOD)
    return computed(cast)


def computed(cast: Cast) -> dict[str, Any]:
    with as_system():
        TopicSheet.objects.all().delete()
    trending.ask(by=cast.dispatcher, at=now())
    trending.compute_wanted(at=now())
    with looking_as(cast.dispatcher):
        return next(topic for topic in trending.sheet(cast.dispatcher).topics if "搅拌站" in topic["label"])


def chosen(topic: dict[str, Any], but: str) -> list[str]:
    with as_system():
        rows = Matter.objects.filter(id__in=topic["members"]).exclude(id=but)
        return [f"{row.id}:{row.version}" for row in rows]


def test_a_topics_page_shows_every_report_behind_it_and_where(cast: Cast, sign_in: SignIn) -> None:
    topic = topic_of(cast)
    client = sign_in("dispatcher")
    page = client.get(f"/desk/topics/{topic['key']}/").content.decode()
    assert all(f"/desk/matters/{one}/" in page for one in topic["members"])
    assert page.count('name="lead"') == 5 and page.count('name="chosen"') == 5 and "并入主件" in page
    with as_system():
        Matter.objects.filter(id__in=topic["members"]).update(lon=121.5, lat=31.2)
    topic = computed(cast)
    for address in ("/desk/topics/marks/", f"/desk/topics/{topic['key']}/marks/"):
        features = client.get(address).json()["features"]
        assert features and features[0]["geometry"]["coordinates"] == [121.5, 31.2]
    for gone in (OTHER_STREET, "not-a-key", "01890000-0000-7000-8000-000000000000"):
        assert client.get(f"/desk/topics/{gone}/").status_code == 404
    assert sign_in("handler").get(f"/desk/topics/{topic['key']}/").status_code == 403


def test_one_click_lets_one_matter_lead_and_the_others_are_merged_into_it(cast: Cast, sign_in: SignIn) -> None:
    topic = topic_of(cast)
    client, lead = sign_in("dispatcher"), topic["members"][2]
    address = f"/desk/topics/{topic['key']}/gather/"
    given = {"lead": f"{lead}:1", "join": "merge", "chosen": [*chosen(topic, lead), f"{lead}:1"]}
    page = client.post(address, given).content.decode()
    assert "已并入 4 件" in page
    with as_system():
        merged = Matter.objects.filter(id__in=topic["members"], state="merged")
        assert {str(row.merged_into_id) for row in merged} == {lead} and len(merged) == 4
    assert "没有办成 4 件" in client.post(address, given).content.decode()  # sent twice: said, and nothing changed


def test_the_others_may_only_be_linked_and_stay_matters_of_their_own(cast: Cast, sign_in: SignIn) -> None:
    topic = topic_of(cast)
    lead = topic["members"][0]
    given = {"lead": f"{lead}:1", "join": "link", "chosen": chosen(topic, lead)}
    assert (
        "已关联 4 件" in sign_in("dispatcher").post(f"/desk/topics/{topic['key']}/gather/", given).content.decode()
    )
    with as_system():
        assert Link.objects.filter(other_id=lead).count() == 4
        assert not Matter.objects.filter(id__in=topic["members"], state="merged").exists()


def test_without_a_lead_or_anything_ticked_it_is_said(cast: Cast, sign_in: SignIn) -> None:
    topic = topic_of(cast)
    client, address = sign_in("dispatcher"), f"/desk/topics/{topic['key']}/gather/"
    lead = topic["members"][0]
    for given in ({"join": "merge"}, {"lead": f"{lead}:1", "join": "burn"}, {"lead": f"{lead}:1", "join": "merge"}):
        answer = client.post(address, given)
        assert answer.status_code == 422 and "请" in answer.content.decode()
    assert client.get(address).status_code == 405


def test_a_topics_page_asks_as_often_for_many_reports_as_for_few(cast: Cast, sign_in: SignIn) -> None:
    client, counts = sign_in("dispatcher"), []
    topic = topic_of(cast, 4)
    for _ in range(2):
        client.get(f"/desk/topics/{topic['key']}/")
        with CaptureQueriesContext(connection) as seen:
            page = client.get(f"/desk/topics/{topic['key']}/").content.decode()
        counts.append((page.count('name="lead"'), len(seen)))
        for number in range(6):
            cast.report(
                by="city_duty", at=now() - timedelta(days=number), title=MIXER[0], body=f"{MIXER[1]}第{number}次。"
            )
        topic = computed(cast)
    assert [shown for shown, _ in counts] == [4, 10] and counts[0][1] == counts[1][1]


def test_the_page_says_for_whom_suggestions_are_worse(cast: Cast, sign_in: SignIn) -> None:
    said = (("inquiry", "inquiry"), ("inquiry", "unlicensed-stall"), ("unlicensed-stall", "unlicensed-stall"))
    matters = [cast.report(kind=kind) for kind, _suggested in said]
    with as_system():
        for matter, (kind, suggested) in zip(matters, said, strict=True):
            Decision.objects.create(
                matter_id=matter.id,
                kind=kind,
                place_code=HOOD,
                decided_at=now(),
                suggested=suggested,
                confidence=0.5,
            )
    page = sign_in("dispatcher").get("/desk/topics/").content.decode()
    told = re.sub(r"<[^>]+>|\s+", " ", page[page.index("类别建议准不准") :])
    told = re.sub(r" +", " ", told)
    assert "3 件中 2 件一致（67%）" in told and "柳湾街道 3 67%" in told
    assert re.search(r"2 50% .* 1 100%", told), "the worst first"
