"""python -m bench.screens [--days 30] [--times 5]: what each screen loads first, and how soon it is there.

A demo of its own, Chromium with nothing kept, on the lines and processors Lighthouse takes for a phone (150 ms, 1.6 Mbit/s,
four times slower) and for a computer (40 ms, 10 Mbit/s). Scripts and styles are counted as they come over the line, until
nothing has been asked for two seconds; then the page is opened again with what the browser kept. Without a graphics card
a map costs the processor what it otherwise costs the card.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright

from linli.parts.tests.browser import ARGS, CHROMIUM
from linli.project.tests.ports import free_port

from .matters.table import Table

PASSWORD = "Wanglan-2026-demo"
QUIET = 2_000
"""Milliseconds without a request after which a page is loaded."""


class Line(NamedTuple):
    """Round trip in ms, bytes a second, and how many times slower the processor is."""

    latency: float
    bytes_a_second: float
    slower: int


PHONE, COMPUTER = Line(150, 1638.4 * 125, 4), Line(40, 10_240 * 125, 1)


class Screen(NamedTuple):
    name: str
    path: str
    size: tuple[int, int]
    line: Line
    most: int
    """Bytes of scripts and styles (issue 4, *Speed*)."""
    username: str = ""
    code: bool = False


SCREENS = (
    Screen("phone", "/phone/", (390, 844), PHONE, 120_000, "19900010001", code=True),
    Screen("phone, report", "/phone/report/", (390, 844), PHONE, 120_000, "19900010001", code=True),
    Screen("desk", "/desk/", (1440, 900), COMPUTER, 250_000, "dispatcher"),
    Screen("board", "", (1080, 1920), COMPUTER, 100_000),
    Screen("tv", "", (1920, 1080), COMPUTER, 100_000),
    Screen("command", "/command/", (1920, 1080), COMPUTER, 900_000, "district-duty"),
)
_SEEN = """
window.seen = {fcp: 0, lcp: 0, cls: 0, tbt: 0}
const watch = (type, each) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({type, buffered: true})
watch("paint", (one) => { if (one.name === "first-contentful-paint") seen.fcp = one.startTime })
watch("largest-contentful-paint", (one) => { seen.lcp = one.startTime })
watch("layout-shift", (one) => { if (!one.hadRecentInput) seen.cls += one.value })
watch("longtask", (one) => { seen.tbt += Math.max(0, one.duration - 50) })
"""


class Load(NamedTuple):
    """Bytes over the line (scripts and styles; all), requests, and milliseconds of the page's own clock; `cls` has no unit."""

    own: int
    all: int
    requests: int
    fcp: float
    lcp: float
    tbt: float
    cls: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.screens", description=__doc__)
    parser.add_argument("--days", type=int, default=30, help="how much history the demo has")
    parser.add_argument("--times", type=int, default=5, help="how often each screen is opened")
    given = parser.parse_args()
    table = Table()
    with (
        tempfile.TemporaryDirectory(prefix="linli-bench-") as data,
        _demo(Path(data), given.days) as base,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS.split())
        known: dict[str, list[Any]] = {}
        for screen in _screens(chromium, base):
            if (who := screen.username or screen.name) not in known:
                known[who] = _signed_in(chromium, base, screen)
            _measure(chromium, base, screen, known[who], given.times, table)
        chromium.close()
    print(f"\n{table.markdown()}")


def _screens(chromium: Any, base: str) -> Iterator[Screen]:
    """With the addresses of the board and the television, as the start page has them."""
    page = chromium.new_page(base_url=base)
    page.goto("/")
    hung = page.eval_on_selector_all(".start-screen-as", "all => all.map(one => one.getAttribute('href'))")
    page.close()
    for screen in SCREENS:
        yield screen._replace(path=screen.path or next(x for x in hung if x.startswith(f"/{screen.name}/")))


def _measure(chromium: Any, base: str, screen: Screen, cookies: list[Any], times: int, table: Table) -> None:
    pairs = [_twice(chromium, base, screen, cookies) for _ in range(times)]
    for words, loads, most in (("first", [p[0] for p in pairs], screen.most), ("again", [p[1] for p in pairs], 0)):
        own = median(load.own for load in loads)
        table.add(
            f"{screen.name}, {words}: scripts and styles; first paint, largest paint, blocked, shifted",
            f"{own / 1000:.1f} kB",
            f"{median(x.fcp for x in loads):.0f} ms, {median(x.lcp for x in loads):.0f} ms,"
            f" {median(x.tbt for x in loads):.0f} ms, {median(x.cls for x in loads):.3f}",
            f"{own / most:.2f} of the limit" if most else f"{median(x.all for x in loads) / 1000:.1f} kB in all",
            f"≤ {most // 1000} kB" if most else "",
        )


def _twice(chromium: Any, base: str, screen: Screen, cookies: list[Any]) -> tuple[Load, Load]:
    context = chromium.new_context(
        base_url=base, viewport={"width": screen.size[0], "height": screen.size[1]}, service_workers="block"
    )
    context.add_cookies(cookies)
    context.add_init_script(_SEEN)
    try:
        return _opened(context, screen), _opened(context, screen)
    finally:
        context.close()


def _opened(context: Any, screen: Screen) -> Load:
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    speed = screen.line.bytes_a_second
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": screen.line.latency, "downloadThroughput": speed, "uploadThroughput": speed},
    )
    line.send("Emulation.setCPUThrottlingRate", {"rate": screen.line.slower})
    kinds: dict[str, str] = {}
    came: dict[str, int] = {}
    line.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    line.on("Network.loadingFinished", lambda told: came.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(screen.path)
    known = -1
    while known != len(kinds):
        known = len(kinds)
        page.wait_for_timeout(QUIET)
    seen = page.evaluate("window.seen")
    page.close()
    own = sum(size for one, size in came.items() if kinds.get(one) in ("Script", "Stylesheet"))
    return Load(own, sum(came.values()), len(kinds), seen["fcp"], seen["lcp"], seen["tbt"], seen["cls"])


def _signed_in(chromium: Any, base: str, screen: Screen) -> list[Any]:
    """Cookies of whoever looks: signed in at the door as a person does, in a browser that is thrown away."""
    context = chromium.new_context(base_url=base)
    page = context.new_page()
    if screen.code:
        page.goto(f"/account/signin/?as=resident&phone={screen.username}")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_load_state()
        shown = re.search(r"\b\d{6}\b", page.locator("main").inner_text())
        assert shown, "a demo shows the code on the page"
        page.locator("input[name=code]").fill(shown[0])
        page.locator("main form button[type=submit]").first.click()
    elif screen.username:
        page.goto(f"/account/signin/?as=staff&username={screen.username}")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
    else:
        page.goto(screen.path)
    page.wait_for_load_state()
    cookies = context.cookies()
    context.close()
    return list(cookies)


@contextmanager
def _demo(data: Path, days: int) -> Iterator[str]:
    port = free_port(4)
    command = [
        sys.executable,
        "-m",
        "linli.cli",
        "demo",
        "--data",
        str(data),
        "--port",
        str(port),
        "--days",
        str(days),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        for said in process.stdout or ():
            if said.startswith("ready"):
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    main()
