"""Notices in real Chromium: the emergency over every page, reading without a network, and a push that is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Opening
from linli.kernel.notices.tests.made import emergency, published
from linli.parts.tests import browser
from linli.parts.tests.browser import Served, until

pytestmark = browser.marks
Open = Callable[..., Page]
SHOWN = "navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.map(n => [n.title, n.tag]))"


@pytest.fixture
def phone(open_page: Open) -> Open:
    return lambda who, **options: open_page(who, viewport={"width": 390, "height": 844}, **options)


def test_an_emergency_stands_over_the_page_until_it_was_read_and_comes_back_on_no_other(
    cast: Cast, house: Served, phone: Open
) -> None:
    page = phone("granny")
    page.goto("/phone/mine/")
    expect(page.locator(".alarm-over")).to_have_count(0)
    with house.turn:
        notice = emergency(cast, at=now())
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:notice'))")
    over = page.locator(".alarm-over")
    expect(over).to_contain_text("3号楼火情，请立即疏散")
    expect(over.get_by_role("button", name="我已看到")).to_be_focused()
    over.get_by_role("button", name="我已看到").click()
    expect(over).to_have_count(0)
    page.goto("/phone/")
    page.wait_for_timeout(300)
    expect(page.locator(".alarm-over")).to_have_count(0)
    with house.turn, as_system():
        assert Opening.objects.get().notice_id == notice.id


def test_notices_are_read_without_a_network_and_keeping_them_is_no_reading(
    cast: Cast, house: Served, phone: Open
) -> None:
    with house.turn:
        notice = published(cast, at=now())
    page = phone("granny")
    page.goto("/phone/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/phone/notices/")
    expect(page.locator("[data-unread] [data-n]")).to_have_text("1")
    kept = f"caches.open('linli-pages').then(c => c.match('/phone/notices/{notice.id}/', {{ignoreVary: true}})).then(Boolean)"
    until(lambda: page.evaluate(kept), page)
    with house.turn, as_system():
        assert not Opening.objects.exists()
    page.context.set_offline(True)
    page.get_by_role("link", name="周三上午停水").click()
    expect(page.get_by_text("请提前储水。")).to_be_visible()


def test_a_push_is_shown_and_the_same_notice_takes_its_own_place(cast: Cast, house: Served, phone: Open) -> None:
    page = phone("granny")
    page.context.grant_permissions(["notifications"], origin=house.url)
    page.goto("/phone/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    cdp = page.context.new_cdp_session(page)
    found: list[Any] = []
    cdp.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    cdp.send("ServiceWorker.enable")
    until(lambda: found, page)
    registration = found[-1]["registrationId"]
    with house.turn:
        emergency(cast, at=now())

    def push(title: str) -> list[list[str]]:
        """As a service does: again, while nobody showed it. The same notice takes its own place. Returns what is shown."""
        said = {
            "title": title, "body": "走楼梯。", "tag": "n1", "url": "/phone/notices/", "urgent": True, "off": "",
            "words": {"open": "查看", "off": "不再提醒"},
        }  # fmt: skip
        given = {"origin": house.url, "registrationId": registration, "data": json.dumps(said)}
        cdp.send("ServiceWorker.deliverPushMessage", given)
        page.wait_for_timeout(500)
        return list(page.evaluate(SHOWN))

    until(lambda: push("紧急：火情") == [["紧急：火情", "n1"]], page)
    expect(page.locator(".alarm-over")).to_contain_text("请立即疏散")  # the open page drew it by itself
    until(lambda: push("解除：火情") == [["解除：火情", "n1"]], page)


def test_the_switch_says_what_it_is(cast: Cast, house: Served, phone: Open, settings: Any) -> None:
    settings.LINLI_PUSH_SENDER = "linli.gateways.push.outbound.send"
    page = phone("granny")
    page.goto("/phone/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/phone/notices/settings/")
    expect(page.get_by_text("这台手机现在不提醒。").or_(page.get_by_text("拒绝了通知"))).to_be_visible()


def test_a_screen_that_lost_its_notice_says_so(cast: Cast, house: Served, phone: Open) -> None:
    with house.turn:
        notice = published(cast, at=now())
    page = phone("granny")
    page.goto(f"/phone/notices/{notice.id}/")
    with house.turn:
        verbs.withdraw(notice_id=notice.id, by=cast.social, at=now(), why="停水取消")
    page.evaluate(f"document.body.dispatchEvent(new CustomEvent('live:notice:{notice.id}'))")
    expect(page.get_by_text("停水取消")).to_be_visible()
