"""Installing a device with a phone: from the label to its first word, in a browser and by plain forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, expect

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.files.models import File
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, STREET, Cast
from linli.kernel.places.models import Place
from linli.kernel.things import verbs
from linli.kernel.things.models import Stranger, Thing, Upkeep
from linli.kernel.things.queries.registry import ensure_slots
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

from .conftest import SignIn

PAGE = "/phone/install/"
MODEL = "smoke-detector"
LOOKS = [{}, {"theme": "dark"}, {"large": "1", "language": "en"}]
Open = Callable[..., Page]


@pytest.fixture
def waiting(cast: Cast) -> verbs.Registered:
    ensure_slots()
    return verbs.register(
        by=SYSTEM, at=now(), key="sd-0001", model=MODEL, place_code=STREET, name="独立烟感", waits=True
    )


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def fresh(made: verbs.Registered) -> Thing:
    with as_system():
        return Thing.objects.get(pk=made.thing.pk)


def speaks(thing: Thing, value: float = 0.1) -> None:
    """The thing's first reading arrives, as the evaluator writes it."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO readings_latest (thing, at, received_at, changed_at, "values") VALUES (%s, %s, %s, %s, %s)'
            ' ON CONFLICT (thing) DO UPDATE SET received_at = excluded.received_at, "values" = excluded.values',
            [thing.no, now(), now(), now(), [value]],
        )


# -- by plain forms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("grid", 200),
        ("handler", 200),
        ("keeper", 200),
        ("street_duty", 200),
        ("street_leader", 403),
        ("granny", 403),
    ],
)
def test_whoever_may_install_opens_it(cast: Cast, sign_in: SignIn, who: str, status: int) -> None:
    assert sign_in(who).get(PAGE).status_code == status


def test_nobody_signed_in_is_sent_to_the_door_of_staff_and_back_with_the_code(cast: Cast) -> None:
    answer = Client().get(PAGE + "?code=ABCD")
    assert answer.status_code == 302 and "as=staff" in answer["Location"] and "code%3DABCD" in answer["Location"]


def test_from_the_code_to_the_first_word_without_scripts(
    cast: Cast, sign_in: SignIn, waiting: verbs.Registered
) -> None:
    grid = sign_in("grid")
    shown = text(grid.get(PAGE, {"code": waiting.code.lower()}))
    assert "sd-0001" in shown and "柳湾街道" in shown and "已经连上来了" not in shown
    with as_system():
        Stranger.objects.create(key="sd-0001", why="waiting", first_at=now(), last_at=now())
    assert "已经连上来了" in text(grid.get(PAGE, {"code": waiting.code})), "intake heard it knock"
    sent = grid.post(PAGE, {"code": waiting.code, "place": "other", "address": HOOD, "spot": "三楼走廊"})
    thing = fresh(waiting)
    assert sent.status_code == 302 and sent["Location"] == f"/phone/install/{thing.id}/"
    assert (thing.state, thing.place_code, thing.spot) == ("working", HOOD, "三楼走廊")
    assert "等待第一条读数" in text(grid.get(sent["Location"]))
    speaks(thing)
    heard = text(grid.get(sent["Location"] + "heard/"))
    assert "收到第一条读数" in heard and "hx-get" not in heard


def test_words_from_before_it_was_installed_anew_are_no_first_word(
    cast: Cast, sign_in: SignIn, waiting: verbs.Registered
) -> None:
    speaks(waiting.thing)
    thing = verbs.claim(by=cast.grid, at=now() + timedelta(seconds=5), code=waiting.code, place_code=HOOD)
    assert "等待第一条读数" in text(sign_in("grid").get(f"{PAGE}{thing.id}/"))


def test_what_stands_in_its_way_is_said(cast: Cast, sign_in: SignIn, waiting: verbs.Registered) -> None:
    thing = verbs.claim(by=cast.grid, at=now(), code=waiting.code, place_code=HOOD)
    with as_system():
        Stranger.objects.create(key="sd-0001", why="secret", first_at=now(), last_at=now())
    assert "密钥不对" in text(sign_in("grid").get(f"{PAGE}{thing.id}/heard/"))


@pytest.mark.parametrize(
    ("data", "status", "says"),
    [
        ({"code": "0000-0000-0000-0000"}, 404, "没有这个安装码"),
        ({"code": "\x00"}, 422, ""),
        ({"place": "other", "address": ""}, 422, "请选择或写明装在哪里"),
        ({"place": "other", "address": "火星"}, 422, "没有找到地点"),
        ({"place": OTHER_HOOD}, 403, "不在您的管辖范围内"),
        ({"place": "12x"}, 422, "没有这个地点"),
        ({"place": HOOD, "spot": "x" * 121}, 422, "最多 120 个字"),
        ({"place": HOOD, "lon": "nan", "lat": "1e999"}, 302, ""),
    ],
)
def test_what_does_not_fit_is_said_and_the_code_stays_good(
    cast: Cast, sign_in: SignIn, waiting: verbs.Registered, data: dict[str, str], status: int, says: str
) -> None:
    grid = sign_in("grid")
    answer = grid.post(PAGE, {"code": waiting.code, **data})
    assert answer.status_code == status and says in text(answer)
    assert fresh(waiting).state == ("working" if status == 302 else "waiting")


