"""What a page says of its stream, in real Chromium, with a network between that can be cut: it says how things are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.audit.verbs import append
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.kernel.people.models import Account, Session
from linli.parts.tests import browser, on_screen
from linli.parts.tests.browser import Served
from linli.project.live.recent import TOLD

from .wire import Wire

pytestmark = [*browser.marks, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as chromium:
        yield chromium


@pytest.fixture
def house(chromium: Browser, transactional_db: None, wire: Wire, settings) -> Iterator[Served]:
    settings.LINLI_LIVE_URL = wire.url
    with browser.served() as house:
        yield house


@pytest.fixture
def desk(house: Served, cast: Cast, chromium: Browser) -> Iterator[Page]:
    """The street's queue, open and live."""
    page = browser.opened(chromium, base_url=house.url)
    client = Client()
    with house.turn, as_system():
        client.force_login(Account.objects.get(username="dispatcher"))
    cookie = client.cookies["linli_session"].value
    page.context.add_cookies([{"name": "linli_session", "value": cookie, "url": house.url}])
    page.goto("/desk/q/reported/")
    says(page, "open", "实时")
    yield page
    page.context.close()


Report = Callable[..., str]


@pytest.fixture
def report(house: Served, cast: Cast) -> Report:
    """A resident reports something; how it is called."""

    def report(title: str) -> str:
        with house.turn:
            cast.report(title=title)
        return title

    return report


def says(page: Page, state: str, words: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-live", state)
    expect(page.locator(".live")).to_have_text(words)
    expect(page.locator(".live")).to_have_attribute("data-live", state)


def shows(page: Page, title: str) -> None:
    expect(page.locator("#list tbody tr", has_text=title)).to_have_count(1)


def test_open_a_matter_arrives_by_itself(desk: Page, report: Report) -> None:
    shows(desk, report("路口有人摆摊"))


def test_a_storm_of_changes_asks_the_server_a_few_times_and_shows_the_last(desk: Page, report: Report) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url) if "/desk/q/reported/" in request.url else None)
    for n in range(30):
        report(f"第{n}件")
    shows(desk, "第29件")
    assert len(asked) < 20


def test_cut_it_waits_comes_back_and_has_missed_nothing(desk: Page, report: Report, wire: Wire) -> None:
    wire.cut()
    says(desk, "waiting", "正在重新连接")
    missed = report("断开时反映的事")
    wire.mend()
    says(desk, "open", "实时")
    shows(desk, missed)


def test_a_connection_that_goes_silent_is_noticed_and_replaced(desk: Page, report: Report, wire: Wire) -> None:
    """A laptop that was closed: no side hears that the other is gone."""
    desk.clock.install()
    wire.hang()
    missed = report("合盖时反映的事")
    desk.clock.fast_forward(30_000)
    expect(desk.locator("html")).to_have_attribute("data-live", "open")
    expect(desk.locator("#list tbody tr", has_text=missed)).to_have_count(0)
    wire.mend()  # for who comes anew; what hung goes on hanging
    desk.clock.fast_forward(15_000)
    desk.clock.resume()
    shows(desk, missed)
    says(desk, "open", "实时")
    shows(desk, report("之后反映的事"))


def test_while_the_reader_itself_is_held_back_the_page_says_that_it_is_behind(
    desk: Page, report: Report, house: Served
) -> None:
    """What is committed waits for every transaction that was begun before it; one is left open somewhere."""
    given = connection.settings_dict
    there = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "dbname": given["NAME"]}
    with psycopg.connect(**there) as beside:
        beside.execute("SELECT pg_current_xact_id()")
        late = report("等着的事")
        says(desk, "behind", "落后，正在补")
        expect(desk.locator("#list tbody tr", has_text=late)).to_have_count(0)
    says(desk, "open", "实时")
    shows(desk, late)


def test_more_than_a_thousand_missed_the_page_asks_for_all_it_shows(
    desk: Page, report: Report, wire: Wire, house: Served
) -> None:
    wire.cut()
    says(desk, "waiting", "正在重新连接")
    missed = report("断开时反映的事")
    with house.turn, as_system():
        for n in range(TOLD + 1):
            append(
                by=SYSTEM, at=Session.objects.get().expire_date, verb="x.y", stream=f"place:{n}", place_code=HOOD
            )
    wire.mend()
    shows(desk, missed)
    says(desk, "open", "实时")


