"""A board in real Chromium: from a code to content and back, cut off, alarmed, touched, and driven by keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.clock.now import now
from linli.kernel.displays import verbs
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.notices import verbs as notices
from linli.parts.tests import browser, on_screen
from linli.parts.tests.browser import Served
from linli.parts.tests.hung import notice, office_phone, posted
from linli.parts.tests.on_screen import SOON, Open, code_on

pytestmark = [pytest.mark.slow, *browser.marks]


def shown(page: Page) -> str:
    return str(page.evaluate("document.querySelector('[data-page][data-shown]').dataset.page"))


def test_from_the_code_to_content_and_back(cast: Cast, open_page: Open, house: Served) -> None:
    """The code is typed on the desk, the board shows its place; revoked on the desk, it shows another code in seconds."""
    board = open_page("", viewport=on_screen.BOARD)
    board.goto("/board/")
    code = code_on(board)
    desk = open_page("social", viewport={"width": 1440, "height": 900})
    desk.goto(f"/desk/displays/?code={code}")
    desk.locator("aside [name=name]").fill("一居门口")
    desk.locator("aside form.act button").click()
    expect(desk.locator("#displays tbody tr")).to_contain_text("一居门口")
    expect(board.locator(".board-place")).to_contain_text("柳湾一居", timeout=SOON)
    on_screen.ready(board)
    desk.locator("tr", has_text="一居门口").locator("summary", has_text="撤销").click()
    desk.locator("tr", has_text="一居门口").locator("details[open] button").click()
    expect(board.locator("[data-display-code]")).to_be_visible(timeout=SOON)
    assert code_on(board) != code
    for kept in ("/board/", "/board/content/"):
        assert board.evaluate(f"caches.match('{kept}').then((kept) => kept === undefined)"), (
            "what it showed is forgotten"
        )
    assert "一居" not in board.inner_text("main")


def test_cut_off_it_keeps_what_it_shows_and_says_since_when(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        notice(cast, "停水检修", "周六停水。")
    page, _display = on_screen.board(open_page, house, cast)
    away = page.locator("[data-away]")
    expect(away).to_be_hidden()
    page.context.set_offline(True)
    expect(away).to_be_visible(timeout=SOON)
    expect(away).to_contain_text("网络断开了")
    expect(page.locator("[data-page=today]")).to_contain_text("停水检修")
    page.context.set_offline(False)
    expect(away).to_be_hidden(timeout=SOON)
    with on_screen.without_a_server(house):
        expect(away).to_be_visible(timeout=SOON)
        page.reload()  # a power cut: it starts again and nobody answers
        expect(page.locator("[data-page=today]")).to_contain_text("停水检修")
        expect(away).to_be_visible(timeout=SOON)
        for _n in range(2):  # what happens meanwhile
            notice(cast, "电梯检修", "周日检修。")
    expect(away).to_be_hidden(timeout=SOON)
    expect(page.locator("[data-page=notices] .board-row-title", has_text="电梯检修")).to_have_count(2)
    assert page.locator("[data-page=notices] .board-row").count() == 3, "nothing missed, nothing doubled"


def test_a_network_that_says_nothing_is_none(cast: Cast, open_page: Open, house: Served) -> None:
    page, _display = on_screen.board(open_page, house, cast)
    away = page.locator("[data-away]")
    with on_screen.silent(house):
        expect(away).to_be_visible(timeout=SOON)
        page.wait_for_timeout(12_000)  # longer than it waits for one answer
        with house.turn:
            notice(cast, "停水检修", "周六停水。")
        expect(away).to_be_visible()
    expect(page.locator("[data-page=today]")).to_contain_text("停水检修", timeout=SOON)
    expect(away).to_be_hidden(timeout=SOON)


def test_an_emergency_stands_over_everything_with_sound_until_it_is_lifted(
    cast: Cast, open_page: Open, house: Served
) -> None:
    page, _display = on_screen.board(open_page, house, cast)
    page.mouse.click(500, 900)  # whoever set it up touched it once
    with house.turn:
        found = notice(cast, "燃气泄漏，请马上离开", "到东门广场集合。", level="emergency")
    over = page.locator("[data-emergency]")
    expect(over).to_be_visible(timeout=SOON)
    expect(over).to_contain_text("到东门广场集合")
    page.wait_for_function("() => Number(document.documentElement.dataset.rang) >= 1")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.mouse.click(500, 900)
    expect(over).to_be_visible()
    with house.turn:
        notices.lift(notice_id=found.id, by=cast.street_duty, at=now(), words="已抢修完毕，可以回家。")
    expect(over).to_have_count(0, timeout=SOON)
    page.locator("[data-tab=notices]").click()
    expect(page.locator("[data-page=notices]")).to_contain_text("已解除")


def test_a_long_emergency_is_set_smaller_until_all_of_it_is_there(
    cast: Cast, open_page: Open, house: Served
) -> None:
    page, _display = on_screen.board(open_page, house, cast, has_touch=True)
    text = page.locator(".emergency-text")
    with house.turn:
        notice(cast, "燃气泄漏", "请马上离开，不要开灯。" * 30 + "\n\n到东门广场集合。", level="emergency")
    expect(text).to_be_visible(timeout=SOON)
    expect(text.locator("p").last).to_be_in_viewport(ratio=1)
    assert text.evaluate("e => e.scrollHeight <= e.clientHeight + 1")
    assert text.locator("p").last.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 28


def test_started_without_a_network_it_shows_what_came_last(cast: Cast, open_page: Open, house: Served) -> None:
    """The page was loaded weeks ago; what it showed last came since. A power cut, and nobody answers."""
    page, _display = on_screen.board(open_page, house, cast)
    with house.turn:
        notice(cast, "燃气泄漏，请马上离开", "到东门广场集合。", level="emergency")
    over = page.locator("[data-emergency]")
    expect(over).to_be_visible(timeout=SOON)
    with on_screen.without_a_server(house):
        page.reload()
        expect(over).to_be_visible(timeout=SOON)
        expect(page.locator("[data-away]")).to_have_attribute("role", "status")


def test_an_emergency_that_ends_by_itself_leaves_also_without_a_network(
    cast: Cast, open_page: Open, house: Served
) -> None:
    page, _display = on_screen.board(open_page, house, cast)
    with house.turn:
        notice(cast, "大风红色预警", "请关好门窗。", level="emergency")
    over = page.locator("[data-emergency]")
    expect(over).to_be_visible(timeout=SOON)
    page.context.set_offline(True)
    page.evaluate(
        "document.querySelector('[data-emergency]').dataset.until = new Date(Date.now() + 1500).toISOString()"
    )
    expect(over).to_be_hidden(timeout=SOON)


def test_pages_turn_by_themselves_and_stand_still_while_somebody_is_there(
    cast: Cast, open_page: Open, house: Served
) -> None:
    with house.turn:
        notice(cast, "停水检修", "周六停水。" * 300)
        posted(cast)
    page, _display = on_screen.board(open_page, house, cast)
    page.add_init_script("globalThis.linliTurn = 700; globalThis.linliTouched = 2500")
    page.reload()
    seen: list[tuple[str, int]] = []
    for _n in range(40):
        page.wait_for_timeout(200)
        left = page.evaluate("document.querySelector('[data-shown] .leaf')?.scrollLeft ?? 0")
        now_shown = (shown(page), round(left))
        if not seen or seen[-1] != now_shown:
            seen.append(now_shown)
    names = [name for name, _left in seen]
    assert {"today", "duty", "posted"} <= set(names) and any(name.startswith("notice-") for name in names)
    assert max(left for name, left in seen if name.startswith("notice-")) > 0, (
        "what does not fit has a leaf of its own"
    )
    assert "notices" not in names, "a list of one says nothing that the one does not"
    page.locator("[data-tab=duty]").click()
    page.wait_for_timeout(1500)
    assert shown(page) == "duty"
    page.wait_for_timeout(1600)
    assert shown(page) != "duty" or page.evaluate("document.documentElement.dataset.busy === undefined")


def test_by_touch_alone(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        notice(cast, "停水检修", "周六停水，请提前储水。")
        office_phone(cast)
        posted(cast)
    page, _display = on_screen.board(open_page, house, cast, has_touch=True)
    for tab in ("notices", "duty", "posted", "today"):
        page.locator(f"[data-tab={tab}]").tap()
        assert shown(page) == tab
        assert page.locator(f"[data-tab={tab}]").get_attribute("aria-current") == "page"
    page.locator("[data-page=today] [data-open]").first.tap()
    assert shown(page).startswith("notice-")
    expect(page.locator("[data-page][data-shown]")).to_contain_text("请提前储水")
    page.locator("[data-larger]").tap()
    assert page.evaluate("document.documentElement.hasAttribute('data-large')")
    page.locator("[data-pause]").tap()
    expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
    small = page.evaluate(
        "[...document.querySelectorAll('button')].filter((e) => e.checkVisibility({visibilityProperty: true}))"
        ".map((e) => e.getBoundingClientRect()).filter((b) => b.height < 70 || b.width < 70).length"
    )
    assert small == 0, "large targets for any finger"
    page.locator("[data-language]").tap()
    expect(page.locator("[data-tab=today]")).to_contain_text("Today")


def test_by_keys_alone(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        notice(cast, "停水检修", "周六停水，请提前储水。")
        posted(cast)
    page, _display = on_screen.board(open_page, house, cast)
    reached: set[str] = set()
    page.keyboard.press("ArrowDown")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        reached.add(on_screen.focus(page))
    assert {"tab-duty", "tab-posted"} & reached
    page.keyboard.press("Enter")
    assert shown(page) in ("duty", "posted", "notices", "around")
    page.keyboard.press("Escape")
    assert shown(page) == "today"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    on_screen.focus(page)


def test_every_function_by_keys_alone(cast: Cast, open_page: Open, house: Served) -> None:
    """Arrows, ok and back, as a remote or a keyboard under the counter has them."""
    with house.turn:
        told = notice(cast, "停水检修", "周六停水，请提前储水。")
        office_phone(cast)
        posted(cast)
    page, _display = on_screen.board(open_page, house, cast)
    page.keyboard.press("ArrowDown")
    for tab in ("notices", "duty", "posted", "today"):
        on_screen.reach(page, f"tab-{tab}")
        page.keyboard.press("Enter")
        assert shown(page) == tab
    on_screen.reach(page, f"today-{told.id}")
    page.keyboard.press("Enter")
    assert shown(page) == f"notice-{told.id}"
    page.keyboard.press("Backspace")
    assert shown(page) == "notices", "back to the list it is of"
    page.keyboard.press("Escape")
    assert shown(page) == "today"
    on_screen.reach(page, "larger")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.hasAttribute('data-large')")
    on_screen.reach(page, "pause")
    page.keyboard.press("Enter")
    expect(page.locator("[data-pause]")).to_have_attribute("aria-pressed", "true")
    on_screen.reach(page, "language")
    page.keyboard.press("Enter")
    expect(page.locator("[data-tab=today]")).to_contain_text("Today")


def test_the_desk_sees_what_hangs_there_and_others_do_not(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        notice(cast, "停水检修", "周六停水。")
        told = verbs.show_code(by=cast.social, at=now(), kind="board")
        display = verbs.confirm_board(
            by=cast.social, at=now(), code=told.code, place_code=cast.social.scope, name="门口"
        )
    page = open_page("social", viewport=on_screen.BOARD)
    page.goto(f"/board/preview/{display.pk}/")
    expect(page.locator("[data-page=today]")).to_contain_text("停水检修")
    expect(page.locator(".preview")).to_be_visible()
    other = open_page("granny", viewport=on_screen.BOARD)
    assert other.goto(f"/board/preview/{display.pk}/").status == 403  # type: ignore[union-attr]
