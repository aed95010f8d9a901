"""A television in real Chromium, driven by five keys and back: every page, focus always seen, own matters hidden, cut off, alarmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from linli.kernel.clock.now import now
from linli.kernel.matters import verbs as matters
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.notices import verbs as notices
from linli.parts.tests import browser, on_screen
from linli.parts.tests.browser import Served
from linli.parts.tests.hung import notice, office_phone
from linli.parts.tests.on_screen import SOON, Open, focus

pytestmark = [pytest.mark.slow, *browser.marks]


def shown(page: Page) -> str:
    return str(page.evaluate("document.querySelector('[data-page][data-shown]').dataset.page"))


def press(page: Page, *keys: str) -> str:
    """Press them one after the other; whatever has focus after each is seen to have it. Returns the last one's key."""
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(30)
        last = focus(page)
    return last


def matter_of(cast: Cast, who: str = "granny") -> None:
    found = cast.assigned(at=now() - timedelta(hours=50), title="楼道灯不亮")
    matters.ask(matter_id=found.id, by=cast.handler, at=now(), text="是哪一层？", pauses=True)


def test_bound_on_the_phone_and_unbound_there(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        matter_of(cast)
    tv = open_page("", viewport=on_screen.TV)
    tv.goto("/tv/")
    code = on_screen.code_on(tv)
    phone = open_page("granny", viewport={"width": 390, "height": 844})
    phone.goto(f"/phone/tv/?code={code}")
    expect(phone.locator("main")).to_contain_text("看电视的人都能看到")
    expect(phone.locator("[name=code]")).to_have_value(code)
    phone.locator("button[value=bind]").click()
    expect(phone.locator("main")).to_contain_text("已绑定")
    expect(tv.locator(".tv-head")).to_contain_text("柳湾一居", timeout=SOON)
    on_screen.ready(tv)
    assert tv.evaluate("caches.match('/tv/').then((kept) => kept.text())").count("楼道灯不亮")
    phone.locator("button[value=unbind]").click()
    expect(tv.locator("[data-display-code]")).to_be_visible(timeout=SOON)
    assert on_screen.code_on(tv) != code
    for kept in ("/tv/", "/tv/content/"):
        assert tv.evaluate(f"caches.match('{kept}').then((kept) => kept === undefined)"), "nothing of it is kept"
    assert tv.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('linli-tv-')).length") == 0


