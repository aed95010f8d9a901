"""A zone drawn on the desk in real Chromium: by clicks, by keys, by numbers; crossing lines are said while one draws."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from linli.kernel.access import as_system
from linli.kernel.emergencies.models import Emergency
from linli.kernel.emergencies.tests.homes import make_homes
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

pytestmark = browser.marks
Open = Callable[..., Page]
SPOT = """at => {
  const box = document.querySelector("[data-map]")
  const { x, y } = box.map.project(at)
  const { left, top } = box.getBoundingClientRect()
  return [left + x, top + y]
}"""
LOOK = "document.querySelector('[data-map]').map.jumpTo({center: [121.502, 31.202], zoom: 16})"


def test_a_zone_by_clicks_keys_and_numbers(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        make_homes(cast)
    page = open_page("street_duty", viewport={"width": 1440, "height": 900})
    page.goto(f"/desk/emergencies/new/?place={HOOD}")
    expect(page.locator("[data-map]")).to_have_attribute("data-zoned", "1")
    page.evaluate(LOOK)
    says, text = page.locator("[data-zone-says]"), page.locator("#f-declare-corners")
    page.get_by_role("button", name="画范围").click()
    # A bow tie: the third and the fourth corner the wrong way round.
    for corner in ((121.501, 31.201), (121.503, 31.201), (121.501, 31.203), (121.503, 31.203)):
        page.mouse.click(*page.evaluate(SPOT, list(corner)))
    expect(says).to_contain_text("边线自己交叉了")
    page.get_by_role("button", name="退一个角").click()
    expect(says).to_contain_text("3 个角")
    before = text.input_value()
    corner = page.get_by_role("button", name="第 2 个角", exact=True)
    corner.focus()
    page.keyboard.press("ArrowRight")
    expect(text).not_to_have_value(before)
    expect(page.get_by_role("button", name="第 2 个角", exact=True)).to_be_focused()
    page.keyboard.press("Delete")
    expect(says).to_contain_text("已有 2 个角")
    text.fill("121.501,31.201\n121.503,31.201\n121.503,31.203\n121.501,31.203")
    expect(says).to_contain_text("4 个角，约 42")
    assert browser.serious(page) == [] if browser.AXE.exists() else True
    page.get_by_label("发生了什么").fill("居民楼火灾")
    page.locator("main").get_by_role("button", name="启动应急").click()
    page.wait_for_url("**/desk/emergencies/0*/")
    with house.turn, as_system():
        made = Emergency.objects.get()
    assert (made.drawn, made.inside) == (True, [HOOD])
    # Where it stands it is changed: a corner more, between two that are there.
    expect(page.locator("[data-map]").first).to_have_attribute("data-zoned", "1")
    page.locator("summary", has_text="调整范围").click()
    page.get_by_role("button", name="在第 1 个角后面加一个角").click()
    expect(page.locator("[data-zone-says]")).to_contain_text("5 个角")
    page.get_by_role("button", name="调整范围").click()
    expect(page.locator("#emergency-now")).to_contain_text("调整了范围")
    with house.turn, as_system():
        made.refresh_from_db()
    assert len(made.zone["coordinates"][0][0]) == 6


def test_a_click_still_sets_the_centre_of_a_circle(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        make_homes(cast)
    page = open_page("street_duty", viewport={"width": 1440, "height": 900})
    page.goto(f"/desk/emergencies/new/?place={HOOD}")
    expect(page.locator("[data-map]")).to_have_attribute("data-zoned", "1")
    page.evaluate(LOOK)
    page.mouse.click(*page.evaluate(SPOT, [121.502, 31.202]))
    expect(page.locator("#f-declare-lon")).to_have_value(re.compile(r"^121\.50(19|20)"))
    expect(page.locator("#f-declare-corners")).to_have_value("")
