"""The counter: found, opened with a purpose, one number with a reason, and everything that can be done for somebody."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.kernel.access import as_system, look_as
from linli.kernel.clock.now import now
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries.mine import mine
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, STREET, Cast
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, Person, Proxy, Residence
from linli.kernel.people.queries import who_looked
from linli.kernel.places.models import Place
from linli.screens.desk import visit

from . import pins

SignIn = Callable[[str], Client]
PHONE, IDENTITY = "13911112222", "11010519491231002X"
FOR = "办公交卡"


@pytest.fixture
def town(cast: Cast) -> Cast:
    """Granny has a phone, an identity number and a home; two homes stand in the neighbourhood."""
    with as_system():
        hood = Place.objects.get(code=HOOD)
        line, above = HOOD, hood
        for digits, name in (("001", "一网格"), ("001", "柳湾小区"), ("003", "3号楼"), ("01", "1单元")):
            line += digits
            above = Place.objects.create(code=line, name=name, parent=above, valid_from=hood.valid_from)
        for room in ("0501", "0502"):
            Place.objects.create(
                code=line + room, name=f"{room[1:]}室", parent=above, valid_from=hood.valid_from,
                road="柳湾路", lane="12", building="3", room=room[1:],
            )  # fmt: skip
        verbs.correct_person(by=cast.social, at=now(), person_id=cast.granny.person_id, birth_year=1949)
        person = Person.objects.get(id=cast.granny.person_id)
        Person.objects.filter(id=person.id).update(account=None)
        verbs.correct_person(by=cast.social, at=now(), person_id=person.id, phone=PHONE, identity=IDENTITY)
        Person.objects.filter(id=person.id).update(account=cast.granny.account_id)
        Account.objects.filter(id=cast.granny.account_id).update(
            phone_print=Person.objects.get(id=person.id).phone_print,
            phone_sealed=Person.objects.get(id=person.id).phone_sealed,
        )
    return cast


HOME = "柳湾路12弄3号楼502室"
PAGES = ("", "matters/", "report/", "copy/", "mentions/", "erase/")


def find(client: Client, **asked: str) -> Any:
    return client.post("/desk/counter/", {"purpose": FOR, **asked})


def opened(town: Cast, sign_in: SignIn) -> tuple[Client, str]:
    """A social worker who found granny, and the address of her page."""
    client = sign_in("social")
    assert find(client, phone=PHONE).status_code == 200
    return client, f"/desk/counter/{town.granny.person_id}/"


def text(answer: Any) -> str:
    return answer.content.decode()


def looks(town: Cast) -> list[str]:
    return [look.what for look in who_looked(town.granny.person_id, by=town.granny)]


# -- who may, and what for


def test_the_counter_is_for_those_who_serve_there(town: Cast, sign_in: SignIn) -> None:
    page = f"/desk/counter/{town.granny.person_id}/"
    for who in ("dispatcher", "handler", "grid", "keeper", "street_leader"):
        client = sign_in(who)
        assert "/desk/counter/" not in text(client.get("/desk/places/"))
        for address in ("/desk/counter/", "/desk/counter/register/", *(page + end for end in PAGES)):
            assert client.get(address).status_code == 403, (who, address)
    assert "窗口" in text(sign_in("social").get("/desk/q/all/"))


def test_no_page_opens_before_it_is_said_what_for(town: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    client, page = sign_in("social"), f"/desk/counter/{town.granny.person_id}/"
    assert "打开登记之前" in text(client.get(page)) and "查看了登记信息" not in looks(town)
    for end in PAGES[1:]:
        assert client.get(page + end)["Location"] == page
    assert client.post(page, {"purpose": " "}).status_code == 422
    assert client.post(page, {"purpose": FOR}).status_code == 303
    assert "1949" in text(client.get(page))
    assert looks(town)[0] == "查看了登记信息"
    later = time.time() + visit.LASTS + 1
    monkeypatch.setattr(visit.time, "time", lambda: later)
    assert "打开登记之前" in text(client.get(page)), "what was said a quarter of an hour ago is not said for ever"


def test_the_next_one_finds_nothing_of_the_last(town: Cast, sign_in: SignIn) -> None:
    client, page = opened(town, sign_in)
    client.get(page)
    assert client.post("/desk/counter/next/").status_code == 303
    assert "counter" not in client.session
    fresh_page = text(client.get("/desk/counter/"))
    assert FOR not in fresh_page and PHONE not in fresh_page and "林阿婆" not in fresh_page
    assert "打开登记之前" in text(client.get(page))
    assert "data-draft" not in text(_again(client, page, "report/")), "no draft waits in the browser"


def _again(client: Client, page: str, end: str) -> Any:
    client.post(page, {"purpose": FOR})
    return client.get(page + end)


# -- found


def test_found_by_what_one_says_and_shown_masked(town: Cast, sign_in: SignIn) -> None:
    client = sign_in("social")
    for asked in ({"name": "林阿婆"}, {"phone": "139 1111 2222"}, {"identity": IDENTITY}):
        answer = find(client, **asked)
        assert "找到 1 人" in text(answer) and "139****2222" in text(answer)
        if "phone" not in asked:
            assert PHONE not in text(answer)
        if "identity" not in asked:
            assert IDENTITY not in text(answer)
        assert answer["Cache-Control"].startswith("max-age=0")
    assert "没有找到" in text(find(client, name="林阿"))
    assert "没有找到" in text(find(sign_in("social"), name="没有的人"))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "至少一项"),
        ({"phone": "12"}, "电话应是"),
        ({"identity": "12"}, "证件号码不对"),
        ({"name": "林阿婆", "birth_year": "四九"}, "四位数字"),
        ({"name": "林阿婆", "purpose": ""}, "请填写这一项"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    town: Cast, sign_in: SignIn, asked: dict[str, str], sentence: str
) -> None:
    answer = find(sign_in("social"), **asked)
    assert answer.status_code == 422 and sentence in text(answer)
    for value in asked.values():
        assert f'value="{value}"' in text(answer)


# -- opened


def test_a_number_is_seen_once_with_a_reason_that_the_person_reads(town: Cast, sign_in: SignIn) -> None:
    client, page = opened(town, sign_in)
    assert PHONE not in text(client.get(page)) and IDENTITY not in text(client.get(page))
    refused = client.post(page, {"act": "unmask_identity", "reason_identity": ""})
    assert refused.status_code == 422 and "请写明原因" in text(refused) and IDENTITY not in text(refused)
    shown = client.post(page, {"act": "unmask_identity", "reason_identity": "核对老年卡的号码"})
    assert shown.status_code == 200 and IDENTITY in text(shown) and PHONE not in text(shown)
    assert IDENTITY not in text(client.get(page))
    assert IDENTITY not in str(dict(client.session)) + str(client.cookies)
    told = who_looked(town.granny.person_id, by=town.granny)
    assert ("查看了完整的证件号码", "核对老年卡的号码") in [(look.what, look.purpose) for look in told]
    assert client.post(page, {"act": "unmask_name", "reason_name": "看看"}).status_code == 422


def test_what_is_typed_is_corrected_and_the_rest_stays(town: Cast, sign_in: SignIn) -> None:
    client, page = opened(town, sign_in)
    assert client.post(page, {"act": "correct", "name": "林秀珍", "address": HOME}).status_code == 303
    with as_system():
        person = Person.objects.get(id=town.granny.person_id)
    assert (person.name, person.birth_year, person.place_code[-4:]) == ("林秀珍", 1949, "0502")
    assert person.phone_print and person.identity_print
    for wrong, field in (
        ({}, "没有填写"),
        ({"address": "火星路1弄"}, "没有找到地点"),
        ({"phone": "1"}, "电话应是"),
    ):
        answer = client.post(page, {"act": "correct", **wrong})
        assert answer.status_code == 422 and field in text(answer)


def test_consent_and_proxy_are_given_and_taken_back_at_the_counter(town: Cast, sign_in: SignIn) -> None:
    with as_system():
        chen = Person.objects.get(id=town.chen.person_id)
        Person.objects.filter(id=chen.id).update(account=None)
        verbs.correct_person(by=town.social, at=now(), person_id=chen.id, phone="13933334444")
    client, page = opened(town, sign_in)
    assert client.post(page, {"act": "give", "consent": "public-words"}).status_code == 303
    assert "起同意" in text(client.get(page))
    assert client.post(page, {"act": "withdraw", "consent": "public-words"}).status_code == 303
    chosen = timezone.localdate() + timedelta(days=30)
    until = chosen.isoformat()
    named = {"act": "proxy", "agent_name": "小陈", "agent_phone": "13933334444", "until": until}
    refused = client.post(page, {**named, "agent_phone": "13900000000"})
    assert refused.status_code == 422 and "没有姓名和手机号都相符" in text(refused)
    assert client.post(page, named).status_code == 303
    with as_system():
        proxy = Proxy.objects.get()
    assert proxy.agent_id == town.chen.person_id
    assert timezone.localtime(proxy.valid.upper).date() == timezone.localdate() + timedelta(days=31)
    assert f"{chosen.month}月{chosen.day}日" in text(client.get(page))  # the day that was chosen, not the next
    assert client.post(page, {"act": "end_proxy", "proxy_id": str(proxy.id)}).status_code == 303
    assert "已结束" in text(client.get(page)) or not Proxy.objects.exists()


def test_who_lives_together_is_told_when_asked_and_may_be_opened(town: Cast, sign_in: SignIn) -> None:
    client = sign_in("social")
    home = {"address": HOME, "lives": "new", "relation": "head"}
    made = client.post(
        "/desk/counter/register/", {"act": "register", "name": "陈阿公", "phone": "021-55556666", **home}
    )
    assert made.status_code == 303
    more = {**home, "lives": "join", "relation": "child"}
    child = client.post(
        "/desk/counter/register/", {"act": "register", "name": "小孙", "birth_year": "2015", **more}
    )
    assert child.status_code == 303
    page = text(client.get(child["Location"]))
    assert "陈阿公" not in page
    page = text(client.post(child["Location"], {"act": "household"}))
    assert "陈阿公" in page and "户主" in page
    assert "打开登记之前" not in text(client.get(made["Location"]))
    with as_system():
        assert Residence.objects.count() == 2 and Person.objects.get(name="小孙").birth_year == 2015


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"address": "柳湾"}, "可能是"),
        ({"address": "x"}, "没有找到地点"),
        ({"lives": "join"}, "还没有登记的户"),
        ({"name": ""}, "请填写这一项"),
        ({"birth_year": "20"}, "四位数字"),
    ],
)
def test_what_cannot_be_registered_is_said_beside_its_field(
    town: Cast, sign_in: SignIn, changes: dict[str, str], sentence: str
) -> None:
    given = {"act": "register", "name": "新人", "address": HOME, "lives": "new", "relation": "head", **changes}
    answer = sign_in("social").post("/desk/counter/register/", given)
    assert answer.status_code == 422 and sentence in text(answer), text(answer)
    with as_system():
        assert not Person.objects.filter(name="新人").exists()


def test_who_is_registered_elsewhere_moves_in(town: Cast, sign_in: SignIn) -> None:
    with as_system():
        Person.objects.filter(id=town.granny.person_id).update(place_code=OTHER_HOOD)
    client = sign_in("social")
    assert "没有找到" in text(find(client, phone=PHONE))
    given = {"act": "move", "move_name": "林阿婆", "move_phone": PHONE, "move_address": HOME}
    given |= {"move_lives": "new", "move_relation": "head"}
    refused = client.post("/desk/counter/register/", {**given, "move_phone": "13900000000"})
    assert refused.status_code == 404
    assert client.post("/desk/counter/register/", given).status_code == 303
    assert "找到 1 人" in text(find(client, phone=PHONE))


# -- their matters


def test_what_is_reported_here_the_person_finds_on_their_phone(town: Cast, sign_in: SignIn) -> None:
    client, page = opened(town, sign_in)
    form = text(client.get(page + "report/"))
    key = re.search(r'name="key" value="([^"]+)"', form)[1]  # type: ignore[index]
    report = {
        "key": key,
        "title": "门口有人摆摊",
        "body": "每天傍晚",
        "kind": "illegal-posters",
        "urgency": "normal",
    }
    assert client.post(page + "report/", {**report, "address": ""}).status_code == 422
    for _twice in range(2):
        sent = client.post(page + "report/", {**report, "address": "柳湾一居"}, follow=True)
        assert "已登记，编号" in text(sent) and "前答复" in text(sent)
    look_as(town.granny)
    (matter,) = mine(town.granny).rest
    assert (matter.source, matter.title) == ("counter", "门口有人摆摊")
    listed = text(client.get(page + "matters/"))
    assert "门口有人摆摊" in listed and matter.number in listed
    assert "在窗口查看了您反映过的事" in looks(town)
    with as_system():
        Matter.objects.filter(id=matter.id).update(anonymous=True)
    assert "没有反映过事情" in text(client.get(page + "matters/"))


# -- papers


def test_a_copy_is_printed_with_a_reason(town: Cast, sign_in: SignIn) -> None:
    town.report(title="路口有摊")
    client, page = opened(town, sign_in)
    asked = text(client.get(page + "copy/"))
    assert PHONE not in asked
    assert client.post(page + "copy/", {"reason": ""}).status_code == 422
    paper = text(client.post(page + "copy/", {"reason": "本人出示身份证"}))
    for held in (PHONE, IDENTITY, "路口有摊", "谁查看过我的信息", "data-print"):
        assert held in paper, held
    assert "打印了一份您的信息副本" in looks(town)


def test_erased_on_request_with_what_stays_and_why(town: Cast, sign_in: SignIn) -> None:
    client, page = opened(town, sign_in)
    asked = text(client.get(page + "erase/"))
    assert "会留下，以及为什么" in asked and "还没办完的事" in asked and "监督承办单位" in asked
    refused = client.post(page + "erase/", {"reason": "书面申请", "name": "李四"})
    assert refused.status_code == 422 and "与登记的姓名不一致" in text(refused)
    assert client.post(page + "erase/", {"reason": ".", "name": "林阿婆"}).status_code == 422
    done = client.post(page + "erase/", {"reason": "本人书面申请", "name": "林阿婆"}, follow=True)
    assert "已注销" in text(done)
    assert "没有找到" in text(find(client, phone=PHONE))
    with as_system():
        assert Person.objects.get(id=town.granny.person_id).name == "已注销"


def test_what_others_wrote_of_them_is_looked_through_and_blacked_out(town: Cast, sign_in: SignIn) -> None:
    said = town.report("chen", body="<b>林阿婆</b>家天天敲墙，电话139 1111 2222")
    namesake = town.report("chen", body="另一位林阿婆家漏水", at=now())
    far = town.report("chen", body="林阿婆家漏水", place_code=OTHER_HOOD)
    client, page = opened(town, sign_in)
    assert f"{page}mentions/" in text(client.get(page)) and f"{page}mentions/" in text(client.get(page + "erase/"))
    page += "mentions/"
    shown = text(client.get(page))
    assert "敲墙" in shown and "<b>林阿婆" not in shown and "另一位" in shown and far.number not in shown
    assert looks(town)[0] == "在窗口查找了别人反映的事里提到您的地方"
    reason = "本人出示身份证，书面申请"
    for sent in ({"reason": reason}, {"chosen": said.id}, {"chosen": said.id, "reason": "林阿婆申请"}):
        refused = client.post(page, sent)
        assert refused.status_code == 422 and "敲墙" in text(refused), sent
    assert " checked" in text(refused), "what was ticked stays ticked"
    assert client.post(page, {"chosen": [said.id, far.id], "reason": reason}).status_code == 303
    after = text(client.get(page))
    assert "已在 1 件事里隐去" in after and "敲墙" not in after and "另一位" in after
    with as_system():
        bodies = {row.id: row.body for row in Matter.objects.all()}
    assert bodies[said.id] == "<b>■■</b>家天天敲墙，电话■■"
    assert "林阿婆" in bodies[namesake.id] and "林阿婆" in bodies[far.id]


# -- another place, and what pages cost


def test_another_place_is_as_if_there_were_nobody(town: Cast, sign_in: SignIn) -> None:
    with as_system():
        Person.objects.filter(id=town.granny.person_id).update(place_code=STREET + "009")
    client, page = sign_in("social"), f"/desk/counter/{town.granny.person_id}/"
    client.post(page, {"purpose": FOR})
    for end in PAGES:
        if end != "copy/":
            assert client.get(page + end).status_code == 404, end
    assert client.post(page + "copy/", {"reason": "本人申请"}).status_code == 404


def test_a_list_costs_the_same_whatever_its_length(town: Cast, sign_in: SignIn) -> None:
    client, page = opened(town, sign_in)
    for n in range(8):
        verbs.register_person(by=town.social, at=now(), name="王秀英", place_code=HOOD, birth_year=1940 + n)
    counts: dict[str, list[int]] = {"find": [], "matters": []}
    for name, year in (("林阿婆", "1949"), ("王秀英", "")):
        find(client, name=name, birth_year=year)
        with CaptureQueriesContext(connection) as seen:
            assert find(client, name=name, birth_year=year).status_code == 200
        counts["find"].append(len(seen))
    for number in (1, 6):
        for _n in range(number):
            town.report()
        _again(client, page, "matters/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page + "matters/").status_code == 200
        counts["matters"].append(len(seen))
    assert all(few == many for few, many in counts.values()), counts
    _again(client, page, "")
    with CaptureQueriesContext(connection) as seen:
        client.get(page)
    pins.check(
        {"counter find": counts["find"][0], "counter matters": counts["matters"][0], "counter person": len(seen)}
    )
