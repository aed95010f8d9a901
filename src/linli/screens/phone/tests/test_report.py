"""Reporting by plain forms: three pages, nothing typed is lost, sent twice it is one matter."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import KindNumbers, Matter
from linli.kernel.matters.purposes import PUBLIC_WORDS
from linli.kernel.matters.tests.cast import HOOD, STREET, Cast
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Person
from linli.kernel.places import queries as known_places
from linli.kernel.places.rows import Address, PlaceRow
from linli.kernel.places.verbs import add_place

from .conftest import SignIn

pytestmark = pytest.mark.django_db
REPORT = "/phone/report/"
WRITTEN = {
    "body": "3号楼门口井盖破损，车子经过哐哐响",
    "address": "楼门口",
    "near_home": "1",
    "kind": "unlicensed-stall",
}


def step_of(page: str) -> str:
    """The one section that is shown."""
    shown = re.findall(r'<section data-step="(\w+)" class="stack">', page)
    assert len(shown) == 1
    return shown[0]


def matters() -> list[Matter]:
    with as_system():
        return list(Matter.objects.order_by("opened_at"))


def test_step_by_step_without_scripts(sign_in: SignIn) -> None:
    client = sign_in("granny")
    key = re.search(r'name="key" value="([^"]+)"', client.get(REPORT).content.decode())
    assert key
    given = {"key": key[1], "body": WRITTEN["body"]}
    where = client.post(REPORT, {**given, "step": "where"}).content.decode()
    assert step_of(where) == "where" and WRITTEN["body"] in where
    given |= {"address": "楼门口", "near_home": "1"}
    check = client.post(REPORT, {**given, "step": "check"}).content.decode()
    assert step_of(check) == "check" and "柳湾一居" in check and "前" in check
    sent = client.post(REPORT, {**given, "step": "send"}, follow=True)
    (matter,) = matters()
    assert sent.redirect_chain[-1][0] == f"/phone/matters/{matter.id}/?sent=1"
    assert matter.number in sent.content.decode() and matter.source == "phone"
    assert matter.place_code == "990101001001" and matter.address == "楼门口"


@pytest.mark.parametrize(("given", "step", "sentence"), [
    ({"body": "  "}, "what", "请写几个字"),
    ({"body": "灯坏了"}, "where", "请在地图上点一下"),
    ({"body": "灯坏了", "address": "火星路9999弄"}, "where", "没有认出"),
    ({"body": "灯坏了", "lon": "200", "lat": "95"}, "where", "经纬度不对"),
    ({"body": "灯坏了", "lon": "nan", "lat": "1"}, "where", "请在地图上点一下"),
    ({"body": "灯坏了", "address": "楼门口", "near_home": "1", "kind": "no-such-kind"}, "what", "请从列表中选择"),
])  # fmt: skip
def test_what_is_missing_or_wrong_comes_back_with_what_was_typed(
    sign_in: SignIn, given: dict[str, str], step: str, sentence: str
) -> None:
    kind = {"kind": "unlicensed-stall", **given}
    for wanted in ("check", "send") if "no-such" not in kind["kind"] else ("send",):
        answer = sign_in("granny").post(REPORT, {"key": str(uuid4()), **kind, "step": wanted})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert step_of(page) == step and sentence in page
        assert given.get("body", "").strip() in page and given.get("address", "") in page
    assert matters() == []


def test_sent_twice_is_one_matter_and_anothers_key_opens_nothing_of_theirs(sign_in: SignIn) -> None:
    given = {"key": str(uuid4()), **WRITTEN, "step": "send"}
    client = sign_in("granny")
    first, again = (client.post(REPORT, given, headers={"accept": "application/json"}) for _ in range(2))
    assert first.status_code == 201 and first.json() == again.json()
    other = sign_in("chen").post(REPORT, given, headers={"accept": "application/json"})
    assert other.json()["number"] != first.json()["number"]
    assert len(matters()) == 2


def test_the_outbox_is_told_in_sentences(sign_in: SignIn, client: object) -> None:
    given = {"key": str(uuid4()), "body": "灯坏了", "address": "火星路", "kind": "unlicensed-stall", "step": "send"}
    refused = sign_in("granny").post(REPORT, given, headers={"accept": "application/json"})
    assert refused.status_code == 422 and "没有认出" in refused.json()["sentence"]
    signed_out = client.post(REPORT, given, headers={"accept": "application/json"})  # type: ignore[attr-defined]
    assert signed_out.status_code == 401 and "登录" in signed_out.json()["sentence"]


def test_anonymous(sign_in: SignIn) -> None:
    client = sign_in("chen")
    client.post(REPORT, {"key": str(uuid4()), **WRITTEN, "anonymous": "1", "step": "send"})
    assert matters()[0].anonymous
    refused = client.post(
        REPORT, {"key": str(uuid4()), **WRITTEN, "kind": "neighbour-dispute", "anonymous": "1", "step": "send"}
    )
    assert refused.status_code == 422 and step_of(refused.content.decode()) == "check"
    assert "请不要选匿名" in refused.content.decode()


def test_words_that_may_mean_many_places_are_sent_to_the_neighbourhood_of_who_writes_them(
    cast: Cast, sign_in: SignIn
) -> None:
    grid = "990101001001001"
    for code, name in ((grid, "第一网格"), (f"{grid}001", "柳湾新村"), (f"{grid}002", "柳湾公寓")):
        add_place(by=SYSTEM, at=now(), row=PlaceRow(code=code, name=name))
    for code in (f"{grid}001003", f"{grid}002003"):
        add_place(by=SYSTEM, at=now(), row=PlaceRow(code=code, name="3号楼", address=Address(building="3")))
    assert len(known_places.find("3号楼门口")) == 2
    unsure = {**WRITTEN, "address": "3号楼门口", "key": str(uuid4())}
    page = sign_in("granny").post(f"{REPORT}preview/", unsure).content.decode()
    assert "没有认出" not in page and "柳湾一居" in page
    sign_in("granny").post(REPORT, {**unsure, "step": "send"})
    (matter,) = matters()
    assert matter.place_code == "990101001001" and matter.address == "3号楼门口"


def test_who_has_a_registered_home_reports_from_their_building_with_one_press(cast: Cast, sign_in: SignIn) -> None:
    """The neighbourhood alone is no address; a building is, and a room is nobody's business."""
    assert "data-my-address" not in sign_in("granny").get(REPORT).content.decode()
    grid, compound = HOOD + "001", HOOD + "001001"
    for code, name, address in (
        (grid, "第一网格", Address()), (compound, "柳湾花园", Address(road="柳湾路", lane="12")),
        (compound + "003", "3号楼", Address(building="3")), (compound + "00301", "1单元", Address(unit="1")),
        (compound + "003010502", "502室", Address(room="502")),
    ):  # fmt: skip
        add_place(by=SYSTEM, at=now(), row=PlaceRow(code=code, name=name, address=address))
    with as_system():
        Person.objects.filter(id=cast.granny.person_id).update(place_code=compound + "003010502")
    client = sign_in("granny")
    told = re.search(r'data-my-address="([^"]+)"', client.get(REPORT).content.decode())
    assert told and told[1] == "柳湾路12弄3号楼"
    client.post(REPORT, {**WRITTEN, "key": str(uuid4()), "address": told[1], "step": "send"})
    (matter,) = matters()
    assert matter.place_code == compound + "003"


