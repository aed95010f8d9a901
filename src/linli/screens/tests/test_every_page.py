"""Every page of every screen, in light and dark: what axe finds, what sticks out, what a thumb cannot hit.

A new address must be entered here: among the pages, with who opens it, or among what is no page, with why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import URLResolver, get_resolver, resolve, reverse
from playwright.sync_api import Page, TimeoutError

from linli.kernel.access import SYSTEM, as_system, looking_as
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import CITY, HOOD, STREET, Cast
from linli.kernel.matters.verbs import alarming
from linli.kernel.people import totp
from linli.kernel.people import verbs as people
from linli.kernel.readings.models import DeadLetter, Warning
from linli.kernel.readings.tests.cast import raised, thing
from linli.kernel.readings.verbs import raising
from linli.kernel.things import verbs as things
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.triage import trending
from linli.kernel.triage.tests.planted import MIXER, plant
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

pytestmark = pytest.mark.slow

Open = Callable[..., Page]
SCREENS = ("parts", "door", "phone", "desk")
# Each page is read whole in Chinese; in English, and in large type on the narrowest phone, lines are what breaks.
LOOKS = {"zh": {"theme": "light"}, "en": {"theme": "light", "language": "en"}}
LARGE = {"large-en": {"theme": "light", "large": "1", "language": "en"}}
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 740}
PASSWORD = "Willow-Bridge-7"

# Who opens each page, and at which addresses; "{…}" is filled in by `Scene.addresses`.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "parts:start": ("", ("/",)),
    "door:signin": ("", ("/account/signin/", "/account/signin/?as=staff")),
    "door:sessions": ("granny", ("/account/sessions/",)),
    "door:signout": ("granny", ("/account/signout/",)),
    "door:post": ("dispatcher", ("/account/post/",)),
    "door:me": ("granny", ("/account/me/",)),
    "door:erase": ("granny", ("/account/me/erase/",)),
    "door:looks": ("granny", ("/account/me/looks/",)),
    "door:copy": ("granny", ("/account/me/copy/",)),
    "door:devices": ("granny", ("/account/me/devices/",)),
    "door:trust": ("granny", ("/account/me/trust/",)),
    "phone:home": ("granny", ("/phone/",)),
    "phone:mine": ("granny", ("/phone/mine/",)),
    "phone:find": ("granny", ("/phone/find/?number=20200101-000001",)),
    "phone:me": ("granny", ("/phone/me/",)),
    "phone:report": ("granny", ("/phone/report/", "/phone/report/#where")),
    "phone:matter": ("granny", ("/phone/matters/{asked}/", "/phone/matters/{closed}/", "/phone/matters/{nobodys}/")),
    "phone:offline": ("granny", ("/phone/offline/",)),
    "phone:duty": ("grid", ("/phone/duty/",)),
    "phone:alarm": ("grid", ("/phone/duty/{alarm}/", "/phone/duty/{gone}/")),
    "desk:warnings": ("street_duty", ("/desk/warnings/", "/desk/warnings/?tab=closed")),
    "desk:warning": ("street_duty", ("/desk/warnings/{warning}/",)),
    "desk:things": ("street_duty", ("/desk/things/", "/desk/things/?text=nowhere")),
    "desk:thing": ("street_duty", ("/desk/things/{thing}/",)),
    "desk:things_health": ("street_duty", ("/desk/things/health/",)),
    "desk:rules": ("street_duty", ("/desk/rules/",)),
    "desk:rule": ("street_duty", ("/desk/rules/smoke/",)),
    "desk:letters": ("street_duty", ("/desk/letters/",)),
    "desk:letter": ("street_duty", ("/desk/letters/{letter}/",)),
    "desk:things_register": ("keeper", ("/desk/things/register/",)),
    "desk:things_import": ("keeper", ("/desk/things/import/",)),
    "desk:things_strangers": ("keeper", ("/desk/things/strangers/",)),
    "desk:things_resting": ("keeper", ("/desk/things/maintenance/",)),
    "desk:thing_orders": ("keeper", ("/desk/things/{thing}/orders/",)),
    "desk:thing_keys": ("keeper", ("/desk/things/{thing}/keys/",)),
    "desk:thing_upkeep": ("keeper", ("/desk/things/{thing}/upkeep/",)),
    "desk:thing_change": ("keeper", ("/desk/things/{thing}/change/",)),
    "phone:install": ("grid", ("/phone/install/",)),
    "phone:installed": ("grid", ("/phone/install/{thing}/", "/phone/install/{button}/")),
    "phone:agreement": ("social", ("/phone/install/{button}/agreement/", "/phone/install/{contact}/agreement/")),
    "desk:thing_agreement": ("social", ("/desk/things/{button}/agreement/", "/desk/things/{contact}/agreement/")),
    "desk:queue": ("district_duty", ("/desk/q/all/", "/desk/q/supervised/", "/desk/q/ended/?text=nowhere")),
    "desk:matter": ("dispatcher", ("/desk/matters/{new}/", "/desk/matters/{asked}/", "/desk/matters/{closed}/")),
    "desk:act": ("street_duty", ("/desk/matters/{asked}/supervise/", "/desk/matters/{new}/assign/")),
    "desk:contact": ("dispatcher", ("/desk/matters/{called}/contact/",)),
    "desk:topics": ("dispatcher", ("/desk/topics/",)),
    "desk:topic": ("dispatcher", ("/desk/topics/{topic}/",)),
    "desk:new": ("dispatcher", ("/desk/new/",)),
    "desk:counter": ("social", ("/desk/counter/",)),
    "desk:counter_register": ("social", ("/desk/counter/register/",)),
    "desk:counter_person": ("social", ("/desk/counter/{granny}/",)),
    "desk:counter_matters": ("social", ("/desk/counter/{granny}/matters/",)),
    "desk:counter_report": ("social", ("/desk/counter/{granny}/report/",)),
    "desk:counter_copy": ("social", ("/desk/counter/{granny}/copy/",)),
    "desk:counter_mentions": ("social", ("/desk/counter/{granny}/mentions/",)),
    "desk:counter_erase": ("social", ("/desk/counter/{granny}/erase/",)),
    "desk:keys": ("security", ("/desk/keys/",)),
    "desk:places": ("keeper", ("/desk/places/?text=nowhere",)),
    "desk:place": ("keeper", ("/desk/places/{street}/",)),
    "desk:place_regroup": ("keeper", ("/desk/places/{hood}/regroup/",)),
    "desk:places_import": ("keeper", ("/desk/places/import/",)),
    "desk:kinds": ("keeper", ("/desk/kinds/", "/desk/kinds/?kind=unlicensed-stall")),
    "desk:calendar": ("keeper", ("/desk/calendar/",)),
    "desk:units": ("system", ("/desk/units/",)),
    "desk:people": ("system", ("/desk/people/",)),
    "desk:audit": ("audit", ("/desk/audit/",)),
    "desk:health": ("system", ("/desk/health/",)),
}  # fmt: skip
# Reached by going through the door only: `test_going_through_the_door`.
THROUGH_THE_DOOR = {
    "door:code", "door:welcome", "door:enrol", "door:recovery", "door:password", "door:factor",
}  # fmt: skip
NO_PAGES = {
    "desk:panel": "only in a demo: project/demo/fleet/tests/test_panel.py, cli/tests/test_demo.py",
    "desk:panel_start": "a button's work, comes back to the page",
    "desk:panel_stop": "a button's work, comes back to the page",
    "parts:preferences": "a button's work, comes back to the page",
    "parts:live_address": "JSON",
    "parts:healthz": "for a load balancer",
    "door:language": "a button's work",
    "door:proxy": "a button's work",
    "phone:photo": "JSON",
    "phone:kinds": "JSON",
    "phone:preview": "a part of the report",
    "phone:act": "what a form of the matter sends",
    "phone:alarm_act": "what a step of an alarm sends",
    "phone:duty_photo": "JSON",
    "phone:install_near": "a part of the installer's page",
    "phone:install_heard": "a part of the installer's page",
    "desk:sensing_counts": "a part of the rail",
    "desk:things_marks": "GeoJSON",
    "desk:things_labels": "a sheet to print: desk/tests/devices",
    "desk:things_health_csv": "a file",
    "desk:things_health_xlsx": "a file",
    "desk:thing_series": "JSON",
    "desk:thing_csv": "a file",
    "desk:thing_xlsx": "a file",
    "desk:rule_try": "what a form of the rule sends",
    "desk:letters_replay": "what a form of the letters sends",
    "desk:warnings_bell": "a part of the bar",
    "desk:warnings_acknowledge": "what the queue sends",
    "phone:places": "GeoJSON",
    "phone:service_worker": "a script",
    "phone:manifest": "JSON",
    "phone:hello": "JSON",
    "desk:home": "leads to a queue",
    "desk:counts": "a part of the rail",
    "desk:save_filter": "what a dialog sends",
    "desk:remove_filter": "a button's work",
    "desk:export": "a workbook",
    "desk:topics_marks": "GeoJSON",
    "desk:topic_marks": "GeoJSON",
    "desk:topic_gather": "what a form of the topic sends",
    "desk:counter_next": "a button's work",
    "desk:place_carried": "a part of a place's page",
    "desk:beside": "a part of a matter's page",
    "desk:beside_marks": "GeoJSON",
    "desk:suggested": "a part of a matter's page",
    "desk:bulk": "a dialog of the queue",
    "desk:places_export": "a file",
    "desk:place_geojson": "GeoJSON",
    "desk:map_places": "GeoJSON",
}

DARK = """
() => {
  const still = document.createElement('style')
  still.textContent = '* { transition: none !important }'
  document.head.append(still)
  document.documentElement.dataset.theme = 'dark'
}
"""
# What a finger presses; a link within a sentence may be as small as the sentence (WCAG 2.2, 2.5.8).
SMALL = """
() => [...document.querySelectorAll(
    'a.button, button, summary, select, textarea, .choice, .star, .phone-bar a, input:not([type=hidden])')]
  .filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter((e) => !(e.matches('input') && e.closest('label')) && !e.matches('.photo-input'))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([e, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${e.outerHTML.slice(0, 110)}`)
"""


def in_chromium(test: Callable[..., None]) -> Callable[..., None]:
    for mark in (*browser.marks, browser.needs_axe):
        test = mark(test)
    return test


def names(resolver: URLResolver | None = None) -> Iterator[str]:
    """Every URL name of the screens, with its namespace."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name in SCREENS:
                yield from (f"{entry.app_name}:{pattern.name}" for pattern in entry.url_patterns)
            else:
                yield from names(entry)


def test_every_address_is_looked_at_or_says_why_not() -> None:
    said = [*PAGES, *THROUGH_THE_DOOR, *NO_PAGES]
    assert len(said) == len(set(said))
    assert set(names()) - set(said) == set(), "new addresses: enter them above"
    assert set(said) - set(names()) == set(), "gone addresses: take them out above"
    for name, (_who, addresses) in PAGES.items():
        for address in addresses:
            path = re.sub(r"\{[a-z]+\}", "00000000-0000-7000-8000-000000000000", address).partition("?")[0]
            assert resolve(path.partition("#")[0]).view_name == name


@dataclass
class Scene:
    """The cast with matters in the states that look different."""

    cast: Cast
    found: list[str] = field(default_factory=list)

    def addresses(self) -> dict[str, str]:
        cast, at = self.cast, now() - timedelta(hours=30)
        asked = cast.assigned(at=at)
        verbs.ask(matter_id=asked.id, by=cast.handler, at=at + timedelta(hours=1), text="是哪个路口？", pauses=True)
        closed = cast.done(at=at)
        verbs.verify(matter_id=closed.id, by=cast.grid, at=at, passed=True)
        verbs.close(matter_id=closed.id, by=cast.dispatcher, at=at + timedelta(hours=1), reply="摊位已清理。")
        called = self._called()
        given = {"asked": asked, "closed": closed, "new": cast.report(), "called": called}
        return {
            **{name: str(matter.id) for name, matter in given.items()},
            "nobodys": "00000000-0000-7000-8000-000000000000",
            "street": STREET,
            "hood": HOOD,
            "granny": str(cast.granny.person_id),
            "topic": self._topic(),
            **self._alarms(),
            **self._at_home(),
        }

    def _at_home(self) -> dict[str, str]:
        """A door contact nobody has agreed to, and a button Granny was asked about on her phone; one she agreed to."""
        ensure_slots()
        made = {
            name: things.register(by=self.cast.keeper, at=now(), key=name, model=model, place_code=HOOD).thing
            for name, model in (
                ("contact", "home-door"),
                ("button", "emergency-button"),
                ("worn", "emergency-button"),
            )
        }
        granny = things.Signer(person_id=self.cast.granny.person_id)
        things.ask(by=self.cast.social, at=now(), thing_id=made["button"].id, signers=[granny])
        things.agree(
            by=self.cast.social, at=now(), thing_id=made["worn"].id, signers=[granny], form="paper",
            file_id=self.cast.photo("social", at=now()),
        )  # fmt: skip
        return {name: str(made[name].id) for name in ("contact", "button")}

    def _alarms(self) -> dict[str, str]:
        """Two alarms, one nobody goes to, one somebody has gone to and found real."""
        matters = []
        for n, rule in enumerate([rule for rule in catalogue().rules.values() if rule.opens][:2]):
            said = {"quantity": catalogue().devices[rule.of[0]].measures[0].name, "value": 1, "limit": 0}
            device = thing(n, HOOD, model=rule.of[0], name="三楼走廊东侧的设备")
            found = raised(device, rule=rule.name, at=now(), says=said)
            matters += raising.apply([found], at=now(), open_matter=alarming.open_for).opened
        for verb, given in (("go", {}), ("arrive", {}), ("found", {"cause": "real", "text": "灶上起火。"})):
            getattr(verbs, verb)(matter_id=matters[1], by=self.cast.grid, at=now(), **given)
        with as_system():
            warning = Warning.objects.get(matter_id=matters[0])
            letter = DeadLetter.objects.create(
                at=now(), key="smoke-1", thing=warning.thing, place_code=HOOD, via="mqtt", topic="d/smoke-1/up",
                codec="plain", why="unreadable", says="line 1", payload=b'{"smoke":', size=9,
            )  # fmt: skip
        return {
            "alarm": str(matters[0]),
            "gone": str(matters[1]),
            "warning": str(warning.id),
            "thing": str(warning.thing_id),
            "letter": str(letter.id),
        }

    def _called(self) -> Matter:
        return verbs.open_matter(
            by=self.cast.dispatcher, at=now(), kind="unlicensed-stall", title="来电", body="路口有摊位。", source="desk",
            place_code=STREET, contact={"name": "王女士", "phone": "13900001234"},
        )  # fmt: skip

    def _topic(self) -> str:
        plant(self.cast, MIXER, 4)
        trending.ask(by=self.cast.dispatcher, at=now())
        trending.compute_wanted(at=now())
        with looking_as(self.cast.dispatcher):
            return str(trending.sheet(self.cast.dispatcher).topics[0]["key"])

    def hire(self) -> None:
        """Who is not in the cast: the three administrators kept apart."""
        for username, role in (
            ("system", "system_admin"),
            ("security", "security_admin"),
            ("audit", "audit_admin"),
        ):
            post = {"role": role, "place_code": CITY, "title": ""}
            people.demo_account(username, username, PASSWORD, [post], at=now() - timedelta(days=1))

    def look(self, page: Page, *, thumb: bool = False) -> None:
        with suppress(TimeoutError):  # a page that asks again and again is looked at as well
            page.wait_for_load_state("networkidle", timeout=10_000)
        if page.evaluate("document.documentElement.lang").startswith("zh"):
            self.found += browser.serious(page)
            page.evaluate(DARK)
            self.found += [f"dark: {fault}" for fault in browser.serious(page, "color-contrast")]
        if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            self.found.append(f"{page.url}: sticks out by {over} px")
        if thumb:
            self.found += [f"{page.url}: too small for a thumb: {element}" for element in page.evaluate(SMALL)]


@pytest.fixture
def scene(cast: Cast, settings: Any) -> Scene:
    """In a demo: codes stand on the page, and the first page says whom to be."""
    settings.DEMO, settings.LINLI_SMS_SENDER = True, ""
    settings.LINLI_DEMO_ACCOUNTS = "linli.project.demo.accounts"
    return Scene(cast)


def on(screen: str) -> dict[str, Any]:
    return {"viewport": DESK if screen == "desk" else PHONE}


@in_chromium
@pytest.mark.parametrize(
    ("look", "screen"),
    [(look, screen) for look in (*LOOKS, *LARGE) for screen in SCREENS if not (look in LARGE and screen == "desk")],
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
            opened[who].goto(address.format(**filled))
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
