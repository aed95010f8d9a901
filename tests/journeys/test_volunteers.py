"""A volunteer finds, joins, checks in and out, hours are certified; points stand on the card, are spent in a shop that had no
network, part of the time is given to a neighbour, part of the points expire; a stranger verifies the certificate.

The code at the place is typed; by camera it is read in the scene's own tests. LINLI_SHOTS=folder takes pictures on the way.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
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
BASE = "/scenes/self_governance"
HERE = {"longitude": 121.5, "latitude": 31.2, "accuracy": 10}
VOLUNTEER, NEIGHBOUR, KEEPER = ("13900006601", "苏晓梅"), ("13900006602", "许阿婆"), ("13900006603", "马师傅")
LIVE_HERE = """
from linli.kernel.access import SYSTEM, look_as
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD
from linli.kernel.people.models import Person
from linli.kernel.people.verbs import correct_person

look_as(SYSTEM)
for person in Person.objects.filter(name__in=NAMES):
    correct_person(by=SYSTEM, at=now(), person_id=person.id, place_code=HOOD)
"""


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with town_at(BEGAN) as town:
        yield town


def test_hours_become_points_time_and_a_certificate(chromium: Browser, town: Town) -> None:
    desk = people.desk(chromium, town.house, "shequ")
    _is_planned(desk)
    volunteer = _finds_and_joins(chromium, town)
    neighbour, keeper = (people.phone(chromium, town.house, *who) for who in (NEIGHBOUR, KEEPER))
    names = [name for _number, name in (VOLUNTEER, NEIGHBOUR, KEEPER)]
    town.house.linli("manage", "shell", "-v", "0", given=f"NAMES = {names!r}\n{LIVE_HERE}")
    _serves(town, desk, volunteer)
    _is_certified(town, desk)
    _is_verified_by_a_stranger(chromium, town, volunteer)
    _enrols_a_shop(desk)
    _spends_where_there_is_no_network(town, volunteer, keeper)
    _gives(volunteer, neighbour)
    _part_expires(chromium, town)


def picture(page: Page, name: str) -> None:
    """What the page looks like now, when somebody wants to see it."""
    if folder := os.environ.get("LINLI_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def _strange(chromium: Browser, town: Town) -> Page:
    """A phone on which nobody is signed in."""
    size = {"width": 390, "height": 844}
    return browser.opened(chromium, viewport=size, base_url=f"http://127.0.0.1:{town.house.port}")


def _unfold(page: Page, words: str) -> None:
    """Open what is folded under these words, where it is not open."""
    folded = page.locator("details", has=page.locator("summary", has_text=words)).first
    if folded.get_attribute("open") is None:
        folded.locator("summary").first.click()


def _is_planned(desk: Page) -> None:
    desk.goto(f"{BASE}/desk/activities/")
    _unfold(desk, "新建活动")
    form = desk.locator("form.act", has=desk.get_by_role("button", name="新建活动"))
    form.locator("[name=title]").fill("陪独居老人去医院")
    form.locator("[name=what]").fill("陪同挂号、候诊、取药，送回家。")
    form.locator("[name=kind]").select_option("elders")
    form.locator("[name=place_code]").fill("柳湾一居")
    form.locator("[name=meet]").fill("居委会门口")
    form.get_by_role("button", name="新建活动").click()
    desk.get_by_role("link", name="陪独居老人去医院").click()
    _unfold(desk, "加时段")
    form = desk.locator("form.act", has=desk.get_by_role("button", name="加时段"))
    for name, value in (("starts_at", "2026-09-07T14:00"), ("ends_at", "2026-09-07T16:00"), ("seats", "3")):
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button", name="加时段").click()
    desk.get_by_role("button", name="发布", exact=True).click()
    expect(desk.locator("main")).to_contain_text("招募中")
    picture(desk, "01-desk-activity")


def _finds_and_joins(chromium: Browser, town: Town) -> Page:
    """Without signing in somebody finds it; joining asks who they are."""
    number, name = VOLUNTEER
    stranger = _strange(chromium, town)
    stranger.goto(f"{BASE}/?kind=elders")
    picture(stranger, "02-found")
    stranger.get_by_role("link", name="陪独居老人去医院").click()
    expect(stranger.get_by_role("link", name="登录后报名")).to_be_visible()
    stranger.context.close()
    page = people.phone(chromium, town.house, number, name)
    page.goto(f"{BASE}/")
    page.get_by_role("link", name="陪独居老人去医院").first.click()
    page.get_by_role("button", name="我要报名").click()
    expect(page.locator("main")).to_contain_text("报名成功")
    picture(page, "03-joined")
    return page


def _serves(town: Town, desk: Page, volunteer: Page) -> None:
    shown = desk.context.new_page()  # the organiser's phone
    shown.set_viewport_size({"width": 390, "height": 844})
    context = volunteer.context
    context.grant_permissions(["geolocation"])
    town.set(BEGAN + timedelta(hours=3, minutes=50))
    stale = _code(shown, "签到码")
    picture(shown, "04-code-at-the-place")
    volunteer.goto(f"{BASE}/mine/")
    volunteer.get_by_role("link", name="陪独居老人去医院").click()
    context.set_geolocation({**HERE, "latitude": 31.3})
    _send_code(volunteer, stale, "签到")
    expect(volunteer.get_by_role("alert")).to_contain_text("您离集合地点约 11.1 公里")
    picture(volunteer, "05-too-far")
    context.set_geolocation(HERE)
    town.set(BEGAN + timedelta(hours=4))
    _send_code(volunteer, stale, "签到")
    expect(volunteer.get_by_role("alert")).to_contain_text("码不对")
    _send_code(volunteer, _code(shown, "签到码"), "签到")
    expect(volunteer.locator("main")).to_contain_text("签到成功")
    picture(volunteer, "06-checked-in")
    town.set(BEGAN + timedelta(hours=5, minutes=30))
    _send_code(volunteer, _code(shown, "签到码"), "签退")
    expect(volunteer.get_by_role("alert")).to_contain_text("这是签到码，现在要扫签退码")
    _send_code(volunteer, _code(shown, "签退码"), "签退")
    expect(volunteer.locator("main")).to_contain_text("待认定")
    shown.close()


def _code(shown: Page, words: str) -> str:
    """What the organiser's phone shows now."""
    shown.goto(f"{BASE}/showing/")
    shown.get_by_role("link", name=words).first.click()
    return shown.locator(".sg-digits").inner_text().replace(" ", "")


