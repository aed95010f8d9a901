"""Things on the desk: the list and its map, one thing with its chart, and how well they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, OTHER_STREET, STREET, Cast
from linli.kernel.readings.models import RuleNumber, Warning
from linli.kernel.things.models import Thing

from . import pins
from .sensing import course, device, says, warn

SignIn = Callable[[str], Client]
LIST = "/desk/things/"


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-400:]
    return answer.content.decode()


def page_of(thing: Thing) -> str:
    return f"{LIST}{thing.id}/"


def test_the_group_stands_for_those_who_may_look(cast: Cast, sign_in: SignIn) -> None:
    page = text(sign_in("street_duty"), LIST)
    for address in ("/desk/warnings/", LIST, "/desk/rules/", "/desk/things/health/"):
        assert f'href="{address}"' in page
    assert 'href="/desk/rules/"' not in text(sign_in("grid"), LIST)
    assert sign_in("granny").get(LIST).status_code == 403


def test_the_rail_says_how_many_wait(cast: Cast, sign_in: SignIn) -> None:
    warn(device(1))
    device(2, silent=True)
    device(3, code=OTHER_STREET + "001", silent=True)
    client = sign_in("street_duty")
    client.get("/desk/sensing/counts/")
    with CaptureQueriesContext(connection) as seen:
        rail = text(client, "/desk/sensing/counts/?here=desk:things")
    pins.check({"sensing counts": len(seen)})
    for words in ("预警", "设备健康"):
        assert f'<span>{words}</span><span class="count">1</span>' in rail
    assert 'aria-current="page" data-queue="desk:things"' in rail


def test_fifty_things_cost_what_one_does(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("street_duty")
    counts = []
    for many in (range(1), range(1, 50)):
        for n in many:
            device(n)
        text(client, LIST)
        with CaptureQueriesContext(connection) as seen:
            text(client, LIST)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    pins.check({"things": counts[0]})


def test_the_list_says_what_is_the_matter_in_words(cast: Cast, sign_in: SignIn) -> None:
    warn(device(1, name="<b>报警</b>的"))
    device(2, name="失联的", silent=True)
    device(4, name="新装的", heard=False)
    device(3, name="别处的", code=OTHER_STREET + "001")
    page = text(sign_in("street_duty"), LIST)
    assert "橙色预警" in page and "失联" in page and "未曾上线" in page and "别处的" not in page
    assert "&lt;b&gt;报警&lt;/b&gt;的" in page and "<b>0.02</b>\u00a0dB/m" in page
    assert "没有符合这些条件的设备" in text(sign_in("street_duty"), f"{LIST}?text=没有这个&health=battery")


@pytest.mark.parametrize(
    "query",
    [
        "health=nonsense",
        "box=1,2,3",
        "box=nan,nan,nan,nan",
        "place=99x",
        "model=x&state=y",
        "text=%25",
        "across=x",
    ],
)
def test_what_cannot_be_asked_narrows_nothing(cast: Cast, sign_in: SignIn, query: str) -> None:
    device(1, name="在的")
    client = sign_in("street_duty")
    if "text" not in query:
        assert "在的" in text(client, f"{LIST}?{query}")
    text(client, f"{LIST}marks/?{query}")
    assert client.get(f"{LIST}?after=zzz").status_code == 422


def test_marks_are_links_with_words_and_only_of_ones_own_place(cast: Cast, sign_in: SignIn) -> None:
    one = device(1, name="一号")
    warn(one)
    device(2, code=OTHER_STREET + "001")
    marks = sign_in("street_duty").get(f"{LIST}marks/?box=121.4,31.1,121.6,31.3&across=40").json()["features"]
    (mark,) = marks
    assert mark["properties"] == {
        "n": 1, "tone": "orange", "silent": 0, "title": "一号 · 橙色预警", "id": str(one.id),
        "model": "smoke-detector", "href": page_of(one),
    }  # fmt: skip


def test_a_device_in_a_home_speaks_only_while_it_warns(cast: Cast, sign_in: SignIn) -> None:
    button = device(1, model="emergency-button", heard=False)
    says(button, now(), 0.0, 88.0, -80.0)
    client = sign_in("street_duty")
    assert "未按" not in text(client, LIST) and "未按" not in text(client, page_of(button))
    refused = client.get(f"{page_of(button)}series/?quantity=pressed")
    assert refused.status_code == 403 and "居民家里" in refused.content.decode()
    assert client.get(f"{page_of(button)}readings.csv?quantity=pressed").status_code == 403
    assert client.get(f"{page_of(button)}series/?quantity=battery").status_code == 200
    warned = warn(button, "emergency-pressed", says={})
    assert "未按" not in text(client, LIST) and "未按" in text(client, page_of(button))
    with as_system():
        assert Record.objects.filter(verb="things.look", actor_name="吴值班").count() == 1
    assert client.get(f"{page_of(button)}series/?quantity=pressed").status_code == 403
    with as_system():
        Warning.objects.filter(id=warned.id).update(state="cleared", cleared_at=now())
    assert "未按" in text(client, page_of(button)), "somebody is still about it, though it warns no more"
    with as_system():
        Warning.objects.filter(id=warned.id).update(state="closed", closed_at=now())
    assert "未按" not in text(client, page_of(button))


def test_what_warned_and_is_calm_again_looks_calm_and_says_it_is_not_closed(cast: Cast, sign_in: SignIn) -> None:
    one = device(1, name="一号")
    warn(one, severity=4, highest=4, state="cleared", cleared_at=now())
    client = sign_in("street_duty")
    for page in (text(client, LIST), text(client, page_of(one)).partition("近 30 天的预警")[0]):
        assert "已恢复，待关闭" in page and "badge severity" not in page and "一切正常" not in page
    (mark,) = client.get(f"{LIST}marks/?box=121.4,31.1,121.6,31.3&across=40").json()["features"]
    assert (mark["properties"]["tone"], mark["properties"]["title"]) == ("", "一号 · 已恢复，待关闭")
    assert "一号" in text(client, f"{LIST}?health=unclosed") and "一号" not in text(client, f"{LIST}?health=warned")


def test_one_thing_on_one_page(cast: Cast, sign_in: SignIn) -> None:
    one = device(1, name="一号烟感", spot="三楼走廊")
    warn(one, state="closed", closed_at=now(), cleared_at=now(), cause="cooking")
    with as_system():
        RuleNumber.objects.create(
            rule="smoke", name="smoke.limit", value=0.4, place_code=STREET, set_at=now(), set_by="吴值班"
        )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE readings_rolling SET closing = now(), rolled = now()")
    client = sign_in("street_duty")
    text(client, page_of(one))
    with CaptureQueriesContext(connection) as seen:
        page = text(client, page_of(one))
    pins.check({"thing": len(seen)})
    for said in (
        "一号烟感", "三楼走廊", "量程 0～10", "88", "误报：油烟、蒸汽", "烟浓度高于 0.4\u00a0dB/m",
        "由柳湾街道设定（吴值班）", "每天的到报率",
    ):  # fmt: skip
        assert said in page, said
    assert text(client, page_of(device(2, code=OTHER_STREET + "001")), 404)


def test_the_chart_tells_its_story_in_a_sentence(cast: Cast, sign_in: SignIn) -> None:
    one = device(1)
    course(one, [(now() - timedelta(hours=h), (0.02, 22.0, 88.0, -80.0)) for h in range(1, 9)])
    client = sign_in("street_duty")
    address = f"{page_of(one)}series/?quantity=smoke"
    calm = client.get(address).json()
    assert calm["sentence"].startswith("过去 24 小时烟浓度最高 0.02\u00a0dB/m，没有超过蓝色预警的限值 0.08")
    course(one, [(now() - timedelta(minutes=95), (0.6, 30.0, 88.0, -80.0))])
    warn(one)
    warn(one, "safety-battery-low", says={})
    told = client.get(address).json()
    assert "最高 0.60\u00a0dB/m" in told["sentence"] and "超过橙色预警的限值 0.25" in told["sentence"]
    assert [(limit["value"], limit["tone"], limit["first"]) for limit in told["limits"]] == [
        (0.25, "orange", True), (0.8, "red", False), (0.08, "blue", True)
    ]  # fmt: skip
    assert len(told["points"]) == 10 and told["offset"] == 8 * 3600
    assert [mark["rule"] for mark in told["marks"]] == ["烟雾"], "a warning about the battery is no mark on smoke"
    since = told["points"][-3][0]
    more = client.get(f"{address}&since={since}").json()
    assert more["points"] == told["points"][-3:] and "sentence" not in more
    assert client.get(f"{address}&range=1h").json()["points"][0][2] == 0.02
    for wrong in ("quantity=nonsense", "quantity=", ""):
        assert client.get(f"{page_of(one)}series/?{wrong}").status_code == 404
    assert client.get(f"{address}&since=99999999999999").status_code == 200


def test_days_that_make_no_range_are_said_and_the_usual_one_stands(cast: Cast, sign_in: SignIn) -> None:
    one, client = device(1), sign_in("street_duty")
    for query, sentence in {
        "from=2026-13-01&until=2026-02-01": "请写成 2026-03-01 这样的日期",
        "from=2026-02-02&until=2026-02-01": "开始的日期在结束的日期之后",
        "from=2150-02-02&until=2150-02-03": "这段日期还没有到",
        "from=2001-02-02&until=2026-02-03": "一次最多看三年",
    }.items():
        page = text(client, f"{page_of(one)}?{query}")
        assert sentence in page and "range=24h" in page
        assert client.get(f"{page_of(one)}readings.csv?quantity=smoke&{query}").status_code == 422


def test_the_range_can_be_taken_away_as_a_table(cast: Cast, sign_in: SignIn) -> None:
    one, client = device(1), sign_in("street_duty")
    course(one, [(now() - timedelta(hours=2), (0.31, 22.0, 88.0, None))])
    taken = client.get(f"{page_of(one)}readings.csv?quantity=smoke&range=24h")
    heads, first, _last = csv.reader(io.StringIO(taken.content.decode("utf-8-sig")))
    assert heads[:3] == ["时间", "读数", "最低 (dB/m)"] and first[1:4] == ["1", "0.31", "0.31"]
    book = client.get(f"{page_of(one)}readings.xlsx?quantity=smoke&range=24h")
    rows = list(load_workbook(io.BytesIO(book.content)).active.values)
    assert len(rows) == 3 and rows[1][3] == 0.31
    assert abs((timezone.localtime().replace(tzinfo=None) - rows[1][0]) - timedelta(hours=2)) < timedelta(minutes=1)


def test_health_counts_by_place_and_model_and_opens_upkeep(cast: Cast, sign_in: SignIn) -> None:
    device(1)
    device(2, name="=HYPERLINK(1)", silent=True)
    device(4, heard=False)
    low = device(3, heard=False)
    says(low, now(), 0.02, 22.0, 7.0, -120.0)
    client = sign_in("street_duty")
    text(client, f"{LIST}health/")
    with CaptureQueriesContext(connection) as seen:
        page = text(client, f"{LIST}health/")
    pins.check({"things health": len(seen)})
    assert "2</b><small> / 3" in page, "of the one that was never heard nothing can be said"
    assert f"{LIST}?place={HOOD}&amp;health=unheard" in page
    assert f"{LIST}?place={HOOD}&amp;health=silent" in page and "/desk/new/?kind=device-maintenance" in page
    start = page.index("/desk/new/?kind=device-maintenance")
    form = text(client, page[start : page.index('"', start)].replace("&amp;", "&"))
    assert "柳湾一居有 2 台设备需要检修" in form and 'value="device-maintenance" selected' in form
    taken = client.get(f"{LIST}health.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(taken)))[1:]
    assert [(row[2], row[5]) for row in rows] == [("'=HYPERLINK(1)", "失联"), ("3 号", "电量低、信号差")]
    assert client.get(f"{LIST}health.xlsx").status_code == 200


def test_rules_say_what_they_do_and_how_often_they_were_right(cast: Cast, sign_in: SignIn) -> None:
    one = device(1)
    for n, cause in enumerate(("real", "cooking", "cooking")):
        warn(one, ago=timedelta(days=n + 1), state="closed", closed_at=now(), cause=cause)
    with as_system():
        RuleNumber.objects.create(
            rule="smoke", name="smoke.limit", value=0.3, thing=one, set_at=now(), set_by="吴值班"
        )
        RuleNumber.objects.create(rule="smoke", name="gone", value=1, place_code=STREET, set_at=now())
    client = sign_in("street_duty")
    text(client, "/desk/rules/")
    with CaptureQueriesContext(connection) as seen:
        listed = text(client, "/desk/rules/?order=warnings")
    pins.check({"rules": len(seen)})
    assert listed.index("/desk/rules/smoke/") < listed.index("/desk/rules/gas-leak/")
    assert "1 属实，2 误报" in listed and "烟浓度高于 0.25\u00a0dB/m，或者温度高于 54\u00a0°C，报橙色预警" in listed
    with CaptureQueriesContext(connection) as seen:
        page = text(client, "/desk/rules/smoke/")
    pins.check({"rule": len(seen)})
    assert "1 号" in page and "0.3\u00a0dB/m" in page and "核实过的里面 33% 属实" in page
    own = text(client, f"/desk/rules/smoke/?thing={one.id}")
    assert "烟浓度高于 0.3\u00a0dB/m" in own
    assert client.get("/desk/rules/nonsense/").status_code == 404
    assert sign_in("grid").get("/desk/rules/").status_code == 403


def test_numbers_of_a_rule_that_goes_by_days_are_saved_without_a_trial(cast: Cast, sign_in: SignIn) -> None:
    device(1)
    client = sign_in("street_duty")
    address = "/desk/rules/safety-device-unwell/"
    page = text(client, address)
    assert "回测不改任何东西" not in page and "保存这些参数" in page and "一小时内生效" in page
    client.post(address, {"place": STREET, "n:few": "80", "reason": "这里信号差", "act": "save"})
    with as_system():
        assert RuleNumber.objects.get().value == 80
