"""The desk in real Chromium: a morning by keyboard, being too late, many at once, and what axe finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.matters import verbs
from linli.kernel.matters.models import State
from linli.kernel.matters.tests.cast import ALWAYS, CITY, MONDAY, Cast, fresh
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Account, Post
from linli.kernel.triage.suggesting import prepare
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

pytestmark = browser.marks
Open = Callable[..., Page]


@pytest.fixture
def desk(cast: Cast, open_page: Open) -> Open:
    """Opens a desk as somebody of the cast."""
    prepare()  # as the worker does: a first page must not wait for the first model
    return lambda who, **options: open_page(who, viewport={"width": 1280, "height": 800}, **options)


def test_a_dispatchers_morning_by_keyboard(cast: Cast, house: Served, desk: Open) -> None:
    """Down the list, open, dispatch to the suggested unit, on to the next, accept it, back to the list."""
    first = cast.report(title="最早到期的")
    second = cast.report(title="第二件", at=MONDAY.replace(hour=4))
    page = desk("dispatcher")
    page.goto("/desk/")
    page.keyboard.press("j")
    expect(page.locator("tr[aria-selected=true]")).to_contain_text("最早到期的")
    page.keyboard.press("j")
    expect(page.locator("tr[aria-selected=true]")).to_contain_text("第二件")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("最早到期的")
    page.keyboard.press("s")
    expect(page.locator("#f-unit_id")).to_be_focused()
    expect(page.locator("#f-unit_id option:checked")).to_have_text("柳湾街道综合执法队")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#verb [role=status]")).to_contain_text("已办：派遣")
    expect(page.locator("#matter-head")).to_contain_text("处置中")
    with house.turn:
        assert fresh(first).state == State.ASSIGNED
    page.locator("h1").click()  # out of any field, and on nothing that answers
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text("第二件")
    page.keyboard.press("a")
    page.locator("#f-note").fill("已电话联系")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#matter-main")).to_contain_text("已电话联系")
    with house.turn:
        assert fresh(second).state == State.ACCEPTED
    page.keyboard.press("Escape")
    page.locator("h1").click()  # out of any field, and on nothing that answers
    page.keyboard.press("u")
    expect(page.locator("#list")).to_contain_text("没有事项")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(
    ("verb", "focused"),
    [("assign", "#f-unit_id"), ("accept", "#f-note"), ("pause", "[name=reason]"), ("take", "[type=submit]")],
)
def test_a_verbs_page_opened_directly_has_the_focus_in_its_first_field(
    cast: Cast, desk: Open, verb: str, focused: str, scripts: bool
) -> None:
    """As when somebody was faster than htmx, and the link opened a page instead of a form in it."""
    matter = cast.assigned() if verb in ("pause", "take") else cast.report()
    page = desk("handler" if verb in ("pause", "take") else "dispatcher", java_script_enabled=scripts)
    page.goto(f"/desk/matters/{matter.id}/{verb}/")
    expect(page.locator(f"#verb .verb-fields {focused}").first).to_be_focused()


def test_a_verbs_page_that_was_refused_has_the_focus_at_the_refusal(cast: Cast, desk: Open) -> None:
    matter = cast.report()
    page = desk("dispatcher")
    page.route("**/htmx.min.js", lambda route: route.abort())  # so that the form is sent as a page
    page.goto(f"/desk/matters/{matter.id}/decline/")
    page.locator("#verb button[type=submit]").click()
    expect(page.locator("#verb [role=alert]")).to_be_focused()


def test_keys_pressed_before_the_scripts_are_there_are_kept(cast: Cast, desk: Open) -> None:
    matter = cast.report()
    page = desk("dispatcher")
    held: list[Any] = []
    page.route("**/desk/keys.js", lambda route: held.append(route))
    page.goto(f"/desk/matters/{matter.id}/", wait_until="commit")
    expect(page.locator("h1")).to_have_text(matter.title)
    page.keyboard.press("s")
    page.keyboard.press("/")
    page.keyboard.press("a")  # was meant for the search by then
    assert held, "the page asks for its keyboard"
    held[0].continue_()
    expect(page.locator("#f-unit_id")).to_be_visible()
    assert page.url.endswith(f"/desk/matters/{matter.id}/"), "in the page, by htmx"


def test_searching_narrows_the_list_in_place(cast: Cast, desk: Open) -> None:
    cast.report(title="占道的摊位")
    cast.report(title="路灯坏了", body="三号楼前的路灯坏了。")
    page = desk("dispatcher")
    page.goto("/desk/")
    page.keyboard.press("/")
    page.keyboard.type("路灯")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list")).to_contain_text("路灯坏了")
    assert "text=" in page.url
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()


def test_who_is_too_late_keeps_what_was_typed(cast: Cast, house: Served, desk: Open) -> None:
    matter = cast.report()
    page = desk("dispatcher")
    page.goto(f"/desk/matters/{matter.id}/")
    page.keyboard.press("s")
    page.locator("#f-task").fill("请先清理盲道")
    with house.turn:
        verbs.accept(matter_id=matter.id, by=cast.street_duty, at=MONDAY)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#verb [role=alert]")).to_contain_text("吴值班")
    expect(page.locator("#f-task")).to_have_value("请先清理盲道")
    expect(page.locator("#matter-head")).to_contain_text("待派遣")
    page.locator("#verb button[type=submit]").click()
    expect(page.locator("#matter-head")).to_contain_text("处置中")


def test_many_are_accepted_at_once(cast: Cast, desk: Open) -> None:
    for number in range(3):
        cast.report(title=f"第{number}件")
    page = desk("dispatcher")
    page.goto("/desk/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_contain_text("已勾选 2 件")
    page.get_by_role("button", name="受理", exact=True).click()
    page.locator("#bulk-box button.primary").click()
    expect(page.locator("#bulk-box[open]")).to_contain_text("办成 2 件")
    page.keyboard.press("Escape")
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_a_visit_at_the_counter_by_keyboard(cast: Cast, desk: Open) -> None:
    """What for, who: found, opened, a number seen with a reason, the next one; the mouse is never touched."""
    people.correct_person(by=SYSTEM, at=MONDAY, person_id=cast.granny.person_id, birth_year=1947)
    page = desk("social")
    page.goto("/desk/counter/")
    page.get_by_label("来办什么事").focus()
    page.keyboard.type("办公交卡")
    page.keyboard.press("Tab")
    page.keyboard.type("林阿婆")
    page.keyboard.press("Enter")
    expect(page.locator("h2", has_text="找到 1 人")).to_be_visible()
    page.locator("body").press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("林阿婆")
    expect(page.locator("#main")).to_contain_text("来办：办公交卡")
    page.get_by_role("link", name="反映过的事").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("反映过的事")
    page.go_back()
    page.get_by_role("button", name="接待下一位").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("来办什么事")).to_have_value("")
    assert "林阿婆" not in page.content()


@browser.needs_axe
def test_axe_finds_nothing_serious_in_english_and_dark(cast: Cast, desk: Open) -> None:
    """In Chinese and light every page is looked at (screens/tests/test_every_page.py)."""
    look = {"theme": "dark", "language": "en"}
    cast.report()
    matter = cast.assigned()
    granny = f"/desk/counter/{cast.granny.person_id}/"
    with as_system():
        admin = Account.objects.create(kind="staff", username="secadmin", name="方正")
        Post.objects.create(account=admin, role="security_admin", place_code=CITY, valid=ALWAYS)
        people.issue_key(by=SYSTEM, at=MONDAY, name="随手拍", place_code=CITY)
    pages = {
        "district_duty": [
            "/desk/q/all/",
            "/desk/q/supervised/",
            f"/desk/matters/{matter.id}/",
            f"/desk/matters/{matter.id}/supervise/",
            "/desk/new/",
        ],
        "social": [
            "/desk/counter/",
            "/desk/counter/register/",
            f"{granny} purpose",
            granny,
            f"{granny}matters/",
            f"{granny}report/",
            f"{granny}copy/ reason",
            f"{granny}erase/",
        ],
        "secadmin": ["/desk/keys/"],
        "keeper": ["/desk/places/990101001/", "/desk/kinds/?kind=noise", "/desk/calendar/", "/desk/units/"],
    }
    found: list[str] = []
    for who, addresses in pages.items():
        page = desk(who, cookies=look)
        for told in addresses:
            # "address field": that field is filled in first and sent, as the page asks before it opens.
            address, _space, asked = told.partition(" ")
            page.goto(address)
            if asked:
                page.fill(f"[name={asked}]", "本人到窗口办理")
                page.locator(".act button").click()
            page.evaluate("document.querySelectorAll('details.row-act').forEach((fold) => (fold.open = true))")
            browser.settle(page)
            found += browser.serious(page)
    assert not found, "\n".join(found)


def test_a_form_sent_before_htmx_has_settled_is_still_sent_in_the_page(cast: Cast, desk: Open) -> None:
    """The browser itself puts the focus into a new form, at the next frame; htmx knows the form only when it settles."""
    matter = cast.report()
    page = desk("dispatcher")
    page.goto(f"/desk/matters/{matter.id}/")
    page.evaluate("htmx.config.defaultSettleDelay = 2000")
    page.keyboard.press("s")
    expect(page.locator("#f-unit_id")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#verb [role=status]")).to_contain_text("已办：派遣")
