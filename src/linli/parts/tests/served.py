"""Fixtures for tests before real pages: a browser for a module, and the server of a test. A conftest imports them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

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