def test_what_was_reported_close_by_is_shown_before_sending(cast: Cast, sign_in: SignIn) -> None:
    cast.report("granny", now())
    again = {**WRITTEN, "body": "傍晚路口总有摊位摆出来，把盲道占了", "key": str(uuid4())}
    page = sign_in("chen").post(f"{REPORT}preview/", again).content.decode()
    assert "附近已有人反映" in page and "无证设摊" in page
    assert "林阿婆" not in page and "路口有人摆摊" not in page


def test_the_kinds_a_text_sounds_like(sign_in: SignIn) -> None:
    found = sign_in("granny").get(f"{REPORT}kinds/", {"text": "工地半夜还在施工"}).json()["kinds"]
    assert found[0]["word"] == "施工噪声" and len(found) <= 3
    assert sign_in("granny").get(f"{REPORT}kinds/", {"text": ""}).json() == {"kinds": []}


def test_scripts_in_texts_stay_text(sign_in: SignIn) -> None:
    evil = '<script>alert("x")</script>'
    client = sign_in("granny")
    page = client.post(REPORT, {"key": str(uuid4()), **WRITTEN, "body": evil, "step": "send"}, follow=True)
    assert evil not in page.content.decode() and "&lt;script&gt;" in page.content.decode()


def jpeg() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (640, 480), "#556").save(out, "JPEG")
    return SimpleUploadedFile("井盖.jpg", out.getvalue(), "image/jpeg")


def test_a_photo_of_a_plain_form_travels_along_and_is_seen(sign_in: SignIn) -> None:
    client = sign_in("granny")
    given = {"key": str(uuid4()), **WRITTEN}
    where = client.post(REPORT, {**given, "photos": jpeg(), "step": "where"}).content.decode()
    files = re.findall(r'name="files" value="([^"]+)"', where)
    assert len(files) == 1
    page = client.post(REPORT, {**given, "files": files, "step": "send"}, follow=True).content.decode()
    picture = re.search(r'<img src="(/files/[^"]+)" alt="照片 1"', page)
    assert picture and client.get(picture[1]).status_code == 200


def test_what_is_no_photo_leaves_a_sentence_and_the_text(sign_in: SignIn) -> None:
    wrong = SimpleUploadedFile("井盖.jpg", b"<html>not a photo</html>", "image/jpeg")
    answer = sign_in("granny").post(REPORT, {"key": str(uuid4()), **WRITTEN, "photos": wrong, "step": "where"})
    page = answer.content.decode()
    assert answer.status_code == 422 and step_of(page) == "what"
    assert "井盖.jpg：" in page and WRITTEN["body"] in page


