"""Five screens open at once in real Chromium: what happens appears on those it concerns, by itself, and on no other.

How soon is measured by `bench.live`; here nobody reloads, and the next street hears nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import pytest
from playwright.sync_api import Browser, Page, expect

from linli.parts.tests import browser
from tests.house import House, Teller

from .people import act, report

pytestmark = [*browser.marks, pytest.mark.slow, pytest.mark.xdist_group("journeys")]
Desk = Callable[[str], Page]

HANG = """
from datetime import UTC, datetime
from linli.kernel.access import as_system
from linli.kernel.displays import verbs as displays
from linli.kernel.matters.tests.cast import HOOD
from linli.kernel.people.models import Person
with as_system():
    person = Person.objects.filter(account__isnull=False).latest("created_at")
    Person.objects.filter(pk=person.pk).update(place_code=HOOD)
displays.demo_displays([("five-board", "一居门厅", HOOD)], [("five-tv", "家里的电视", person.id)], at=datetime.now(UTC))
"""
WARN = """
from datetime import UTC, datetime
from linli.kernel.access import as_system
from linli.kernel.matters.tests.cast import HOOD
from linli.kernel.notices import verbs as notices
from linli.kernel.notices.verbs import Aim, Text
from linli.kernel.people.models import Account
from linli.kernel.people.queries.actors import actor_in
with as_system():
    account = Account.objects.get(username="zhiban")
    duty = actor_in(account, account.posts.get())
notice = notices.write(
    by=duty, at=datetime.now(UTC), text=Text(title="燃气泄漏，请离开三号楼", body="走楼梯，到东门集合。"),
    aim=Aim(place_code=HOOD, level="emergency", channels=("phone", "board", "tv", "desk", "command")))
notices.publish(notice_id=notice.id, by=duty, at=datetime.now(UTC))
"""
LIFT = "notices.lift(notice_id=notice.id, by=duty, at=datetime.now(UTC), words='已修好，可以回家。')"
HEAR = "() => { window.heard = []; document.body.addEventListener('live', (e) => window.heard.push(e.detail)) }"


@dataclass
class Screens:
    wall: Page
    desk: Page
    board: Page
    tv: Page
    phone: Page
    elsewhere: Page
    """The wall of the next street."""

    def every(self) -> list[Page]:
        return [getattr(self, field.name) for field in fields(self)]


@pytest.fixture
def screens(house: House, chromium: Browser, desk: Desk, resident: Page) -> Iterator[Screens]:
    teller = Teller(house)
    teller.tell(HANG)
    base = f"http://127.0.0.1:{house.port}"
    board = browser.opened(chromium, viewport={"width": 1080, "height": 1920}, base_url=base)
    tv = browser.opened(chromium, viewport={"width": 1920, "height": 1080}, base_url=base)
    made = Screens(desk("quzhiban"), desk("paidan"), board, tv, resident, desk("qiaotou"))
    for page in (made.wall, made.elsewhere):
        page.set_viewport_size({"width": 1920, "height": 1080})
        page.goto("/command/")
    made.desk.goto("/desk/q/reported/")
    board.goto("/board/?demo=five-board")
    tv.goto("/tv/?demo=five-tv")
    made.phone.goto("/phone/mine/")  # drawn anew: it is known now where they live
    for page in made.every():
        expect(page.locator("html")).to_have_attribute("data-live", "open", timeout=20_000)
        page.evaluate(HEAR)
    yield made
    for process in (teller.process,):
        process.terminate()
        process.wait(30)
    for page in (board, tv):
        page.context.close()


def test_a_report_and_an_alarm_are_seen_where_they_concern_and_nowhere_else(
    screens: Screens, sensor: Teller
) -> None:
    """The report: wall, desk, television, phone; the board shows nothing personal. The alarm: wall and desk."""
    told = "柳湾一居二号楼门口的路灯坏了，夜里看不见台阶。"
    matter = report(screens.phone, told, "无证设摊")
    expect(screens.wall.locator(".wall-foot")).to_contain_text("无证设摊")
    expect(screens.desk.locator("#list tbody")).to_contain_text("路灯坏了")
    expect(screens.tv.locator(".tv-home")).to_contain_text("1 件正在办")
    assert told not in screens.board.content()

    sensor.tell("says(1.2)")
    expect(screens.desk.locator("header.bar")).to_contain_text("新预警 1")
    expect(screens.wall.locator("[data-part=deciding]")).to_contain_text("浓烟")

    screens.desk.goto(f"/desk/matters/{matter}/")
    act(screens.desk, "受理")
    expect(screens.phone.locator("main")).to_contain_text("受理")

    heard = screens.elsewhere.evaluate("window.heard")
    assert heard == [], "the next street heard of it"
    assert "无证设摊" not in screens.elsewhere.locator("body").inner_text()
    assert [one for one in screens.board.evaluate("window.heard") if one["topic"] == "matter"] == []


def test_an_emergency_notice_is_over_everything_until_it_is_lifted(
    screens: Screens, desk: Desk, house: House
) -> None:
    street = desk("zhiban")
    street.goto("/command/")
    expect(street.locator("html")).to_have_attribute("data-live", "open", timeout=20_000)
    teller = Teller(house)
    teller.tell(WARN)
    for page in (screens.board, screens.tv):
        expect(page.locator(".emergency")).to_be_visible()
        expect(page.locator(".emergency")).to_contain_text("燃气泄漏，请离开三号楼")
    for page in (screens.phone, screens.desk, street):
        expect(page.locator("body")).to_contain_text("燃气泄漏，请离开三号楼")
    assert "燃气泄漏" not in screens.elsewhere.locator("body").inner_text()

    teller.tell(LIFT)
    for page in (screens.board, screens.tv):
        expect(page.locator(".emergency")).to_have_count(0)
    teller.process.terminate()
    teller.process.wait(30)
