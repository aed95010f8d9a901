"""监督指挥 as pages: orders given and owed, lists, the way down, the chain of a matter; who sees which, and how it is done."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter, Order, Phase
from linli.kernel.matters.queries.tests.many import make_many
from linli.kernel.matters.tests.cast import DISTRICT, HOOD, OTHER_STREET, STREET, Cast

from . import pins

SignIn = Callable[[str], Client]


def ordered(cast: Cast, who: str = "district_duty", text: str = "查明原因", **more: object) -> Order:
    at = now() - timedelta(hours=2)
    m = cast.assigned(at=at)
    verbs.supervise(matter_id=m.id, by=cast.actors[who], at=at, text=text, **more)
    with as_system():
        return Order.objects.get(matter=m)


def late(cast: Cast, **more: object) -> Order:
    return ordered(cast, text="为什么没有回复", reply_due=now() - timedelta(hours=1), **more)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_what_is_owed_stands_first_and_late_is_said(cast: Cast, sign_in: SignIn) -> None:
    ordered(cast)
    late(cast)
    page = text_of(sign_in("handler"), "/desk/orders/")
    assert page.index("为什么没有回复") < page.index("查明原因")
    assert "逾期仍未回复" in page and "未到期" in page
    only = text_of(sign_in("handler"), "/desk/orders/?side=owed&phase=0&late=1")
    assert "查明原因" not in only.partition('id="list"')[2]


def test_each_level_opens_its_own_side(cast: Cast, sign_in: SignIn) -> None:
    ordered(cast)
    for who, side, seen in (
        ("district_duty", "given", True),
        ("district_duty", "received", False),
        ("street_duty", "received", True),
        ("street_duty", "given", False),
        ("city_duty", "below", True),
        ("sweeper", "owed", False),
    ):
        page = text_of(sign_in(who), f"/desk/orders/?side={side}&phase=0").partition('id="list"')[2]
        assert ("查明原因" in page) is seen, (who, side)


def test_an_order_goes_round_by_forms_alone(cast: Cast, sign_in: SignIn) -> None:
    order = ordered(cast)
    handler, district = sign_in("handler"), sign_in("district_duty")
    page = text_of(handler, f"/desk/orders/{order.id}/")
    (reply,) = re.findall(r'href="([^"]+/reply_order/[^"]+)"', page)
    assert str(order.id) in text_of(handler, reply).partition("selected")[0] + reply
    address = reply.partition("?")[0]
    assert handler.post(address, {"order_id": order.id, "text": ""}).status_code == 422
    assert handler.post(address, {"order_id": order.id, "text": "已经安排"}).status_code == 303
    page = text_of(district, f"/desk/orders/{order.id}/")
    assert "已经安排" in page and "/settle_order/" in page and "/return_order/" in page
    back = address.replace("reply_order", "return_order")
    assert district.post(back, {"order_id": order.id, "reason": "没有时间"}).status_code == 303
    page = text_of(handler, f"/desk/orders/{order.id}/")
    assert "退回：没有时间" in page and "退回重报 1 次" in page
    handler.post(address, {"order_id": order.id, "text": "明天 10 点前完成"})
    district.post(address.replace("reply_order", "settle_order"), {"order_id": order.id})
    with as_system():
        assert Order.objects.get(id=order.id).phase == Phase.SETTLED
    assert "明天 10 点前完成" in text_of(district, "/desk/orders/?side=given&phase=2")


def test_who_may_not_is_told_why(cast: Cast, sign_in: SignIn) -> None:
    order = ordered(cast)
    address = f"/desk/matters/{order.matter_id}/"
    answer = sign_in("street_duty").post(address + "reply_order/", {"order_id": order.id, "text": "x"})
    assert answer.status_code == 403 and "只有主办单位" in answer.content.decode()
    sign_in("handler").post(address + "reply_order/", {"order_id": order.id, "text": "已经安排"})
    answer = sign_in("street_duty").post(address + "settle_order/", {"order_id": order.id})
    assert answer.status_code == 403 and "发出它的层级" in answer.content.decode()


def test_passed_down_the_chain_is_on_the_page(cast: Cast, sign_in: SignIn) -> None:
    order = ordered(cast, "city_duty", unit_ids=[cast.units["district"].id])
    district = sign_in("district_duty")
    assert "查明原因" in text_of(district, "/desk/orders/?side=owed&phase=0")
    address = f"/desk/matters/{order.matter_id}/pass_order/"
    assert district.post(address, {"order_id": order.id}).status_code == 303
    page = text_of(district, f"/desk/orders/{order.id}/")
    assert "转办到哪里" in page and "柳湾街道综合执法队" in page
    with as_system():
        below = Order.objects.get(passed_from=order)
    verbs.reply_order(matter_id=order.matter_id, by=cast.handler, at=now(), order_id=below.id, text="已整改")
    form = text_of(district, f"/desk/matters/{order.matter_id}/reply_order/?order_id={order.id}")
    assert "柳湾街道综合执法队：已整改" in form, "what was answered below is there to answer by"


def test_many_matters_one_order_and_one_answer(cast: Cast, sign_in: SignIn) -> None:
    matters = [cast.assigned(at=now()) for _ in range(3)]
    sign_in("district_duty").post(
        "/desk/bulk/supervise/",
        {"chosen": [f"{m.id}:{m.version}" for m in matters], "step": "do", "text": "一并说明"},
    )
    with as_system():
        orders = list(Order.objects.all())
    assert len({o.batch for o in orders}) == 1 and orders[0].batch
    handler = sign_in("handler")
    page = text_of(handler, "/desk/orders/?side=owed&phase=0")
    assert "同一份发给 3 件" in page and "/desk/orders/together/reply_order/" in page
    assert "同一份督办的其他几份" in text_of(handler, f"/desk/orders/{orders[0].id}/")
    chosen = {"chosen": [str(o.id) for o in orders]}
    assert "一并回复" in handler.post("/desk/orders/together/reply_order/", chosen).content.decode()
    assert handler.post("/desk/orders/together/reply_order/", {**chosen, "step": "do"}).status_code == 422
    done = handler.post("/desk/orders/together/reply_order/", {**chosen, "step": "do", "text": "都已安排"})
    assert "已办 3 份" in done.content.decode()
    again = handler.post("/desk/orders/together/reply_order/", {**chosen, "step": "do", "text": "再来"})
    assert "3 份没有办成" in again.content.decode()
    assert handler.post("/desk/orders/together/withdraw_order/", chosen).status_code == 404


def test_nothing_of_another_street_is_on_any_page(cast: Cast, sign_in: SignIn) -> None:
    """The keeper's table of places may name it; no matter, order or count of it is told."""
    make_many(cast)
    order = ordered(cast)
    with as_system():
        Matter.objects.filter(id=order.matter_id).update(place_code=OTHER_STREET + "001")
    client = sign_in("street_duty")
    for address in (f"/desk/orders/{order.id}/", f"/desk/matters/{order.matter_id}/chain/"):
        assert client.get(address).status_code == 404
    assert client.get(f"/desk/through/?place={OTHER_STREET}").status_code == 403
    assert client.get(f"/desk/through/?place={DISTRICT}").status_code == 403
    for address in ("/desk/orders/?side=all&phase=0", f"/desk/orders/?side=all&phase=0&place={OTHER_STREET}"):
        assert "查明原因" not in text_of(client, address)
    for name in ("overdue", "paused", "reopened"):
        assert "桥头" not in text_of(client, f"/desk/lists/{name}/?place={OTHER_STREET}")
    for who in ("granny", "keeper"):
        for address in ("/desk/orders/", "/desk/lists/overdue/", "/desk/through/"):
            assert sign_in(who).get(address).status_code == 403, (who, address)


