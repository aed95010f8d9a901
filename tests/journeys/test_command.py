"""Walls in real Chromium beside the desk and a phone: nobody reloads, nothing of another place comes, nothing is missed.

The wall of the district and the wall of one street hang side by side all the while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from linli.parts.tests import browser
from tests.house import House

from .people import PASSWORD, report

pytestmark = [*browser.marks, pytest.mark.slow, pytest.mark.xdist_group("journeys")]
Wall = Callable[[str], Page]
DISTRICT, STREET, HOOD = "990101", "990101001", "990101001001"


@pytest.fixture
def wall(chromium: Browser, house: House) -> Iterator[Wall]:
    opened: list[Page] = []

    def hang(username: str) -> Page:
        page = browser.opened(
            chromium, viewport={"width": 1920, "height": 1080}, base_url=f"http://127.0.0.1:{house.port}"
        )
        page.goto("/account/signin/?as=staff&next=/command/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/command/99*/")
        expect(page.locator("html")).to_have_attribute("data-live", "open")
        opened.append(page)
        return page

    yield hang
    for page in opened:
        page.context.close()


def news(page: Page, matter: str) -> None:
    """The stream tells of this matter, once."""
    expect(page.locator(f'[data-news] a[href="/desk/matters/{matter}/"]')).to_have_count(1)


def test_what_is_reported_is_on_the_walls_it_concerns_and_an_emergency_clears_them(
    wall: Wall, desk: Callable[[str], Page], resident: Page
) -> None:
    district, street = wall("quzhiban"), wall("zhiban")
    for page in (district, street):
        page.evaluate("window.same = true")
    before = int(street.locator("#map").get_attribute("data-matters") or 0)
    matter = report(resident, "路灯杆倒在人行道上，电线露在外面。", "无证设摊")
    for page in (district, street):
        news(page, matter)
    expect(street.locator("#map")).to_have_attribute("data-matters", str(before + 1))

    duty = desk("zhiban")
    duty.goto(f"/desk/emergencies/new/?place={HOOD}")
    duty.get_by_label("发生了什么").fill("电线落地")
    duty.get_by_label("范围：地图上的点周围").select_option("")
    duty.get_by_label("范围：整个地点").select_option(HOOD)
    duty.locator("main").get_by_role("button", name="启动应急").click()
    duty.wait_for_url("**/desk/emergencies/0*/")
    expect(street.locator(".incident h2").first).to_have_text("电线落地")
    expect(street.locator(".calm-only").first).to_be_hidden()
    expect(district.locator(".wall-others")).to_contain_text("电线落地")
    expect(district.locator("[data-part=today]")).to_be_visible()

    duty.locator("main").get_by_label("看到什么、做了什么").fill("已拉起警戒线。")
    duty.get_by_role("button", name="记入日志").click()
    expect(street.locator(".log li").first).to_contain_text("已拉起警戒线。")

    district.get_by_role("link", name="进入应急画面").click()
    expect(district.locator(".incident h2").first).to_have_text("电线落地")
    district.go_back()
    expect(district.locator("[data-part=today]")).to_be_visible()

    duty.locator("summary", has_text="结束应急").click()
    duty.get_by_label("怎么结束的").fill("供电公司已断电。")
    duty.get_by_role("button", name="结束应急").click()
    expect(street.locator("[data-part=today]")).to_be_visible()
    expect(street.locator(".incident")).to_have_count(0)
    expect(district.locator(".wall-others")).to_have_count(0)
    for page in (district, street):
        assert page.evaluate("window.same"), "nobody reloaded"


def test_a_wall_that_was_cut_off_keeps_its_picture_and_misses_nothing(wall: Wall, resident: Page) -> None:
    street = wall("zhiban")
    first = report(resident, "楼道堆满了旧家具，走不过去。", "无证设摊")
    news(street, first)
    street.context.set_offline(True)
    expect(street.locator("[data-cut]")).to_contain_text("画面停在")
    news(street, first)
    meanwhile = report(resident, "井盖松动，车子压过去很响。", "无证设摊")
    street.wait_for_timeout(1500)
    expect(street.locator(f'[data-news] a[href="/desk/matters/{meanwhile}/"]')).to_have_count(0)
    street.context.set_offline(False)
    news(street, meanwhile)
    news(street, first)
    expect(street.locator("[data-cut]")).to_be_hidden()
