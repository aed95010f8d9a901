"""Entered once, shared everywhere: a visit on a phone without network; another's form, and three tables of three offices, that
need not ask; the resident who reads who looked and contests; and the correction that is there for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from linli.parts.tests import browser
from tests.house import House

from .people import PASSWORD, picture

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
TABLED = "何桂英英"
HEALTH = f"""
from linli.kernel.matters.tests.cast import ALWAYS, DISTRICT
from linli.kernel.people import verbs
from linli.kernel.people.models import Unit
unit = Unit.objects.create(kind="centre", name="望江区卫生健康委", place_code=DISTRICT, valid=ALWAYS)
verbs.demo_account("weijian", "方敏", {PASSWORD!r}, [
    {{"role": "leader", "place_code": DISTRICT, "unit_id": unit.id}}], at=datetime.now(UTC))
"""
Columns = Sequence[Mapping[str, str]]


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


def put_on_the_list(page: Page, name: str = NAME) -> str:
    """Found for a reason, one card filled in, on a round of visits. Returns the address of their register."""
    page.goto("/desk/registers/")
    page.get_by_label("为什么要看").fill("安排老人走访")
    page.get_by_label("找谁，或哪里").fill(name)
    page.get_by_role("button", name="查找", exact=True).click()
    page.get_by_role("link", name=name).click()
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
    expect(page.locator("main")).to_contain_text(name)
    return ledger


def visit_without_network(page: Page, name: str = NAME) -> None:
    """The list is taken along; in a cellar the form is filled in, and sent when there is a network again: once."""
    page.reload()
    page.get_by_role("button", name="带上今天的清单").click()
    expect(page.locator("[data-hint]")).to_contain_text("没有网络也能填")
    page.context.set_offline(True)
    page.get_by_role("link", name=name).click()
    expect(page.locator("h1")).to_have_text(name)
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


def answers_contest(page: Page, reason: str) -> None:
    """Looked into, and corrected: they do not live alone."""
    page.goto("/desk/registers/queue/")
    row = page.locator(".contest-row", has_text=reason)
    row.locator("summary", has_text="答复").click()
    row.locator("[name=corrected][value=yes]").check()
    row.get_by_label("正确的内容").select_option("no")
    row.locator("textarea").fill("已上门核实。")
    row.get_by_role("button", name="答复").click()
    expect(page.locator("main")).to_contain_text("已更正")


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
    answers_contest(office, "儿子上个月搬回来一起住了。")

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


def asks(page: Page, title: str, columns: Columns, *, listed: bool, basis: str = "", where: str = "=") -> None:
    """A table is put together from what is known, of everybody below."""
    page.goto(f"/desk/reports/new/?listed={int(listed)}")
    page.fill("[name=title]", title)
    page.fill("[name=reason]", "安排冬季送餐和巡诊")
    page.fill("[name=basis]", basis)
    element, _is, value = where.partition("=")
    page.locator("[name=w_element]").first.select_option(element)
    page.locator("[name=w_value]").first.fill(value)
    for n, column in enumerate(columns):
        for name, value in column.items():
            field = page.locator(f"[name=c_{name}]").nth(n)
            if name in ("label", "value"):
                field.fill(value)
            else:
                field.select_option(value)
    page.get_by_role("button", name="发出", exact=True).click()


STREET_NAME, DISTRICT_NAME, HEALTH_NAME = "冬季独居老人名单", "各居独居老人数", "老人健康随访表"
NAMED = {"label": "姓名", "kind": "name"}
STREET_TABLE = [NAMED, {"label": "独居", "kind": "value", "element": "lives-alone"},
    {"label": "紧急联系人", "kind": "value", "element": "emergency-contact"}]  # fmt: skip
DISTRICT_TABLE = [{"label": "独居老人数", "kind": "count", "element": "lives-alone", "op": "is", "value": "是"}]
HEALTH_TABLE = [NAMED, {"label": "独居", "kind": "value", "element": "lives-alone"},
    {"label": "精神状况", "kind": "value", "element": "condition"}, {"label": "自理能力", "kind": "value", "element": "care-level"}]  # fmt: skip


def owed(page: Page, title: str) -> None:
    """The neighbourhood opens its sheet of a report."""
    page.goto("/desk/reports/?tab=owed")
    page.get_by_role("link", name=title).click()
    expect(page.locator("h1")).to_have_text(title)


def signed_and_sent(page: Page) -> None:
    page.get_by_role("button", name="签字", exact=True).click()
    expect(page.locator("main")).to_contain_text("已签字")
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.locator("main")).to_contain_text("已报送")


def opens_the_sent(page: Page, title: str) -> None:
    """Whoever asked opens what the neighbourhood signed."""
    page.goto("/desk/reports/")
    page.get_by_role("link", name=title).click()
    page.get_by_role("link", name="柳湾一居").click()
    expect(page.locator("main")).to_contain_text("签字时的内容")


def test_three_tables_have_the_facts_of_one_visit_and_its_correction(
    house: House, desk: Callable[[str], Page], resident: Page, worker: Page
) -> None:
    house.linli("manage", "shell", "-v", "0", given=AT_HOME.format(name=TABLED) + HEALTH)
    office, street, district, health = desk("shequ"), desk("zhiban"), desk("quzhiban"), desk("weijian")
    put_on_the_list(office, TABLED)

    # Three offices ask, each once; who asks the same again is shown the table that is open.
    asks(street, STREET_NAME, STREET_TABLE, listed=True, where="lives-alone=是")
    expect(street.locator("main")).to_contain_text("已发出")
    asks(district, DISTRICT_NAME, DISTRICT_TABLE, listed=False)
    expect(district.locator("main")).to_contain_text("已发出")
    law = "基本医疗卫生与健康促进法"
    asks(health, HEALTH_NAME, HEALTH_TABLE, listed=True, basis=law, where="residence-kind=户籍在本居")
    expect(health.locator("main")).to_contain_text("已发出")
    asks(street, "独居老人再报一次", STREET_TABLE, listed=True, where="lives-alone=是")
    expect(street.get_by_role("alert")).to_contain_text("打开那一张")
    owed(office, HEALTH_NAME)
    row = office.locator("tr", has_text=TABLED)
    expect(row.locator("td.gap")).to_have_count(3)
    picture(office, "1-gaps-before")

    # One visit, without network; the three sheets have it, and nothing is asked but what nobody knows.
    visit_without_network(worker, TABLED)
    picture(worker, "2-visit")
    owed(office, HEALTH_NAME)
    expect(row.locator("td.gap")).to_have_count(0)
    expect(row).to_contain_text("精神好")
    signed_and_sent(office)
    owed(office, DISTRICT_NAME)
    expect(office.locator("tr", has_text="独居老人数").locator("td.number")).to_have_text("1")
    signed_and_sent(office)
    owed(office, STREET_NAME)
    office.get_by_role("link", name="只看缺的").click()
    expect(row.locator("td.gap")).to_have_count(1)
    picture(office, "3-only-the-gap")
    row.locator("summary", has_text="补填").click()
    row.get_by_label("紧急联系人").fill("女儿 何敏")
    row.get_by_role("button", name="保存").click()
    expect(office.locator("main")).to_contain_text("下次不用再填")
    expect(office.locator("main")).to_contain_text("没有缺的")
    signed_and_sent(office)

    # Who asked reads what was signed; the resident reads who did, and contests one fact.
    for page in (street, district, health):
        page.goto("/desk/reports/")
    opens_the_sent(street, STREET_NAME)
    expect(street.locator("tr", has_text=TABLED)).to_contain_text("女儿 何敏")
    opens_the_sent(district, DISTRICT_NAME)
    expect(district.locator("td.number")).to_have_text("1")
    opens_the_sent(health, HEALTH_NAME)
    expect(health.locator("tr", has_text=TABLED)).to_contain_text("精神好")
    resident.goto("/phone/registers/")
    alone = own(resident, "独居")
    alone.locator("summary", has_text="谁看过").click()
    for words in ("吴值班", STREET_NAME, "方敏", HEALTH_NAME):
        expect(alone).to_contain_text(words)
    picture(resident, "4-who-read")
    alone.locator("summary", has_text="这不对").click()
    alone.get_by_label("哪里不对，应该是什么").fill("女儿上周搬来同住了。")
    alone.get_by_role("button", name="提出异议").click()
    expect(own(resident, "独居")).to_contain_text("异议：待答复")
    answers_contest(office, "女儿上周搬来同住了。")

    # The correction is in all three: beside what was signed, which stays as it was, and in what they say from now on.
    street.reload()
    said = street.locator("tr", has_text=TABLED)
    expect(said).to_contain_text("后来更正为 否")
    expect(said).to_contain_text("现在不符合条件")
    picture(street, "5-street-corrected")
    district.reload()
    expect(district.locator("td.number")).to_contain_text("1")
    expect(district.locator("td.number")).to_contain_text("后来更正为 0")
    picture(district, "6-district-corrected")
    health.reload()
    expect(health.locator("tr", has_text=TABLED)).to_contain_text("后来更正为 否")
    picture(health, "7-health-corrected")
    health.locator("tr", has_text=TABLED).get_by_role("link", name="是", exact=True).click()
    expect(health.locator("main")).to_contain_text("王芳")
    expect(health.locator("main")).to_contain_text("后来更正为 否")
    picture(health, "8-where-from")
    district.goto("/desk/reports/")
    district.get_by_role("link", name=DISTRICT_NAME).click()
    expect(district.locator("tr", has_text="柳湾一居")).to_contain_text("后来有更正")
    picture(district, "9-district-report")
    resident.reload()
    expect(own(resident, "独居").first).to_contain_text("异议更正")
    picture(resident, "10-corrected")