@pytest.mark.parametrize(
    "name", ["overdue", "returned", "reopened", "extended", "extended_again", "paused", "unmerged"]
)
def test_each_list_opens_sorts_and_exports(cast: Cast, sign_in: SignIn, name: str) -> None:
    make_many(cast)
    client = sign_in("district_duty")
    page = text_of(client, f"/desk/lists/{name}/?days=365")
    if turned := re.search(r'aria-sort="\w+"><a class="sort" href="([^"]+)"', page):
        text_of(client, turned[1].replace("&amp;", "&"))
    before = _exports()
    book = load_workbook(BytesIO(client.get(f"/desk/lists/{name}/export/?days=365").content))
    assert book.active.cell(1, 15).value == "缘由"
    assert _exports() == before + 1
    assert client.get("/desk/lists/nothing/").status_code == 404


def test_orders_are_taken_away_as_they_stand(cast: Cast, sign_in: SignIn) -> None:
    late(cast)
    book = load_workbook(BytesIO(sign_in("district_duty").get("/desk/orders/export/?side=given&phase=0").content))
    assert [cell.value for cell in book.active[2]][8:10] == ["待回复", "逾期仍未回复"]
    assert sign_in("handler").get("/desk/orders/export/?side=owed&phase=0").status_code == 403


def test_what_waits_for_a_leader_stands_on_one_page_with_the_button_that_decides_it(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in("district_duty")
    assert "没有等您决定的事" in text_of(client, "/desk/deciding/")
    answered, silent = ordered(cast, text="拿出办法"), late(cast)
    verbs.reply_order(
        matter_id=answered.matter_id, by=cast.handler, at=now(), order_id=answered.id, text="已经安排"
    )
    m = cast.assigned(at=now())
    verbs.ask_extension(matter_id=m.id, by=cast.handler, at=now(), span="2 working_day", reason="等配件")
    page = text_of(client, "/desk/deciding/")
    for words in ("延期 2 个工作日", "等配件", "拿出办法", "已经安排", "为什么没有回复"):
        assert words in page, words
    found = dict(re.findall(r'href="(/desk/matters/[^"]+/(\w+)/(?:\?order_id=[^"]+)?)"', page))
    assert set(found.values()) >= {"decide_extension", "settle_order", "return_order", "urge_order"}
    for address in found:
        assert client.get(address).status_code == 200, address
    urge = f"/desk/matters/{silent.matter_id}/urge_order/"
    assert client.post(urge, {"order_id": silent.id, "text": "今天下班前"}).status_code == 303
    assert client.post(urge, {"order_id": silent.id}).status_code == 409
    assert "催办过 1 次" in text_of(client, f"/desk/orders/{silent.id}/")
    owed = text_of(sign_in("handler"), "/desk/orders/?side=owed&phase=0")
    assert "催办 1 次" in owed and "/desk/deciding/" not in owed, "who decides nothing has no such page in the way"


def test_one_order_goes_to_several_units_by_the_form(cast: Cast, sign_in: SignIn) -> None:
    m = cast.assigned(at=now())
    units = [str(cast.units[name].id) for name in ("enforcement", "sanitation")]
    client = sign_in("district_duty")
    address = f"/desk/matters/{m.id}/supervise/"
    assert text_of(client, address).count('type="checkbox" name="unit_ids"') >= 2
    assert client.post(address, {"text": "分别说明", "unit_ids": units}).status_code == 303
    with as_system():
        first, second = Order.objects.filter(matter=m)
    page = text_of(client, f"/desk/orders/{first.id}/")
    assert "同一份督办的其他" in page and str(second.id) in page
    story = text_of(client, f"/desk/matters/{m.id}/")
    assert "柳湾街道综合执法队、柳湾街道市容所" in story or "柳湾街道市容所、柳湾街道综合执法队" in story


def test_tables_are_taken_away_as_text_too(cast: Cast, sign_in: SignIn) -> None:
    late(cast)
    client = sign_in("district_duty")
    for address in (
        "/desk/orders/export/?side=given&phase=0",
        "/desk/lists/overdue/export/?",
        "/desk/through/export/?days=90",
    ):
        before = _exports()
        answer = client.get(f"{address}&form=csv")
        assert answer.headers["Content-Type"].startswith("text/csv") and answer.content.startswith(b"\xef\xbb\xbf")
        assert load_workbook(BytesIO(client.get(address).content)).active.max_row >= 1
        assert _exports() == before + 2, address
    lines = client.get(f"/desk/through/export/?place={DISTRICT}&form=csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("地点,代码,未结") and any(line.startswith("柳湾街道,990101001,1") for line in lines)
    assert sign_in("handler").get("/desk/through/export/").status_code == 403


@pytest.mark.parametrize("sort", ["often", "unit"])
def test_a_list_sorts_by_how_often_and_by_unit(cast: Cast, sign_in: SignIn, sort: str) -> None:
    make_many(cast)
    client = sign_in("district_duty")
    page = text_of(client, "/desk/lists/reopened/?days=365")
    (address,) = re.findall(rf'class="sort" href="([^"]*sort={sort}[^"]*)"', page)
    sorted_ = text_of(client, address.replace("&amp;", "&"))
    assert re.search(r'aria-sort="(ascending|descending)"><a class="sort" href="[^"]*sort=' + sort, sorted_)


def test_from_the_district_down_to_the_matter(cast: Cast, sign_in: SignIn) -> None:
    order = late(cast)
    client = sign_in("district_duty")
    page = text_of(client, "/desk/through/")
    (street,) = re.findall(rf'href="([^"]*through[^"]*place={STREET}[^"]*)"', page)
    (hood,) = re.findall(
        rf'href="([^"]*through[^"]*place={HOOD}[^"]*)"', text_of(client, street.replace("&amp;", "&"))
    )
    last = text_of(client, hood.replace("&amp;", "&"))
    assert f"/desk/matters/{order.matter_id}/" in last and "柳湾街道" in last, "the matter, and the way back up"
    (behind,) = set(re.findall(r'href="([^"]*orders/\?[^"]*late=1[^"]*)"', last))
    assert "为什么没有回复" in text_of(client, behind.replace("&amp;", "&"))


def test_the_chain_of_a_matter_says_who_and_how_long_and_prints(cast: Cast, sign_in: SignIn) -> None:
    order = ordered(cast)
    verbs.reply_order(matter_id=order.matter_id, by=cast.handler, at=now(), order_id=order.id, text="已经安排")
    client = sign_in("dispatcher")
    assert "责任链" in text_of(client, f"/desk/matters/{order.matter_id}/")
    page = text_of(client, f"/desk/matters/{order.matter_id}/chain/")
    for words in ("柳湾街道综合执法队", "区值班", "督办", "回复了督办", "合计", "上报人", "已经安排"):
        assert words in page
    assert "林阿婆" not in page, "the reporter is not named"
    part = client.get(f"/desk/matters/{order.matter_id}/chain/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "在谁手里多久" in part


def test_how_many_queries_the_pages_take(cast: Cast, sign_in: SignIn) -> None:
    make_many(cast)
    for n in range(3):
        ordered(cast, text=f"第 {n} 份")
    order = late(cast)
    client = sign_in("district_duty")
    pages = {
        "deciding": "/desk/deciding/",
        "orders": "/desk/orders/",
        "order": f"/desk/orders/{order.id}/",
        "list overdue": "/desk/lists/overdue/",
        "list reopened": "/desk/lists/reopened/?days=365",
        "through": "/desk/through/",
        "chain": f"/desk/matters/{order.matter_id}/chain/",
    }
    found = {}
    for name, address in pages.items():
        text_of(client, address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text_of(client, address)
        found[name] = len(queries)
    pins.check(found)


def _exports() -> int:
    with as_system():
        return Record.objects.filter(verb="matters.exported").count()