def _send_code(volunteer: Page, code: str, words: str) -> None:
    volunteer.fill("[name=code]", code)
    with volunteer.expect_navigation():
        volunteer.get_by_role("button", name=words, exact=True).click()


def _is_certified(town: Town, desk: Page) -> None:
    town.set(BEGAN + timedelta(hours=6, minutes=5))
    desk.reload()
    desk.get_by_role("link", name="14:00").first.click()
    row = desk.locator("tr", has_text="苏晓梅")
    expect(row).to_contain_text("90")
    row.locator("summary", has_text="认定").click()
    row.locator("[name=stars]").select_option("5")
    picture(desk, "07-roster")
    row.get_by_role("button", name="认定这次服务").click()
    expect(desk.locator("tr", has_text="苏晓梅")).to_contain_text("已认定")


def _is_verified_by_a_stranger(chromium: Browser, town: Town, volunteer: Page) -> None:
    volunteer.goto(f"{BASE}/record/")
    expect(volunteer.locator("main")).to_contain_text("1.5")
    _unfold(volunteer, "开一份证明")
    volunteer.get_by_role("button", name="开证明").click()
    expect(volunteer.locator("main")).to_contain_text("已开具")
    picture(volunteer, "08-record")
    paper = volunteer.locator("a[href$='.pdf']").first
    printed = volunteer.request.get(str(paper.get_attribute("href")))
    assert printed.ok and printed.body().startswith(b"%PDF")
    number = paper.inner_text().strip()
    code = volunteer.locator(".matter", has=paper).locator(".about").inner_text().rsplit("校验码", 1)[1].strip()
    stranger = _strange(chromium, town)
    stranger.goto(f"{BASE}/verify/")
    for typed, told in ((f"{code[:-1]}Z", "查不到这份证明"), (code, "证明是真的")):
        stranger.fill("[name=number]", number)
        stranger.fill("[name=code]", typed)
        stranger.get_by_role("button", name="验证", exact=True).click()
        expect(stranger.locator("main")).to_contain_text(told)
    expect(stranger.locator("main")).to_contain_text("苏＊＊")
    expect(stranger.locator("main")).not_to_contain_text("苏晓梅")
    picture(stranger, "09-verified")
    stranger.context.close()


def _enrols_a_shop(desk: Page) -> None:
    desk.goto(f"{BASE}/desk/shops/")
    _unfold(desk, "登记商户")
    number, name = KEEPER
    form = desk.locator("form.act", has=desk.get_by_role("button", name="登记商户"))
    for field, value in (
        ("name", "马师傅馄饨"), ("place_code", "柳湾一居"), ("offers", "小馄饨一碗 60 分"), ("keeper_name", name), ("keeper_phone", number),
    ):  # fmt: skip
        form.locator(f"[name={field}]").fill(value)
    form.get_by_role("button", name="登记商户").click()
    expect(desk.locator("tr", has_text="马师傅馄饨")).to_be_visible()
    picture(desk, "10-shops")


