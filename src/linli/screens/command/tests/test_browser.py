"""The wall in real Chromium: drill down and back, layouts that are remembered, the tour, the sound, the clock.

What comes live is in tests/journeys/test_command.py; here an event is given to the page as live.js gives it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs as emergencies
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters.tests.cast import DISTRICT, HOOD, STREET, Cast
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

from .warned import warned

pytestmark = [*browser.marks, pytest.mark.slow]
Open = Callable[..., Page]
FULL, DOUBLE = {"width": 1920, "height": 1080}, {"width": 3840, "height": 2160}


@pytest.fixture
def wall(cast: Cast, open_page: Open) -> Iterator[Open]:
    def hang(who: str, address: str = "/command/", **options: object) -> Page:
        page = open_page(who, viewport=FULL, **options)
        page.goto(address)
        expect(page.locator("#map")).to_have_attribute("data-matters", re.compile(r"\d+"))
        return page

    yield hang


def test_one_goes_down_by_a_click_and_back_and_a_reload_stays(cast: Cast, wall: Open, house: Served) -> None:
    with house.turn:
        cast.report(lon=121.5, lat=31.2)
    page = wall("district_duty")
    page.locator(".way-below summary").click()
    page.locator(f'.way-below [data-go="{STREET}"]').click()
    expect(page.locator("h1")).to_have_text("柳湾街道")
    assert page.url.endswith(f"/command/{STREET}/")
    expect(page.locator("#map")).to_have_attribute("data-code", STREET)
    page.reload()
    expect(page.locator("h1")).to_have_text("柳湾街道")
    page.locator(f'.way-steps [data-go="{DISTRICT}"]').click()
    expect(page.locator("h1")).to_have_text("望江区")
    page.go_back()
    expect(page.locator("h1")).to_have_text("柳湾街道")
    assert page.locator("[data-clock-time]").inner_text().count(":") == 2


def test_a_layout_is_chosen_and_remembered_by_this_wall(wall: Open) -> None:
    page = wall("street_duty")
    for layout, first in (("figures", "[data-part=today]"), ("warnings", "[data-part=deciding]"), ("wide", "#map")):
        page.locator(".wall-set summary").click()
        page.locator(f'input[name=layout][value="{layout}"]').check()
        page.locator(".wall-set summary").click()
        page.reload()
        expect(page.locator("body")).to_have_attribute("data-layout", layout)
        assert page.locator(first).bounding_box()["width"] > 500, layout  # type: ignore[index]
        assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


def test_what_waits_leaves_room_for_the_tiles_of_scenes_and_no_row_is_cut(wall: Open) -> None:
    page = wall("street_duty")
    row = (
        '<li><a href="#"><span class="waits-line">督办待复</span><span class="waits-line">楼道堆物</span></a></li>'
    )
    for layout in ("map", "figures", "warnings"):
        page.context.add_cookies([{"name": "wall_layout", "value": layout, "url": page.url}])
        page.reload()
        expect(page.locator("body")).to_have_attribute("data-layout", layout)
        page.evaluate(
            """row => {
              const right = document.querySelector('.wall-right')
              right.querySelector('.deciding').innerHTML = `<h2>待决定</h2><ol class="waits">${row.repeat(40)}</ol>`
              const tile = '<div class="wall-tile"><section class="tile" id="below"><p style="height:8rem">党建</p></section></div>'
              right.insertAdjacentHTML('beforeend', tile)
            }""",
            row,
        )
        ends = page.evaluate("document.querySelector('.wall-right').getBoundingClientRect().bottom")
        below = page.locator("#below").bounding_box()
        assert below and below["y"] + below["height"] <= ends + 1, layout
        rows = page.evaluate(
            """() => {
              const list = document.querySelector('.wall-right .waits').getBoundingClientRect()
              const seen = [...document.querySelectorAll('.wall-right .waits li')]
                .map((one) => one.getBoundingClientRect()).filter((box) => box.left < list.right && box.top < list.bottom)
              return [seen.length, seen.every((box) => box.bottom <= list.bottom + 1)]
            }"""
        )
        assert rows[0] > 3 and rows[1], (layout, rows)


def test_the_tour_goes_by_itself_waits_after_a_touch_and_goes_on(wall: Open, cast: Cast) -> None:
    page = wall("district_duty", cookies={"wall_tour": "15"})
    page.clock.install()
    page.reload()
    expect(page.locator("[data-touring]")).to_have_attribute("data-state", "on")
    page.clock.run_for(16_000)
    expect(page.locator("h1")).to_have_text("柳湾街道")
    page.clock.run_for(16_000)
    expect(page.locator("h1")).to_have_text("桥头街道")
    page.mouse.click(960, 500)
    expect(page.locator("[data-touring]")).to_have_attribute("data-state", "waits")
    page.clock.run_for(60_000)
    expect(page.locator("[data-touring]")).to_have_attribute("data-state", "waits")
    page.clock.run_for(61_000)
    expect(page.locator("[data-touring]")).to_have_attribute("data-state", "on")
    page.locator("[data-touring]").click()
    expect(page.locator("[data-touring]")).to_have_attribute("data-state", "off")


def test_a_grave_warning_rings_once_and_mute_is_seen(wall: Open, house: Served, cast: Cast) -> None:
    page = wall("street_duty")
    expect(page.locator("[data-sound]")).to_contain_text("静音")
    page.locator("[data-sound]").click()
    expect(page.locator("[data-sound]")).to_contain_text("响铃已开")
    heard = int(page.evaluate("Number(document.documentElement.dataset.rang ?? 0)"))
    with house.turn:
        warned()
    for _again in range(2):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live:warning', {detail: {}}))")
        page.wait_for_timeout(1500)
    expect(page.locator(".waits-why.red")).to_have_count(1)
    assert int(page.evaluate("Number(document.documentElement.dataset.rang ?? 0)")) == heard + 1


@browser.needs_axe
@pytest.mark.parametrize("look", [{}, {"language": "en"}], ids=["zh", "en"])
def test_axe_finds_nothing_serious_at_twice_the_size(
    cast: Cast, open_page: Open, house: Served, look: dict[str, str]
) -> None:
    with house.turn:
        cast.assigned(at=now() - timedelta(days=9), lon=121.5, lat=31.2)
    page = open_page("street_duty", viewport=DOUBLE, cookies=look)
    page.goto(f"/command/{STREET}/")
    expect(page.locator("#map")).to_have_attribute("data-code", STREET)
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == pytest.approx(
        40, abs=0.1
    )
    found = browser.serious(page)
    with house.turn:
        emergencies.declare(by=cast.street_duty, at=now(), event="居民楼火灾", zone=Wanted(place_code=HOOD))
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:emergency', {detail: {}}))")
    expect(page.locator(".incident h2").first).to_have_text("居民楼火灾")
    assert [*found, *browser.serious(page)] == []
