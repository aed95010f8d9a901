"""Entered once, shared everywhere: a visit on a phone without network, another's form that does not ask, the resident who reads
who looked and contests, and the correction that is there for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from linli.parts.tests import browser
from tests.house import House

from .people import PASSWORD

pytestmark = [*browser.marks, pytest.mark.slow, pytest.mark.xdist_group("journeys")]
# Somebody signed in by a phone; at the counter it was written down where they live.
AT_HOME = """
from datetime import UTC, datetime
from linli.kernel.access import SYSTEM, look_as
from linli.kernel.matters.tests.cast import HOOD
from linli.kernel.people.models import Person
from linli.kernel.people.verbs import correct_person
look_as(SYSTEM)
person = Person.objects.filter(name="张桂芳", place_code="").latest("created_at")
correct_person(by=SYSTEM, at=datetime.now(UTC), person_id=person.id, place_code=HOOD, name={name!r})
"""
NAME = "张桂芳芳"


@pytest.fixture
def worker(chromium: Browser, house: House) -> Iterator[Page]:
    """The phone of the neighbourhood's social worker."""
    page = browser.opened(
        chromium, viewport={"width": 390, "height": 844}, base_url=f"http://127.0.0.1:{house.port}"
    )
    page.goto("/account/signin/?as=staff&next=/phone/visits/")
    page.fill("input[name=username]", "shequ")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/phone/visits/")
    yield page
    page.context.close()


def known(page: Page, element: str) -> str:
    """What a form shows of an element it need not ask."""
    return page.locator(f"[data-ask={element}] .item-value strong").inner_text()


def own(page: Page, label: str) -> Locator:
    """What stands in a resident's register under a name; more than one where it was corrected."""
    return page.locator(".own-fact", has=page.locator("p:first-child", has_text=re.compile(f"^{label}")))


def put_on_the_list(page: Page) -> str:
    """Found for a reason, one card filled in, on a round of visits. Returns the address of their register."""
    page.goto("/desk/registers/")
    page.get_by_label("为什么要看").fill("安排老人走访")
    page.get_by_label("找谁，或哪里").fill(NAME)
    page.get_by_role("button", name="查找", exact=True).click()
    page.get_by_role("link", name=NAME).click()
    ledger = page.url
    page.get_by_role("link", name="居民基础信息").click()
    page.get_by_label("户籍在本居").check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("登记了 1 项")
    page.goto("/desk/registers/visits/")
    form = page.locator("form", has=page.locator("[value=round]"))
    form.get_by_label("哪种走访").select_option("elder-visit")
    form.get_by_label("谁").select_option("residence-kind=registered-here")
    form.get_by_role("button", name="排一轮走访").click()
    expect(page.locator("main")).to_contain_text(NAME)
    return ledger


def visit_without_network(page: Page) -> None:
    """The list is taken along; in a cellar the form is filled in, and sent when there is a network again: once."""
    page.reload()
    page.get_by_role("button", name="带上今天的清单").click()
    expect(page.locator("[data-hint]")).to_contain_text("没有网络也能填")
    page.context.set_offline(True)
    page.get_by_role("link", name=NAME).click()
    expect(page.locator("h1")).to_have_text(NAME)
    page.get_by_label("精神好").check()
    page.locator("[data-ask=lives-alone]").get_by_label("是").check()
    page.get_by_label("部分照料").check()
    page.get_by_label("走访记录").fill("想参加社区食堂。")
    page.get_by_role("button", name="记下这次走访").click()
    expect(page.locator("[data-kept]")).to_contain_text("已保存在手机，联网后自动发送")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-ask=lives-alone] .item-value")).to_contain_text("是")
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_entered_once_on_a_phone_offline_shared_at_the_desk_read_and_contested_by_the_resident(
    house: House, desk: Callable[[str], Page], resident: Page, worker: Page
) -> None:
    house.linli("manage", "shell", "-v", "0", given=AT_HOME.format(name=NAME))
    office = desk("shequ")
    ledger = put_on_the_list(office)
    visit_without_network(worker)

    # Another form has the element: it shows it with its source, and does not ask.
    office.goto(ledger + "elder-card/")
    assert known(office, "lives-alone") == "是"
    assert known(office, "care-level") == "＊＊＊"
    expect(office.locator("[data-ask=lives-alone]")).to_contain_text("走访 · 王芳")
    expect(office.locator("[data-ask=emergency-contact] .item-value")).to_have_count(0)

    # The resident sees every fact in plain, who read it and for what; and contests one.
    resident.goto("/phone/registers/")
    expect(own(resident, "自理能力")).to_contain_text("部分照料")
    alone = own(resident, "独居")
    alone.locator("summary", has_text="谁看过").click()
    expect(alone).to_contain_text("王芳")
    expect(alone).to_contain_text("填写：独居老人信息")
    alone.locator("summary", has_text="这不对").click()
    alone.get_by_label("哪里不对，应该是什么").fill("儿子上个月搬回来一起住了。")
    alone.get_by_role("button", name="提出异议").click()
    expect(own(resident, "独居")).to_contain_text("异议：待答复")

    # Marked wherever it is shown, until somebody answers.
    office.goto(ledger + "elder-card/")
    expect(office.locator("[data-ask=lives-alone]")).to_contain_text("本人有异议")
    office.goto("/desk/registers/queue/")
    row = office.locator(".contest-row", has_text="儿子上个月搬回来一起住了。")
    row.locator("summary", has_text="答复").click()
    row.locator("[name=corrected][value=yes]").check()
    row.get_by_label("正确的内容").select_option("no")
    row.locator("textarea").fill("已上门核实。")
    row.get_by_role("button", name="答复").click()
    expect(office.locator("main")).to_contain_text("已更正")

    # And the correction is there: on the other form, on the phone, and for the resident.
    office.goto(ledger + "elder-card/")
    assert known(office, "lives-alone") == "否"
    expect(office.locator("[data-ask=lives-alone]")).not_to_contain_text("本人有异议")
    worker.reload()
    assert known(worker, "lives-alone") == "否"
    resident.reload()
    told = own(resident, "独居")
    expect(told.first).to_contain_text("异议更正")
    expect(told.last).to_contain_text("已上门核实。")
