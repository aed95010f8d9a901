"""Every page of every screen, in light and dark: what axe finds, what sticks out, what a thumb cannot hit.

A new address must be entered in `addresses`: among the pages, with who opens it, or among what is no page, with why.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from playwright.sync_api import Error, Page

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import STREET, Cast
from linli.kernel.people import totp
from linli.kernel.people import verbs as people
from linli.parts.tests.browser import Served
from linli.parts.tests.looks import DESK, LARGE, LOOKS, PHONE, in_chromium

from .addresses import NO_PAGES, PAGES, SCREENS, THROUGH_THE_DOOR, names
from .town import PASSWORD, Scene

pytestmark = pytest.mark.slow

Open = Callable[..., Page]
WALL = {"width": 1920, "height": 1080}
HALL = {"width": 1080, "height": 1920}


def test_every_address_is_looked_at_or_says_why_not() -> None:
    said = [*PAGES, *THROUGH_THE_DOOR, *NO_PAGES]
    assert len(said) == len(set(said))
    assert set(names()) - set(said) == set(), "new addresses: enter them in addresses"
    assert set(said) - set(names()) == set(), "gone addresses: take them out of addresses"
    for name, (_who, addresses) in PAGES.items():
        for address in addresses:
            path = re.sub(r"\{[a-z]+\}", "00000000-0000-7000-8000-000000000000", address).partition("?")[0]
            assert resolve(path.partition("#")[0]).view_name == name


@pytest.fixture
def scene(cast: Cast, settings: Any) -> Scene:
    """In a demo: codes stand on the page, and the first page says whom to be."""
    settings.DEMO, settings.LINLI_SMS_SENDER = True, ""
    settings.LINLI_DEMO_ACCOUNTS = "linli.project.demo.accounts"
    return Scene(cast)


def on(screen: str) -> dict[str, Any]:
    return {"viewport": {"desk": DESK, "command": WALL, "board": HALL, "tv": WALL}.get(screen, PHONE)}


def _visit(page: Page, address: str) -> None:
    """A screen that just learned who it is loads itself anew, and aborts the visit under way: then once more."""
    try:
        page.goto(address)
    except Error as error:
        if "ERR_ABORTED" not in str(error):
            raise
        page.goto(address)


@in_chromium
@pytest.mark.parametrize(
    ("look", "screen"),
    [
        (look, screen)
        for look in (*LOOKS, *LARGE)
        for screen in SCREENS
        if not (look in LARGE and screen in ("desk", "command"))
    ],
)
def test_axe_finds_nothing_serious_and_everything_fits(
    scene: Scene, open_page: Open, screen: str, look: str
) -> None:
    scene.hire()
    filled = scene.addresses()
    opened: dict[str, Page] = {}
    for name, (who, addresses) in PAGES.items():
        if not name.startswith(f"{screen}:"):
            continue
        if who not in opened:
            opened[who] = open_page(who, cookies=(LOOKS | LARGE)[look], **on(screen))
        for address in addresses:
            _visit(opened[who], address.format(**filled))
            scene.look(opened[who], thumb=screen in ("phone", "door"))
            if name == "desk:counter_person":  # the first look asks what for
                opened[who].fill("main [name=purpose]", "办老年卡")
                opened[who].locator("main form button").first.click()
                opened[who].locator("main h1").wait_for()
                scene.look(opened[who])
    assert scene.found == []


@in_chromium
@pytest.mark.parametrize("look", [*LOOKS, *LARGE])
def test_going_through_the_door(scene: Scene, open_page: Open, house: Served, look: str) -> None:
    """A resident's first visit, an officer's first day and the second one: each page of the door by the way."""
    cookies = (LOOKS | LARGE)[look]
    seen: set[str] = set()

    def at(page: Page, name: str) -> None:
        page.wait_for_url(f"**{reverse(name)}**")
        seen.add(name)
        scene.look(page, thumb=True)

    def send(page: Page, **fields: str) -> None:
        for name, value in fields.items():
            page.fill(f"main [name={name}]", value)
        page.locator("main form").first.locator("button").first.click()

    resident = open_page("", cookies=cookies, **on("door"))
    resident.goto("/account/signin/")
    send(resident, phone="13912345678")
    at(resident, "door:code")
    code = re.search(r"\b\d{6}\b", resident.inner_text("main"))
    assert code
    send(resident, code=code[0])
    at(resident, "door:welcome")

    start = now() - timedelta(days=1)
    with house.turn, as_system():
        account, password = people.create_account(by=SYSTEM, at=start, username="officer", name="李强")
        people.appoint(by=SYSTEM, at=start, account_id=account.id, role="dispatcher", place_code=STREET)
    officer = open_page("", cookies=cookies, **on("door"))
    officer.goto("/account/signin/?as=staff")
    send(officer, username="officer", password=password)
    at(officer, "door:enrol")
    officer.locator("main summary").click()
    secret = officer.locator(".door-secret").inner_text().replace(" ", "")
    send(officer, code=totp.code_at(secret, now()))
    officer.locator(".door-codes").wait_for()  # the same page as one's account draws for new ones
    seen.add("door:recovery")
    scene.look(officer, thumb=True)
    officer.locator("main a.primary").click()
    at(officer, "door:password")
    send(officer, password=PASSWORD)
    officer.wait_for_url("**/desk/**")
    again = open_page("", cookies=cookies, **on("door"))
    again.goto("/account/signin/?as=staff")
    send(again, username="officer", password=PASSWORD)
    at(again, "door:factor")
    assert seen == THROUGH_THE_DOOR
    assert scene.found == []


@in_chromium
@pytest.mark.parametrize("look", [*LOOKS, *LARGE])
def test_pages_that_say_one_thing(scene: Scene, open_page: Open, look: str) -> None:
    """Not found, not yours, refused, a form too old, and the one that is drawn when everything else fails."""
    cookies = (LOOKS | LARGE)[look]
    for who, address in (
        ("", "/nothing-here"), ("granny", "/desk/"), ("dispatcher", "/phone/"), ("handler", "/desk/audit/"),
        ("granny", "/files/forged"),
    ):  # fmt: skip
        page = open_page(who, cookies=cookies, **on("phone"))
        page.goto(address)
        assert page.locator("h1").inner_text().strip()
        assert page.locator('a[href="/"]').first.is_visible()
        scene.look(page, thumb=who in ("", "granny"))
    page = open_page("", cookies=cookies, **on("phone"))
    page.route(
        "**/broken", lambda route: route.fulfill(body=render_to_string("500.html"), content_type="text/html")
    )
    page.goto("/broken")
    scene.look(page)
    assert scene.found == []


@in_chromium
def test_what_is_printed_is_dark_on_white_whatever_the_screen_is(scene: Scene, open_page: Open) -> None:
    page = open_page("dispatcher", cookies={"theme": "dark"}, **on("desk"))
    page.goto(f"/desk/matters/{scene.cast.done().id}/")
    ink = "parseInt(getComputedStyle(document.documentElement).getPropertyValue('--ink').slice(1, 3), 16)"
    assert page.evaluate(ink) > 0x80
    assert page.locator(".arithmetic").first.is_visible()
    page.emulate_media(media="print")
    assert page.evaluate(ink) < 0x80
    assert not page.locator(".arithmetic").first.is_visible()


@in_chromium
def test_the_bar_of_the_phone_does_not_stand_over_what_is_printed(scene: Scene, open_page: Open) -> None:
    page = open_page("granny", **on("phone"))
    page.goto(f"/phone/matters/{scene.cast.done().id}/")
    assert page.locator(".phone-bar").is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".phone-bar").is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgba(0, 0, 0, 0)"


@in_chromium
def test_lists_are_printed_whole_and_without_what_only_a_screen_has(scene: Scene, open_page: Open) -> None:
    """A4 is narrower than a desk: nothing is cut off, and nobody ticks or filters paper."""
    paper = {"width": 720, "height": 1018}
    filled = scene.addresses()
    page = open_page("dispatcher", viewport=paper)
    page.emulate_media(media="print")
    for address, seen, unseen in (
        ("/desk/q/all/", ".row-title", (".filters", ".tick-cell", ".bulk-bar")),
        ("/desk/topics/", ".topic", (".topics-map", ".tabs")),
        (f"/desk/topics/{filled['topic']}/", ".topic-head", ()),
        (f"/desk/matters/{filled['asked']}/", ".story", (".verbs",)),
    ):
        page.goto(address)
        page.locator(seen).first.wait_for()
        assert [name for name in unseen if page.locator(name).first.is_visible()] == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
    page.goto("/desk/q/all/")
    head = page.locator("thead th").nth(1)
    assert head.evaluate("(e) => getComputedStyle(e).position") == "static"
