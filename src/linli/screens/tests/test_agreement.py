"""Grandma Lin's button, from the visit to the day she takes it back: phone of the worker, her own phone, desk, counter."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from urllib.request import Request, urlopen

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, expect

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Person
from linli.kernel.readings.models import Intake
from linli.kernel.things import verbs
from linli.kernel.things.models import Signature, Thing
from linli.kernel.things.queries.registry import ensure_slots
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

Open = Callable[..., Page]
SignIn = Callable[[str], Client]
PHONE = "13911112222"
PURPOSE = {"purpose": "老人上门"}


@pytest.fixture
def button(cast: Cast) -> verbs.Registered:
    """A button that waits to be installed, and Granny with a phone in the register."""
    ensure_slots()
    people.correct_person(by=cast.social, at=now(), person_id=cast.granny.person_id, birth_year=1944)
    with as_system():
        Person.objects.filter(id=cast.granny.person_id).update(account=None)
    people.correct_person(by=cast.social, at=now(), person_id=cast.granny.person_id, phone=PHONE)
    with as_system():
        Person.objects.filter(id=cast.granny.person_id).update(account=cast.granny.account_id)
    return verbs.register(by=SYSTEM, at=now(), key="jj-0001", model="emergency-button", place_code=HOOD, waits=True)


def state(made: verbs.Registered) -> str:
    with as_system():
        return Thing.objects.get(pk=made.thing.pk).state


def paper() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((60, 80), 60).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def installed(cast: Cast, made: verbs.Registered) -> Thing:
    return verbs.claim(by=cast.grid, at=now(), code=made.code, place_code=HOOD, spot="卧室床头")


def agreed(cast: Cast, made: verbs.Registered) -> Thing:
    thing = installed(cast, made)
    granny = verbs.Signer(person_id=cast.granny.person_id)
    verbs.agree(
        by=cast.social, at=now(), thing_id=thing.id, signers=[granny], form="paper",
        file_id=cast.photo("social", at=now()),
    )  # fmt: skip
    return thing


def in_chromium(test: Callable[..., None]) -> Callable[..., None]:
    for mark in browser.marks:
        test = mark(test)
    return test


# -- by plain forms


def test_a_claim_leads_to_the_agreement_and_the_installer_is_told_who_records_it(
    cast: Cast, sign_in: SignIn, button: verbs.Registered
):
    grid = sign_in("grid")
    sent = grid.post("/phone/install/", {"code": button.code, "place": HOOD})
    assert sent["Location"] == f"/phone/install/{button.thing.id}/agreement/" and state(button) == "asking"
    shown = text(grid.get(sent["Location"]))
    assert "上门巡访" in shown and "由管这一片的社工登记" in shown and "<form" not in shown.partition("<main")[2]
    assert grid.post(sent["Location"], {"form": "paper", "name": "林阿婆", "number": PHONE}).status_code == 403
    assert "还没有人同意" in text(grid.get(f"/phone/install/{button.thing.id}/"))


def test_the_desk_records_ends_and_says_what_does_not_fit(cast: Cast, sign_in: SignIn, button: verbs.Registered):
    thing = installed(cast, button)
    social, page = sign_in("social"), f"/desk/things/{thing.id}/agreement/"
    assert "还没有人同意" in text(social.get(page))

    def send(**given: object) -> object:
        form = {"act": "agree", "form": "paper", "name": "林阿婆", "number": PHONE, **given}
        return social.post(page, form)

    for given, says in (
        ({"name": "林阿公"}, "没有找到"),
        ({"number": ""}, "请填写这一项"),
        ({}, "请放一张"),
        ({"files": [io.BytesIO(b"no picture")]}, "一张照片"),
        ({"until": "2020-01-01", "files": [_upload()]}, "请选择将来的一天"),
        ({"guardian_name": "林阿婆", "guardian_number": PHONE, "files": [_upload()]}, "监护人不能是本人"),
        ({"form": "nothing", "files": [_upload()]}, "请选择"),
    ):
        answer = send(**given)
        assert answer.status_code in (415, 422) and says in text(answer), given
    assert state(button) == "asking"
    answer = send(files=[_upload()])
    assert answer.status_code == 303 and state(button) == "working"
    shown = text(social.get(page))
    assert "林阿婆" in shown and "看照片" in shown
    assert "林阿婆" not in text(sign_in("keeper").get(page)), "who keeps devices need not know who lives there"
    assert "林阿婆" in text(social.get(f"/desk/things/{thing.id}/"))
    assert social.post(page, {"act": "end", "why": "died"}).status_code == 303 and state(button) == "asking"
    assert "人已去世" in text(social.get(page))


def test_the_desk_asks_her_on_her_phone_and_she_says_yes_or_no(
    cast: Cast, sign_in: SignIn, button: verbs.Registered
):
    thing = installed(cast, button)
    social, granny = sign_in("social"), sign_in("granny")
    page, mine = f"/desk/things/{thing.id}/agreement/", "/account/me/devices/"
    form = {"act": "agree", "form": "own", "name": "林阿婆", "number": PHONE, "files": ""}
    for act, then in (("decline", "asking"), ("sign", "working")):
        answer = social.post(page, form)
        assert answer.status_code == 303, text(answer)
        assert "还没有确认" in text(social.get(page))
        assert "1 份请您看" in text(granny.get("/phone/me/"))
        shown = text(granny.get(mine))
        digest = re.findall(r'name="digest" value="([0-9a-f]{64})"', shown)[0]
        signature = re.findall(r'name="signature" value="([0-9a-f-]{36})"', shown)[0]
        sent = granny.post(mine, {"act": act, "signature": signature, "digest": digest})
        assert sent.status_code == 303 and state(button) == then
    assert granny.post(mine, {"act": "sign", "signature": signature, "digest": digest}).status_code == 409


def test_on_the_worker_s_phone_what_does_not_fit_stands_at_its_field(
    cast: Cast, sign_in: SignIn, button: verbs.Registered
):
    thing = installed(cast, button)
    people.correct_person(by=cast.social, at=now(), person_id=cast.granny.person_id, birth_year=2016)
    social, page = sign_in("social"), f"/phone/install/{thing.id}/agreement/"
    for given, says in (
        ({"number": ""}, "请填写姓名"),
        ({"photos": io.BytesIO(b"no picture")}, ""),
        ({"photos": _upload()}, "由监护人同意"),
        ({"photos": _upload(), "guardian_name": "小陈", "guardian_number": "123"}, "电话应是"),
    ):
        answer = social.post(page, {"form": "paper", "name": "林阿婆", "number": PHONE, **given})
        assert answer.status_code in (415, 422) and says in text(answer), given
    assert state(button) == "asking"


def test_the_counter_takes_it_back_for_her(cast: Cast, sign_in: SignIn, button: verbs.Registered):
    agreed(cast, button)
    social, page = sign_in("social"), f"/desk/counter/{cast.granny.person_id}/"
    social.post(page, PURPOSE)
    assert "收回对设备的同意" in text(social.get(page))
    with as_system():
        signature = Signature.objects.get()
    assert social.post(page, {"act": "device", "signature_id": str(signature.id)}).status_code == 303
    assert state(button) == "asking" and "已收回" in text(social.get(page))


def test_whoever_registers_one_is_led_to_its_agreement_and_a_table_says_how_many_wait(cast: Cast, sign_in: SignIn):
    ensure_slots()
    keeper = sign_in("keeper")
    given = {"act": "register", "key": "jj-9", "model": "emergency-button", "place_code": HOOD}
    keeper.post("/desk/things/register/", given)
    with as_system():
        thing = Thing.objects.get(key="jj-9")
    assert f"/desk/things/{thing.id}/agreement/" in text(keeper.get("/desk/things/register/"))
    table = io.BytesIO(f"编号,型号,地点代码\njj-10,emergency-button,{HOOD}\nyg-1,smoke-detector,{HOOD}\n".encode())
    table.name = "t.csv"
    shown = text(keeper.post("/desk/things/import/", {"file": table}))
    assert "其中 1 台" in shown and "待同意" in shown
    with as_system():
        other = Thing.objects.get(key="jj-10")
    assert str(other.id) in text(keeper.get("/desk/things/?state=asking"))
    assert str(other.id) in text(keeper.get("/desk/things/?state=asking"))


def test_nobody_else_opens_her_devices_or_takes_them_back(cast: Cast, sign_in: SignIn, button: verbs.Registered):
    agreed(cast, button)
    with as_system():
        signature = Signature.objects.get()
    chen = sign_in("chen")
    assert "紧急按钮" not in text(chen.get("/account/me/devices/"))
    assert chen.post("/account/me/devices/", {"act": "withdraw", "signature": str(signature.id)}).status_code == 404
    assert chen.post("/account/me/devices/", {"act": "withdraw", "signature": "x"}).status_code == 404
    assert state(button) == "working"
    assert sign_in("grid").get("/account/me/devices/").status_code in (403, 404)


# -- in real browsers


@in_chromium
def test_from_the_visit_to_the_day_she_takes_it_back(
    cast: Cast, house: Served, open_page: Open, button: verbs.Registered
):
    phone = {"viewport": {"width": 390, "height": 844}}
    worker = open_page("social", **phone)
    worker.goto(f"/phone/install/?code={button.code}")
    worker.get_by_text("登记的地点").click()
    worker.get_by_role("button", name="装好了").click()
    expect(worker.get_by_role("heading", name="在家里使用紧急按钮")).to_be_visible()
    expect(worker.get_by_text("上门巡访")).to_be_visible()
    _says(house, button, 403, "agreement")

    worker.fill("[name=name]", "林阿婆")
    worker.fill("[name=number]", PHONE)
    worker.set_input_files("[name=photos]", {"name": "同意书.jpg", "mimeType": "image/jpeg", "buffer": paper()})
    worker.get_by_role("button", name="登记同意书").click()
    worker.wait_for_url(f"**/install/{button.thing.id}/")
    with house.turn:
        assert state(button) == "working"
    _says(house, button, 200)

    granny = open_page("granny", **phone)
    granny.goto("/phone/me/")
    granny.get_by_role("link", name="家里的设备").click()
    expect(granny.get_by_text("在用", exact=True)).to_be_visible()
    granny.get_by_text("我同意了什么").click()
    expect(granny.get_by_text("不装也一样有人照应", exact=False)).to_be_visible()
    granny.get_by_role("link", name="谁看过").click()
    expect(granny.get_by_text("登记了您签的设备同意书")).to_be_visible()
    granny.go_back()
    granny.get_by_role("button", name="收回同意").click()
    expect(granny.get_by_text("设备已停用，它记录过的已全部消除", exact=False)).to_be_visible()
    _says(house, button, 401)
    with house.turn:
        assert state(button) == "asking"


def _says(house: Served, made: verbs.Registered, status: int, code: str = "") -> None:
    """The button sends a reading over HTTP."""
    request = Request(
        f"{house.url}/api/v1/devices/readings",
        data=json.dumps({"pressed": 0, "battery": 90}).encode(),
        headers={"Authorization": f"Bearer jj-0001:{made.secret}", "Content-Type": "application/json"},
    )
    try:
        with urlopen(request) as answer:
            assert answer.status == status
    except OSError as error:
        assert getattr(error, "code", None) == status, error
        assert code in error.read().decode()  # type: ignore[attr-defined]
    with house.turn:
        assert Intake.objects.exists() == (status == 200)
        Intake.objects.all().delete()


def _upload() -> io.BytesIO:
    upload = io.BytesIO(paper())
    upload.name = "同意书.jpg"
    return upload
