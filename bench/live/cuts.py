"""python -m bench.live.cuts [--minutes 5] [--ways cut,hang]

Pages of all five screens, open in Chromium while their network is gone for minutes: `cut` refuses and resets, as a router
that says so; `hang` goes silent, as a cable that was pulled, and what hung never comes back. Meanwhile a known number of
things happens. Then the network is there again, and nobody touches a page: each must have said in words that it is cut off,
within its bound, and must hold in the end whatever happened, once. Exit code 1 when one does not.

A whole installation of its own in a temporary directory; as long as the cut and some two minutes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from tests.house import House, Teller
from tests.journeys import people
from tests.journeys.town import installation

from linli.parts.tests import browser
from linli.project.live.tests.wire import Wire
from linli.project.tests.ports import free_port

WAYS = ("cut", "hang")
SAID = {"cut": 15.0, "hang": 60.0}
"""Seconds until a page says that it is cut off: refused, at once or at its next question; silent, after what a silence may
last (live.js, 40 seconds, looked at every five)."""
BACK = 100.0
"""Seconds until it is back: whoever waits longest asks again after 90."""
BEFORE, OPENED, OWN, NOTED, TOLD = 3, 12, 3, 6, 4

BEGIN = f"""
import json
from datetime import UTC, datetime
from linli.kernel.access import as_system
from linli.kernel.displays import verbs as displays
from linli.kernel.matters import verbs
from linli.kernel.matters.tests.cast import HOOD
from linli.kernel.notices import verbs as notices
from linli.kernel.notices.verbs import Aim, Text
from linli.kernel.people.models import Account, Person
from linli.kernel.people.queries.actors import actor_in

def now():
    return datetime.now(UTC)

with as_system():
    def staff(name):
        account = Account.objects.get(username=name)
        return actor_in(account, account.posts.get())
    dispatcher, duty, social = staff("paidan"), staff("zhiban"), staff("shequ")
    granny = actor_in(Account.objects.get(username="granny"), None)
    person = Person.objects.filter(account__isnull=False).latest("created_at")
    Person.objects.filter(pk=person.pk).update(place_code=HOOD)
    resident = actor_in(person.account, None)
displays.demo_displays(
    [(f"board-{{way}}", f"一居门厅 {{way}}", HOOD) for way in {WAYS!r}],
    [(f"tv-{{way}}", f"家里的电视 {{way}}", person.id) for way in {WAYS!r}], at=now())

def opened(title, by):
    return verbs.open_matter(by=by, at=now(), kind="unlicensed-stall", title=title, body="摊位占了盲道。", source="phone", place_code=HOOD)

def notice(title, level="plain"):
    aim = Aim(place_code=HOOD, level=level, channels=("phone", "board", "tv", "desk", "command"))
    made = notices.write(by=duty if level == "emergency" else social, at=now(), text=Text(title=title, body="请看一看。"), aim=aim)
    return notices.publish(notice_id=made.id, by=duty if level == "emergency" else social, at=now())

