"""For the tests of every screen: a cast, somebody of it signed in, and real Chromium before real pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from linli.kernel.access import Role, as_system
from linli.kernel.matters.tests.cast import ALWAYS, DISTRICT, Cast, make_cast
from linli.kernel.people.models import Account, Post
from linli.parts.tests import browser, served
from linli.parts.tests.browser import Served

chromium, house = served.chromium, served.house


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def admins(cast: Cast) -> Cast:
    """The three administrators besides: system, security, audit."""
    with as_system():
        for name, role in (
            ("sysadmin", Role.SYSTEM_ADMIN),
            ("secadmin", Role.SECURITY_ADMIN),
            ("audadmin", Role.AUDIT_ADMIN),
        ):
            account = Account.objects.create(kind="staff", username=name, name=name)
            Post.objects.create(account=account, role=role.value, place_code=DISTRICT, valid=ALWAYS)
    return cast


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[str], Client]:
    """A browser without scripts, in which somebody of the cast is signed in."""

    def sign(who: str) -> Client:
        client = Client()
        with as_system():
            client.force_login(Account.objects.get(username=who))
        return client

    return sign


@pytest.fixture
def open_page(house: Served, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens a page, perhaps as somebody of the cast; complains about any script error at the end."""
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
