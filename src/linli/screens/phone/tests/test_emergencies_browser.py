"""An emergency's pages in real Chromium: offline for who lives inside, and what axe finds in every look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Answer, Emergency
from linli.kernel.emergencies.tests.homes import make_homes, square
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters.tests.cast import Cast
from linli.parts.tests import browser
from linli.parts.tests.browser import Served, until

pytestmark = browser.marks
Open = Callable[..., Page]


@pytest.fixture
def fire(cast: Cast, house: Served) -> Emergency:
    with house.turn:
        homes = make_homes(cast)
        homes.add("林老伯", with_=cast.granny)
        return verbs.declare(
            by=cast.street_duty, at=now(), event="居民楼火灾", category="fire", gather="东门广场",
            zone=Wanted(area=square(121.501, 31.201, 0.002)), instruction="沿楼梯下楼，不乘电梯，用湿毛巾捂住口鼻。",
        )  # fmt: skip


def test_a_word_without_a_network_waits_and_is_sent_and_the_page_says_how_old_it_is(
    cast: Cast, open_page: Open, house: Served, fire: Emergency
) -> None:
    page = open_page("granny", viewport={"width": 390, "height": 844})
    page.goto("/phone/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.locator(".urgent", has_text="请报平安或求助").wait_for()
    address = f"/phone/emergencies/{fire.id}/"
    until(lambda: page.evaluate(f"caches.match('{address}', {{ignoreVary: true}}).then(Boolean)"), page)
    page.context.set_offline(True)
    page.locator(".urgent").click()
    expect(page.locator("main")).to_contain_text("沿楼梯下楼")
    expect(page.locator(".fresh.is-kept")).to_contain_text("没有网络。这是")
    page.get_by_label("和我同住的 1 人也都平安").check()
    page.get_by_role("button", name="我平安").click()
    expect(page.locator("[data-kept]")).to_contain_text("我平安：已保存在手机，联网后自动发送")
    with house.turn, as_system():
        assert not Answer.objects.exists()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".emergency-said")).to_contain_text("您已报平安")
    expect(page.locator("[data-kept]")).to_be_hidden()
    expect(page.locator(".fresh.is-kept")).to_have_count(0)
    with house.turn, as_system():
        assert sorted(Answer.objects.values_list("kind", flat=True)) == ["safe", "safe"]


@browser.needs_axe
@pytest.mark.parametrize("look", [{}, {"theme": "dark"}, {"large": "1", "language": "en"}], ids=str)
@pytest.mark.parametrize("width", [360, 430])
def test_axe_finds_nothing_serious_and_nothing_is_cut_off(
    cast: Cast, open_page: Open, house: Served, fire: Emergency, look: dict[str, Any], width: int
) -> None:
    found: list[str] = []
    address = f"/phone/emergencies/{fire.id}/"

    def read(page: Page) -> None:
        found.extend(browser.serious(page))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    page = open_page("granny", viewport={"width": width, "height": 844}, cookies=look)
    page.goto(address)
    page.locator(".help-fold > summary").click()
    read(page)
    page.locator(".help-fold button").click()
    expect(page.locator(".emergency-said")).to_be_visible()
    read(page)
    page.goto("/phone/")
    page.locator(".urgent").wait_for()
    read(page)
    worker = open_page("grid", viewport={"width": width, "height": 844}, cookies=look)
    worker.goto(address)
    worker.locator(".emergency-tasks details summary").click()
    read(worker)
    worker.locator("form[data-step=take] button").click()
    expect(worker.locator(".emergency-help")).to_be_visible()
    read(worker)
    with house.turn:
        verbs.end(emergency_id=fire.id, by=cast.street_duty, at=now(), note="扑灭")
    page.goto(address)
    read(page)
    assert not found, "\n".join(found)