def test_a_used_code_says_so(cast: Cast, sign_in: SignIn, waiting: verbs.Registered) -> None:
    verbs.claim(by=cast.grid, at=now(), code=waiting.code, place_code=HOOD)
    answer = sign_in("grid").get(PAGE, {"code": waiting.code})
    assert answer.status_code == 409 and "已经用过" in text(answer)


def test_too_many_wrong_codes_end_in_a_wait(cast: Cast, sign_in: SignIn, waiting: verbs.Registered) -> None:
    grid = sign_in("grid")
    for _n in range(10):
        assert grid.get(PAGE, {"code": "0000-0000-0000-0000"}).status_code == 404
    assert grid.get(PAGE, {"code": waiting.code}).status_code == 429


def test_near_places_come_first_and_none_outside_ones_scope(
    cast: Cast, sign_in: SignIn, waiting: verbs.Registered
) -> None:
    with as_system():
        for code, name, lon in ((HOOD, "幸福苑", 121.5), (OTHER_HOOD, "对面新村", 121.5001)):
            above = Place.objects.get(code=code)
            grid = Place.objects.create(code=code + "001", name="网格", parent=above, valid_from=above.valid_from)
            Place.objects.create(
                code=code + "001001", name=name, parent=grid, valid_from=above.valid_from, lon=lon, lat=31.2
            )
    given = {"code": waiting.code, "lon": "121.5", "lat": "31.2"}
    shown = text(sign_in("grid").get(PAGE + "near/", given))
    assert "幸福苑" in shown and "对面新村" not in shown and 'value="' + HOOD + '001001" checked' in shown
    assert "对面新村" in text(sign_in("handler").get(PAGE + "near/", given))
    assert sign_in("grid").get(PAGE + "near/", {**given, "code": "x"}).status_code == 404


# -- in a real browser --------------------------------------------------------------------------------------------


@pytest.fixture
def phone(open_page: Open) -> Open:
    return lambda who, **options: open_page(who, viewport={"width": 390, "height": 844}, **options)


@pytest.mark.browser
@pytest.mark.skipif(not browser.CHROMIUM, reason="no Chromium on this machine")
def test_installed_on_the_spot_with_a_photo_until_it_turns_green(
    house: Served, phone: Open, waiting: verbs.Registered, tmp_path: Path
) -> None:
    page = phone("grid", geolocation={"longitude": 121.5, "latitude": 31.2}, permissions=["geolocation"])
    page.goto(PAGE)
    page.fill("#f-code", waiting.code)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="独立烟感")).to_be_visible()
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.locator("[data-here-says]")).to_contain_text("附近的地点")
    page.get_by_label("别的地方").check()
    page.fill("#f-address", HOOD)
    page.fill("#f-spot", "三楼走廊东侧")
    picture = tmp_path / "installed.jpg"
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(picture, "JPEG")
    page.set_input_files("#f-photos", picture)
    expect(page.locator("[data-photos-say]")).to_contain_text("已选 1 张")
    page.get_by_role("button", name="装好了").click()
    expect(page.get_by_text("等待第一条读数")).to_be_visible()
    with house.turn:
        thing = fresh(waiting)
        with as_system():
            assert Upkeep.objects.get(thing=thing).by_name == "赵网格"
            kept = File.objects.select_related("blob").get(subject_id=thing.id)
        assert (kept.blob.width or 0) < 2400, "made small on the phone"
        assert (thing.lon, thing.lat) == (121.5, 31.2)
        speaks(thing)
    expect(page.get_by_text("收到第一条读数")).to_be_visible()
    expect(page.locator("#heard.heard")).to_be_visible()
    assert page.locator("#heard[hx-get]").count() == 0, "and it asks no more"


@pytest.mark.browser
@browser.needs_axe
@pytest.mark.skipif(not browser.CHROMIUM, reason="no Chromium on this machine")
@pytest.mark.parametrize("cookies", LOOKS)
@pytest.mark.parametrize("width", [360, 430])
def test_nobody_is_shut_out_at_any_width(
    house: Served, open_page: Open, waiting: verbs.Registered, cookies: dict[str, str], width: int
) -> None:
    page = open_page("grid", cookies=cookies, viewport={"width": width, "height": 780})
    found = []
    for path in (PAGE, f"{PAGE}?code={waiting.code}", f"{PAGE}?code=0000"):
        page.goto(path)
        found += browser.serious(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{path} is wider than the phone"
        )
    with house.turn:
        thing = verbs.claim(by=SYSTEM, at=now(), code=waiting.code, place_code=HOOD)
    page.goto(f"{PAGE}{thing.id}/")
    found += browser.serious(page)
    with house.turn:
        speaks(thing)
    page.goto(f"{PAGE}{thing.id}/")
    assert found + browser.serious(page) == []
