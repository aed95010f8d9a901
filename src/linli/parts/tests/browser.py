"""Real Chromium before real pages, for the tests of every screen (fixtures in `screens/conftest.py`).

LINLI_TEST_SLOWDOWN=6 makes every page's processor six times slower: what only works on a quick machine shows.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import get_path_info
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

ROOT = Path(__file__).parents[4]
VENDOR = ROOT / "src/linli/parts/static/vendor"
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), "")
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
SLOWDOWN = float(os.environ.get("LINLI_TEST_SLOWDOWN", "1"))
AXE = ROOT / "node_modules/axe-core/axe.min.js"

marks = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
    pytest.mark.skipif(not (VENDOR / "htmx.org").exists(), reason="vendor files are not there: run make"),
]
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: run make")


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """A browser for a whole module, `more` arguments given to it: starting one takes longer than most tests.

    While playwright runs it keeps a loop in this thread, and Django takes every query for an asynchronous one,
    with connections of its own; they are closed before the loop goes, because nobody else knows of them.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=15_000 * SLOWDOWN)  # the first page of a process also loads what others share
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGS.split(), *more])
        yield browser
        browser.close()
        connections.close_all()


def opened(browser: Browser, **context: Any) -> Page:
    """A page in a context of its own: nothing is shared with another's."""
    page = browser.new_context(**context).new_page()
    page.context.set_default_timeout(30_000 * SLOWDOWN)
    _count(page)
    return slowed(page)


_asked: WeakKeyDictionary[Page, set[Request]] = WeakKeyDictionary()
"""What a page waits for. A live stream is none of it: it never ends."""


def _count(page: Page) -> None:
    asked = _asked[page] = set()
    page.on("request", lambda one: one.resource_type != "eventsource" and asked.add(one))
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda one: asked.discard(one))


def settle(page: Page, limit: float = 10.0) -> None:
    """Until nothing has been under way for a tenth of a second; playwright's own "networkidle" waits five times as long,
    which over every page in every look is minutes. A page that asks again and again is left at the limit."""
    still, deadline = 0, time.monotonic() + limit
    while still < 4 and time.monotonic() < deadline:
        still = 0 if _asked[page] else still + 1
        page.wait_for_timeout(25)


def slowed(page: Page) -> Page:
    if SLOWDOWN > 1:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    return page


def until(true: Callable[[], Any], page: Page, limit: float = 30.0) -> None:
    """Until something is true that is no matter of what the page shows, which `expect` waits for better."""
    deadline = time.monotonic() + limit * SLOWDOWN
    while not true():
        assert time.monotonic() < deadline, f"waited in vain at {page.url}"
        page.wait_for_timeout(50)


def serious(page: Page, *rules: str) -> list[str]:
    """What axe finds on this page that shuts somebody out; by these rules of axe only, when any are named.

    It looks at what stands still: a page that is fading in has no contrast yet.
    """
    page.emulate_media(reduced_motion="reduce")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())  # by the debugger's way: the page's own policy forbids foreign scripts
    # Neither a path to each element, nor every style sheet a second time: what is told is the element itself.
    options: dict[str, object] = {"resultTypes": ["violations"], "selectors": False, "preload": False}
    if rules:
        options["runOnly"] = list(rules)
    report = page.evaluate("options => axe.run(options)", options)
    return [
        f"{page.url}: {fault['id']} {[node['html'][:160] for node in fault['nodes'][:3]]}"
        for fault in report["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


class _Waiting(ThreadedWSGIServer):
    """Closing waits for the requests under way: the test's connection is about to be rolled back."""

    daemon_threads = False


class _Thread(LiveServerThread):
    server_class = _Waiting


class Served:
    """A server whose threads work on the test's own connection, so that nothing outlives the test.

    History cannot be truncated, as a test with committed data would need. One connection holds one stack of
    savepoints: each request takes its `turn`, and while a page is open so must the test, `with house.turn: …`.
    """

    def __init__(self) -> None:
        self.turn = RLock()
        self.mine = connections["default"]
        turn = self.turn

        class OneAtATime(StaticFilesHandler):
            def __call__(self, environ: Any, start_response: Any) -> Any:
                with nullcontext() if self._should_handle(get_path_info(environ)) else turn:
                    return super().__call__(environ, start_response)

            def serve(self, request: HttpRequest) -> HttpResponseBase:
                """Kept by the browser, as installations have it: asking anew for forty files is most of a page's time."""
                response = super().serve(request)
                response["Cache-Control"] = "max-age=3600"
                return response

        self.thread = _Thread("127.0.0.1", OneAtATime, connections_override={"default": self.mine})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.thread.port}"


@contextmanager
def served() -> Iterator[Served]:
    """To be left only when no browser speaks to it any more."""
    house = Served()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.mine, "close", lambda: None)  # a server closes after each request what is ours
        # … and asks whether it still answers, which in the midst of another's transaction begins one anew
        patch.setattr(house.mine, "close_if_unusable_or_obsolete", lambda: None)
        house.mine.inc_thread_sharing()
        house.thread.start()
        house.thread.is_ready.wait()
        if house.thread.error:
            raise house.thread.error
        yield house
        house.thread.terminate()
        house.mine.dec_thread_sharing()
