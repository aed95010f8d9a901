"""The desk in real Chromium: a morning by keyboard, being too late, many at once, and what axe finds.

The server thread works on the test's own connection, so that nothing outlives the test: history cannot be
truncated, as a test with committed data would need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread

from linli.kernel.access import SYSTEM, as_system, look_as
from linli.kernel.matters import verbs
from linli.kernel.matters.models import State
from linli.kernel.matters.tests.cast import ALWAYS, CITY, MONDAY, Cast, fresh
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Account, Post

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).parents[5]
VENDOR = ROOT / "src/linli/parts/static/vendor"
AXES = (ROOT / "node_modules/axe-core/axe.min.js", VENDOR / "axe-core/axe.min.js")
AXE = next((path for path in AXES if path.exists()), None)
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
    pytest.mark.skipif(not (VENDOR / "htmx.org").exists(), reason="vendor files are not there: run make"),
]
Open = Callable[..., Any]


class OneAtATime(StaticFilesHandler):
    """One connection holds one stack of savepoints: two requests at once would release each other's."""

    turn = Lock()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        with self.turn:
            return super().__call__(environ, start_response)


@pytest.fixture
def house(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright keeps a loop in this thread
    mine = connections["default"]
    mine.inc_thread_sharing()
    monkeypatch.setattr(mine, "close", lambda: None)  # the server closes after each request what is ours
    server = LiveServerThread("127.0.0.1", OneAtATime, connections_override={"default": mine})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    with OneAtATime.turn:  # a page that was closed may still have a request under way
        mine.dec_thread_sharing()


@pytest.fixture
def desk(house: str, sign_in: Callable[[str], Client]) -> Iterator[Open]:
    """Opens a desk as somebody of the cast; complains about any script error at the end."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)  # the first page of a process also loads what the others share
    wrong: list[str] = []
    mine = connections["default"]
    with sync_playwright() as playwright:
        connections["default"] = mine  # with a loop running, this context would open a connection of its own
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS.split())

        def open_as(who: str, **cookies: str) -> Any:
            context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=house)
            given = {"linli_session": sign_in(who).cookies["linli_session"].value, **cookies}
            context.add_cookies([{"name": n, "value": v, "url": house} for n, v in given.items()])
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            return page

        yield open_as
        chromium.close()
    assert not wrong


def test_a_dispatchers_morning_by_keyboard(cast: Cast, desk: Open) -> None:
    """Down the list, open, dispatch to the suggested unit, on to the next, accept it, back to the list."""
    from playwright.sync_api import expect

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
    assert fresh(first).state == State.ASSIGNED
    page.locator("body").click(position={"x": 700, "y": 780})
    page.keyboard.press("j")
    expect(page.locator("h1")).to_have_text("第二件")
    page.keyboard.press("a")
    page.locator("#f-note").fill("已电话联系")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#matter-main")).to_contain_text("已电话联系")
    assert fresh(second).state == State.ACCEPTED
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 700, "y": 780})
    page.keyboard.press("u")
    expect(page.locator("#list")).to_contain_text("没有事项")


def test_searching_narrows_the_list_in_place(cast: Cast, desk: Open) -> None:
    from playwright.sync_api import expect

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


def test_who_is_too_late_keeps_what_was_typed(cast: Cast, desk: Open) -> None:
    from playwright.sync_api import expect

    matter = cast.report()
    page = desk("dispatcher")
    page.goto(f"/desk/matters/{matter.id}/")
    page.keyboard.press("s")
    page.locator("#f-task").fill("请先清理盲道")
    verbs.accept(matter_id=matter.id, by=cast.street_duty, at=MONDAY)
    look_as(cast.dispatcher)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#verb [role=alert]")).to_contain_text("吴值班")
    expect(page.locator("#f-task")).to_have_value("请先清理盲道")
    expect(page.locator("#matter-head")).to_contain_text("待派遣")
    page.locator("#verb button[type=submit]").click()
    expect(page.locator("#matter-head")).to_contain_text("处置中")


def test_many_are_accepted_at_once(cast: Cast, desk: Open) -> None:
    from playwright.sync_api import expect

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
    from playwright.sync_api import expect

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


@pytest.mark.skipif(AXE is None, reason="axe-core is not there: run make")
@pytest.mark.parametrize("look", [{}, {"theme": "dark", "language": "en"}], ids=["light zh", "dark en"])
def test_axe_finds_nothing_serious(cast: Cast, desk: Open, look: dict[str, str]) -> None:
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
    axe = AXE.read_text() if AXE else ""
    found: list[str] = []
    for who, addresses in pages.items():
        page = desk(who, **look)
        for told in addresses:
            # "address field": that field is filled in first and sent, as the page asks before it opens.
            address, _space, asked = told.partition(" ")
            page.goto(address)
            if asked:
                page.fill(f"[name={asked}]", "本人到窗口办理")
                page.locator(".act button").click()
            page.evaluate("document.querySelectorAll('details.row-act').forEach((fold) => (fold.open = true))")
            page.wait_for_load_state("networkidle")
            page.evaluate(axe)  # by the debugger's way: the page's own policy forbids foreign scripts
            report = page.evaluate("axe.run({resultTypes: ['violations']})")
            found += [
                f"{address}: {v['id']} {[n['html'][:160] for n in v['nodes'][:3]]}"
                for v in report["violations"]
                if v["impact"] in ("serious", "critical")
            ]
    assert not found, "\n".join(found)
