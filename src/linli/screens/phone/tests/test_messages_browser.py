"""Messages in real Chromium: told while the page is open they are counted over it, and every page of theirs serves everybody."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.access import SYSTEM, act
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.messages.verbs import tell
from linli.kernel.points.told import DECIDED, TAKEN
from linli.kernel.registers.told import ANSWERED, UNMASKED
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

pytestmark = [*browser.marks, browser.needs_axe]
Open = Callable[..., Page]
CARE = {"element": "care-level", "label": "护理等级"}
SAID = (
    (UNMASKED, {**CARE, "who": "王芳", "reason": "上门前核对护理等级"}),
    (ANSWERED, {**CARE, "outcome": "refused", "answer": "走访时核对过评估报告，登记无误。"}),
    (DECIDED, {"ledger": "integrity-points", "outcome": "upheld", "answer": "已核对住院记录。"}),
    (
        TAKEN,
        {
            "ledger": "integrity-points", "amount": 4, "rule": "promise-broken", "version": 1, "evidence": "report",
            "reason": "报名后没有来",
        },
    ),
)  # fmt: skip


def told(cast: Cast, count: int = len(SAID)) -> None:
    for number, (kind, fields) in enumerate(SAID[:count]):
        with act():
            tell(by=SYSTEM, at=now(), person_id=cast.granny.person_id, kind=kind, about=str(number), fields=fields)


@pytest.fixture
def phone(open_page: Open) -> Open:
    return lambda who, **options: open_page(who, viewport={"width": 390, "height": 844}, **options)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_told_while_a_page_is_open_it_is_counted_listed_and_read(
    cast: Cast, house: Served, phone: Open, look: str
) -> None:
    page = phone("granny", color_scheme=look)
    page.goto("/phone/messages/")
    expect(page.get_by_text("现在没有消息")).to_be_visible()
    _serves(page, f"messages-empty-{look}")
    with house.turn:
        told(cast)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('news:message'))")
    expect(page.locator("[data-messages] [data-n]")).to_have_text("4")
    expect(page.locator(".unread-one")).to_have_count(4)
    _serves(page, f"messages-{look}")
    page.get_by_role("link", name="积分扣减").click()
    expect(page.locator(".notice-text")).to_contain_text("您可以申诉")
    _serves(page, f"message-{look}")
    page.goto("/phone/messages/settings/")
    _serves(page, f"messages-settings-{look}")
    page.goto("/phone/messages/")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.locator(".unread-one")).to_have_count(0)
    expect(page.locator("[data-messages]")).to_be_hidden()
    _serves(page, f"messages-read-{look}")


def _serves(page: Page, name: str) -> None:
    if pictures := os.environ.get("LINLI_PICTURES"):
        page.screenshot(path=Path(pictures) / f"{name}.png")
    assert browser.serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
