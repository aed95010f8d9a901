"""Duty in real Chromium: four steps under one thumb, a photo taken where there is no network, and what axe finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.access import as_system
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.kernel.readings.tests.cast import thing
from linli.parts.tests import browser
from linli.parts.tests.browser import Served, until

from .test_browser import photo
from .test_duty import alarm, warn, with_rules

__all__ = ["with_rules"]
pytestmark = browser.marks
Open = Callable[..., Page]
HERE = {"geolocation": {"longitude": 121.5004, "latitude": 31.2}, "permissions": ["geolocation"]}


@pytest.fixture
def phone(open_page: Open) -> Open:
    return lambda who, **options: open_page(who, viewport={"width": 390, "height": 844}, **HERE, **options)


def matter(house: Served) -> Matter:
    with house.turn:
        return alarm()


def changed(page: Page) -> None:
    """What the live stream says to a page when its matters change."""
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:matter', {bubbles: true}))")


def test_what_is_asked_about_notices_takes_nothing_else_off_the_page(cast: Cast, phone: Open) -> None:
    page = phone("grid")
    page.goto("/phone/duty/")
    expect(page.locator("#main")).to_contain_text("现在没有警情")
    with page.expect_response(lambda answer: answer.url.endswith("/notices/now/")) as asked:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live:notice', {bubbles: true}))")
    asked.value.finished()
    page.wait_for_function("() => document.readyState === 'complete'")
    expect(page.locator("#duty-now")).to_contain_text("现在没有警情")


def test_four_steps_under_one_thumb(cast: Cast, phone: Open, house: Served, tmp_path: Path) -> None:
    with house.turn:
        smoke = thing(code=HOOD, name="三楼走廊烟感")
    page = phone("grid")
    page.goto("/phone/duty/")
    expect(page.locator("#main")).to_contain_text("现在没有警情")
    page.get_by_role("button", name="打开声音").click()
    expect(page.get_by_role("button", name="声音已开")).to_be_visible()
    rang = int(page.evaluate("document.documentElement.dataset.rang"))
    with house.turn:
        warn(smoke)
    changed(page)
    expect(page.locator(".alarm")).to_contain_text("离我 40 米")
    until(lambda: int(page.evaluate("document.documentElement.dataset.rang")) > rang, page)
    page.get_by_role("link", name="三楼走廊烟感").click()
    page.get_by_role("button", name="我去").click()
    expect(page.locator(".spot-steps")).to_contain_text("赵网格去了")
    page.get_by_role("button", name="我到了").click()
    expect(page.locator(".story")).to_contain_text("定位距离约 40 米")
    page.get_by_text("油烟、蒸汽").click()
    page.fill("#found-text", "302 室炒菜")
    page.set_input_files("#found-photos", photo(tmp_path / "现场.jpg"))
    expect(page.locator("[data-chosen]").first).to_have_text("已选 1 张照片")
    page.get_by_role("button", name="告诉值班室").click()
    expect(page.locator(".spot-steps")).to_contain_text("现场：油烟、蒸汽")
    expect(page.locator(".step-why")).to_contain_text("读数还没有恢复正常")
    with house.turn:
        warn(smoke, "clear")
    changed(page)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('duty:changed', {bubbles: true}))")
    page.get_by_role("button", name="处置完了").click()
    expect(page.locator("#now")).to_contain_text("等值班室核查结案")
    assert matter(house).state == "done"
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_a_step_and_its_photo_without_network_wait_on_the_phone_and_are_sent_in_their_order(
    cast: Cast, phone: Open, house: Served, tmp_path: Path
) -> None:
    with house.turn:
        warn(thing(code=HOOD))
    page = phone("grid")
    page.goto(f"/phone/duty/{matter(house).id}/")
    page.get_by_role("button", name="我去").click()
    expect(page.locator(".spot-steps")).to_contain_text("赵网格去了")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.get_by_role("button", name="我到了").click()
    expect(page.locator("[data-kept]")).to_contain_text("我到了：已保存在手机，联网后自动发送")
    page.get_by_text("现场情况", exact=True).first.click()
    page.get_by_text("属实").click()
    page.set_input_files("#found-photos", photo(tmp_path / "现场.jpg"))
    expect(page.locator("[data-chosen]").first).to_have_text("已选 1 张照片")
    page.get_by_role("button", name="告诉值班室").click()
    expect(page.locator("[data-kept]")).to_contain_text("现场情况 · 1 张照片：已保存在手机")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".spot-steps")).to_contain_text("现场：属实")
    expect(page.locator(".story")).to_contain_text("到了现场")
    expect(page.locator("[data-kept]")).to_be_hidden()
    with house.turn, as_system():
        assert matter(house).attachments.filter(purpose="proof").count() == 1


def test_a_text_is_refused_as_a_photo_and_the_words_stay_for_the_next_try(
    cast: Cast, phone: Open, house: Served, tmp_path: Path
) -> None:
    with house.turn:
        warn(thing(code=HOOD))
    page = phone("grid")
    page.goto(f"/phone/duty/{matter(house).id}/")
    for step in ("我去", "我到了"):
        page.get_by_role("button", name=step).click()
    (tmp_path / "说明.txt").write_text("这不是照片")
    page.get_by_text("属实").click()
    page.fill("#found-text", "灶上起火")
    page.set_input_files("#found-photos", tmp_path / "说明.txt")
    page.get_by_role("button", name="告诉值班室").click()
    expect(page.locator("[data-kept]")).to_contain_text("这不是照片")
    expect(page.locator("#found-text")).to_have_value("灶上起火")
    page.set_input_files("#found-photos", photo(tmp_path / "现场.jpg"))
    page.get_by_role("button", name="告诉值班室").click()
    expect(page.locator(".spot-steps")).to_contain_text("现场：属实 — 灶上起火")
    expect(page.locator("[data-kept]")).to_be_hidden()


@pytest.mark.parametrize(
    ("who", "seen", "ways"),
    [("grid", ("/phone/duty/", "/phone/install/"), ["我的警情", "装设备"]), ("granny", ("/phone/",), ["写反映"])],
)
def test_without_a_network_the_phone_is_that_of_whoever_has_it(
    cast: Cast, phone: Open, house: Served, who: str, seen: tuple[str, ...], ways: list[str]
) -> None:
    page = phone(who)
    page.goto(seen[0])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), page)
    for address in seen:
        page.goto(address)
        # It is kept beside the answer, not before it.
        kept = f"caches.match('{address}', {{ignoreVary: true}}).then(Boolean)"
        until(lambda kept=kept: page.evaluate(kept), page)  # type: ignore[misc]
    page.context.set_offline(True)
    page.goto("/phone/duty/01900000-0000-7000-8000-000000000000/")
    expect(page.locator("#main")).to_contain_text("现在没有网络")
    expect(page.locator("[data-kept-page]:visible")).to_have_text(ways)
    expect(page.locator(".phone-bar")).to_have_count(0)
    page.context.set_offline(False)


def test_the_second_who_sets_out_is_told_who_goes(cast: Cast, phone: Open, house: Served) -> None:
    with house.turn:
        warn(thing(code=HOOD))
    address = f"/phone/duty/{matter(house).id}/"
    first, second = phone("grid"), phone("social")
    first.goto(address)
    second.goto(address)
    first.get_by_role("button", name="我去").click()
    expect(first.locator(".spot-steps")).to_contain_text("赵网格去了")
    second.get_by_role("button", name="我去").click()
    expect(second.locator("[data-said]")).to_contain_text("赵网格已经在去的路上")
    expect(second.locator(".spot-steps")).to_contain_text("赵网格去了")


@browser.needs_axe
@pytest.mark.parametrize("look", [{}, {"theme": "dark"}, {"large": "1", "language": "en"}], ids=str)
@pytest.mark.parametrize("width", [360, 430])
def test_axe_finds_nothing_serious_and_nothing_is_cut_off(
    cast: Cast, open_page: Open, house: Served, look: dict[str, Any], width: int
) -> None:
    with house.turn:
        smoke = thing(code=HOOD, name="幸福小区3号楼三楼走廊东侧烟感")
        warn(smoke)
    page = open_page("grid", viewport={"width": width, "height": 844}, cookies=look)
    found = []
    address = f"/phone/duty/{matter(house).id}/"
    for shown in ("/phone/duty/", address):
        page.goto(shown)
        found += browser.serious(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("form[data-step=go] button").click()
    page.locator("form[data-step=arrive] button").click()
    expect(page.locator(".causes")).to_be_visible()
    found += browser.serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not found, "\n".join(found)
