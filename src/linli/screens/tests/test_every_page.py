"""Every page of every screen, in light and dark: what axe finds, what sticks out, what a thumb cannot hit.

A new address must be entered here: among the pages, with who opens it, or among what is no page, with why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from playwright.sync_api import Error, Page, TimeoutError

from linli.kernel.access import SYSTEM, as_system, looking_as
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.datasets import verbs as datasets
from linli.kernel.datasets.forecasting import METHODS
from linli.kernel.datasets.models import Forecast, Publication, Row
from linli.kernel.datasets.tests.addresses import HAPPY, make_town, row, take_in, water
from linli.kernel.declare import Source
from linli.kernel.displays import verbs as displays
from linli.kernel.displays.models import Display
from linli.kernel.duty import verbs as duty
from linli.kernel.duty import wall
from linli.kernel.duty.models import Shift
from linli.kernel.emergencies import verbs as emergencies
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.figures import verbs as figures
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import CITY, HOOD, OTHER_HOOD, STREET, Cast
from linli.kernel.matters.verbs import alarming
from linli.kernel.messages.models import Message
from linli.kernel.notices import verbs as notices
from linli.kernel.notices.tests.made import draft, emergency, published
from linli.kernel.notices.tokens import off_address
from linli.kernel.operations import verbs as operations
from linli.kernel.people import totp
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Double, Person
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Account
from linli.kernel.readings.models import DeadLetter, Warning
from linli.kernel.readings.tests.cast import raised, thing
from linli.kernel.readings.verbs import raising
from linli.kernel.registers import verbs as registers
from linli.kernel.registers.models import Fact
from linli.kernel.registers.verbs.supplying import supply
from linli.kernel.reports import verbs as reports
from linli.kernel.reports.columns import Column, Cond, Kind, Op, Table
from linli.kernel.reports.models import Sheet
from linli.kernel.signs.models import Suggestion
from linli.kernel.things import verbs as things
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.triage import trending
from linli.kernel.triage.tests.planted import MIXER, plant
from linli.parts.tests import browser, hung
from linli.parts.tests.browser import Served

pytestmark = pytest.mark.slow

Open = Callable[..., Page]
SCREENS = ("parts", "door", "phone", "desk", "command", "board", "tv")
# Each page is read whole in Chinese; in English, and in large type on the narrowest phone, lines are what breaks.
LOOKS = {"zh": {"theme": "light"}, "en": {"theme": "light", "language": "en"}}
LARGE = {"large-en": {"theme": "light", "large": "1", "language": "en"}}
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 740}
WALL = {"width": 1920, "height": 1080}
HALL = {"width": 1080, "height": 1920}
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
    "door:signs": ("granny", ("/account/me/signs/",)),
    "door:trust": ("granny", ("/account/me/trust/",)),
    "phone:home": ("granny", ("/phone/",)),
    "phone:mine": ("granny", ("/phone/mine/",)),
    "phone:find": ("granny", ("/phone/find/?number=20200101-000001",)),
    "phone:me": ("granny", ("/phone/me/",)),
    "phone:tv": ("granny", ("/phone/tv/", "/phone/tv/?code=ABC346")),
    "desk:displays": ("social", ("/desk/displays/", "/desk/displays/?text=nowhere")),
    # A board and a television open by their keys; what they show is turned through in their own tests.
    "board:home": ("", ("/board/?demo=board-of-the-test", "/board/?demo=nobody")),
    "board:preview": ("social", ("/board/preview/{board}/",)),
    "tv:home": ("", ("/tv/?demo=tv-of-the-test", "/tv/?demo=nobody")),
    "phone:report": ("granny", ("/phone/report/", "/phone/report/#where")),
    "phone:matter": ("granny", ("/phone/matters/{asked}/", "/phone/matters/{closed}/", "/phone/matters/{nobodys}/")),
    "phone:offline": ("granny", ("/phone/offline/",)),
    "phone:duty": ("grid", ("/phone/duty/",)),
    "phone:alarm": ("grid", ("/phone/duty/{alarm}/", "/phone/duty/{gone}/")),
    "desk:duty": ("street_duty", ("/desk/duty/",)),
    "desk:duty_week": ("street_duty", ("/desk/duty/{roster}/",)),
    "desk:operations": ("street_duty", ("/desk/operations/", "/desk/operations/?tab=ended")),
    "desk:operation": ("street_duty", ("/desk/operations/{operation}/",)),
    "desk:points": ("street_duty", ("/desk/points/",)),
    "desk:points_book": ("street_duty", ("/desk/points/books/{book}/", "/desk/points/books/{book}/?prove=1")),
    "desk:points_accounts": ("social", ("/desk/points/accounts/", "/desk/points/accounts/?text=nobody")),
    "desk:points_account": ("social", ("/desk/points/accounts/{purse}/",)),
    "desk:points_appeals": ("street_duty", ("/desk/points/appeals/", "/desk/points/appeals/?tab=decided")),
    "desk:points_clearing": ("street_duty", ("/desk/points/clearing/",)),
    "phone:points": ("granny", ("/phone/points/",)),
    "phone:points_account": ("granny", ("/phone/points/{purse}/",)),
    "desk:tables": ("social", ("/desk/registers/tables/", "/desk/registers/tables/?about=place")),
    "desk:xlsform": ("social", ("/desk/registers/xlsform/",)),
    "desk:doubles": ("social", ("/desk/doubles/", "/desk/doubles/?tab=decided")),
    "desk:double": ("social", ("/desk/doubles/{double}/",)),
    "desk:double_part": ("social", ("/desk/doubles/merged/{merging}/",)),
    "desk:reports": (
        "street_duty",
        ("/desk/reports/", "/desk/reports/?tab=ended", "/desk/reports/?tab=burden"),
    ),
    "desk:report_new": ("street_duty", ("/desk/reports/new/", "/desk/reports/new/?listed=0")),
    "desk:report": ("street_duty", ("/desk/reports/{report}/",)),
    "desk:sheet": ("social", ("/desk/reports/sheets/{sheet}/",)),
    "desk:handing": ("street_duty", ("/desk/reports/signed/{handing}/",)),
    "desk:cell": ("street_duty", ("/desk/reports/signed/{handing}/1/3/",)),
    "desk:registers": ("social", ("/desk/registers/",)),
    "desk:registers_queue": ("social", ("/desk/registers/queue/",)),
    "desk:registers_visits": ("social", ("/desk/registers/visits/",)),
    "desk:registers_elements": ("keeper", ("/desk/registers/elements/", "/desk/registers/elements/?about=thing")),
    "desk:registers_forms": ("keeper", ("/desk/registers/forms/",)),
    "desk:registers_form": ("keeper", ("/desk/registers/forms/new/?about=person", "/desk/registers/forms/elder-card/")),
    "desk:register": ("social", ("/desk/registers/person/{granny}/?for=conflict",)),
    "desk:register_fill": (
        "social",
        ("/desk/registers/person/{granny}/elder-card/", "/desk/registers/person/{granny}/resident-card/"),
    ),
    "phone:visits": ("social", ("/phone/visits/",)),
    "phone:visit": ("social", ("/phone/visits/elder-visit/person/{granny}/",)),
    "phone:registers": ("granny", ("/phone/registers/",)),
    "phone:register_own": ("granny", ("/phone/registers/{own}/",)),
    "phone:operations": ("handler", ("/phone/operations/",)),
    "phone:operation": ("handler", ("/phone/operations/{operation}/",)),
    "desk:briefing": ("street_duty", ("/desk/briefing/",)),
    "desk:briefing_list": ("street_duty", ("/desk/briefing/due/", "/desk/briefing/reported/")),
    "desk:duty_track": ("street_duty", ("/desk/duty/track/{served}/",)),
    "phone:shifts": ("handler2", ("/phone/shifts/",)),
    "phone:shift": ("handler", ("/phone/shifts/{shift}/",)),
    "phone:leave": ("handler", ("/phone/shifts/leave/",)),
    "desk:duty_roster": ("street_duty", ("/desk/duty/{roster}/settings/",)),
    "desk:notices": (
        "street_duty",
        ("/desk/notices/", "/desk/notices/?tab=waiting", "/desk/notices/?tab=mine", "/desk/notices/?tab=later"),
    ),
    "desk:notice": ("street_duty", ("/desk/notices/{notice}/", "/desk/notices/{waits}/", "/desk/notices/{lifted}/")),
    "desk:notices_write": ("street_duty", ("/desk/notices/write/",)),
    "desk:notice_change": ("social", ("/desk/notices/{written}/change/",)),
    "desk:notice_correct": ("social", ("/desk/notices/{notice}/correct/",)),
    "phone:messages": ("granny", ("/phone/messages/",)),
    "phone:message": ("granny", ("/phone/messages/{message}/",)),
    "phone:messages_settings": ("granny", ("/phone/messages/settings/",)),
    "phone:notices": ("granny", ("/phone/notices/",)),
    "phone:notice": ("granny", ("/phone/notices/{notice}/", "/phone/notices/{lifted}/")),
    "phone:notices_settings": ("granny", ("/phone/notices/settings/",)),
    "phone:notices_off": ("", ("/phone/notices/off/{off}/",)),
    "desk:warnings": ("street_duty", ("/desk/warnings/", "/desk/warnings/?tab=closed")),
    "desk:warning": ("street_duty", ("/desk/warnings/{warning}/",)),
    "desk:incident": ("street_duty", ("/desk/warnings/storms/{incident}/",)),
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
    "desk:datasets": ("keeper", ("/desk/data/",)),
    "desk:dataset": ("keeper", ("/desk/data/sets/water-use/", "/desk/data/sets/matters/")),
    "desk:dataset_new": ("keeper", ("/desk/data/new/",)),
    "desk:dataset_change": ("keeper", ("/desk/data/sets/water-use/change/",)),
    "desk:dataset_source": ("keeper", ("/desk/data/sets/water-use/source/",)),
    "desk:datasets_row": ("keeper", ("/desk/data/rows/{datarow}/",)),
    "desk:datasets_jobs": ("keeper", ("/desk/data/jobs/",)),
    "desk:datasets_job": ("keeper", ("/desk/data/jobs/{datajob}/",)),
    "desk:datasets_review": ("keeper", ("/desk/data/review/",)),
    "desk:datasets_doubt": ("keeper", ("/desk/data/review/{datadoubt}/",)),
    "desk:datasets_ask": ("district_duty", ("/desk/data/sets/water-use/ask/",)),
    "desk:datasets_shares": ("district_duty", ("/desk/data/shares/",)),
    "desk:datasets_forecasts": ("street_duty", ("/desk/data/forecasts/",)),
    "desk:datasets_forecast": ("street_duty", ("/desk/data/forecasts/990101001/all/",)),
    "desk:datasets_published": ("street_duty", ("/desk/data/published/",)),
    "desk:signs": ("street_duty", ("/desk/signs/", "/desk/signs/?state=dismissed")),
    "desk:signs_about": ("street_duty", ("/desk/signs/about/",)),
    "desk:sign": ("street_duty", ("/desk/signs/{sign}/",)),
    "phone:statistics": ("", ("/phone/statistics/",)),
    "phone:statistic": ("", ("/phone/statistics/{published}/",)),
    "desk:datasets_share": ("street_duty", ("/desk/data/shares/{datashare}/",)),
    "desk:audit": ("audit", ("/desk/audit/",)),
    "desk:health": ("system", ("/desk/health/",)),
    "phone:orders": ("handler", ("/phone/orders/",)),
    "phone:order": ("handler", ("/phone/orders/{order}/",)),
    "desk:orders": ("district_duty", ("/desk/orders/", "/desk/orders/?side=given&phase=2")),
    "desk:order": ("district_duty", ("/desk/orders/{order}/",)),
    "desk:deciding": ("district_duty", ("/desk/deciding/",)),
    "desk:lists": ("district_duty", ("/desk/lists/overdue/", "/desk/lists/unmerged/")),
    "desk:through": ("district_duty", ("/desk/through/", "/desk/through/?place=990101001001")),
    "desk:chain": ("dispatcher", ("/desk/matters/{closed}/chain/",)),
    "desk:figures": ("street_duty", ("/desk/figures/", "/desk/figures/?period=year&table=unit&sort=-finished")),
    "desk:figures_matters": ("street_duty", ("/desk/figures/matters/?figure=reported", "/desk/figures/matters/?figure=again")),
    "desk:figures_scores": ("street_leader", ("/desk/figures/scores/",)),
    "desk:figures_words": ("street_duty", ("/desk/figures/words/",)),
    "phone:emergencies": ("granny", ("/phone/emergencies/",)),
    "phone:emergency": ("granny", ("/phone/emergencies/{emergency}/",)),
    "desk:emergencies": ("street_duty", ("/desk/emergencies/",)),
    "desk:emergency_new": ("street_duty", ("/desk/emergencies/new/?place={hood}",)),
    "desk:emergency": ("street_duty", ("/desk/emergencies/{emergency}/",)),
    "desk:emergency_roll": ("street_duty", ("/desk/emergencies/{emergency}/roll/",)),
    "desk:emergency_course": ("street_duty", ("/desk/emergencies/{emergency}/course/",)),
    "command:wall": ("district_duty", ("/command/990101/", "/command/990101001/", "/command/990101001001/", "/command/990101001002/")),
    "desk:figures_reports": ("street_duty", ("/desk/figures/reports/",)),
}  # fmt: skip
# Reached by going through the door only: `test_going_through_the_door`.
THROUGH_THE_DOOR = {
    "door:code", "door:welcome", "door:enrol", "door:recovery", "door:password", "door:factor",
}  # fmt: skip
NO_PAGES = {
    "desk:nearest": "a part of the form that assigns",
    "board:content": "a part of the board's page",
    "board:seen": "JSON",
    "board:code": "a part of the board's page",
    "board:live_address": "JSON",
    "board:worker": "a script",
    "tv:content": "a part of the television's page",
    "tv:seen": "JSON",
    "tv:code": "a part of the television's page",
    "tv:live_address": "JSON",
    "tv:worker": "a script",
    "phone:operation_act": "an act",
    "phone:visit_act": "an act",
    "phone:shift_now": "a line at the top of the pages of duty",
    "phone:shift_act": "an act",
    "phone:swap_act": "an act",
    "phone:leave_withdraw": "an act",
    "phone:position": "JSON",
    "desk:panel": "only in a demo: project/demo/fleet/tests/test_panel.py, cli/tests/test_demo.py",
    "desk:panel_start": "a button's work, comes back to the page",
    "desk:panel_pace": "a button's work, comes back to the page",
    "desk:panel_stop": "a button's work, comes back to the page",
    "parts:preferences": "a button's work, comes back to the page",
    "parts:live_address": "JSON",
    "parts:healthz": "for a load balancer",
    "door:language": "a button's work",
    "door:proxy": "a button's work",
    "phone:photo": "JSON",
    "phone:kinds": "JSON",
    "phone:preview": "a part of the report",
    "phone:notices_now": "JSON",
    "desk:notices_now": "JSON",
    "desk:notices_reach": "a part of the form",
    "desk:notice_away": "what the banner sends",
    "desk:notice_act": "what a form of the notice sends",
    "phone:notices_push": "JSON",
    "phone:messages_read": "what a button of the list sends",
    "phone:notice_act": "what a form of the notice sends",
    "phone:act": "what a form of the matter sends",
    "phone:alarm_act": "what a step of an alarm sends",
    "phone:duty_photo": "JSON",
    "phone:emergency_act": "what a form of the emergency sends",
    "phone:emergency_photo": "JSON",
    "desk:emergency_pdf": "a PDF",
    "phone:install_near": "a part of the installer's page",
    "phone:install_heard": "a part of the installer's page",
    "desk:sensing_counts": "a part of the rail",
    "desk:things_marks": "GeoJSON",
    "desk:things_labels": "a sheet to print: desk/tests/test_devices.py",
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
    "desk:datasets_refused": "a file",
    "desk:datasets_share_file": "a file",
    "phone:statistic_file": "a file",
    "desk:place_geojson": "GeoJSON",
    "desk:map_places": "GeoJSON",
    "command:home": "leads to the wall of one's post",
    "command:panels": "a part of the wall",
    "command:today": "a part of the wall",
    "command:duty": "a part of the wall",
    "command:deciding": "a part of the wall",
    "command:stream": "a part of the wall",
    "command:marks": "JSON",
    "command:ground": "GeoJSON",
    "command:matter": "a part of the wall",
    "desk:orders_export": "a workbook",
    "desk:through_export": "a workbook",
    "phone:orders_owed": "a part of the page of duty",
    "desk:orders_together": "what the list of orders sends",
    "desk:lists_export": "a workbook",
    "desk:figures_csv": "a file",
    "desk:figures_xlsx": "a file",
    "desk:report_file": "a file",
    "desk:tables_refused": "a file",
    "desk:handing_file": "a file",
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
        verbs.supervise(matter_id=asked.id, by=cast.district_duty, at=at, text="查明原因，当面说明。")
        with as_system():
            order = asked.orders.get()
        called = self._called()
        given = {"asked": asked, "closed": closed, "new": cast.report(), "called": called}
        figures.recompute(by=SYSTEM, at=now())
        return {
            **{name: str(matter.id) for name, matter in given.items()},
            "order": str(order.id),
            "nobodys": "00000000-0000-7000-8000-000000000000",
            "street": STREET,
            "hood": HOOD,
            "granny": str(cast.granny.person_id),
            "topic": self._topic(),
            "emergency": self._emergency(),
            **self._alarms(),
            **self._hung(),
            **self._notices(),
            **self._at_home(),
            **self._duty(),
            **self._books(),
            **self._data(),
            **self._points(),
            "sign": self._sign(),
        }

    def _points(self) -> dict[str, str]:
        """Given, cut by a cap and objected to, taken and objected to; given to somebody of another community."""
        cast, at = self.cast, now() - timedelta(days=3)
        granny, proof = cast.granny.person_id, [points.Evidence("report", "2026-09-118", "楼道巡查")]
        for number in range(5):
            given = points.award(
                by=cast.social, at=at, key=f"deed:{number}", rule="good-deed", person_id=granny, evidence=proof,
                reason="帮邻居看护孩子",
            )  # fmt: skip
        taken = [
            points.deduct(
                by=cast.social, at=at, key=f"broken:{n}", rule="promise-broken", person_id=granny, evidence=proof
            )
            for n in range(2)
        ]
        for line, text in ((given, "第五次是前一天的。"), (taken[0], "那天我住院了。")):
            made = points.appeal(by=cast.granny, at=at, transfer_id=line.id, text=text)
        points.decide_appeal(by=cast.street_duty, at=at, appeal_id=made.id, uphold=True, answer="已核对住院记录。")
        with as_system():
            far = Person.objects.create(name="对岸邻居", place_code=OTHER_HOOD)
        saved = [{"person_id": granny}, {"person_id": far.id}]
        accounts = [points.open_account(by=SYSTEM, at=at, ledger="saved-time", **whose) for whose in saved]
        points.award(
            by=SYSTEM, at=at, key="saved", rule="saved-minute", person_id=granny, quantity=90,
            evidence=[points.Evidence("sign-up", "1")],
        )  # fmt: skip
        points.transfer(by=SYSTEM, at=at, key="over", source_id=accounts[0].id, target_id=accounts[1].id, amount=30)
        with as_system():
            purse = Account.objects.get(person=granny, ledger="integrity-points")
            told = Message.objects.filter(person=granny).order_by("id")[0]
        return {"purse": str(purse.id), "book": str(purse.book_id), "message": str(told.id)}

    def _sign(self) -> str:
        """A suggestion about a home, with an indication that speaks and one that is silent."""
        usual = [10.0, 1.5, 12]
        said = {"strength": 1.0, "weight": 1.0, "now": 34.0, "past": [9.0, 10.0, 11.0] * 4, "own": usual, "area": HOOD,
                "alike": usual, "first": "2026-08-01", "last": "2026-08-31", "monthly": True, "hours": None,
                "source": {"sets": [{"name": "water-use", "title": "居民用水月报", "rows": 13}], "n": 13}}  # fmt: skip
        quiet = {**said, "strength": 0.0, "monthly": False, "source": {"matters": [], "n": 0}}
        with as_system():
            made = Suggestion.objects.create(
                sign="group-renting-sign", place_code=HAPPY + "003010101", weight=1.0, raises=1.0, made_at=now(),
                looked_at=now(), evidence=[{**said, "name": "home-water"}, {**quiet, "name": "home-complaints"}],
            )  # fmt: skip
        return str(made.id)

    def _books(self) -> dict[str, str]:
        """An old person visited, two sources that differ, a contest, a visit that is due."""
        cast, at = self.cast, now() - timedelta(days=9)
        granny = cast.granny.person_id
        assert granny is not None
        told = {"subject": granny, "by": cast.social}
        card = {"residence-kind": "registered-here", "low-income": "no", "disability": "two"}
        registers.enter(
            at=at, form="resident-card", source=Source.DEPARTMENT, source_name="区民政局", values=card, **told
        )
        visit = {
            "condition": "well",
            "lives-alone": "yes",
            "care-level": "some-help",
            "visit-note": "女儿每周日来。",
        }
        registers.enter(at=at, form="elder-visit", source=Source.VISIT, values=visit, **told)
        registers.enter(at=now(), form="resident-card", source=Source.VISIT, values={"low-income": "yes"}, **told)
        with as_system():
            wrong = Fact.objects.get(element="lives-alone", subject=granny)
        registers.contest(by=cast.granny, at=now(), fact_id=wrong.id, reason="儿子上个月搬回来住了。")
        registers.plan_visits(
            by=cast.social, at=now(), form="elder-visit", subjects=[granny], due_on=timezone.localdate(now())
        )
        asks = [{"element": name, "own": True} for name in ("emergency-contact", "emergency-phone", "marriage")]
        own = registers.save_form(
            by=cast.social, at=now(), place_code=HOOD, label="紧急联系卡", about="person",
            layout=[{"label": "紧急联系", "asks": asks}],
        )  # fmt: skip
        return {"own": own.name}

    def _data(self) -> dict[str, str]:
        """A table with a row that is sure, one that is doubtful and one that was refused."""
        make_town()
        rows = [row(), row("A2", 用水地址="临江路128弄9号101室"), row("A3", 用水量="十")]
        dataset = water(self.cast)
        take_in(self.cast, dataset, rows)
        share = datasets.ask(
            by=self.cast.district_duty, at=now(), dataset_id=dataset.id, fields=["used", "phone"],
            purpose="安排上门看望独居老人", until=now() + timedelta(days=30),
        )  # fmt: skip
        with as_system():
            found = Row.objects.get(key="A2|2026-08")
            published_table = Publication.objects.create(
                place_code=STREET, title="八月事项", first=date(2026, 8, 1), last=date(2026, 8, 31), least=5, left_out=4,
                rows=["noise", "unlicensed-stall"], columns=[HOOD, OTHER_HOOD], published_at=now(), published_name="x",
                cells=[[None, None, 15], [None, None, 11], [17, 9, 26]],
            )  # fmt: skip
            Forecast.objects.create(
                place_code=STREET, kind="", week=now().date(), made_at=now(), method="mean4", beaten=False, held=0.8,
                points=[[9.5, 5, 14]] * 4, past=list(range(52)), trials=40,
                mase=dict.fromkeys(METHODS, 0.9), mae=dict.fromkeys(METHODS, 3.1),
            )  # fmt: skip
        return {
            "datarow": str(found.id),
            "datashare": str(share.id),
            "published": str(published_table.id),
            "datajob": str(found.job_id),
            "datadoubt": str(found.place_doubt_id),
        }

    def _duty(self) -> dict[str, str]:
        """A roster with a gap, and somebody who is to be on duty."""
        unit = self.cast.units["enforcement"]
        roster = duty.add_roster(
            by=self.cast.street_duty, at=now(), unit_id=unit.id, name="值班表", pattern="three"
        )
        day = wall.day_of(now() + timedelta(days=1))
        duty.add_shift(
            by=self.cast.street_duty, at=now(), roster_id=roster.id, day=day, begins=time(18), ends=time(22),
            account_id=self.cast.handler.account_id, note="演练",
        )  # fmt: skip
        duty.publish(by=self.cast.street_duty, at=now(), roster_id=roster.id, month=day, with_gaps=True)
        with as_system():
            shift = Shift.objects.get(account=self.cast.handler.account_id)
        begun = now() - timedelta(hours=1)
        served = duty.add_shift(
            by=self.cast.street_duty, at=begun, roster_id=roster.id, day=wall.day_of(begun),
            begins=wall.local(begun).time(), ends=wall.local(now() + timedelta(hours=3)).time(),
            account_id=self.cast.handler2.account_id, note="值守",
        )  # fmt: skip
        with as_system():
            Shift.objects.filter(pk=served.pk, published_at=None).update(published_at=begun)
        duty.check_in(by=self.cast.handler2, at=begun, shift_id=served.id)
        duty.share(by=self.cast.handler2, at=begun, shift_id=served.id)
        return {
            "roster": str(roster.id),
            "shift": str(shift.id),
            "served": str(served.id),
            **self._operation(),
            **self._asked(),
        }

    def _asked(self) -> dict[str, str]:
        """A report that is asked for: one sheet signed and sent, one with a gap; a pair that may be one person, a merged one."""
        cast, at = self.cast, now()
        home = HOOD + "001001001010001"
        with as_system():
            ids = [
                Person.objects.create(name=name, place_code=home, birth_year=1940).id
                for name in ("林秀珍", "林秀真", "周福生", "周福升")
            ]
        for who, phone in ((ids[0], "13900001111"), (ids[2], "")):
            values = {"lives-alone": "是", "call-button": "是", "emergency-phone": phone or None}
            supply(by=cast.social, at=at, about="person", subject=who, values=values, origin="elder-card")
        people.look_for_doubles(at=at, street=STREET)
        merging = people.merge_persons(
            by=cast.social, at=at, standing_id=ids[2], alias_id=ids[3], reason="本人到场"
        )
        alone = Cond("lives-alone", Op.IS, ("yes",))
        columns = (
            Column("姓名", Kind.NAME),
            Column("呼叫按钮", Kind.VALUE, "call-button"),
            Column("电话", Kind.VALUE, "emergency-phone"),
        )
        report = reports.ask_report(
            by=cast.street_duty, at=at, title="独居老人情况", reason="安排夏季送水", table=Table("person", True, (alone,), columns),
            due_at=at + timedelta(days=7), begins_on=at.date(), ends_on=at.date(), to=[STREET],
        )  # fmt: skip
        with as_system():
            sheet = Sheet.objects.get(report=report, place_code=HOOD)
            double = Double.objects.get(one__in=ids, other__in=ids, state="open")
        handing = reports.sign_sheet(by=cast.social, at=at, sheet_id=sheet.id, note="一位没有电话")
        reports.send_sheet(by=cast.social, at=at, sheet_id=sheet.id)
        reports.give_back(by=cast.street_duty, at=at, sheet_id=sheet.id, reason="请补上电话")
        keys = {"double": double, "merging": merging, "report": report, "sheet": sheet, "handing": handing}
        return {name: str(one.id) for name, one in keys.items()}

    def _operation(self) -> dict[str, str]:
        """A joint operation that runs: one step done, one with a photo to come."""
        cast = self.cast
        made = operations.draft_operation(
            by=cast.street_duty, at=now(), title="夜间占道经营联合整治", purpose="人行道恢复通行", place_code=STREET,
            starts_at=now(), ends_at=now() + timedelta(hours=3), lead_id=cast.head.account_id,
            unit_ids=[cast.units["sanitation"].id], meet="临江路口",
        )  # fmt: skip
        steps = [
            operations.add_step(
                by=cast.head, at=now(), operation_id=made.id, title=title, unit_id=cast.units["enforcement"].id,
                photo=photo,
            )
            for title, photo in (("清点摊位", False), ("劝离并拍照", True))
        ]  # fmt: skip
        operations.announce(by=cast.head, at=now(), operation_id=made.id)
        operations.begin(by=cast.head, at=now(), operation_id=made.id)
        operations.tick(by=cast.handler, at=now(), step_id=steps[0].id, note="共 12 处")
        return {"operation": str(made.id)}

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

    def _notices(self) -> dict[str, str]:
        """A notice that was corrected, one that waits for a second person, an emergency that was lifted."""
        street = self.cast.street_duty
        lifted = emergency(self.cast, at=now() - timedelta(hours=1))
        notices.lift(notice_id=lifted.id, by=street, at=now(), words="明火已扑灭")
        corrected = published(self.cast, at=now() - timedelta(minutes=20))
        better = notices.Text(title="周四上午停水", body="改为周四。")
        notices.correct(notice_id=corrected.id, by=self.cast.social, at=now(), text=better, why="日期改为周四")
        waits = draft(self.cast, at=now(), level="important")
        notices.submit(notice_id=waits.id, by=self.cast.social, at=now())
        off = off_address(self.cast.granny.account_id, "outage").split("/")[-2]
        written = draft(self.cast, at=now())
        return {
            "written": str(written.id),
            "notice": str(corrected.id),
            "lifted": str(lifted.id),
            "waits": str(waits.id),
            "off": off,
        }

    def _hung(self) -> dict[str, str]:
        """A board at the neighbourhood's door and Granny's television, with notices and somebody's matters on them."""
        hung.notice(self.cast, "本周六上午停水检修", "周六 8:00 至 12:00 停水。\n\n请提前储水。")
        hung.posted(self.cast)
        hung.office_phone(self.cast)
        displays.demo_displays(
            [("board-of-the-test", "一居门口", HOOD)],
            [("tv-of-the-test", "家里的电视", self.cast.granny.person_id)],
            at=now(),
        )  # fmt: skip
        with as_system():
            return {"board": str(Display.objects.get(kind="board").pk)}

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
        rule = next(rule for rule in catalogue().rules.values() if rule.gathers == 12)
        together = [thing(n, HOOD, model=rule.of[0], name="同一处的设备") for n in (7, 8)]
        raising.apply([raised(one, rule=rule.name, at=now()) for one in together], at=now())
        with as_system():
            incident = Warning.objects.get(thing=together[0]).incident_id
        return {
            "incident": str(incident),
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

    def _emergency(self) -> str:
        """In the other neighbourhood, so that a wall of each kind is looked at."""
        made = emergencies.declare(
            by=self.cast.street_duty, at=now(), event="居民楼火灾", category="fire", zone=Wanted(place_code=OTHER_HOOD),
            instruction="沿消防通道撤离",
        )  # fmt: skip
        emergencies.set_task(
            emergency_id=made.id, by=self.cast.street_duty, at=now(), text="封闭东门", who="派出所",
            due_at=now() + timedelta(hours=1),
        )  # fmt: skip
        return str(made.id)

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