def test_anothers_photo_cannot_be_taken(sign_in: SignIn) -> None:
    sent = sign_in("granny").post(f"{REPORT}photos/", {"photo": jpeg()})
    assert sent.status_code == 201
    stolen = sign_in("chen").post(
        REPORT, {"key": str(uuid4()), **WRITTEN, "files": sent.json()["id"], "step": "send"}
    )
    assert stolen.status_code == 422 and "请重新选择" in stolen.content.decode()
    assert matters() == []


def test_before_sending_it_is_said_who_sees_what(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("granny")

    def checked(**changes: str) -> str:
        page = client.post(REPORT, {**WRITTEN, "step": "check", **changes}).content.decode()
        assert step_of(page) == "check"
        return page

    page = checked()
    assert "您写的话、照片、姓名和电话不公开，只有办理的人看得到。" in page
    assert "会公开：类别、地点（到小区）、办到哪一步。" in page
    assert "不公开。" in checked(kind="neighbour-dispute").partition("data-promise")[2]
    assert "类别由工作人员判断" in checked(kind="")
    granny = {"by": cast.granny, "at": now(), "person_id": cast.granny.person_id, "purpose": PUBLIC_WORDS}
    people.give_consent(**granny)
    assert "您同意过" in checked()
    people.withdraw_consent(**granny)
    assert "您同意过" not in checked()


def test_the_reporter_reads_what_stands_in_public(cast: Cast, sign_in: SignIn) -> None:
    matter, client = cast.report(kind="illegal-posters"), sign_in("granny")
    address = f"/phone/matters/{matter.id}/"
    assert "公开显示的只有类别、地点（到小区）和进度" in client.get(address).content.decode()
    verbs.publish(matter_id=matter.id, by=cast.dispatcher, at=now(), reply="已派人清除")
    page = client.get(address).content.decode()
    assert "工作人员核对过的这些内容" in page and "已派人清除" in page
    private = cast.report(kind="neighbour-dispute")
    assert "这类事不公开。" in client.get(f"/phone/matters/{private.id}/").content.decode()


def test_a_proxy_uses_the_phone_in_the_name_of_whom_they_act_for(cast: Cast, sign_in: SignIn) -> None:
    with as_system():
        Person.objects.filter(id=cast.chen.person_id).update(account=None)
        people.correct_person(by=SYSTEM, at=now(), person_id=cast.chen.person_id, phone="13933334444")
        Person.objects.filter(id=cast.chen.person_id).update(account=cast.chen.account_id)
    until = now() + timedelta(days=30)
    named = {"by": cast.granny, "person_id": cast.granny.person_id, "name": "小陈", "phone": "13933334444"}
    proxy = people.name_proxy(**named, at=now(), until=until)
    client = sign_in("chen")
    own = cast.report("chen", title="小陈自己的")
    assert client.post("/account/proxy/", {"proxy": str(proxy.id)}).status_code == 302
    home = client.get("/phone/").content.decode()
    assert "正在替林阿婆办" in home and "小陈自己的" not in home
    assert client.get(f"/phone/matters/{own.id}/").status_code == 404
    sent = client.post(REPORT, {**WRITTEN, "step": "send"}, follow=True).content.decode()
    assert "已送达" in sent and "代办人小陈" in sent
    with as_system():
        assert Matter.objects.get(source="phone", body=WRITTEN["body"]).reporter_id == cast.granny.person_id
    client.post("/account/proxy/", {"stop": "1"})
    assert "小陈自己的" in client.get("/phone/").content.decode()


def test_what_a_place_has_switched_off_is_not_offered_there_and_not_sent(sign_in: SignIn) -> None:
    with as_system():
        KindNumbers.objects.create(kind="unlicensed-stall", place_code=STREET, off=True)
    client = sign_in("granny")
    form = client.get(REPORT).content.decode()
    assert 'value="unlicensed-stall"' not in form and 'value="street-litter"' in form
    sounds = {"text": "路口有人无证设摊，占了盲道"}
    assert "unlicensed-stall" not in {k["name"] for k in client.get(f"{REPORT}kinds/", sounds).json()["kinds"]}
    kept = {"key": str(uuid4()), **WRITTEN}  # a draft written before it was switched off
    for wanted in ("check", "send"):
        answer = client.post(REPORT, {**kept, "step": wanted})
        page = answer.content.decode()
        assert answer.status_code == 422 and step_of(page) == "what" and WRITTEN["body"] in page
        assert "这里不在线上受理“无证设摊”" in page and "请换一类" in page
    preview = client.post(f"{REPORT}preview/", kept)
    assert preview.status_code == 422 and "这里不在线上受理" in preview.content.decode()
    told = client.post(REPORT, {**kept, "step": "send"}, headers={"accept": "application/json"}).json()
    assert list(told["fields"]) == ["kind"] and matters() == []


def test_a_report_without_a_kind_lands_in_one_that_is_offered(sign_in: SignIn) -> None:
    with as_system():
        KindNumbers.objects.create(kind="unlicensed-stall", place_code=STREET, off=True)
    given = {"key": str(uuid4()), "body": "路口有人无证设摊，占了盲道", "address": "楼门口", "near_home": "1"}
    answer = sign_in("granny").post(REPORT, {**given, "step": "send"})
    assert answer.status_code == 302
    assert matters()[0].kind != "unlicensed-stall"