def _spends_where_there_is_no_network(town: Town, volunteer: Page, keeper: Page) -> None:
    at = BEGAN + timedelta(hours=7)
    town.set(at)
    keeper.clock.set_fixed_time(at)  # the phone's own clock, by which it tells a fresh code
    keeper.goto(f"{BASE}/shop/")
    volunteer.goto(f"{BASE}/card/")
    volunteer.get_by_role("button", name="开一张卡").click()
    expect(volunteer.locator("main")).to_contain_text("90 分可用")
    picture(volunteer, "11-card")
    code = volunteer.locator(".sg-long").text_content() or ""
    keeper.context.set_offline(True)
    for typed, told in (
        (code[:-6] + "AAAAAA", "这不是积分卡的码"), (code, "没有网络：码是真的"), (code, "这个码刚才已经收过一次"),
    ):  # fmt: skip
        for field, value in (("code", typed), ("amount", "60"), ("what", "小馄饨一碗")):
            keeper.fill(f"[name={field}]", value)
        keeper.get_by_role("button", name="请顾客确认").click()
        expect(keeper.locator("[data-said]")).to_contain_text(told)
    picture(keeper, "12-shop-offline")
    town.set(at + timedelta(hours=2))
    keeper.clock.set_fixed_time(at + timedelta(hours=2))
    keeper.context.set_offline(False)
    expect(keeper.locator("[data-said]")).to_contain_text("已请顾客在手机上确认 60 分")
    expect(keeper.locator("#sg-rows")).to_contain_text("等顾客确认")
    volunteer.goto(f"{BASE}/card/")
    expect(volunteer.locator("#sg-waiting")).to_contain_text("马师傅馄饨 请您付")
    picture(volunteer, "13-asked")
    volunteer.get_by_role("button", name="同意，付").click()
    expect(volunteer.locator("main")).to_contain_text("30 分可用")
    expect(keeper.locator("#sg-rows")).to_contain_text("已付")
    expect(keeper.locator("#sg-rows")).not_to_contain_text("苏晓梅")
    picture(keeper, "14-shop-paid")


def _gives(volunteer: Page, neighbour: Page) -> None:
    volunteer.goto(f"{BASE}/time/")
    expect(volunteer.locator("main")).to_contain_text("90 分钟可用")
    _unfold(volunteer, "把时间送给别人")
    number, name = NEIGHBOUR
    form = volunteer.locator("form", has=volunteer.get_by_role("button", name="送出，不能收回"))
    for field, value in (("minutes", "30"), ("name", name), ("phone", number)):
        form.locator(f"[name={field}]").fill(value)
    form.get_by_role("button", name="送出，不能收回").click()
    expect(volunteer.locator("main")).to_contain_text("60 分钟可用")
    picture(volunteer, "15-time-given")
    neighbour.goto(f"{BASE}/time/")
    expect(neighbour.locator("main")).to_contain_text("30 分钟可用")


def _part_expires(chromium: Browser, town: Town) -> None:
    """Points last two years, time ten; whoever comes back then signs in anew."""
    town.set(BEGAN + timedelta(days=732))

    def expired() -> bool:
        return town.house.rows("SELECT count(*) FROM points_transfer WHERE kind = 'expire'")[0][0] > 0

    until(expired, "what is too old to expire", limit=90)
    # Codes are counted by the machine's time whatever the clock says: a minute between two to one phone.
    soon = "SELECT max(sent_at) > clock_timestamp() - interval '60 seconds' FROM people_onetimecode"
    until(lambda: not town.house.rows(soon)[0][0], "another code to be sent", limit=90)
    volunteer = _strange(chromium, town)
    people.again(volunteer, VOLUNTEER[0])
    volunteer.wait_for_url(lambda url: "/account/" not in url)
    volunteer.goto(f"{BASE}/card/")
    expect(volunteer.locator("main")).to_contain_text("0 分可用")
    expect(volunteer.locator(".sg-lines")).to_contain_text("−30")
    picture(volunteer, "16-expired")
    volunteer.goto(f"{BASE}/record/")
    picture(volunteer, "17-record-later")
    volunteer.goto(f"{BASE}/time/")
    expect(volunteer.locator("main")).to_contain_text("60 分钟可用")
