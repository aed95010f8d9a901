"""From a change's commit to its being drawn in Chromium on the five screens, while all the other viewers are connected too.

Two changes, each seen by everybody it concerns: a resident reports something (wall, desk, television at home, phone; a
board shows nothing personal), and a duty officer publishes an emergency notice for the whole district (all five). A page
is drawn when what it shows has been in its document for a frame.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx

from bench.matters.table import Table
from linli.project.tests.ports import free_port

from .crowd import Crowd
from .measures import percentile
from .processes import Served
from .town import DISTRICTS, Looker


class Screen(NamedTuple):
    """Who of the town looks, at which page, and what it shows of a report, as JavaScript over `told`."""

    name: str
    looker: str
    path: str
    shows: str = ""
    size: tuple[int, int] = (1440, 900)


_TITLE = "document.body.textContent.includes(told.title)"
SCREENS = (
    Screen(
        "command", "command, district", "/command/", "document.querySelector(`.wall-foot a[href*='${told.id}']`)",
        (1920, 1080),
    ),
    Screen("desk", "desk, street", "/desk/q/reported/", _TITLE),
    Screen("board", "", "/board/", size=(1080, 1920)),
    Screen("tv", "", "/tv/", "document.body.textContent.includes(`${told.count} 件正在办`)", (1920, 1080)),
    Screen("phone", "tv and phone, residents", "/phone/", _TITLE, (390, 844)),
)  # fmt: skip
_WATCH = """
told => { window.drawn = new Promise(done => {
  const look = () => (%s) && (watch.disconnect(), requestAnimationFrame(() => done(Date.now())))
  const watch = new MutationObserver(look)
  watch.observe(document.documentElement, {subtree: true, childList: true, characterData: true, attributes: true})
  look()
  setTimeout(() => done(0), 20_000) }) }