before = [opened(f"断网以前第 {{n + 1}} 件", resident) for n in range({BEFORE})]
print(before[0].id)
"""


@dataclass(frozen=True)
class Happens:
    """Something that is told to the installation, and what of it a page shows."""

    script: str
    shows: str = ""


def happenings() -> list[Happens]:
    """What happens during the cut, in turns, so that no kind of it comes all at once."""
    given = [
        [Happens(f"opened('断网时第 {n:02d} 件', granny)", f"断网时第 {n:02d} 件") for n in range(1, OPENED + 1)],
        [Happens(f"opened('断网时自己第 {n} 件', resident)", f"断网时自己第 {n} 件") for n in range(1, OWN + 1)],
        [Happens(f"verbs.accept(matter_id=before[{n}].id, by=dispatcher, at=now())") for n in range(BEFORE)],
        [Happens(f"verbs.comment(matter_id=before[0].id, by=dispatcher, at=now(), text='断网备注 {n}')", f"断网备注 {n}") for n in range(1, NOTED + 1)],
        [Happens(f"notice('断网通知 {n}')", f"断网通知 {n}") for n in range(1, TOLD + 1)],
        [Happens("gone = notice('已经解除的紧急通知', 'emergency')"), Happens("notices.lift(notice_id=gone.id, by=duty, at=now(), words='已解除。')")],
        [Happens("notice('还没有解除的紧急通知', 'emergency')", "还没有解除的紧急通知")],
    ]  # fmt: skip
    most = max(map(len, given))
    return [row[n] for n in range(most) for row in given if n < len(row)]


SHOWN = {
    "opened": [f"断网时第 {n:02d} 件" for n in range(1, OPENED + 1)],
    "own": [f"断网时自己第 {n} 件" for n in range(1, OWN + 1)],
    "before": [f"断网以前第 {n + 1} 件" for n in range(BEFORE)],
    "noted": [f"断网备注 {n}" for n in range(1, NOTED + 1)],
    "told": [f"断网通知 {n}" for n in range(1, TOLD + 1)],
}


@dataclass(frozen=True)
class Screen:
    """A page that is held open: who looks, where, what lines it keeps, and which of them must be there once in the end."""

    name: str
    path: str
    lines: str
    """Selector of the lines that are counted."""
    once: tuple[str, ...]
    who: str = ""
    size: tuple[int, int] = (1440, 900)
    gone: tuple[str, ...] = ()
    alarm: str = ".alarm-one"
    """Selector of an emergency notice that stands over the page."""


def screens(way: str, watched: str) -> list[Screen]:
    return [
        Screen("command 指挥大屏", "/command/", ".news li", (), "zhiban", (1920, 1080)),
        Screen(
            "desk 队列", "/desk/q/reported/", "#list tr[data-id] .row-title", ("opened", "own"), "paidan", gone=("before",)
        ),
        Screen("desk 事项", f"/desk/matters/{watched}/", ".story li", ("noted",), "paidan"),
        Screen(
            "board 电子屏", f"/board/?demo=board-{way}", "[data-page=notices] .board-row-title", ("told",),
            size=(1080, 1920), alarm="[data-emergency]:not([hidden])",
        ),
        Screen(
            "tv 电视", f"/tv/?demo=tv-{way}", "[data-page=notices] .tv-row-title, [data-page=mine] .tv-row-title",
            ("told", "own", "before"), size=(1920, 1080), alarm="[data-emergency]:not([hidden])",
        ),
        Screen("phone 我的事", "/phone/mine/", "#mine .matter .title", ("own", "before"), "resident", (390, 844)),
        Screen("phone 通知", "/phone/notices/", "#notices h3", ("told",), "resident", (390, 844)),
    ]  # fmt: skip


# How a page says that it is cut off: a bar of its own, else the word of its stream. "" while it says nothing of it.
SAYS = """
() => {
  const bar = document.querySelector('[data-cut], .away[data-away]')
  if (bar) return bar.checkVisibility() ? bar.innerText.trim() : ''
  const word = [...document.querySelectorAll('[data-live][data-words-open]')].find((one) => one.checkVisibility())
  return word && ['waiting', 'closed'].includes(word.dataset.live) ? word.innerText.trim() : ''
}
"""
HEAR = """
() => {
  window.heard = []
  window.askedAgain = 0
  document.body.addEventListener('live', ({ detail }) => window.heard.push(`${detail.verb} ${detail.id}`))
  document.body.addEventListener('live:matter', ({ detail }) => { if (!detail?.id) window.askedAgain += 1 })
}
"""
LINES = "lines => [...document.querySelectorAll(lines)].map((one) => one.textContent.replace(/\\s+/g, ' ').trim())"


@dataclass
class Held:
    """A page that is held open, and what was seen of it."""

    screen: Screen
    way: str
    page: Page
    words: str = ""
    said: float = 0.0
    back: float = 0.0
    missed: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    @property
    def says(self) -> str:
        return str(self.page.evaluate(SAYS))

    @property
    def stands(self) -> bool:
        return not self.says and self.page.evaluate("document.documentElement.dataset.live") == "open"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.live.cuts", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long the network is gone")
    parser.add_argument("--ways", default=",".join(WAYS), help="how it goes, of cut and hang")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="linli-cuts-"))
    folder.chmod(0o755)
    try:
        with installation(folder) as house, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.ARGS.split())
            held = run(house, chromium, given.ways.split(","), given.minutes * 60)
            print("\n" + table(held, given.minutes), flush=True)
            chromium.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if any(wrong(one) for one in held) else 0


def run(house: House, chromium: Browser, ways: list[str], seconds: float) -> list[Held]:
    with ExitStack() as stack:
        wires = {way: network(house, stack) for way in ways}
        resident = people.phone(chromium, house)
        teller = Teller(house)
        watched = teller.tell(BEGIN).split()[-1]
        cookies: dict[str, Any] = {"resident": resident.context.cookies()}
        for name in ("paidan", "zhiban"):
            cookies[name] = people.desk(chromium, house, name).context.cookies()
        held = [
            hold(chromium, one, way, ports[0], cookies)
            for way, (ports, _pair) in wires.items()
            for one in screens(way, watched)
        ]
        wait(held, lambda one: one.stands, 60, "open")
        for one in held:
            one.page.evaluate(HEAR)
        say(f"{len(held)} pages are open; the network goes for {seconds:.0f} s")
        for way, (_ports, pair) in wires.items():
            for wire in pair:
                getattr(wire, way)()
        cut_off(held, teller, seconds)
        for _ports, pair in wires.values():
            for wire in pair:
                wire.mend()
        say("the network is back")
        wait(held, lambda one: one.stands, BACK, "back", "back")
        time.sleep(12)  # who is told to ask again does so within three seconds
        whole = {}
        for name in dict.fromkeys(one.screen.name for one in held):
            one = next(one for one in held if one.screen.name == name)
            whole[name] = lines_of(hold(chromium, one.screen, one.way, house.port, cookies), close=True)
        for one in held:
            judge(one, whole[one.screen.name])
            say(
                f"{one.screen.name} {one.way}: said {one.said:.1f} s, back {one.back:.1f} s, {one.missed} {one.doubled}"
            )
        return held


def network(house: House, stack: ExitStack) -> tuple[tuple[int, int], list[Wire]]:
    """Pages and their stream one port higher, each through a wire of its own."""
    port = free_port(2)
    pair = [stack.enter_context(Wire(f"http://127.0.0.1:{house.port + n}", port + n)) for n in range(2)]
    return (port, port + 1), pair


def hold(chromium: Browser, screen: Screen, way: str, port: int, cookies: dict[str, Any]) -> Held:
    width, height = screen.size
    page = browser.opened(
        chromium, base_url=f"http://127.0.0.1:{port}", viewport={"width": width, "height": height}
    )
    page.context.add_cookies(cookies.get(screen.who, []))
    page.goto(screen.path)
    return Held(screen, way, page)


def cut_off(held: list[Held], teller: Teller, seconds: float) -> None:
    """What happens meanwhile, spread over the whole of it; when each page says that it is cut off."""
    begun = time.monotonic()
    left = happenings()
    many = len(left)
    while (gone := time.monotonic() - begun) < seconds:
        for one in held:
            if not one.said and (words := one.says):
                one.said, one.words = time.monotonic() - begun, words
        # All of it has happened when a sixth is left: pages have been deaf to it for long by then.
        while left and (many - len(left)) / many <= gone / (seconds * 5 / 6):
            teller.tell(left.pop(0).script)
        time.sleep(0.2)
    for one in held:
        if one.said and not one.says:
            one.missed.append("no longer says that it is cut off")


def wait(held: list[Held], true: Callable[[Held], bool], limit: float, what: str, into: str = "") -> None:
    begun = time.monotonic()
    left = list(held)
    while left and time.monotonic() - begun < limit:
        for one in list(left):
            if true(one):
                left.remove(one)
                if into:
                    setattr(one, into, time.monotonic() - begun)
        time.sleep(0.1)
    for one in left:
        one.missed.append(f"not {what} after {limit:.0f} s")
        state = one.page.evaluate("document.documentElement.dataset.live")
        say(
            f"{one.screen.name} {one.way}: not {what} after {limit:.0f} s, its stream is {state}, it says {one.says!r}"
        )


def lines_of(one: Held, *, close: bool = False) -> list[str]:
    """What a page lists; one that was opened only for this is closed again."""
    if close:
        wait([one], lambda page: page.stands, 30, "open")
    lines: list[str] = one.page.evaluate(LINES, one.screen.lines)
    if close:
        one.page.context.close()
    return lines


def judge(one: Held, whole: list[str]) -> None:
    """Everything that happened is there once; and the page lists what a page lists that was never cut off."""
    lines = lines_of(one)
    for group in one.screen.once:
        for words in SHOWN[group]:
            times = sum(words in line for line in lines)
            if times != 1:
                (one.doubled if times else one.missed).append(words)
    one.doubled += [words for group in one.screen.gone for words in SHOWN[group] if any(words in x for x in lines)]
    alarms = [text for text in one.page.locator(one.screen.alarm).all_inner_texts() if "紧急通知" in text]
    if sum("还没有解除的紧急通知" in text for text in alarms) != 1:
        (one.doubled if alarms else one.missed).append("还没有解除的紧急通知")
    if any("已经解除的紧急通知" in text for text in alarms):
        one.doubled.append("已经解除的紧急通知")
    one.missed += [f"not there: {line}" for line in whole if undated(line) not in map(undated, lines)]
    one.doubled += [line for line, times in Counter(lines).items() if times > Counter(whole)[line] > 0]
    if not one.page.evaluate("window.askedAgain"):
        heard = Counter(one.page.evaluate("window.heard"))
        one.doubled += [f"heard {n} times: {what}" for what, n in heard.items() if n > 1 and ".open" in what]


def undated(line: str) -> str:
    """A line without "3 minutes ago", which differs between two pages drawn at two times."""
    return line.split(" · ")[0]


def wrong(one: Held) -> bool:
    return not one.said or one.said > SAID[one.way] or bool(one.missed or one.doubled)


def table(held: list[Held], minutes: float) -> str:
    head = [
        f"{minutes:g} minutes, {len(happenings())} things happened meanwhile",
        "",
        "| page | how | said so after | in words | back after | shown once | missed | doubled |",
        "|---|---|---:|---|---:|---:|---:|---:|",
    ]
    rows = []
    for one in held:
        many = sum(len(SHOWN[group]) for group in one.screen.once) + 1
        said = f"{one.said:.1f} s" if one.said else "never"
        rows.append(
            f"| {one.screen.name} | {one.way} | {said} (≤ {SAID[one.way]:.0f}) | {one.words} | {one.back:.1f} s "
            f"| {many} | {len(one.missed)} | {len(one.doubled)} |"
        )
    faults = [
        f"- {one.screen.name}, {one.way}: {json.dumps({'missed': one.missed, 'doubled': one.doubled}, ensure_ascii=False)}"
        for one in held
        if wrong(one)
    ]
    return "\n".join([*head, *rows, "", *faults])


def say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
