"""Supervision and notices in real Chromium: a leader decides from one page, and sees what phones ring with while writing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Order, Phase
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.triage.suggesting import prepare
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

pytestmark = browser.marks
Open = Callable[..., Page]


@pytest.fixture
def desk(cast: Cast, open_page: Open) -> Open:
    prepare()
    return lambda who, **options: open_page(who, viewport={"width": 1440, "height": 900}, **options)


def test_a_leader_decides_what_waits_from_one_page(cast: Cast, house: Served, desk: Open) -> None:
    """An answer is settled, a silent unit is reminded; what is decided is off the page."""
    at = now() - timedelta(hours=3)
    for text in ("拿出办法", "为什么没有动静"):
        m = cast.assigned(at=at)
        verbs.supervise(
            matter_id=m.id, by=cast.district_duty, at=at, text=text, reply_due=now() - timedelta(hours=1)
        )
    with as_system():
        answered, silent = Order.objects.order_by("ordered_at", "id")
    verbs.reply_order(
        matter_id=answered.matter_id,
        by=cast.handler,
        at=at + timedelta(hours=1),
        order_id=answered.id,
        text="已经安排",
    )
    page = desk("district_duty")
    page.goto("/desk/deciding/")
    expect(page.get_by_role("heading", name="等您销号或退回的督办回复")).to_be_visible()
    page.get_by_role("link", name="督办销号").click()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        page.locator(".verb-form button[type=submit].primary").click()
    expect(page.locator("#verb [role=status]")).to_be_visible()
    page.goto("/desk/deciding/")
    expect(page.get_by_role("link", name="督办销号")).to_have_count(0)
    page.get_by_role("link", name="催办", exact=True).click()
    page.locator("#f-text").fill("下班前要报市里")
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        page.locator(".verb-form button[type=submit].primary").click()
    expect(page.locator("#verb [role=status]")).to_be_visible()
    page.goto(f"/desk/orders/{silent.id}/")
    expect(page.locator(".story")).to_contain_text("下班前要报市里")
    with house.turn, as_system():
        assert Order.objects.get(id=answered.id).phase == Phase.SETTLED
        assert Order.objects.get(id=silent.id).urged == 1


def test_what_phones_ring_with_is_beside_the_form_while_it_is_written(
    cast: Cast, house: Served, desk: Open
) -> None:
    page = desk("social")
    page.goto("/desk/notices/write/")
    page.fill("#f-title", "周三上午停水")
    page.fill("#f-body", "请提前储水。")
    expect(page.locator(".ring-push .ring-card")).to_contain_text("周三上午停水", timeout=10_000)
    expect(page.locator(".rings-when")).to_contain_text("提醒")
    page.get_by_label("短信").check()
    expect(page.locator(".ring-sms .ring-card")).to_contain_text("柳湾一居居委会：周三上午停水", timeout=10_000)
    page.get_by_label("手机提醒").uncheck()
    expect(page.locator(".ring-push")).to_have_count(0, timeout=10_000)
