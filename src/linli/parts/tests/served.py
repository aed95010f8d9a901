"""Fixtures for tests before real pages: a browser for a module, and the server of a test. A conftest imports them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from . import browser
from .browser import Served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as chromium:
        yield chromium


@pytest.fixture
def house(chromium: Browser, db: None) -> Iterator[Served]:
    with browser.served() as house:
        yield house


@pytest.fixture
def open_page(house: Served, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens a page, perhaps as somebody of the cast (`sign_in`); complains about any script error at the end."""
    wrong: list[str] = []
    opened: list[Page] = []

    def open_as(who: str = "", *, cookies: dict[str, str] | None = None, **context: Any) -> Page:
        page = browser.opened(chromium, base_url=house.url, **context)
        given = dict(cookies or {})
        if who:
            with house.turn:
                given["linli_session"] = request.getfixturevalue("sign_in")(who).cookies["linli_session"].value
        page.context.add_cookies([{"name": n, "value": v, "url": house.url} for n, v in given.items()])
        page.on("pageerror", lambda error: wrong.append(str(error)))
        opened.append(page)
        return page

    yield open_as
    for page in opened:
        page.context.close()
    assert not wrong