def test_every_page_by_five_keys_and_focus_is_always_seen(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        matter_of(cast)
        office_phone(cast)
        for n in range(9):
            notice(cast, f"第 {n + 1} 条通知", "请看一看。" * (400 if n == 0 else 1))
    page, _display = on_screen.tv(open_page, house, cast)
    assert focus(page) == "notices", "the first thing has focus without a key"
    assert press(page, "ArrowRight") == "mine"
    assert press(page, "ArrowDown") == "duty"
    assert press(page, "ArrowLeft") == "call"
    assert press(page, "ArrowUp") == "notices"
    assert press(page, "ArrowLeft", "ArrowUp") == "notices", "at the edge it stays where it is"

    press(page, "Enter")
    assert shown(page) == "notices"
    first = focus(page)
    for _n in range(8):
        press(page, "ArrowDown")
    assert focus(page) != first
    last = press(page, "ArrowDown")
    press(page, "Enter")
    assert shown(page) == last
    scrolled = page.evaluate("document.querySelector('[data-shown] .tv-read').scrollTop")
    press(page, "ArrowDown", "ArrowDown")
    assert page.evaluate("document.querySelector('[data-shown] .tv-read').scrollTop") > scrolled, (
        "a long one is read on"
    )
    assert press(page, "Escape") == last, "back to the row one came from"
    assert press(page, "Escape") == "notices"

    press(page, "ArrowRight", "Enter")
    assert shown(page) == "mine"
    press(page, "Enter")
    assert shown(page).startswith("matter-")
    expect(page.locator("[data-page][data-shown]")).to_contain_text("是哪一层")
    press(page, "Backspace")
    page.evaluate(
        "window.dispatchEvent(new KeyboardEvent('keydown', { key: 'GoBack', bubbles: true }))"
    )  # as webOS says
    assert shown(page) == "home"

    press(page, "ArrowDown", "Enter")
    assert shown(page) == "duty"
    press(page, "ArrowDown", "Escape", "ArrowLeft", "Enter")
    assert shown(page) == "call"
    expect(page.locator(".tv-number")).to_have_text("021-6300 1234")
    press(page, "Escape", "ArrowDown", "Enter")
    assert shown(page) == "settings"
    for _n in range(5):
        press(page, "ArrowDown")
    press(page, "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp")
    assert focus(page) == "large"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.documentElement.hasAttribute('data-large')")
    page.wait_for_function("() => document.querySelector('[data-shown]')?.dataset.page === 'settings'")
    assert focus(page) == "large", "one stays where one was"


def test_every_setting_by_five_keys(cast: Cast, open_page: Open, house: Served) -> None:
    """Each is pressed and undone; the page begins anew, and one stays where one was."""
    page, _display = on_screen.tv(open_page, house, cast)
    root = page.locator("html")
    on_screen.reach(page, "settings")
    press(page, "Enter")
    for key, attribute, changed, usual in (
        ("theme", "data-theme", "dark", "light"),
        ("language", "lang", "en", "zh-hans"),
        ("large", "data-large", "", None),
    ):
        for wanted in (changed, usual):
            on_screen.reach(page, key)
            page.keyboard.press("Enter")
            page.wait_for_function(
                "([name, wanted]) => { const is = document.documentElement.getAttribute(name);"
                " return is?.toLowerCase() === wanted?.toLowerCase() && document.querySelector('[data-shown]')?.dataset.page === 'settings' }",
                arg=[attribute, wanted],
            )
            assert focus(page) == key
    expect(root).not_to_have_attribute("data-large", "")
    on_screen.reach(page, "sound")
    page.keyboard.press("Enter")
    page.wait_for_function("() => Number(document.documentElement.dataset.rang) >= 1")
    on_screen.reach(page, "unbind")
    assert press(page, "Backspace") == "settings"


def test_own_matters_are_hidden_on_one_key_and_by_themselves(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        matter_of(cast)
    page, _display = on_screen.tv(open_page, house, cast)
    page.add_init_script("globalThis.linliQuiet = 1500")
    own = page.locator("[data-key=mine] [data-own]")
    expect(own).to_be_hidden()
    press(page, "ArrowRight", "Enter")
    expect(page.locator("[data-page=mine] .tv-row-title")).to_have_text("楼道灯不亮")
    press(page, "Escape")
    expect(own).to_be_visible()
    press(page, "Escape")
    expect(own).to_be_hidden()
    assert "楼道灯不亮" not in page.inner_text("main")
    page.reload()
    expect(page.locator(".tv-head")).to_be_visible()
    press(page, "ArrowRight", "Enter")
    assert shown(page) == "mine"
    expect(page.locator("[data-page=home]")).to_be_visible(timeout=4_000)
    assert "楼道灯不亮" not in page.inner_text("main")
    assert focus(page) == "mine"


def test_an_emergency_wants_ok_and_nothing_else_puts_it_away(cast: Cast, open_page: Open, house: Served) -> None:
    page, _display = on_screen.tv(open_page, house, cast)
    press(page, "ArrowDown", "Enter")
    assert shown(page) == "call"
    with house.turn:
        found = notice(cast, "燃气泄漏，请马上离开", "到东门广场集合。", level="emergency")
    over = page.locator("[data-emergency]")
    expect(over).to_be_visible(timeout=SOON)
    page.wait_for_function("() => Number(document.documentElement.dataset.rang) >= 1")
    assert press(page, "Escape", "ArrowLeft", "ArrowUp").startswith("ok-")
    expect(over).to_be_visible()
    press(page, "Enter")
    expect(over).to_be_hidden()
    assert shown(page) == "call"
    page.reload()
    expect(page.locator(".tv-head")).to_be_visible()
    expect(over).to_be_hidden()
    strip = page.locator(".tv-strip")
    expect(strip).to_contain_text("燃气泄漏")
    assert press(page, "ArrowUp").startswith("strip-")
    assert press(page, "Enter").startswith("ok-")
    press(page, "Enter")
    with house.turn:
        notices.lift(notice_id=found.id, by=cast.street_duty, at=now(), words="已抢修完毕，可以回家。")
    expect(strip).to_have_count(0, timeout=SOON)
    focus(page)
    press(page, "Enter")
    expect(page.locator("[data-page][data-shown]")).to_contain_text("已解除")


def test_cut_off_it_keeps_what_it_shows_and_focus_stays(cast: Cast, open_page: Open, house: Served) -> None:
    with house.turn:
        notice(cast, "停水检修", "周六停水。")
    page, _display = on_screen.tv(open_page, house, cast)
    press(page, "ArrowDown")
    away = page.locator("[data-away]")
    with on_screen.without_a_server(house):
        expect(away).to_be_visible(timeout=SOON)
        assert focus(page) == "call"
        page.reload()
        expect(page.locator("[data-key=notices]")).to_contain_text("停水检修")
        expect(away).to_be_visible(timeout=SOON)
        press(page, "ArrowRight", "ArrowDown")
        notice(cast, "电梯检修", "周日检修。")
    expect(away).to_be_hidden(timeout=SOON)
    expect(page.locator("[data-page=notices] .tv-row-title", has_text="电梯检修")).to_have_count(1)
    assert focus(page) == "duty", "new content takes focus from nobody"


@browser.needs_axe
@pytest.mark.parametrize("cookies", [{}, {"language": "en"}, {"large": "1"}, {"theme": "dark"}], ids=str)
def test_axe_finds_nothing_on_any_page(cast: Cast, open_page: Open, house: Served, cookies: dict[str, str]) -> None:
    with house.turn:
        matter_of(cast)
        office_phone(cast)
        notice(cast, "停水检修", "周六停水。", level="important")
    page, _display = on_screen.tv(open_page, house, cast, cookies=cookies)
    found = browser.serious(page)
    for keys in (("Enter",), ("Enter",), ("Escape", "Escape", "ArrowRight", "Enter"), ("Enter",),
                 ("Escape", "Escape", "ArrowDown", "Enter"), ("Escape", "ArrowLeft", "Enter"),
                 ("Escape", "ArrowDown", "Enter")):  # fmt: skip
        press(page, *keys)
        found += browser.serious(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with house.turn:
        notice(cast, "燃气泄漏，请马上离开", "到东门广场集合。", level="emergency")
    expect(page.locator("[data-emergency]")).to_be_visible(timeout=SOON)
    assert found + browser.serious(page) == []
