"""Pages of stations, owners' committees, reading, cadence and rates: drawn for who may open them, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import Actor, as_system
from linli.kernel.clock.now import frozen
from linli.kernel.people.models import Person
from linli.kernel.places.models import Place
from linli.scenes.party_building import verbs
from linli.scenes.party_building.models import (
    Cadence,
    Owners,
    OwnersRecord,
    RateTable,
    Station,
    Taken,
    Visits,
    Watch,
)
from linli.scenes.party_building.verbs.dues import NewBracket

from .cast import AT, HOOD, OTHER_HOOD, TODAY, Cast, identity, secretary, signed_in

pytestmark = pytest.mark.django_db
BASE = "/scenes/party_building"


@pytest.fixture(autouse=True)
def _at() -> Iterator[None]:
    with frozen(AT):
        yield


@pytest.fixture
def lin(cast: Cast) -> Actor:
    actor = cast.resident("lin", "林党员", identity(1))
    with as_system():
        Person.objects.filter(pk=actor.person_id).update(place_code=HOOD + "001")
    cast.register(1)
    return actor


def station(cast: Cast, name: str = "一居服务站") -> Station:
    return verbs.open_station(
        by=cast.first, at=AT, organisation_id=cast.organisations["first"].id, name=name, address="柳湾路 12 号", services=["量血压"],
        opening="每天 8:00-18:00",
    )  # fmt: skip


def compound(cast: Cast, code: str = HOOD + "001", name: str = "听潮苑") -> Owners:
    with as_system():
        above = Place.objects.get(code=HOOD)
        Place.objects.create(code=code, name=name, parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2)
    return verbs.support_owners(
        by=cast.first,
        at=AT,
        organisation_id=cast.organisations["first"].id,
        name=f"{name}业主大会",
        place_code=code,
    )


def seated(cast: Cast, owners: Owners) -> None:
    members = [("王芳", "chair"), *((name, "member") for name in ("李敏", "陈强", "周杰", "吴越"))]
    for elected, ends in ((date(2016, 10, 1), date(2021, 10, 1)), (date(2021, 10, 1), date(2026, 10, 1))):
        verbs.elect_owners(
            by=cast.first, at=AT, owners_id=owners.id, elected_on=elected, ends_on=ends, members=members
        )


def document(cast: Cast) -> Any:
    return verbs.put_document(
        by=cast.street, at=AT, organisation_id=cast.organisations["street"].id, title="支部工作条例", must_read=True,
        text="\n".join(f"第{n}条 党员大会一般每季度召开一次。" for n in range(1, 70)),
    )  # fmt: skip


def test_every_page_is_drawn_in_both_languages(cast: Cast, lin: Actor):
    made, owners, version = station(cast), compound(cast), document(cast)
    other = compound(cast, HOOD + "002", "望江苑")
    seated(cast, owners)
    verbs.find_ending(at=AT)
    verbs.put_on_watch(by=cast.first, at=AT, station_id=made.pk, day=TODAY, times="8:00-12:00", who="王芳")
    verbs.count_visits(by=cast.first, at=AT, station_id=made.pk, service="量血压")
    verbs.ask_question(
        by=cast.street,
        at=AT,
        document_id=version.document_id,
        text="多久一次？",
        answers=["每月", "每季度"],
        right=1,
    )
    verbs.set_cadence(by=cast.street, at=AT, place_code=HOOD, kind="lecture", every="half", times=1)
    desk = [
        "stations/", f"stations/{made.pk}/", "owners/", f"owners/{owners.id}/", f"owners/{other.id}/", "cadence/", "rates/", "knowledge/",
    ]  # fmt: skip
    phone = [
        "near-me/", "my-owners/", f"my-owners/{owners.id}/", f"my-owners/{other.id}/", "reading/", "reading/?words=季度",
        f"reading/{version.document_id}/", f"reading/{version.document_id}/?from=61", "mine/",
    ]  # fmt: skip
    street = signed_in(cast.street)
    for client, pages in (
        (signed_in(cast.first), desk), (street, [*desk, f"knowledge/{version.document_id}/quiz/"]), (signed_in(lin), phone),
    ):  # fmt: skip
        for language in ("zh-hans", "en"):
            client.cookies["language"] = language
            for page in pages:
                assert client.get(f"{BASE}/{page}").status_code == 200, (page, language)
    chen = signed_in(cast.resident("chen", "小陈", identity(77), OTHER_HOOD))
    for page in ("near-me/", "my-owners/", "reading/", "reading/?words=季度"):
        assert chen.get(f"{BASE}/{page}").status_code == 200
    assert chen.get(f"{BASE}/my-owners/{owners.id}/").status_code == 404
    assert chen.get(f"{BASE}/reading/{version.document_id}/").status_code == 404
    for page in (f"stations/{made.pk}/", f"owners/{owners.id}/"):
        assert signed_in(cast.other).get(f"{BASE}/{page}").status_code == 404


def test_a_station_is_kept_by_its_forms_and_found_from_where_one_stands(cast: Cast, lin: Actor):
    desk = signed_in(cast.first)
    new = {
        "act": "open", "organisation_id": str(cast.organisations["first"].id), "name": "一居服务站", "address": "柳湾路 12 号",
        "services": "量血压\n党员报到", "opening": "每天 8:00-18:00",
    }  # fmt: skip
    assert desk.post(f"{BASE}/stations/", {**new, "opening": "随时"}).status_code == 422
    assert desk.post(f"{BASE}/stations/", new).status_code == 303
    with as_system():
        made = Station.objects.get()
    one = f"{BASE}/stations/{made.pk}/"
    assert desk.post(one, {"act": "count", "service": "量血压", "count": "3"}).status_code == 303
    assert desk.post(one, {"act": "count", "service": "量血压", "count": "1.5"}).status_code == 422
    watch = {"act": "watch", "day": TODAY.isoformat(), "times": "8:00-12:00", "who": "王芳"}
    assert (
        desk.post(one, {**watch, "times": "早上"}).status_code == 422 and desk.post(one, watch).status_code == 303
    )
    member = signed_in(lin)
    shown = member.get(f"{BASE}/near-me/").content.decode()
    assert "今天值班：王芳" in shown and "按您登记的住处" in shown and "到 18:00" in shown
    here = member.post(f"{BASE}/near-me/", {"lon": "121.53", "lat": "31.2"}).content.decode()
    assert "按您现在的位置" in here and "步行约 " in here
    assert "按您登记的住处" in member.post(f"{BASE}/near-me/", {"lon": "999", "lat": "x"}).content.decode()
    with as_system():
        assert (Visits.objects.get().count, Watch.objects.get().who) == (3, "王芳")
    for act in (
        {"act": "shut", "until": TODAY.isoformat(), "reason": "装修"},
        {"act": "reopen"},
        {"act": "end", "reason": "撤"},
    ):
        assert desk.post(one, act).status_code == 303
    assert desk.get(one).status_code == 404


def test_a_committee_is_supported_by_its_forms(cast: Cast, lin: Actor):
    owners = compound(cast)
    desk, one = signed_in(cast.first), f"{BASE}/owners/{owners.id}/"
    assert desk.post(one, {"act": "step", "on": TODAY.isoformat()}).status_code == 303
    elect = {
        "act": "elect", "elected_on": "2026-09-01", "ends_on": "2031-09-01",
        "members": "主任 王芳\n副主任 李敏\n委员 陈强\n委员 周杰\n委员 吴越",
    }  # fmt: skip
    assert desk.post(one, {**elect, "members": "王芳"}).status_code == 422
    assert desk.post(one, elect).status_code == 303
    result = {
        "act": "result", "item": "6", "title": "续筹维修资金", "on": TODAY.isoformat(), "publish": "1", "area_all": "40000.50",
        "area_in": "30000", "area_for": "22500", "heads_all": "40", "heads_in": "30", "heads_for": "23",
    }  # fmt: skip
    for wrong in ({"heads_in": "1.5"}, {"area_in": "50000"}, {"area_all": "1.234"}, {"item": ""}):
        assert desk.post(one, {**result, **wrong}).status_code == 422, wrong
    assert desk.post(one, result).status_code == 303
    with as_system():
        assert OwnersRecord.objects.get().area_all == 4_000_050
    told = signed_in(lin).get(f"{BASE}/my-owners/{owners.id}/").content.decode()
    assert "达到法定比例" in told and "王芳" in told and "40,000.50" in told


def test_a_document_is_read_and_its_quiz_answered_on_the_phone(cast: Cast, lin: Actor):
    version = document(cast)
    street, quiz = signed_in(cast.street), f"{BASE}/knowledge/{version.document_id}/quiz/"
    question = {"act": "ask", "text": "多久一次？", "answers": "每月\n每季度", "right": "2"}
    for wrong in ({"right": "3"}, {"right": "0"}, {"right": "1.5"}, {"answers": "每月"}):
        assert street.post(quiz, {**question, **wrong}).status_code == 422, wrong
    assert street.post(quiz, question).status_code == 303
    assert signed_in(cast.first).get(quiz).status_code == 404
    member, page = signed_in(lin), f"{BASE}/reading/{version.document_id}/"
    assert (
        "第60条" in member.get(page).content.decode() and "第61条" in member.get(f"{page}?from=61").content.decode()
    )
    with as_system():
        key = f"q{version.questions.get().pk}"
    assert member.post(page, {"act": "quiz"}).status_code == 422
    wrong = member.post(page, {"act": "quiz", key: "0"})
    assert wrong.status_code == 200 and "答对 0 题" in wrong.content.decode()
    assert member.post(page, {"act": "quiz", key: "1"}).status_code == 303
    assert "已读" in member.get(page).content.decode()
    with as_system():
        assert Taken.objects.get().right == 1
    shown = street.get(f"{BASE}/knowledge/").content.decode()
    assert "1 / 1 人" in shown


def test_cadence_and_rates_are_set_by_who_may(cast: Cast):
    street, first = signed_in(cast.street), signed_in(cast.first)
    sent = {"act": "set", "kind": "lecture", "every": "half", "times": "1"}
    assert street.post(f"{BASE}/cadence/", {**sent, "times": "1.5"}).status_code == 422
    assert street.post(f"{BASE}/cadence/", {**sent, "place_code": "没有的地方"}).status_code == 422
    assert street.post(f"{BASE}/cadence/", sent).status_code == 303
    with as_system():
        assert Cadence.objects.get().place_code == cast.organisations["street"].place_code
    assert "柳湾街道 定的" in first.get(f"{BASE}/cadence/").content.decode().replace("临江市", "").replace(
        "望江区", ""
    )
    city = signed_in(secretary("city", cast.organisations["city"]))
    page = city.get(f"{BASE}/rates/").content.decode()
    assert (
        "离退休 5000 1%" in page
        and "写一份新标准" in page
        and "写一份新标准" not in street.get(f"{BASE}/rates/").content.decode()
    )
    lines = "按月领取工资 0 1%\n离退休 0 0.5%\n农民 0 0.2元\n学生、下岗失业、抚恤救济或低保 0 0.2元"
    rates = {"act": "set", "name": "新标准", "source": "文件", "since": "2026-10-15", "brackets": lines}
    for wrong in ("离退休 0", "", "离退休 0 1.005%", "市长 0 1%", "离退休 x 1%"):
        assert city.post(f"{BASE}/rates/", {**rates, "brackets": wrong}).status_code == 422, wrong
    assert city.post(f"{BASE}/rates/", {**rates, "since": TODAY.isoformat()}).status_code == 422
    assert city.post(f"{BASE}/rates/", rates).status_code == 303
    with as_system():
        assert RateTable.objects.get(name="新标准").since == date(2026, 10, 1)
        assert RateTable.objects.get(name="新标准").brackets.get(category="working").per_myriad == 100


@pytest.mark.parametrize(
    "page", ["stations/", "owners/", "knowledge/", "cadence/", "rates/", "near-me/", "my-owners/", "reading/"]
)
def test_more_rows_ask_no_more_of_the_database(cast: Cast, lin: Actor, page: str):
    on_phone = page in ("near-me/", "my-owners/", "reading/")
    client = signed_in(lin if on_phone else cast.street)

    def fill(n: int) -> None:
        made, owners = station(cast, f"站{n}"), compound(cast, f"{HOOD}{n:03d}", f"小区{n}")
        verbs.put_on_watch(by=cast.first, at=AT, station_id=made.pk, day=TODAY, times="8:00-12:00", who=f"值班{n}")
        verbs.count_visits(by=cast.first, at=AT, station_id=made.pk, service="量血压")
        if n % 2:
            seated(cast, owners)
        verbs.put_document(
            by=cast.street,
            at=AT,
            organisation_id=cast.organisations["street"].id,
            title=f"文件{n}",
            text="全文",
            must_read=True,
        )
        verbs.set_rates(
            by=cast.actors.get("city") or _city(cast), at=AT, name=f"标准{n}", since=date(2027, n, 1), source="文件",
            brackets=[NewBracket(c, 0, flat=20) for c in ("working", "retired", "farming", "without")],
        )  # fmt: skip

    def asked() -> int:
        client.get(f"{BASE}/{page}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{BASE}/{page}").status_code == 200
        return len(seen)

    for n in (1, 2):
        fill(n)
    few = asked()
    for n in range(3, 9):
        fill(n)
    assert asked() <= few


def _city(cast: Cast) -> Actor:
    cast.actors["city"] = secretary("city", cast.organisations["city"])
    return cast.actors["city"]
