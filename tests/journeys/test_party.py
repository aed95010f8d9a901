"""A branch's month: planned, announced, checked in by a code that changes, points and dues reckoned; a missed duty climbs
预警—提醒—督办 and ends when it is made up for; a resident's wish is checked, claimed by the branch, fulfilled and thanked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from linli.parts.tests import browser
from tests.house import until

from . import people
from .town import Town, town_at

pytestmark = [*browser.marks, pytest.mark.slow, pytest.mark.xdist_group("journeys")]
BEGAN = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
BASE = "/scenes/party_building"
SEED = """
from datetime import UTC, date, datetime
from linli.kernel.access import SYSTEM, Role
from linli.kernel.matters.tests.cast import CITY, HOOD
from linli.kernel.people import verbs as people
from linli.scenes.party_building import verbs
from linli.scenes.party_building.tests.cast import identity

at = datetime(2025, 1, 6, tzinfo=UTC)
top = verbs.found_organisation(by=SYSTEM, at=at, kind="committee", name="临江市委", place_code=CITY, founded_on=date(2000, 7, 1))
branch = verbs.found_organisation(
    by=SYSTEM, at=at, kind="branch", name="柳湾一居第一党支部", place_code=HOOD, parent_id=top.id, founded_on=date(2000, 7, 1))
post = {"role": Role.BRANCH_SECRETARY, "place_code": HOOD, "unit_id": branch.unit_id}
people.demo_account("shuji", "顾海英", PASSWORD, [post], at=at)
second = verbs.register_member(
    by=SYSTEM, at=at, branch_id=branch.id, name="王德明", identity=identity(2), stage="full", since=date(2010, 7, 1))
for kind, month in (("assembly", 4), ("theme", 8)):
    held = datetime(2026, month, 20, 11, tzinfo=UTC)
    made = verbs.plan_meeting(by=SYSTEM, at=held, organisation_id=branch.id, kind=kind, title="会", venue="活动室", starts_at=held,
        ends_at=held.replace(hour=12), agenda=["学习"])
    verbs.announce_meeting(by=SYSTEM, at=held, meeting_id=made.id)
    verbs.tick(by=SYSTEM, at=held, meeting_id=made.id, member_id=second.id, there=True, reason="当面点名")
    verbs.end_meeting(by=SYSTEM, at=held.replace(hour=12), meeting_id=made.id)
"""
JOINS = """
from datetime import UTC, date, datetime
from linli.kernel.access import SYSTEM, look_as
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD
from linli.kernel.people.models import Person
from linli.kernel.people.queries import actor_in
from linli.kernel.people.verbs import correct_person, give_consent
from linli.scenes.party_building import verbs
from linli.scenes.party_building.models import Organisation
from linli.scenes.party_building.tests.cast import identity

look_as(SYSTEM)
for name, number in (("林党员", 1), ("许阿婆", 90)):
    person = Person.objects.get(name=name)
    correct_person(by=SYSTEM, at=now(), person_id=person.id, place_code=HOOD, identity=identity(number))
    if number == 1:
        branch = Organisation.objects.get(kind="branch")
        verbs.register_member(
            by=SYSTEM, at=now(), branch_id=branch.id, name=name, identity=identity(1), stage="full", since=date(2015, 7, 1))
        by = actor_in(person.account, None)
        look_as(by)
        give_consent(by=by, at=now(), person_id=person.id, purpose="party-points")
        look_as(SYSTEM)