"""
_REST = 0.6
"""Seconds between two changes: each is drawn by itself."""


def measure(url: str, lookers: list[Looker], table: Table, given: Any) -> None:
    from linli.parts.tests import browser

    if not browser.CHROMIUM or not (browser.VENDOR / "htmx.org").exists():
        table.note("drawn: not measured, there is no Chromium or no vendor files (make, then make browser)")
        return
    port = free_port(2)
    with (
        _web(url, port),
        Served(url, port + 1),
        _connected(port + 1, lookers),
        browser.chromium() as first,
    ):
        # A browser for each, as in life: the wall's map, drawn without a graphics card, would hold the others' frames back.
        start = first.browser_type.launch
        browsers = [
            first,
            *(start(executable_path=browser.CHROMIUM, args=browser.ARGS.split()) for _ in SCREENS[1:]),
        ]
        pages = {screen: _page(one, port, screen, lookers) for one, screen in zip(browsers, SCREENS, strict=True)}
        delays: dict[tuple[str, str], list[float]] = {}
        for n in range(given.changes + 3):
            for what, once in (("a report", _report), ("an emergency notice", _warn)):
                for screen, took in once(n, pages, lookers).items():
                    if n >= 3:  # until then the processes draw such a page for the first time
                        delays.setdefault((what, screen), []).append(took)
                time.sleep(_REST)
        for (what, screen), each in delays.items():
            table.add(
                f"{what}, {screen}: committed → drawn, {len(each)} changes, {len(lookers):,} viewers beside",
                f"{1000 * percentile(each, 50):.0f} ms",
                f"{1000 * percentile(each, 99):.0f} ms (99th)",
                f"{percentile(each, 99):.2f} of the limit",
                "≤ 1 s (99th)",
            )


def _report(n: int, pages: dict[Screen, Any], lookers: list[Looker]) -> dict[str, float]:
    """A resident reports something in the street of the desk; seconds until each page shows it."""
    from django.db import transaction

    from linli.kernel.matters import verbs

    resident, title = _who("tv and phone, residents", lookers), f"第 {n} 件，路口有人摆摊"
    with transaction.atomic():
        matter = verbs.open_matter(
            by=resident.actor, at=datetime.now(UTC), kind="unlicensed-stall", title=title,
            body="每天傍晚占了盲道。", source="phone", place_code=resident.place_code,
        )  # fmt: skip
        committed = time.time()
    seen = {screen: page for screen, page in pages.items() if screen.shows}
    for screen, page in seen.items():
        page.evaluate(_WATCH % screen.shows, {"title": title, "id": str(matter.id), "count": n + 1})
    return _drawn(seen, committed)


def _warn(n: int, pages: dict[Screen, Any], lookers: list[Looker]) -> dict[str, float]:
    """An emergency notice for the whole district; seconds until each page shows it. Then it is lifted."""
    from linli.kernel.notices import verbs as notices

    officer = _who("command, district", lookers).actor
    text = notices.Text(title=f"第 {n} 次，暴雨红色预警", body="请不要出门，地下室的人到楼上去。")
    aim = notices.Aim(
        place_code=officer.scope, level="emergency", channels=("phone", "board", "tv", "desk", "command")
    )
    notice = notices.write(by=officer, at=datetime.now(UTC), text=text, aim=aim)
    notices.publish(notice_id=notice.id, by=officer, at=datetime.now(UTC))
    committed = time.time()
    for page in pages.values():
        page.evaluate(_WATCH % _TITLE, {"title": text.title})
    took = _drawn(pages, committed)
    notices.lift(notice_id=notice.id, by=officer, at=datetime.now(UTC), words="雨停了，可以出门。")
    return took


def _drawn(pages: dict[Screen, Any], committed: float) -> dict[str, float]:
    took = {}
    for screen, page in pages.items():
        at = page.evaluate("() => window.drawn")
        assert at, f"{screen.name} never showed it\n{page.locator('body').inner_text()[:2000]}"
        took[screen.name] = at / 1000 - committed
    return took


def _who(screen: str, lookers: list[Looker]) -> Looker:
    """The first who looks at it in the first street that has everybody."""
    street = (
        "" if screen == "command, district" else next(x.place_code for x in lookers if x.screen == "desk, street")
    )
    district = street[:6] or DISTRICTS[0]
    found = [
        looker for looker in lookers if looker.screen == screen and looker.place_code.startswith(street or district)
    ]
    return found[0]


def _page(chromium: Any, port: int, screen: Screen, lookers: list[Looker]) -> Any:
    """Signed in as the first who looks at this screen, or enrolled by the code it shows; open and live."""
    width, height = screen.size
    base = f"http://127.0.0.1:{port}"
    context = chromium.new_context(base_url=base, viewport={"width": width, "height": height})
    page = context.new_page()
    if screen.looker:
        _sign_in(context, base, _who(screen.looker, lookers))
    page.goto(screen.path)
    if not screen.looker:
        _enrol(page, screen, lookers)
    page.wait_for_selector("html[data-live=open]")
    return page


def _sign_in(context: Any, base: str, looker: Looker) -> None:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from linli.kernel.access import as_system
    from linli.kernel.people.models import Account
    from linli.kernel.people.sessions import SessionStore

    with as_system():
        account = Account.objects.get(id=looker.actor.account_id)
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": base}
    context.add_cookies([cookie])


def _enrol(page: Any, screen: Screen, lookers: list[Looker]) -> None:
    """The code it shows, confirmed as at a desk or on the resident's phone."""
    from linli.kernel.displays import verbs as displays

    code, at = page.locator("[data-display-code]").inner_text(), datetime.now(UTC)
    if screen.name == "board":
        by = _who("desk, neighbourhood", lookers).actor
        displays.confirm_board(by=by, at=at, code=code, place_code=by.scope, name="门厅")
    else:
        displays.bind_tv(by=_who("tv and phone, residents", lookers).actor, at=at, code=code)


@contextmanager
def _web(url: str, port: int) -> Iterator[None]:
    from linli.project.processes import web

    environment = os.environ | {"LINLI_DATABASE_URL": url}
    process = subprocess.Popen(web("127.0.0.1", port).command, env=environment)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _connected(port: int, lookers: list[Looker]) -> Iterator[Crowd]:
    """The crowd in a thread of its own, open until the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(what: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return asyncio.run_coroutine_threadsafe(what(), loop).result(120)

    crowd = Crowd(port, lookers)
    run(crowd.open)
    try:
        yield crowd
    finally:
        run(crowd.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
