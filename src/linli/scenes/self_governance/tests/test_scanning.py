"""Codes held to a phone's camera, in real Chromium, which on Linux reads none by itself: like Safari and Firefox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from linli.kernel.clock.now import CLOCK_FILE, now
from linli.parts.tests import browser, camera
from linli.parts.tests.browser import Served
from linli.parts.tests.camera import Held
from linli.scenes.self_governance import cards, verbs
from linli.scenes.self_governance.verbs.spending import signing_key

from .cast import HERE, HOUR, Neighbours, coming
from .test_spending import rich, shop_of

pytestmark = browser.marks
chromium, pictures, held = camera.chromium, camera.pictures, camera.held

Open = Callable[..., Page]
BASE = "/scenes/self_governance/"
LIBRARY = "**/vendor/qr/decode*.js"
MAY = {"viewport": {"width": 390, "height": 844}, "permissions": ["camera", "geolocation"]}
THERE = {"geolocation": {"longitude": HERE.lon, "latitude": HERE.lat, "accuracy": 10}}
# A phone that has the class without the service behind it, as many Androids have it here.
EMPTY = "window.BarcodeDetector = class { static async getSupportedFormats() { return [] } }"
BROKEN = """window.BarcodeDetector = class {
  static async getSupportedFormats() { return ['qr_code'] }
  async detect() { throw new DOMException('service unavailable', 'NotSupportedError') }
}"""
OF_ITS_OWN = BROKEN.replace(
    "throw new DOMException('service unavailable', 'NotSupportedError')", "return [{ rawValue: CODE }]"
)


@pytest.fixture
def serving(town: Neighbours, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """The page of whoever is expected now, and what the organiser shows; time stands still for the house."""
    at = now()
    (tmp_path / "clock").write_text(at.isoformat())
    monkeypatch.setenv(CLOCK_FILE, str(tmp_path / "clock"))
    shift = town.shift(town.activity(lon=HERE.lon, lat=HERE.lat), starts=at - HOUR / 2)
    one = town.join("granny", shift, at=at - HOUR)
    return f"{BASE}mine/{one.id}/", f"https://linli.example.org{BASE}check/{shift.id}/{coming(shift, at)}/"


@pytest.mark.parametrize("native", ["", EMPTY, BROKEN], ids=["none", "empty", "broken"])
def test_a_volunteer_checks_in_by_camera(
    house: Served, open_page: Open, held: Held, serving: tuple[str, str], native: str
) -> None:
    address, shown = serving
    page, hosts, fetched = open_page("granny", **MAY, **THERE), set(), []
    page.add_init_script(native)
    page.on("request", lambda asked: (hosts.add(urlsplit(asked.url).hostname), fetched.append(asked.url)))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert not any("vendor/qr" in url for url in fetched), "fetched before anybody scans"
    held(shown)
    page.get_by_role("button", name="打开相机扫码").click()
    expect(page.locator("[name=code]")).to_have_value(shown.split("/")[-2])
    assert any("vendor/qr" in url for url in fetched)
    expect(page.locator("[data-scan-view]")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject") is None, "the camera goes on"
    page.get_by_role("button", name="签到", exact=True).click()
    expect(page.locator("main")).to_contain_text("签到成功")
    assert hosts <= {urlsplit(house.url).hostname, None}


def test_a_browser_that_reads_codes_fetches_nothing(
    house: Served, open_page: Open, held: Held, serving: tuple[str, str]
) -> None:
    address, shown = serving
    page, fetched = open_page("granny", **MAY), []
    page.add_init_script(OF_ITS_OWN.replace("CODE", repr(shown)))
    page.on("request", lambda asked: fetched.append(asked.url))
    page.goto(address)
    page.get_by_role("button", name="打开相机扫码").click()
    expect(page.locator("[name=code]")).to_have_value(shown.split("/")[-2])
    assert not any("vendor/qr" in url for url in fetched)


def test_another_code_is_told_apart_and_the_camera_looks_on_until_it_is_put_away(
    house: Served, open_page: Open, held: Held, serving: tuple[str, str]
) -> None:
    page = open_page("granny", **MAY)
    page.goto(serving[0])
    held("https://example.org/menu/table/7")
    page.get_by_role("button", name="打开相机扫码").click()
    expect(page.locator("[data-scan-says]")).to_have_text("这不是签到或签退的码。")
    expect(page.locator("[name=code]")).to_have_value("")
    track = "document.querySelector('video').srcObject?.getTracks()[0].readyState"
    assert page.evaluate(track) == "live"
    page.evaluate("window.given = document.querySelector('video').srcObject")
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true }), document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert page.evaluate("given.getTracks()[0].readyState") == "ended"
    expect(page.get_by_role("button", name="打开相机扫码")).to_be_visible()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("NotAllowedError", "没有得到使用相机的许可"),
        ("NotFoundError", "没有找到相机"),
        ("NotReadableError", "相机打不开"),
    ],
)
def test_without_a_camera_it_is_said_why_and_one_types(
    house: Served, open_page: Open, serving: tuple[str, str], error: str, told: str
) -> None:
    page = open_page("granny", **MAY)
    if error != "NotAllowedError":
        page.add_init_script(
            f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{error}') }}"
        )
    else:
        page.context.clear_permissions()
    page.goto(serving[0])
    page.get_by_role("button", name="打开相机扫码").click()
    says = page.locator(".scan .hint")
    expect(says).to_contain_text(told)
    expect(says).to_contain_text("也可以在下面输入")
    expect(page.locator("[name=code]")).to_be_editable()


def test_a_library_that_does_not_come_is_said(
    house: Served, open_page: Open, held: Held, serving: tuple[str, str]
) -> None:
    page = open_page("granny", **MAY)
    page.route(LIBRARY, lambda route: route.abort())
    page.goto(serving[0])
    page.get_by_role("button", name="打开相机扫码").click()
    expect(page.locator("[data-scan-says]")).to_contain_text("读码的程序没有取到")
    assert page.evaluate("document.querySelector('video').srcObject") is None


def test_a_shop_reads_a_card_without_a_network(
    house: Served, open_page: Open, held: Held, town: Neighbours
) -> None:
    with house.turn:
        rich(town)
        shop = shop_of(town)
        code = cards.made(signing_key(), verbs.take_card(by=town.granny, at=now()).number, now())
    page = open_page("zhang", **MAY)
    with page.expect_response(LIBRARY):
        page.goto(f"{BASE}shop/{shop.pk}/")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    held(code)
    page.get_by_role("button", name="扫顾客的积分卡").click()
    expect(page.locator("[name=code]")).to_have_value(code)
    page.fill("[name=amount]", "60")
    page.fill("[name=what]", "馄饨")
    page.get_by_role("button", name="请顾客确认").click()
    expect(page.locator("[data-said]")).to_contain_text("没有网络：码是真的")
    page.context.set_offline(False)
    expect(page.locator("[data-said]")).to_contain_text("已请顾客在手机上确认 60 分")


def test_the_policy_allows_what_it_did(town: Neighbours, sign_in: Callable[[str], Client]) -> None:
    policy = sign_in("granny").get(f"{BASE}mine/")["Content-Security-Policy"]
    assert "script-src" not in policy and "unsafe-eval" not in policy
