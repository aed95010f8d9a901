"""The pages about devices in real Chromium: a chart read by keyboard, the map beside the list, and what axe finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.readings.models import RuleNumber
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

from .sensing import course, device, kitchen, letter, warn

pytestmark = [
    *browser.marks,
    pytest.mark.skipif(not (browser.VENDOR / "echarts").exists(), reason="ECharts is not there: run make"),
]
Open = Callable[..., Page]


@pytest.fixture
def desk(cast: Cast, open_page: Open) -> Iterator[Open]:
    yield lambda who, **options: open_page(who, viewport={"width": 1280, "height": 800}, **options)


def test_a_chart_is_read_point_by_point_without_a_mouse(cast: Cast, house: Served, desk: Open) -> None:
    with house.turn:
        one = device(1)
        course(one, [(now() - timedelta(minutes=30 * n), (0.01 * n, 22.0, 88.0, -80.0)) for n in range(1, 40)])
    page = desk("street_duty")
    page.goto(f"/desk/things/{one.id}/")
    expect(page.locator("[data-sentence]")).to_contain_text("超过橙色预警的限值 0.25")
    chart = page.locator(".chart-box")
    expect(chart.locator("canvas")).to_be_visible()
    chart.focus()
    page.keyboard.press("End")
    expect(page.locator("[data-reads]")).to_contain_text("0.02 dB/m")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-reads]")).to_contain_text("0.01 dB/m")
    page.keyboard.press("Home")
    expect(page.locator("[data-reads]")).to_contain_text("0.39 dB/m")
    page.get_by_text("同样的数，列成表").click()
    expect(page.locator("[data-chart-table] tbody tr")).to_have_count(40)
    page.get_by_role("link", name="7 天").click()
    expect(page.locator("[data-sentence]")).to_contain_text("过去 7 天")
    page.locator("#chart-quantity").select_option("temperature")
    expect(page.locator("[data-sentence]")).to_contain_text("温度")
    assert "quantity=temperature" in page.url


def test_what_comes_since_is_put_to_the_chart_that_stands(cast: Cast, house: Served, desk: Open) -> None:
    with house.turn:
        one = device(1)
        course(one, [(now() - timedelta(hours=2), (0.05, 22.0, 88.0, -80.0))])
    page = desk("street_duty")
    page.clock.install()
    page.goto(f"/desk/things/{one.id}/")
    page.locator(".chart-box canvas").wait_for()
    canvas = page.locator(".chart-box canvas").element_handle()
    with house.turn:
        course(one, [(now(), (0.77, 22.0, 88.0, -80.0))])
    with page.expect_response(lambda answer: "since=" in answer.url) as answer:
        page.clock.run_for(21_000)
    assert answer.value.json()["points"][-1][5] == 0.77
    page.locator(".chart-box").focus()
    page.keyboard.press("End")
    expect(page.locator("[data-reads]")).to_contain_text("0.77 dB/m")
    assert canvas.evaluate("canvas => canvas.isConnected"), "the same canvas: nothing flickered"


def test_the_map_and_the_list_speak_of_the_same(cast: Cast, house: Served, desk: Open) -> None:
    with house.turn:
        calm, grave = device(1, name="平静的"), device(20, name="报警的")
        warn(grave)
    page = desk("street_duty")
    page.goto("/desk/things/")
    mark = page.locator(f'a.thing-mark[href="/desk/things/{grave.id}/"]')
    expect(mark).to_have_attribute("aria-label", "报警的 · 橙色预警")
    expect(page.locator(f'a.thing-mark[href="/desk/things/{calm.id}/"]')).to_be_visible()
    page.locator("#pick-health").select_option("warned")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator(".thing-mark")).to_have_count(1)
    page.locator("body").press("j")
    expect(page.locator("tr[aria-selected=true]")).to_contain_text("报警的")
    expect(mark).to_have_attribute("data-pointed", "")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("报警的")
    page.locator("body").press("u")
    expect(page.locator("#list")).to_be_visible()


def test_a_number_is_changed_tried_and_saved_without_leaving_the_page(
    cast: Cast, house: Served, desk: Open
) -> None:
    with house.turn:
        kitchen()
    page = desk("street_duty")
    page.goto("/desk/rules/smoke/")
    page.evaluate("window.same = true")
    limit = page.get_by_label("烟浓度 · 限值", exact=True)
    limit.fill("99")
    limit.press("Enter")
    expect(page.locator("#trial .error")).to_contain_text("设备只能测到")
    expect(page.get_by_label("烟浓度 · 限值", exact=True)).to_have_value("99")
    page.get_by_label("烟浓度 · 限值", exact=True).fill("0.5")
    page.get_by_role("button", name="回测").click()
    expect(page.locator("#trial-title")).to_contain_text("从 2 条变成 1 条，属实的一条不漏，少 1 条误报")
    assert page.evaluate("window.same"), "tried in the page that stood"
    with house.turn:
        assert not RuleNumber.objects.exists()
    page.get_by_role("button", name="保存这些参数").click()
    expect(page.locator(".tune .error")).to_contain_text("请写明为什么改")
    expect(page.get_by_label("烟浓度 · 限值", exact=True)).to_have_value("0.5")
    page.get_by_label("为什么改").fill("做饭时常误报")
    page.get_by_role("button", name="保存这些参数").click()
    expect(page.locator("[role=status]", has_text="已保存，一秒内生效")).to_be_visible()
    expect(page.locator(".rule-line.begins")).to_contain_text("烟浓度高于 0.5 dB/m")
    page.get_by_role("button", name="取消柳湾街道的烟浓度 · 限值").click()
    expect(page.locator(".rule-line.begins")).to_contain_text("烟浓度高于 0.25 dB/m")


@browser.needs_axe
@pytest.mark.parametrize("look", [{}, {"theme": "dark", "language": "en"}], ids=["light zh", "dark en"])
def test_axe_finds_nothing_serious(cast: Cast, house: Served, desk: Open, look: dict[str, str]) -> None:
    with house.turn:
        one = device(1)
        course(one, [(now() - timedelta(hours=n), (0.3, 22.0, 88.0, -80.0)) for n in range(1, 9)])
        warn(one)
        device(2, silent=True)
        device(3, state="waiting")
        unread = letter(one)
    page = desk("street_duty", cookies=look)
    found: list[str] = []
    for address in (
        "/desk/things/",
        "/desk/things/?text=nothing",
        f"/desk/things/{one.id}/",
        "/desk/things/health/",
        "/desk/rules/",
        f"/desk/rules/smoke/?thing={one.id}",
        "/desk/letters/",
        f"/desk/letters/{unread.id}/",
    ):
        page.goto(address)
        browser.settle(page)
        page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        found += browser.serious(page)
    assert not found, "\n".join(found)


def test_warnings_are_walked_opened_and_seen_by_keyboard(cast: Cast, house: Served, desk: Open) -> None:
    with house.turn:
        grave, milder = warn(device(1), severity=4, highest=4), warn(device(2))
    page = desk("street_duty")
    page.goto("/desk/warnings/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr[aria-selected=true]")).to_have_id(f"row-{milder.id}")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/warnings/{grave.id}/")
    page.keyboard.press("a")
    expect(page.locator("#warning-now")).to_contain_text("已确认")
    page.keyboard.press("j")
    page.wait_for_url(f"**/warnings/{milder.id}/")
    page.keyboard.press("u")
    page.wait_for_url("**/warnings/")
