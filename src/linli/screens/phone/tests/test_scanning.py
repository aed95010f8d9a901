"""A label of a device and the code on a television, held to the camera of a phone whose browser reads no codes by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.access import SYSTEM
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import STREET, Cast
from linli.kernel.things import verbs
from linli.kernel.things.queries.registry import ensure_slots
from linli.parts.tests import browser, camera
from linli.parts.tests.browser import Served
from linli.parts.tests.camera import Held

pytestmark = browser.marks
chromium, pictures, held = camera.chromium, camera.pictures, camera.held

Open = Callable[..., Page]
MAY = {"viewport": {"width": 390, "height": 844}, "permissions": ["camera"]}


@pytest.mark.parametrize("label", ["https://linli.example.org/phone/install/?code={code}", "{code}"])
def test_a_label_opens_the_form_of_its_device(
    house: Served, cast: Cast, open_page: Open, held: Held, label: str
) -> None:
    with house.turn:
        ensure_slots()
        made = verbs.register(
            by=SYSTEM,
            at=now(),
            key="sd-0001",
            model="smoke-detector",
            place_code=STREET,
            name="独立烟感",
            waits=True,
        )
    page = open_page("grid", **MAY)
    page.goto("/phone/install/")
    held(label.format(code=made.code))
    page.get_by_role("button", name="扫码").click()
    expect(page.get_by_role("heading", name="独立烟感")).to_be_visible()


def test_the_code_of_a_television_is_compared_before_it_is_bound(
    house: Served, cast: Cast, open_page: Open, held: Held
) -> None:
    page = open_page("granny", **MAY)
    page.goto("/phone/tv/")
    held("https://linli.example.org/phone/install/?code=ABCDEFGH")
    page.get_by_role("button", name="扫电视上的码").click()
    expect(page.locator("[data-scan-says]")).to_have_text("这不是电视绑定的码。")
    page.get_by_role("button", name="关相机").click()
    held("https://linli.example.org/phone/tv/?code=ABCDEFGH")
    page.get_by_role("button", name="扫电视上的码").click()
    expect(page.get_by_text("现在显示的就是这个码吗")).to_be_visible()
    expect(page.locator("[name=code]")).to_have_value("ABCDEFGH")