def test_without_a_network_it_is_offline_and_with_one_again_live(desk: Page, report: Report, wire: Wire) -> None:
    desk.context.set_offline(True)
    wire.cut()
    says(desk, "closed", "离线")
    expect(desk.locator("[data-offline-bar]")).to_be_visible()
    missed = report("没有网时反映的事")
    wire.mend()
    desk.context.set_offline(False)
    says(desk, "open", "实时")
    shows(desk, missed)


def test_what_found_no_server_is_asked_again_and_what_stood_there_stays(
    desk: Page, report: Report, house: Served
) -> None:
    """The web process is restarted while the stream goes on: a proxy answers for it, or it is silent."""
    before = report("之前反映的事")
    shows(desk, before)
    with on_screen.without_a_server(house):
        with desk.expect_response(lambda answer: answer.status == 502 and "/desk/q/" in answer.url):
            missed = report("重启时反映的事")
        shows(desk, before)
        expect(desk.locator("#list tbody tr", has_text=missed)).to_have_count(0)
    shows(desk, missed)


_PROBE = """<div id="probe" hx-get="/desk/probe/" hx-trigger="news:matter from:body" hx-swap="outerHTML">{}</div>"""


def test_news_that_come_while_they_are_asked_about_are_asked_about_once_more(desk: Page, report: Report) -> None:
    """The answer takes the place of who asked: what came meanwhile, nobody there has heard."""
    held: list[Route] = []
    desk.route("**/desk/probe/", lambda route: held.append(route))
    desk.evaluate(
        "html => { document.querySelector('main').insertAdjacentHTML('beforeend', html); htmx.process(probe) }",
        _PROBE.format("0"),
    )
    report("第一件")
    browser.until(lambda: len(held) == 1, desk)
    report("第二件")
    expect(desk.locator("#list tbody")).to_contain_text("第二件")
    desk.wait_for_timeout(600)
    assert len(held) == 1, "one question at a time"
    held[0].fulfill(body=_PROBE.format("1"), content_type="text/html")
    browser.until(lambda: len(held) == 2, desk)
    held[1].fulfill(body=_PROBE.format("2"), content_type="text/html")
    expect(desk.locator("#probe")).to_have_text("2")
    desk.wait_for_timeout(600)
    assert len(held) == 2, "and then there is peace"


def test_who_was_signed_out_is_led_to_the_door_and_finds_no_door_within_a_list(desk: Page, house: Served) -> None:
    with house.turn, as_system():
        Session.objects.all().delete()
    desk.fill("#text", "摆摊")
    desk.wait_for_url("**/account/signin/**")
    expect(desk.locator("[name=username], [name=phone]").first).to_be_visible()
    expect(desk.locator("#list")).to_have_count(0)


def test_who_is_signed_out_elsewhere_is_not_told_that_it_is_live(desk: Page, house: Served) -> None:
    """It says so, or, where it had something to ask just then, it stands at the door."""
    with house.turn, as_system():
        Session.objects.all().delete()
    browser.until(lambda: "/account/signin/" in desk.url or desk.locator(".live", has_text="离线").count(), desk)


def test_a_process_that_is_full_refuses_in_words_and_the_page_comes_again(
    chromium: Browser, start: Callable[..., str], cast: Cast, settings, transactional_db: None
) -> None:
    settings.LINLI_LIVE_URL = start(LINLI_LIVE_PER_ACCOUNT="1")
    with browser.served() as house:
        client = Client()
        with as_system():
            client.force_login(Account.objects.get(username="dispatcher"))
        page = browser.opened(chromium, base_url=house.url)
        page.context.add_cookies(
            [{"name": "linli_session", "value": client.cookies["linli_session"].value, "url": house.url}]
        )
        page.goto("/desk/q/reported/")
        says(page, "open", "实时")
        second = page.context.new_page()
        refused: list[int] = []
        second.on("response", lambda answer: refused.append(answer.status) if "/stream?" in answer.url else None)
        second.goto("/desk/q/reported/")
        browser.until(lambda: 429 in refused, second)
        says(second, "waiting", "正在重新连接")
        page.close()
        says(second, "open", "实时")
        second.context.close()