"""


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with town_at(BEGAN, f"PASSWORD = {people.PASSWORD!r}\n{SEED}") as town:
        yield town


def send(page: Page, words: str, **fields: str) -> None:
    """Fill in the form with this button and press it."""
    form = page.locator("form.act", has=page.get_by_role("button", name=words, exact=True)).first
    folded = page.locator("summary", has_text=words)
    expect(form.or_(folded).first).to_be_attached()
    if folded.count() and not form.is_visible():
        folded.first.click()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


def test_a_month_of_a_branch(chromium: Browser, town: Town, tmp_path: Path) -> None:
    secretary = people.desk(chromium, town.house, "shuji")
    member = people.phone(chromium, town.house, "13900005501", "林党员")
    granny = people.phone(chromium, town.house, "13900005502", "许阿婆")
    town.house.linli("manage", "shell", "-v", "0", given=JOINS)
    _plans_and_meets(secretary, member, town)
    _dues(secretary, member)
    _a_missed_lecture_climbs(secretary, town)
    _a_wish(secretary, granny, people.desk(chromium, town.house, "shequ"), tmp_path)


def _plans_and_meets(secretary: Page, member: Page, town: Town) -> None:
    secretary.goto(f"{BASE}/meetings/")
    expect(secretary.locator("#duties")).to_contain_text("党课")
    send(
        secretary, "安排会议", kind="theme", title="主题党日：楼道清堆物", starts_at="2026-09-07T11:00", ends_at="2026-09-07T12:00",
        venue="活动室", agenda="重温誓词\n分组清理",
    )  # fmt: skip
    secretary.get_by_role("link", name="主题党日：楼道清堆物").click()
    send(secretary, "通知党员")
    address = secretary.url
    member.goto(f"{BASE}/mine/")
    expect(member.locator("main")).to_contain_text("主题党日：楼道清堆物")
    town.set(BEGAN + timedelta(minutes=50))
    secretary.get_by_role("link", name="会场签到码").click()
    stale = secretary.locator("#code").get_attribute("data-code")
    town.set(BEGAN + timedelta(minutes=55))
    member.goto(f"{BASE}/check-in/?c={stale}")
    expect(member.locator("main")).to_contain_text("请扫会场屏幕上的二维码")
    secretary.reload()
    member.goto(f"{BASE}/check-in/?c={secretary.locator('#code').get_attribute('data-code')}")
    member.get_by_role("button", name="我到会了").click()
    expect(member.locator("main")).to_contain_text("已签到")
    secretary.goto(address)
    row = secretary.locator("tr", has_text="王德明")
    row.locator("summary", has_text="到会").click()
    row.locator("[name=reason]").fill("没带手机")
    row.get_by_role("button", name="到会", exact=True).click()
    town.set(BEGAN + timedelta(minutes=125))
    secretary.goto(address)
    send(secretary, "散会")
    expect(secretary.locator("#meeting")).to_contain_text("2 / 2 人到会")
    send(secretary, "写会议记录", minutes="清理了六个楼道。")
    member.goto(f"{BASE}/mine/")
    expect(member.locator("main")).to_contain_text("2 分")
    member.get_by_role("link", name="主题党日：楼道清堆物").click()
    member.get_by_role("button", name="记录没有错，确认").click()
    expect(member.locator("main")).to_contain_text("已确认")


def _dues(secretary: Page, member: Page) -> None:
    member.goto(f"{BASE}/mine/")
    member.locator("summary", has_text="申报计算基数").click()
    member.locator("[name=category]").select_option("working")
    member.locator("[name=base]").fill("5000")
    member.get_by_role("button", name="申报", exact=True).click()
    secretary.goto(f"{BASE}/dues/")
    send(secretary, "核定本月党费")
    row = secretary.locator("tr", has_text="林党员")
    expect(row).to_contain_text("50.00")
    row.locator("summary", has_text="登记交费").click()
    row.locator("[name=amount]").fill("50")
    row.get_by_role("button", name="登记交费").click()
    expect(secretary.locator("tr", has_text="林党员")).to_contain_text("已交")
    member.goto(f"{BASE}/mine/")
    expect(member.locator("main")).to_contain_text("应交 50.00 元")


def _a_missed_lecture_climbs(secretary: Page, town: Town) -> None:
    """The worker found that the second quarter had no lecture; nobody moves for three weeks."""
    missed = secretary.locator("tr", has_text="2026 年第 2 季度").filter(has_text="未开")

    def found() -> bool:
        secretary.goto(f"{BASE}/meetings/")
        return missed.count() == 1

    until(found, "the missed lecture", limit=150)
    number = missed.get_by_role("link").inner_text()
    assert number.startswith("督办：")
    matter = str(missed.get_by_role("link").get_attribute("href"))
    for day in (12, 14, 17, 25):
        town.set(BEGAN + timedelta(days=day, hours=3))
    until(_ticked(secretary, matter, ("预警", "提醒", "督办")), "three steps", limit=120)
    secretary.goto(f"{BASE}/meetings/")
    send(
        secretary, "安排会议", kind="lecture", title="补上第二季度党课", starts_at="2026-10-02T14:00", ends_at="2026-10-02T15:00",
        venue="活动室", agenda="专题学习", makes_up=_choice(secretary),
    )  # fmt: skip
    secretary.get_by_role("link", name="补上第二季度党课").click()
    send(secretary, "通知党员")
    town.set(datetime(2026, 10, 2, 6, 10, tzinfo=UTC))
    secretary.reload()
    for name in ("林党员", "王德明"):
        row = secretary.locator("tr", has_text=name)
        row.locator("summary", has_text="到会").click()
        row.locator("[name=reason]").fill("当面点名")
        row.get_by_role("button", name="到会", exact=True).click()
        secretary.wait_for_load_state()
    send(secretary, "散会")
    secretary.goto(f"{BASE}/meetings/")
    expect(secretary.locator("tr", has_text="2026 年第 2 季度")).to_contain_text("已补开")
    secretary.goto(matter)
    expect(secretary.locator("main")).to_contain_text("补上第二季度党课")


def _choice(secretary: Page) -> str:
    """The lecture among what may be made up for."""
    return str(secretary.locator("select[name=makes_up] option", has_text="党课").first.get_attribute("value"))


def _ticked(secretary: Page, matter: str, words: tuple[str, ...]) -> Callable[[], bool]:
    def told() -> bool:
        if "/account/" in secretary.goto(matter).url:  # type: ignore[union-attr]
            secretary.fill("input[name=username]", "shuji")
            secretary.fill("input[name=password]", people.PASSWORD)
            secretary.get_by_role("button", name="登录", exact=True).click()
            secretary.wait_for_load_state()
            secretary.goto(matter)
        text = secretary.locator("main").inner_text()
        return all(word in text for word in words)

    return told


def _a_wish(secretary: Page, granny: Page, social: Page, tmp_path: Path) -> None:
    if "/account/" in granny.goto(f"{BASE}/wishing/").url:  # type: ignore[union-attr]
        people.again(granny, "13900005502")
    granny.goto(f"{BASE}/wishing/")
    granny.locator("[name=words]").fill("想要一把助行椅，我住三号楼")
    granny.get_by_role("button", name="许愿").click()
    expect(granny.locator("main")).to_contain_text("待核实")
    social.goto(f"{BASE}/wishes/")
    expect(social.locator("main")).to_contain_text("新的帮忙心愿")
    social.locator("a.row-title").first.click()
    expect(social.locator("main")).to_contain_text("许阿婆")
    send(social, "核实并公开", title="许阿婆的助行椅")
    expect(social.locator("main")).to_contain_text("公开的文字里不能有姓名")
    send(social, "核实并公开", title="一把助行椅", text="独居老人想要")
    secretary.goto(f"{BASE}/wishes/")
    secretary.get_by_role("link", name="一把助行椅").first.click()
    expect(secretary.locator("main")).not_to_contain_text("许阿婆")
    send(secretary, "认领", due_on="2026-10-20")
    form = secretary.locator("form.act", has=secretary.get_by_role("button", name="已经实现"))
    form.locator("[name=words]").fill("送到居委会了。")
    form.locator("input[type=file]").set_input_files(people.photo(tmp_path / "椅子.jpg"))
    form.get_by_role("button", name="已经实现").click()
    expect(secretary.locator("main")).to_contain_text("待确认")
    granny.goto(f"{BASE}/wishing/")
    granny.get_by_role("link", name="一把助行椅").first.click()
    granny.locator("[name=words]").fill("谢谢")
    granny.get_by_role("button", name="实现了，谢谢").click()
    expect(granny.locator("main")).to_contain_text("已实现")
