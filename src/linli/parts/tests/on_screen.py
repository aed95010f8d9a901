"""Boards and televisions in real Chromium, for their tests: brought up, cut off, driven by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from playwright.sync_api import Page, expect

from linli.kernel.clock.now import now
from linli.kernel.displays import verbs
from linli.kernel.displays.models import Display
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.parts.tests.browser import Served, until

BOARD, TV = {"width": 1080, "height": 1920}, {"width": 1920, "height": 1080}
Open = Callable[..., Page]
SOON = 20_000
"""Milliseconds: without a live process a screen asks how it stands every five seconds, and for its content every nine."""

# What has focus, whether it is in view, and whether one sees that it has it.
FOCUS = """
() => {
  const e = document.activeElement
  const box = e.getBoundingClientRect()
  const style = getComputedStyle(e)
  return {
    key: e.dataset.key ?? e.tagName,
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3,
    within: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  }
}
"""


def code_on(page: Page) -> str:
    shown = page.locator("[data-display-code]")
    shown.wait_for()
    return (shown.get_attribute("aria-label") or "").replace(" ", "")


def board(open_page: Open, house: Served, cast: Cast, **context: Any) -> tuple[Page, Display]:
    page = open_page("", **{"viewport": BOARD, **context})
    page.goto("/board/")
    code = code_on(page)
    with house.turn:
        display = verbs.confirm_board(by=cast.social, at=now(), code=code, place_code=HOOD, name="一居门口")
    expect(page.locator(".board-tabs")).to_be_visible(timeout=SOON)
    ready(page)
    return page, display


def tv(open_page: Open, house: Served, cast: Cast, who: str = "granny", **context: Any) -> tuple[Page, Display]:
    page = open_page("", **{"viewport": TV, **context})
    page.goto("/tv/")
    code = code_on(page)
    with house.turn:
        display = verbs.bind_tv(by=cast.actors[who], at=now(), code=code)
    expect(page.locator(".tv-head")).to_be_visible(timeout=SOON)
    ready(page)
    return page, display


def ready(page: Page) -> None:
    """The worker has the page, with all it shows: from here on it may be cut off."""
    kept = "caches.match(document.body.dataset.home).then((kept) => Boolean(kept && navigator.serviceWorker.controller))"
    until(lambda: page.evaluate(kept), page)


@contextmanager
def without_a_server(house: Served) -> Iterator[None]:
    """Whatever stands before the web process says that nobody answers; afterwards somebody does again."""
    httpd = house.thread.httpd
    usual = httpd.get_app()

    def nobody(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response("502 Bad Gateway", [("Content-Type", "text/plain")])
        return [b"nobody answers"]

    httpd.set_app(nobody)
    try:
        yield
    finally:
        httpd.set_app(usual)


@contextmanager
def silent(house: Served) -> Iterator[None]:
    """A cable that was pulled: whatever is asked waits, and hears nothing while this lasts."""
    httpd = house.thread.httpd
    usual, over = httpd.get_app(), Event()

    def nothing(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        over.wait()
        start_response("502 Bad Gateway", [("Content-Type", "text/plain")])
        return [b"nobody answers"]

    httpd.set_app(nothing)
    try:
        yield
    finally:
        httpd.set_app(usual)
        over.set()


# Which arrow somebody presses who looks at where the focus is, and at what they want.
TOWARDS = """
key => {
  const from = document.activeElement.getBoundingClientRect()
  const wanted = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.checkVisibility({ visibilityProperty: true }))
  const to = wanted.getBoundingClientRect()
  if (to.top >= from.bottom - 4) return 'ArrowDown'
  if (to.bottom <= from.top + 4) return 'ArrowUp'
  return to.left >= from.right - 4 ? 'ArrowRight' : 'ArrowLeft'
}
"""


def reach(page: Page, key: str, most: int = 20) -> None:
    """By arrows alone to what has this key; on the way the focus is always seen."""
    for _n in range(most):
        if focus(page) == key:
            return
        page.keyboard.press(page.evaluate(TOWARDS, key))
    raise AssertionError(f"{key} is not reached by arrows; the focus is on {focus(page)}")


def focus(page: Page) -> str:
    """The key of what has focus. It is seen, and seen to have it."""
    found = page.evaluate(FOCUS)
    assert found["within"], f"{found} is out of sight"
    assert found["ring"], f"nothing shows that {found} has focus"
    return str(found["key"])
