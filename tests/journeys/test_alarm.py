"""From a reading to a closed matter in real Chromium: the desk and the phone on duty side by side, nobody reloads.

The reading goes the way of all readings: into the stream, through an evaluator of its own process, and back as a live
event. Each step is waited for on the other screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from linli.parts.tests import browser
from tests.house import House, Teller

from .people import PASSWORD, act, photo

pytestmark = [*browser.marks, pytest.mark.slow, pytest.mark.xdist_group("journeys")]
Desk = Callable[[str], Page]


@pytest.fixture
def phone(chromium: Browser, house: House) -> Iterator[Page]:
    """The phone of the grid worker of the neighbourhood."""
    page = browser.opened(
        chromium,
        viewport={"width": 390, "height": 844},
        base_url=f"http://127.0.0.1:{house.port}",
        geolocation={"longitude": 121.5004, "latitude": 31.2},
        permissions=["geolocation"],
    )
    page.goto("/account/signin/?as=staff&next=/phone/duty/")
    page.fill("input[name=username]", "wangge")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/signin" not in url)
    page.goto("/phone/duty/")
    yield page
    page.context.close()


def test_smoke_on_the_third_floor(sensor: Teller, desk: Desk, phone: Page, tmp_path: Path) -> None:
    """Warned, gone to, found, cleared, done, closed: the desk and the phone tell each other."""
    duty = desk("zhiban")
    duty.goto("/desk/warnings/")
    expect(duty.locator("#list")).to_contain_text("这里没有预警")
    expect(phone.locator("#main")).to_contain_text("现在没有警情")
    expect(phone.locator(".live")).to_have_attribute("data-live", "open")
    expect(duty.locator(".live")).to_have_attribute("data-live", "open")

    sensor.tell("says(1.2)")
    expect(duty.locator("#list tbody")).to_contain_text("三楼走廊烟感")
    expect(duty).to_have_title("(1) 全部预警 · 邻里")
    expect(phone.locator(".alarm")).to_contain_text("烟雾浓度 1.2")

    phone.get_by_role("link", name="三楼走廊烟感").click()
    phone.get_by_role("button", name="我去").click()
    expect(phone.locator(".spot-steps")).to_contain_text("赵网格去了")
    expect(duty.locator("#list tbody")).to_contain_text("已确认")
    duty.get_by_role("link", name="浓烟").click()
    duty.get_by_role("link", name="浓烟：三楼走廊烟感").click()
    expect(duty.locator("#matter-main")).to_contain_text("去现场了")

    phone.get_by_role("button", name="我到了").click()
    expect(duty.locator("#matter-main")).to_contain_text("到了现场，定位距离约 40 米")
    phone.get_by_text("属实").click()
    phone.fill("#found-text", "灶上起火，已用灭火毯盖住。")
    phone.set_input_files("#found-photos", photo(tmp_path / "stove.jpg"))
    phone.get_by_role("button", name="告诉值班室").click()
    expect(duty.locator("#matter-main")).to_contain_text("灶上起火，已用灭火毯盖住。")
    expect(phone.locator(".step-why")).to_contain_text("读数还没有恢复正常：三楼走廊烟感 烟雾浓度 1.2")

    sensor.tell("says(0.2)")
    expect(duty.locator("#matter-main")).to_contain_text("三楼走廊烟感读数恢复正常")
    phone.get_by_role("button", name="处置完了").click()
    expect(phone.locator("#now")).to_contain_text("等值班室核查结案")
    expect(duty.locator("#matter-head")).to_contain_text("待核查")
    act(duty, "结案", reply="火已扑灭，无人受伤。")
    expect(phone.locator("#now")).to_contain_text("已办结")

    duty.goto("/desk/warnings/?tab=closed")
    expect(duty.locator("#list")).to_contain_text("三楼走廊烟感")
    expect(duty.locator("#list")).to_contain_text("属实")
