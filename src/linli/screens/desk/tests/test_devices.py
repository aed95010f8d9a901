"""Registering devices and looking after them: who may, what is shown once, what is refused and kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, OTHER_STREET, STREET, Cast
from linli.kernel.things import verbs
from linli.kernel.things.models import Order, PlaceUpkeep, Stranger, Thing, Upkeep
from linli.kernel.things.queries.registry import Registry, ensure_slots

from . import pins

SignIn = Callable[[str], Client]
MODEL = "smoke-detector"


@pytest.fixture
def keeper(cast: Cast, sign_in: SignIn) -> Client:
    ensure_slots()
    return sign_in("keeper")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def made(key: str = "sd-1", **changes: object) -> verbs.Registered:
    given = {"key": key, "model": MODEL, "place_code": HOOD, **changes}
    return verbs.register(by=SYSTEM, at=now(), **given)  # type: ignore[arg-type]


def connects(key: str, secret: str) -> bool:
    registry = Registry()
    registry.load()
    known = registry.find(key)
    return known is not None and registry.proves(known, secret.encode(), now().timestamp())


def secret_on(page: str) -> str:
    return re.findall(r'told-key" tabindex="0">([^<]+)<', page)[0]


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("/desk/things/register/", {"keeper", "street_duty"}),
        ("/desk/things/import/", {"keeper", "street_duty"}),
        ("/desk/things/labels/", {"keeper", "street_duty"}),
        ("/desk/things/strangers/", {"keeper", "street_duty"}),
        ("/desk/things/{id}/keys/", {"keeper"}),
        ("/desk/things/{id}/change/", {"keeper", "street_duty"}),
        ("/desk/things/{id}/upkeep/", {"keeper", "street_duty", "dispatcher", "grid", "handler", "street_leader"}),
    ],
)
def test_each_page_is_for_whom_it_is_for(cast: Cast, sign_in: SignIn, page: str, who: set[str]) -> None:
    page = page.format(id=made().thing.id)
    everybody = ("keeper", "street_duty", "dispatcher", "grid", "handler", "street_leader", "granny")
    assert {name for name in everybody if sign_in(name).get(page).status_code == 200} == who


def test_a_device_is_registered_and_its_secret_is_shown_once(keeper: Client) -> None:
    data = {
        "act": "register",
        "key": "sd-1",
        "model": MODEL,
        "place_code": HOOD,
        "lon": "121.5",
        "lat": "31.2",
        "every": "600",
    }
    page = text(keeper.post("/desk/things/register/", data, follow=True))
    secret = secret_on(page)
    assert connects("sd-1", secret)
    assert secret not in text(keeper.get("/desk/things/register/"))
    assert secret not in str(dict(keeper.session))
    with as_system():
        thing = Thing.objects.get()
    assert (thing.every, thing.lon, thing.state) == (600, 121.5, "working")


def test_one_that_waits_gets_a_code_as_well(keeper: Client) -> None:
    data = {"act": "register", "key": "sd-1", "model": MODEL, "place_code": HOOD, "waits": "1"}
    page = text(keeper.post("/desk/things/register/", data, follow=True))
    assert re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", page)


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"key": ""}, 422, "请填写这一项"),
        ({"key": "烟感"}, 422, "设备编号用字母"),
        ({"model": ""}, 422, "请选择一项"),
        ({"model": "toaster"}, 422, "没有这种型号的设备"),
        ({"place_code": "没有这个地方"}, 422, "没有找到地点"),
        ({"place_code": OTHER_STREET}, 422, "不在您的管辖范围内"),
        ({"lon": "x"}, 422, "请填写数字"),
        ({"lon": "121.5"}, 422, "经度和纬度要一起填写"),
        ({"every": "1e99"}, 422, "上报间隔在"),
        ({"every": "0"}, 422, "上报间隔在"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_is_kept(
    keeper: Client, changes: dict, status: int, says: str
) -> None:
    data = {"act": "register", "key": "sd-77", "model": MODEL, "place_code": HOOD, "name": "走廊烟感", **changes}
    answer = keeper.post("/desk/things/register/", data)
    assert answer.status_code == status and says in text(answer) and "走廊烟感" in text(answer)
    assert not Thing.objects.exists()


def table(lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("设备.csv", ("编号,型号,地点代码,待安装\n" + lines).encode())


def test_a_table_is_tried_then_taken_in_and_its_secrets_are_there_to_take_away(keeper: Client) -> None:
    lines = f"sd-1,{MODEL},{HOOD},是\nsd-2,{MODEL},{STREET},\nsd-3,烤箱,{HOOD},\n"
    tried = text(keeper.post("/desk/things/import/", {"file": table(lines), "try": "1"}))
    assert "共 3 行：新增 2" in tried and "没有“烤箱”这种型号" in tried and "data:text/csv" not in tried
    with as_system():
        assert not Thing.objects.exists()
    page = text(keeper.post("/desk/things/import/", {"file": table(lines)}))
    address = re.search(r'href="(data:text/csv[^"]+)"', page)
    rows = unquote(address[1]).partition(",")[2].lstrip("\ufeff").split()  # type: ignore[index]
    assert rows[0] == "编号,密钥,安装码" and len(rows) == 3
    key, secret, code = rows[1].split(",")
    assert connects(key, secret) and len(code) == 19
    again = text(keeper.post("/desk/things/import/", {"file": table(lines)}))
    assert "新增 0，以前登记过 2，拒绝 1" in again and "data:text/csv" not in again


@pytest.mark.parametrize(
    ("content", "says"), [(None, "请选择一个文件"), (b"<html>", "网页"), (b"a,b\n1,2", "缺少")]
)
def test_what_is_no_table_is_said(keeper: Client, content: bytes | None, says: str) -> None:
    data = {} if content is None else {"file": SimpleUploadedFile("x.csv", content)}
    answer = keeper.post("/desk/things/import/", data)
    assert answer.status_code == 422 and says in text(answer)


def test_a_secret_is_changed_with_an_overlap_revoked_and_issued_anew(keeper: Client) -> None:
    first = made()
    page = f"/desk/things/{first.thing.id}/keys/"
    assert "签发" in text(keeper.get(page)) and first.secret not in text(keeper.get(page))
    second = secret_on(text(keeper.post(page, {"act": "rotate", "overlap": "24"}, follow=True)))
    assert connects("sd-1", first.secret) and connects("sd-1", second)
    assert "正在换下" in text(keeper.get(page))
    keeper.post(page, {"act": "revoke", "reason": "丢失"})
    assert not connects("sd-1", first.secret) and not connects("sd-1", second)
    assert "没有有效的密钥" in text(keeper.get(page))
    third = secret_on(text(keeper.post(page, {"act": "issue"}, follow=True)))
    assert connects("sd-1", third)
    assert keeper.post(page, {"act": "issue"}).status_code == 409


def test_upkeep_is_noted_and_a_maintenance_ended_earlier(cast: Cast, sign_in: SignIn) -> None:
    thing = made().thing
    page, grid = f"/desk/things/{thing.id}/upkeep/", sign_in("grid")
    assert "已记下" in text(grid.post(page, {"act": "note", "what": "battery", "note": "两节五号"}, follow=True))
    ends = timezone.localtime(now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    assert "维护中" in text(grid.post(page, {"act": "maintain", "ends": ends}, follow=True))
    with as_system():
        row = Upkeep.objects.get(what="maintenance")
    assert "维护已结束" in text(grid.post(page, {"act": "end", "upkeep_id": str(row.id)}, follow=True))
    shown = text(grid.get(page))
    assert "赵网格" in shown and "两节五号" in shown and "维护中，到" not in shown
    far = timezone.localtime(now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    refused = grid.post(page, {"act": "maintain", "ends": far})
    assert refused.status_code == 403 and "现场最多维护 4 小时" in text(refused)
    leader = sign_in("street_leader")
    assert "只能查看" in text(leader.get(page))


def test_an_order_is_sent_seen_to_wait_and_withdrawn(cast: Cast, sign_in: SignIn, keeper: Client) -> None:
    thing = made().thing
    page, duty = f"/desk/things/{thing.id}/orders/", sign_in("street_duty")
    assert page in text(duty.get(f"/desk/things/{thing.id}/")), "the device's page leads there"
    shown = text(duty.get(page))
    assert "消音" in shown and "自检" in shown and "没有下发过指令" in shown and "1 到 30 min" in shown
    for minutes in ("31", "2.5", ""):
        refused = duty.post(page, {"act": "silence-siren", "silence-siren.minutes": minutes})
        assert refused.status_code == 422
    assert "请填写 1 到 30 之间的整数" in text(
        duty.post(page, {"act": "silence-siren", "silence-siren.minutes": "31"})
    )
    done = text(duty.post(page, {"act": "silence-siren", "silence-siren.minutes": "10"}, follow=True))
    assert "指令已下发" in done and "等设备上线" in done and "停多少分钟 10 min" in done and "吴值班" in done
    with as_system():
        sent = Order.objects.get()
    grid = sign_in("grid")
    seen = text(grid.get(page, headers={"HX-Request": "true", "HX-Target": "orders"}))
    assert "等设备上线" in seen and "<html" not in seen and "撤回" not in seen
    assert grid.post(page, {"act": "self-test"}).status_code == 403
    assert "已撤回" in text(duty.post(page, {"act": "withdraw", "order_id": str(sent.id)}, follow=True))
    assert duty.post(page, {"act": "withdraw", "order_id": str(sent.id)}).status_code == 409
    meter = made("dc-1", model="fire-lane-sensor").thing
    assert "没有声明可以下发的指令" in text(duty.get(f"/desk/things/{meter.id}/orders/"))
    assert "下发指令" not in text(duty.get(f"/desk/things/{meter.id}/"))


def test_a_building_rests_is_seen_to_rest_and_wakes_earlier(cast: Cast, sign_in: SignIn) -> None:
    thing = made().thing
    page, duty = "/desk/things/maintenance/", sign_in("street_duty")
    assert "没有维护，也没有要开始的" in text(duty.get(page))
    ends = timezone.localtime(now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    given = {"act": "maintain", "place_code": HOOD, "ends": ends}
    refused = duty.post(page, given)
    assert refused.status_code == 422 and "请填写这一项" in text(refused) and HOOD in text(refused)
    done = text(duty.post(page, {**given, "note": "<b>消防</b>演练"}, follow=True))
    assert (
        "维护已登记" in done and "进行中" in done and "&lt;b&gt;消防&lt;/b&gt;演练" in done and "1 台设备" in done
    )
    assert "在整片维护，到" in text(duty.get(f"/desk/things/{thing.id}/upkeep/"))
    assert "演练" in text(duty.get("/desk/warnings/")) and "维护中" in text(duty.get("/desk/things/"))
    assert "只能查看" in text(sign_in("grid").get(page)) and "演练" in text(sign_in("grid").get(page))
    with as_system():
        row = PlaceUpkeep.objects.get()
    assert sign_in("grid").post(page, {"act": "end", "upkeep_id": str(row.id)}).status_code == 403
    over = text(duty.post(page, {"act": "end", "upkeep_id": str(row.id)}, follow=True))
    assert "预警照常" in over and "已结束" in over and "提前结束" not in over
    assert duty.post(page, {"act": "end", "upkeep_id": str(row.id)}).status_code == 409


def test_a_device_is_renamed_moved_given_away_retired_and_returned(keeper: Client, cast: Cast) -> None:
    thing = made().thing
    page = f"/desk/things/{thing.id}/change/"
    for act in (
        {"act": "rename", "name": "东门烟感"},
        {"act": "move", "place_code": STREET, "spot": "门厅"},
        {"act": "owner", "owner_id": str(cast.units["street"].id)},
        {"act": "every", "every": "120"},
        {"act": "retire", "reason": "坏了"},
    ):
        assert keeper.post(page, act).status_code == 303, act
    with as_system():
        thing.refresh_from_db()
    assert (thing.name, thing.place_code, thing.spot, thing.owner_id, thing.every, thing.state) == (
        "东门烟感", STREET, "门厅", cast.units["street"].id, 120, "retired",
    )  # fmt: skip
    assert "已停用" in text(keeper.get(page))
    assert keeper.post(page, {"act": "rename", "name": ""}).status_code == 422
    secret = secret_on(text(keeper.post(page, {"act": "return"}, follow=True)))
    assert connects("sd-1", secret)


def test_a_stranger_is_made_ours_or_sent_away(keeper: Client) -> None:
    with as_system():
        for key, why in (("who-1", "unknown"), ("who-2", "unknown"), ("sd-1", "secret"), ("*", "unknown")):
            Stranger.objects.create(key=key, why=why, first_at=now(), last_at=now(), sample='{"smoke": <b>1</b>}')
    made()
    page = text(keeper.get("/desk/things/strangers/"))
    assert "who-1" in page and "密钥不对" in page and "<b>1</b>" not in page and "许多不同的编号" in page
    with as_system():
        one, two = Stranger.objects.get(key="who-1"), Stranger.objects.get(key="who-2")
    data = {"act": "claim", "stranger_id": str(one.id), "model": MODEL, "place_code": HOOD}
    secret = secret_on(text(keeper.post("/desk/things/strangers/", data, follow=True)))
    assert connects("who-1", secret)
    assert keeper.post("/desk/things/strangers/", data).status_code == 409
    keeper.post("/desk/things/strangers/", {"act": "dismiss", "stranger_id": str(two.id)})
    left = text(keeper.get("/desk/things/strangers/"))
    assert "who-1" not in left and "who-2" not in left


def test_labels_carry_an_address_of_the_installers_page_and_are_good_once_printed(
    keeper: Client, cast: Cast
) -> None:
    first = made("sd-1", waits=True)
    made("sd-2")
    page = text(keeper.get("/desk/things/labels/"))
    assert "sd-1" in page and "sd-2" not in page
    sheet = text(keeper.post("/desk/things/labels/", {"thing": str(first.thing.id)}))
    code = "".join(re.search(r'class="code">([0-9A-Z-]{10})<br>([0-9A-Z-]{9})<', sheet).groups())  # type: ignore[union-attr]
    assert "<svg" in sheet and code != first.code
    assert verbs.claim(by=cast.grid, at=now(), code=code, place_code=HOOD).key == "sd-1"
    for chosen in ([], ["x"], [str(first.thing.id)]):
        assert keeper.post("/desk/things/labels/", {"thing": chosen}).status_code in (409, 422)


def test_pages_take_as_many_queries_for_many_as_for_few(keeper: Client) -> None:
    counts: dict[str, list[int]] = {}
    for batch in range(2):
        for n in range(1 if batch == 0 else 20):
            thing = made(f"d{batch}-{n}", waits=True).thing
            with as_system():
                Stranger.objects.create(key=f"who-{batch}-{n}", why="unknown", first_at=now(), last_at=now())
                place, lasts = f"{HOOD}{batch + 1:03d}{n + 1:03d}", (now(), now() + timedelta(hours=1))
                PlaceUpkeep.objects.create(place_code=place, lasts=lasts, note="演练", set_at=now())
                Order.objects.create(
                    thing=thing, command="self-test", sent_at=now(), until=now() + timedelta(hours=1)
                )
                Upkeep.objects.create(thing=thing, what="check", lasts=(now(), now() + timedelta(seconds=1)))
        for name, page in (
            ("things_register", "/desk/things/register/"),
            ("things_labels", "/desk/things/labels/"),
            ("things_strangers", "/desk/things/strangers/"),
            ("things_resting", "/desk/things/maintenance/"),
            ("thing_keys", f"/desk/things/{thing.id}/keys/"),
            ("thing_upkeep", f"/desk/things/{thing.id}/upkeep/"),
            ("thing_change", f"/desk/things/{thing.id}/change/"),
            ("thing_orders", f"/desk/things/{thing.id}/orders/"),
        ):
            keeper.get(page)
            with CaptureQueriesContext(connection) as seen:
                assert keeper.get(page).status_code == 200
            counts.setdefault(name, []).append(len(seen))
    assert all(few == many for few, many in counts.values()), counts
    pins.check({name: few for name, (few, _many) in counts.items()})


def test_nobody_is_led_to_a_page_that_is_not_theirs(cast: Cast, sign_in: SignIn) -> None:
    """Whoever looks at devices finds the links to what they may do there, and no others."""
    thing = made().thing
    for who in ("keeper", "street_duty", "dispatcher", "grid"):
        client = sign_in(who)
        pages = text(client.get("/desk/things/")) + text(client.get(f"/desk/things/{thing.id}/"))
        links = set(
            re.findall(r'href="(/desk/things/(?:register|strangers|[0-9a-f-]{36}/(?:keys|change|upkeep))/)"', pages)
        )
        assert links and {client.get(link).status_code for link in links} == {200}, who
