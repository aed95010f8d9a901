"""数据: the catalogue, a table sent and taken in, refused lines to take away, doubtful ones decided."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.datasets.forecasting import METHODS
from linli.kernel.datasets.models import Dataset, Forecast, Publication, Share, Source
from linli.kernel.datasets.own import count_when_due
from linli.kernel.datasets.saying import pack
from linli.kernel.datasets.tests.addresses import HAPPY, Town, make_town, row, take_in, water
from linli.kernel.matters.tests.cast import CITY, MONDAY, STREET, Cast
from linli.kernel.places.sentences import Sentence

from . import pins

SignIn = Callable[[str], Client]
DATA = "/desk/data/"


@pytest.fixture
def town(cast: Cast) -> Town:
    return make_town()


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-600:]
    return answer.content.decode()


def test_a_declaration_that_is_wrong_says_what(cast: Cast, town: Town, sign_in: SignIn) -> None:
    given = {"act": "declare", "name": "water-use", "owner_id": str(cast.units["street"].id), "place_code": STREET}
    answer = sign_in("keeper").post(f"{DATA}new/", given | {"declaration": 'title = "x"'})
    assert answer.status_code == 422 and "请写明" in answer.content.decode()
    assert not Dataset.objects.exists()


def test_who_may_look_and_who_may_not(cast: Cast, town: Town, sign_in: SignIn) -> None:
    dataset = water(cast)
    take_in(cast, dataset, [row()])
    leader = sign_in("street_leader")
    assert "A1|2026-08" in text(leader, f"{DATA}sets/water-use/")
    assert "送一张表" not in text(leader, f"{DATA}sets/water-use/")
    assert sign_in("handler").get(DATA).status_code == 403
    assert sign_in("granny").get(DATA).status_code == 403
    assert "居民用水月报" in text(sign_in("district_duty"), DATA)


def test_a_late_delivery_and_own_counts_are_told(cast: Cast, town: Town, sign_in: SignIn) -> None:
    take_in(cast, water(cast), [row()], MONDAY)
    while count_when_due(at=now()):
        pass
    page = text(sign_in("keeper"), DATA)
    late = (now() - MONDAY - timedelta(days=31)).days
    assert (f"迟了 {late} 天" in page) == (late > 0)
    assert "事项" in page and "清点" in page and "感知读数" in page
    assert "不共享" in text(sign_in("keeper"), f"{DATA}sets/matters/")


def test_many_rows_and_sets_cost_what_one_does(cast: Cast, town: Town, sign_in: SignIn) -> None:
    keeper = sign_in("keeper")
    pages = {
        "datasets catalogue": DATA,
        "datasets set": f"{DATA}sets/water-use/",
        "datasets jobs": f"{DATA}jobs/",
        "datasets review": f"{DATA}review/",
        "datasets shares": f"{DATA}shares/",
    }
    seen: list[dict[str, int]] = []
    dataset = water(cast)
    for many in (range(1), range(1, 30)):
        take_in(cast, dataset, [row(f"A{n}", 用水地址=f"临江路128弄{n + 9}号101室") for n in many])
        if many.stop > 1:
            water(cast, name="water-two")
        found = {}
        for name, address in pages.items():
            text(keeper, address)
            with CaptureQueriesContext(connection) as asked:
                text(keeper, address)
            found[name] = len(asked)
        seen.append(found)
    assert seen[0] == seen[1]
    pins.check(seen[0])


def test_a_share_goes_from_asking_to_taking(cast: Cast, town: Town, sign_in: SignIn) -> None:
    dataset = water(cast)
    take_in(cast, dataset, [row(联系电话="19912345678"), row("A2")])
    asking, owner = sign_in("district_duty"), sign_in("street_duty")
    assert "申请共享" in text(asking, f"{DATA}sets/water-use/")
    until = (now() + timedelta(days=20)).date().isoformat()
    given = {"fields": ["account", "phone"], "purpose": "安排上门看望", "until": until}
    assert asking.post(f"{DATA}sets/water-use/ask/", given | {"purpose": ""}).status_code == 422
    assert asking.post(f"{DATA}sets/water-use/ask/", given).status_code == 303
    with as_system():
        share = Share.objects.get()
    page = f"{DATA}shares/{share.id}/"
    assert "待审批" in text(owner, f"{DATA}shares/") and "给哪些字段" in text(owner, page)
    assert sign_in("city_duty").get(page).status_code == 404
    assert owner.post(page, {"act": "approve", "fields": ["account", "phone"], "until": until}).status_code == 303
    book = load_workbook(io.BytesIO(asking.post(page + "rows.xlsx").content)).active
    assert [[c.value for c in line] for line in book.iter_rows()][1] == ["A1", "199****5678"]
    asking.post(page, {"act": "key"})
    shown = text(asking, page)
    key = re.search(r"ls_[\w-]+", shown)[0]
    assert key not in text(asking, page)
    answer = Client().get("/api/v1/shared/rows", headers={"X-Share-Key": key})
    assert answer.json()["rows"][0] == {"account": "A1", "phone": "199****5678"}
    assert Client().get("/api/v1/shared/rows", headers={"X-Share-Key": "ls_no"}).status_code == 403
    assert Client().get("/api/v1/shared/rows").status_code == 401
    assert "接口" in text(owner, page) and "下载" in text(owner, page)
    assert owner.post(page, {"act": "end", "reason": "协议终止"}).status_code == 303
    assert Client().get("/api/v1/shared/rows", headers={"X-Share-Key": key}).status_code == 403


def test_forecasts_stand_for_ones_place_or_say_why_there_are_none(cast: Cast, town: Town, sign_in: SignIn) -> None:
    leader = sign_in("street_leader")
    assert "还没有预测" in text(leader, f"{DATA}forecasts/")
    for code in (STREET, CITY):
        Forecast.objects.create(
            place_code=code, kind="unlicensed-stall", week=MONDAY.date(), made_at=MONDAY, method="mean4", beaten=False,
            held=0.8, points=[[9.5, 5, 14]] * 4, past=list(range(52)), trials=40,
            mase=dict.fromkeys(METHODS, 0.9), mae=dict.fromkeys(METHODS, 3.1),
        )  # fmt: skip
    Forecast.objects.create(
        place_code=STREET, kind="", week=MONDAY.date(), made_at=MONDAY, method="model", beaten=True, held=0.8,
        points=[[9.5, 5, 14]] * 4, past=list(range(52)), trials=40,
        mase=dict.fromkeys(METHODS, 0.9), mae=dict.fromkeys(METHODS, 3.1),
    )  # fmt: skip
    page = text(leader, f"{DATA}forecasts/")
    assert "模型没有更准" in page and "近四周平均" in page and CITY not in re.findall(r'option value="(\d+)"', page)
    one = text(leader, f"{DATA}forecasts/{STREET}/unlicensed-stall/")
    assert "比上周少" in one and "模型在试算里没有比简单办法更准" in one
    assert leader.get(f"{DATA}forecasts/{CITY}/unlicensed-stall/").status_code == 404


def test_a_table_is_published_read_without_signing_in_and_withdrawn(
    cast: Cast, town: Town, sign_in: SignIn
) -> None:
    last = now().date().replace(day=1) - timedelta(days=1)
    for n in range(9):
        cast.report(
            by="dispatcher",
            at=now() - timedelta(days=now().day + 3, minutes=n),
            place_code=HAPPY[:12],
            source="desk",
        )
    duty = sign_in("street_duty")
    given = {"act": "publish", "title": "上月事项", "place_code": STREET}
    days = {"first": last.replace(day=1).isoformat(), "last": last.isoformat()}
    assert duty.post(f"{DATA}published/", given | days | {"last": days["first"]}).status_code == 422
    assert duty.post(f"{DATA}published/", given | days).status_code == 303
    assert duty.post(f"{DATA}published/", given | days).status_code == 409
    with as_system():
        made = Publication.objects.get()
    public = Client()
    assert "上月事项" in text(public, "/phone/statistics/")
    table = f"/phone/statistics/{made.id}/"
    assert '<td class="number">9</td>' in text(public, table)
    assert public.get(table + "table.csv").content.decode("utf-8-sig").splitlines()[1].endswith("9,0,9")
    assert (
        duty.post(
            f"{DATA}published/", {"act": "withdraw", "publication_id": made.id, "reason": "归错类"}
        ).status_code
        == 303
    )
    assert "归错类" in text(public, table, 410)
    assert sign_in("keeper").post(f"{DATA}published/", given | days).status_code == 200


def test_a_source_is_set_asked_and_stopped_from_its_page(
    cast: Cast, town: Town, sign_in: SignIn, settings: Any
) -> None:
    settings.LINLI_FETCH_HOSTS = "data.example"
    water(cast)
    keeper, page = sign_in("keeper"), f"{DATA}sets/water-use/source/"
    given = {"act": "set", "url": "https://data.example/water.csv", "every": "24", "header": "", "secret": ""}
    refused = keeper.post(page, given | {"url": "http://127.0.0.1:8000/"})
    assert refused.status_code == 422 and "LINLI_FETCH_HOSTS" in refused.content.decode()
    assert keeper.post(page, given | {"header": "X-Key", "secret": "s3cret"}).status_code == 303
    shown = text(keeper, page)
    assert "s3cret" not in shown and "https://data.example" in shown
    with as_system():
        Source.objects.update(failures=3, fault=pack(Sentence("%(why)s", {"why": "对方回答 500。"})))
    assert "最近 3 次没有取到：对方回答 500。" in text(keeper, f"{DATA}sets/water-use/")
    assert keeper.post(page, {"act": "now"}).status_code == 303
    assert keeper.post(page, {"act": "stop", "reason": "改为手工送表"}).status_code == 303
    assert "没有，手工送表" in text(keeper, f"{DATA}sets/water-use/")
    assert sign_in("street_duty").get(page).status_code == 403
