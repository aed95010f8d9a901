"""Warnings on the desk: the queue, one of them, many acknowledged at once; and live, with its sound, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_STREET, Cast
from linli.kernel.matters.verbs import alarming
from linli.kernel.readings.models import Warning
from linli.kernel.readings.tests.cast import raised, thing
from linli.kernel.readings.tests.conftest import TOY
from linli.kernel.readings.verbs import ending, raising
from linli.kernel.things import verbs as on_things
from linli.kernel.things.models import Thing

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def with_rules(settings) -> Iterator[None]:
    settings.SCENES = ["linli.scenes.city_management", TOY]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


def warn(*things: Thing, what: str = "raise", opens: bool = True, **given) -> list[Warning]:
    changes = [raised(one, what, at=MONDAY, **given) for one in things]
    outcome = raising.apply(changes, at=MONDAY, open_matter=alarming.open_for if opens else None)
    alarming.tell(outcome.told, at=MONDAY)
    with as_system():
        return list(Warning.objects.order_by("id"))


def test_the_queue_shows_what_stands_with_its_sentence(cast: Cast, sign_in: SignIn) -> None:
    warn(thing(code=HOOD, name="<b>三楼</b>烟感"))
    page = sign_in("street_duty").get("/desk/warnings/").content.decode()
    assert "烟雾浓度 0.62 %/m（限值 0.5 %/m），已持续 30 秒" in page
    assert "&lt;b&gt;三楼&lt;/b&gt;烟感" in page and "橙色" in page and "已开事项" in page


def test_many_are_acknowledged_at_once_and_the_others_stay(cast: Cast, sign_in: SignIn) -> None:
    every = warn(*[thing(n, HOOD) for n in range(4)], opens=False)
    client = sign_in("street_duty")
    chosen = [f"{w.id}:{w.version}" for w in every[:3]] + ["nonsense:1"]
    done = client.post("/desk/warnings/acknowledge/", {"chosen": chosen}, follow=True)
    assert "已确认 3 条预警" in done.content.decode()
    with as_system():
        assert Warning.objects.filter(state="acknowledged").count() == 3


def test_one_warning_with_its_matter_its_figures_and_its_acts(cast: Cast, sign_in: SignIn) -> None:
    (warning,) = warn(thing(code=HOOD))
    client = sign_in("street_duty")
    address = f"/desk/warnings/{warning.id}/"
    page = client.get(address).content.decode()
    with as_system():
        matter = Matter.objects.get(source="reading")
    assert f"/desk/warnings/{warning.id}/" in client.get(f"/desk/matters/{matter.id}/").content.decode()
    assert f"/desk/matters/{matter.id}/" in page and "还没有人核实过" in page and "关闭预警" not in page
    done = client.post(address, {"act": "mark", "cause": "cooking", "note": "302 室", "version": "1"}, follow=True)
    assert "油烟、蒸汽" in done.content.decode() and "0 / 1 条属实" in done.content.decode()
    stale = client.post(address, {"act": "acknowledge", "version": "1"})
    assert stale.status_code == 409 and "处理过这条预警" in stale.content.decode()
    early = client.post(address, {"act": "clear", "note": "看过了", "version": "2"})
    assert early.status_code == 409 and "设备还在工作" in early.content.decode()
    wrong = client.post(address, {"act": "mark", "cause": "aliens", "version": "2"})
    assert wrong.status_code == 422


def test_a_warning_that_its_devices_retirement_ended_says_so(cast: Cast, sign_in: SignIn) -> None:
    one = thing(code=HOOD)
    (warning,) = warn(one)
    client, address = sign_in("street_duty"), f"/desk/warnings/{warning.id}/"
    assert "预警随之解除" not in client.get(address).content.decode()
    on_things.retire(by=cast.street_duty, at=MONDAY, thing_id=one.id, reason="楼拆了")
    alarming.tell(ending.end_unheard(at=MONDAY), at=MONDAY)
    page = client.get(address).content.decode()
    assert page.count("设备已停用，预警随之解除") == 2 and "楼拆了" in page, (
        "at its head, and in its story with the reason"
    )


def test_what_a_device_opened_ends_with_a_conclusion_not_with_a_reply_to_nobody(
    cast: Cast, sign_in: SignIn
) -> None:
    warn(thing(code=HOOD))
    with as_system():
        alarm = Matter.objects.get(source="reading")
        Matter.objects.filter(id=alarm.id).update(state="verified", reply="线路已更换。")
    reported, client = cast.report(kind="unlicensed-stall"), sign_in("street_duty")
    for verb in ("close", "decline"):
        form = client.get(f"/desk/matters/{alarm.id}/{verb}/").content.decode()
        assert "没有上报人要答复" in form and "给上报人的答复" not in form
        form = client.get(f"/desk/matters/{reported.id}/{verb}/").content.decode()
        assert "给上报人的答复" in form and "没有上报人要答复" not in form
    page = client.get(f"/desk/matters/{alarm.id}/").content.decode()
    assert "<h2>结案说明</h2>" in page and "前受理" in page and "给上报人的答复" not in page
    many = {"chosen": [f"{alarm.id}:1"]}
    assert "没有上报人要答复" in client.post("/desk/bulk/close/", many).content.decode()
    many["chosen"].append(f"{reported.id}:1")
    assert "给上报人的答复" in client.post("/desk/bulk/close/", many).content.decode()
    # A report that was merged into it has somebody who waits for an answer.
    verbs.merge(matter_id=reported.id, into_id=alarm.id, by=cast.dispatcher, at=now())
    assert "给上报人的答复" in client.get(f"/desk/matters/{alarm.id}/close/").content.decode()


def test_a_warning_without_a_matter_is_closed_on_the_desk_once_it_has_cleared(cast: Cast, sign_in: SignIn) -> None:
    gauge = thing(code=HOOD, model="level-gauge")
    (warning,) = warn(gauge, rule="level")
    client, address = sign_in("street_duty"), f"/desk/warnings/{warning.id}/"
    assert client.post(address, {"act": "close", "version": "1"}).status_code == 409
    warn(gauge, what="clear", rule="level")
    assert client.post(address, {"act": "close", "version": "2"}).status_code == 303
    assert "没有预警" in client.get("/desk/warnings/?tab=cleared").content.decode()
    assert "水位超限" in client.get("/desk/warnings/?tab=closed").content.decode()


@pytest.mark.parametrize(
    ("who", "queue", "one", "mark", "close"),
    [
        ("street_duty", 200, 200, 303, 409),
        ("dispatcher", 200, 200, 303, 409),
        ("grid", 200, 200, 303, 403),
        ("handler", 200, 200, 303, 403),
        ("street_leader", 200, 200, 403, 403),
        ("keeper", 403, 403, 403, 403),
        ("granny", 403, 403, 403, 403),
    ],
)
def test_who_may_what(cast: Cast, sign_in: SignIn, who: str, queue: int, one: int, mark: int, close: int) -> None:
    (warning,) = warn(thing(code=HOOD, model="level-gauge"), rule="level")
    client, address = sign_in(who), f"/desk/warnings/{warning.id}/"
    assert client.get("/desk/warnings/").status_code == queue
    assert client.get(address).status_code == one
    assert client.post(address, {"act": "close"}).status_code == close
    assert client.post(address, {"act": "mark", "cause": "real"}).status_code == mark


def test_elsewhere_there_is_no_such_warning(cast: Cast, sign_in: SignIn) -> None:
    (warning,) = warn(thing(code=OTHER_STREET + "001"), opens=False)
    assert sign_in("street_duty").get(f"/desk/warnings/{warning.id}/").status_code == 404
    assert "没有预警" in sign_in("street_duty").get("/desk/warnings/").content.decode()


@pytest.mark.parametrize(
    "query", ["?tab=nonsense", "?after=x", "?place=abc", "?rule=none", "?after=3_2026-01-01_z"]
)
def test_odd_questions_are_answered(cast: Cast, sign_in: SignIn, query: str) -> None:
    warn(thing(code=HOOD), opens=False)
    assert sign_in("street_duty").get(f"/desk/warnings/{query}").status_code == 200
