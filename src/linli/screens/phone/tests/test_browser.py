"""The phone in real Chromium: a report from a garage without network, live pages, and what axe finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import Cast

from .conftest import SignIn
from .test_matter import asked, closed

ROOT = Path(__file__).parents[5]
VENDOR = ROOT / "src/linli/parts/static/vendor"
AXES = (ROOT / "node_modules/axe-core/axe.min.js", VENDOR / "axe-core/axe.min.js")
AXE = next((path for path in AXES if path.exists()), None)
LOOKS = [{}, {"theme": "dark"}, {"large": "1", "language": "en"}]
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not (VENDOR / "idb/idb.js").exists(), reason="vendor files are not there: run make"),
]
Open = Callable[..., BrowserContext]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, live_server: LiveServer, sign_in: SignIn) -> Iterator[Open]:
    """Opens a phone signed in as one of the cast."""
    # Playwright's loop runs in this thread; Django would take the tests' own queries for asynchronous ones.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS.split())

        def open_as(who: str, **cookies: str) -> BrowserContext:
            context = chromium.new_context(viewport=PHONE, base_url=live_server.url)
            session = sign_in(who).cookies["linli_session"].value
            given = {"linli_session": session, **cookies}
            context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in given.items()])
            context.set_default_timeout(10_000)
            return context

        yield open_as
        chromium.close()
        connections.close_all()  # those of Playwright's loop, which nobody else knows of


def worker_rules(page: Page) -> None:
    """Until the worker rules this page and has kept what a report needs."""
    page.goto("/phone/")
    kept = "caches.open('linli-pages').then(c => c.match('/phone/report/', {ignoreVary: true})).then(Boolean)"
    for _ in range(50):
        if page.evaluate(f"navigator.serviceWorker.ready.then(() => {kept})"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the worker kept no report page")


def write(page: Page, body: str, address: str) -> None:
    page.fill("#f-body", body)
    page.get_by_role("button", name="下一步：在哪里").click()
    page.fill("#f-address", address)
    page.get_by_role("button", name="下一步：核对").click()


def matters() -> list[Matter]:
    with as_system():
        return list(Matter.objects.order_by("opened_at"))


def test_written_in_a_garage_sent_when_the_network_is_back_once(browser: Open, tmp_path: Path) -> None:
    context = browser("chen")
    page = context.new_page()
    worker_rules(page)
    context.set_offline(True)
    page.goto("/phone/report/")
    photo = tmp_path / "lamp.jpg"
    photo.write_bytes(_jpeg())
    page.set_input_files("#f-photos", photo)
    expect(page.locator("[data-photos] img")).to_have_count(1)
    write(page, "地下车库的灯不亮", "地下车库")
    expect(page.get_by_text("现在没有网络：先存在手机里")).to_be_visible()
    page.get_by_label("匿名反映").check()
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已保存在手机，联网后自动发送")).to_be_visible()
    assert matters() == []
    page.close()  # the phone is put away, and taken out again upstairs
    context.set_offline(False)
    page = context.new_page()
    page.goto("/phone/")
    expect(page.get_by_text("已送达，编号")).to_be_visible()
    (matter,) = matters()
    assert matter.body == "地下车库的灯不亮" and matter.anonymous
    assert matter.number in page.locator(".draft").inner_text()
    with as_system():
        assert matter.attachments.count() == 1


def test_an_answer_lost_on_the_way_makes_no_second_matter(browser: Open) -> None:
    context = browser("chen")
    page = context.new_page()
    page.goto("/phone/report/")
    lost = []

    def lose(route: Any) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the server did it, the phone never hears of it
        route.abort()

    context.route("**/phone/report/", lose)
    write(page, "路灯不亮", "楼门口")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已送达，编号")).to_be_visible()  # the home page sends again by itself
    assert lost == [201] and len(matters()) == 1


def test_a_draft_of_another_is_neither_shown_nor_sent(
    browser: Open, sign_in: SignIn, live_server: LiveServer
) -> None:
    context = browser("chen")
    page = context.new_page()
    worker_rules(page)
    context.set_offline(True)
    page.goto("/phone/report/")
    write(page, "小陈写的", "楼门口")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已保存在手机")).to_be_visible()
    session = sign_in("granny").cookies["linli_session"].value
    context.add_cookies([{"name": "linli_session", "value": session, "url": live_server.url}])
    context.set_offline(False)
    page.goto("/phone/mine/")
    page.wait_for_timeout(1_000)
    expect(page.get_by_text("小陈写的")).to_have_count(0)
    assert matters() == []


def test_refused_it_says_why_and_keeps_what_was_written(browser: Open) -> None:
    page = browser("granny").new_page()
    page.goto("/phone/report/")
    page.fill("#f-body", "灯坏了")
    page.get_by_role("button", name="下一步：在哪里").click()
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("#f-address-error")).to_be_visible()
    page.fill("#f-address", "火星路9999弄")
    page.get_by_label("就在我住的").uncheck()
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("[data-promise]")).to_contain_text("没有认出")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#f-address-error")).to_contain_text("没有认出")
    assert page.input_value("#f-address") == "火星路9999弄" and page.input_value("#f-body") == "灯坏了"
    page.reload()
    page.goto("/phone/")
    expect(page.locator(".draft")).to_contain_text("灯坏了")


def test_what_is_being_typed_survives_a_live_change(cast: Cast, browser: Open) -> None:
    matter = asked(cast)
    page = browser("granny").new_page()
    page.goto(f"/phone/matters/{matter.id}/")
    page.fill("#f-text", "我正在写")
    verbs.comment(matter_id=matter.id, by=cast.handler, at=now(), text="我们明早到", for_reporter=True)
    page.evaluate(f"document.body.dispatchEvent(new CustomEvent('live:matter:{matter.id}'))")
    expect(page.get_by_text("我们明早到")).to_be_visible()
    assert page.input_value("#f-text") == "我正在写"


@pytest.mark.skipif(AXE is None, reason="axe-core is not installed: run npm install")
@pytest.mark.parametrize("cookies", LOOKS, ids=["light", "dark", "large-en"])
def test_axe_finds_nothing_serious(cast: Cast, browser: Open, cookies: dict[str, str]) -> None:
    question, done = asked(cast), closed(cast)
    page = browser("granny", **cookies).new_page()
    found = {}
    for path in (
        "/phone/",
        "/phone/mine/",
        "/phone/me/",
        "/phone/report/",
        "/phone/offline/",
        f"/phone/matters/{question.id}/",
        f"/phone/matters/{done.id}/",
        "/phone/matters/00000000-0000-7000-8000-000000000000/",
    ):
        page.goto(path)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        page.evaluate(AXE.read_text())
        for fault in page.evaluate("axe.run().then(r => r.violations)"):
            if fault["impact"] in ("serious", "critical"):
                found[f"{path} {fault['id']}"] = [node["html"][:120] for node in fault["nodes"]]
    assert found == {}


def _jpeg() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (2400, 1800), "#556").save(out, "JPEG")
    return out.getvalue()
