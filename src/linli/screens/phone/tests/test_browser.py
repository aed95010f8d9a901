"""The phone in real Chromium: a report from a garage without network, live pages, and what axe finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import Cast
from linli.parts.tests import browser
from linli.parts.tests.browser import Served, slowed, until

from .conftest import SignIn
from .test_matter import asked, closed

LOOKS = [{}, {"theme": "dark"}, {"large": "1", "language": "en"}]
pytestmark = browser.marks
Open = Callable[..., Page]


@pytest.fixture
def phone(open_page: Open) -> Open:
    """Opens a phone signed in as one of the cast."""
    return lambda who, **options: open_page(who, viewport={"width": 390, "height": 844}, **options)


def worker_rules(page: Page) -> None:
    """Until the worker rules this page and has kept what a report needs."""
    page.goto("/phone/")
    kept = "caches.open('linli-pages').then(c => c.match('/phone/report/', {ignoreVary: true})).then(Boolean)"
    until(lambda: page.evaluate(f"navigator.serviceWorker.ready.then(() => {kept})"), page)


def outbox_rests(page: Page) -> None:
    """Until whatever was sending when this is asked has done: it holds this lock."""
    page.evaluate("navigator.locks.request('linli-outbox', () => true)")


def write(page: Page, body: str, address: str) -> None:
    page.fill("#f-body", body)
    page.get_by_role("button", name="下一步：在哪里").click()
    page.fill("#f-address", address)
    page.get_by_role("button", name="下一步：核对").click()


def matters(house: Served) -> list[Matter]:
    with house.turn, as_system():
        return list(Matter.objects.order_by("opened_at").prefetch_related("attachments"))


def photo(path: Path) -> Path:
    Image.new("RGB", (2400, 1800), "#556").save(path, "JPEG")
    return path


def test_written_in_a_garage_sent_when_the_network_is_back_once(house: Served, phone: Open, tmp_path: Path) -> None:
    page = phone("chen")
    worker_rules(page)
    page.context.set_offline(True)
    page.goto("/phone/report/")
    page.set_input_files("#f-photos", photo(tmp_path / "lamp.jpg"))
    expect(page.locator("[data-photos] img")).to_have_count(1)
    write(page, "地下车库的灯不亮", "地下车库")
    expect(page.get_by_text("现在没有网络：先存在手机里")).to_be_visible()
    page.get_by_label("匿名反映").check()
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已保存在手机，联网后自动发送")).to_be_visible()
    assert matters(house) == []
    context = page.context
    page.close()  # the phone is put away, and taken out again upstairs
    context.set_offline(False)
    page = slowed(context.new_page())
    page.goto("/phone/")
    expect(page.get_by_text("已送达，编号")).to_be_visible()
    (matter,) = matters(house)
    assert matter.body == "地下车库的灯不亮" and matter.anonymous
    assert matter.number in page.locator(".draft").inner_text()
    assert len(matter.attachments.all()) == 1


@pytest.mark.parametrize("writing", [True, False])
def test_late_suggestions_leave_the_button_where_the_thumb_is(phone: Open, writing: bool) -> None:
    page = phone("chen")
    page.goto("/phone/report/")
    page.context.set_offline(True)  # the kinds' own hint words suggest
    button = page.get_by_role("button", name="下一步：在哪里")
    stood = button.bounding_box()
    page.fill("#f-body", "路边摆摊，路灯不亮，垃圾没人收")
    if not writing:
        page.locator("#f-body").blur()
    expect(page.locator("[data-likely] label").first).to_be_visible()
    stands = button.bounding_box()
    assert stood and stands and abs(stands["y"] - stood["y"]) < 2


@pytest.mark.parametrize("until_step", ["what", "where"])
def test_a_photo_chosen_before_the_scripts_are_there_is_sent_too(
    house: Served, phone: Open, tmp_path: Path, until_step: str
) -> None:
    """Chosen while they load; or sent to the server with the first step, which then knows it by its number."""
    page = phone("chen")
    held: list[Any] = []
    page.route("**/phone/report.js", lambda route: held.append(route))
    page.goto("/phone/report/", wait_until="commit")
    page.set_input_files("#f-photos", photo(tmp_path / "lamp.jpg"))
    page.fill("#f-body", "灯不亮")
    if until_step == "where":
        page.get_by_role("button", name="下一步：在哪里").click(no_wait_after=True)
        page.wait_for_url("**/phone/report/", wait_until="commit")
        expect(page.locator("#f-address")).to_be_visible()
    held[-1].continue_()
    expect(page.locator("[data-photos] .photo-remove")).to_have_count(1)
    if until_step == "what":
        page.get_by_role("button", name="下一步：在哪里").click()
    page.fill("#f-address", "楼门口")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("[data-check=photos]")).to_have_text("1 张")
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/phone/matters/**")
    (matter,) = matters(house)
    assert len(matter.attachments.all()) == 1


def test_an_answer_lost_on_the_way_makes_no_second_matter(house: Served, phone: Open) -> None:
    page = phone("chen")
    page.goto("/phone/report/")
    lost = []

    def lose(route: Any) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the server did it, the phone never hears of it
        route.abort()

    page.context.route("**/phone/report/", lose)
    write(page, "路灯不亮", "楼门口")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已送达，编号")).to_be_visible()  # the home page sends again by itself
    assert lost == [201] and len(matters(house)) == 1


def test_a_draft_of_another_is_neither_shown_nor_sent(house: Served, phone: Open, sign_in: SignIn) -> None:
    other = sign_in("granny").cookies["linli_session"].value
    page = phone("chen")
    worker_rules(page)
    page.context.set_offline(True)
    page.goto("/phone/report/")
    write(page, "小陈写的", "楼门口")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已保存在手机")).to_be_visible()
    page.context.add_cookies([{"name": "linli_session", "value": other, "url": house.url}])
    page.context.set_offline(False)
    page.goto("/phone/mine/")
    outbox_rests(page)
    expect(page.get_by_text("小陈写的")).to_have_count(0)
    assert matters(house) == []


def test_refused_it_says_why_and_keeps_what_was_written(phone: Open) -> None:
    page = phone("granny")
    page.goto("/phone/report/")
    page.fill("#f-body", "灯坏了")
    page.get_by_role("button", name="下一步：在哪里").click()
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("#f-address-error")).to_be_visible()
    page.fill("#f-address", "火星路9999弄")
    page.get_by_label("认不出地址时").uncheck()
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("[data-promise]")).to_contain_text("没有认出")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#f-address-error")).to_contain_text("没有认出")
    assert page.input_value("#f-address") == "火星路9999弄" and page.input_value("#f-body") == "灯坏了"
    page.reload()
    page.goto("/phone/")
    expect(page.locator(".draft")).to_contain_text("灯坏了")


def test_a_refused_photo_is_said_at_the_photos_and_marked_until_it_is_gone(phone: Open, tmp_path: Path) -> None:
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(photo(tmp_path / "whole.jpg").read_bytes()[:300])
    page = phone("granny")
    page.goto("/phone/report/")
    page.set_input_files("#f-photos", [str(tmp_path / "whole.jpg"), str(torn)])
    expect(page.locator("[data-photos] li")).to_have_count(2)
    write(page, "路灯坏了", "临江路")
    page.get_by_role("button", name="发送").click()
    expect(page.locator("#f-photos-error")).to_contain_text("不完整")
    expect(page.locator("#f-body-error")).to_have_count(0)
    expect(page.locator("[data-photos] .photo").nth(1)).to_have_class("photo is-refused")
    page.get_by_role("button", name="去掉这张照片 2").click()
    expect(page.locator("#f-photos-error")).to_have_count(0)


def test_what_is_being_typed_survives_a_live_change(cast: Cast, house: Served, phone: Open) -> None:
    matter = asked(cast)
    page = phone("granny")
    page.goto(f"/phone/matters/{matter.id}/")
    page.fill("#f-text", "我正在写")
    with house.turn:
        verbs.comment(matter_id=matter.id, by=cast.handler, at=now(), text="我们明早到", for_reporter=True)
    page.evaluate(f"document.body.dispatchEvent(new CustomEvent('live:matter:{matter.id}'))")
    expect(page.get_by_text("我们明早到")).to_be_visible()
    assert page.input_value("#f-text") == "我正在写"


def test_the_number_to_write_down_stays_when_the_matter_moves_on(cast: Cast, house: Served, phone: Open) -> None:
    """Whoever accepts it within the minute takes no number out of the reporter's sight."""
    matter = cast.report()
    page = phone("granny")
    page.goto(f"/phone/matters/{matter.id}/?sent=1")
    with house.turn:
        verbs.accept(matter_id=matter.id, by=cast.dispatcher, at=now())
    page.evaluate(f"document.body.dispatchEvent(new CustomEvent('live:matter:{matter.id}'))")
    expect(page.locator("#now").get_by_text("已受理")).to_be_visible()
    expect(page.get_by_text(f"已送达，编号 {matter.number}")).to_be_visible()


@pytest.mark.parametrize("browser_moves", [True, False], ids=["new browser", "old browser"])
def test_what_is_unfolded_stays_so_and_who_writes_goes_on_writing(
    cast: Cast, house: Served, phone: Open, browser_moves: bool
) -> None:
    """Someone about to open a matter again, when it is drawn again. Old: WeChat's, which cannot move an element."""
    matter = closed(cast)
    page = phone("granny")
    if not browser_moves:
        page.add_init_script("for (const c of [Element, DocumentFragment, Document]) delete c.prototype.moveBefore")
    page.goto(f"/phone/matters/{matter.id}/")
    page.get_by_text("不满意？重新打开").click()
    page.locator("#f-reason").click()
    page.keyboard.type("摊位又")
    with house.turn:
        verbs.comment(matter_id=matter.id, by=cast.handler, at=now(), text="我们明早到", for_reporter=True)
    page.evaluate(f"document.body.dispatchEvent(new CustomEvent('live:matter:{matter.id}'))")
    expect(page.get_by_text("我们明早到")).to_be_visible()
    expect(page.locator("#f-reason")).to_be_focused()
    page.keyboard.type("回来了")
    expect(page.locator("#f-reason")).to_have_value("摊位又回来了")
    expect(page.get_by_role("button", name="重新打开")).to_be_visible()


@browser.needs_axe
@pytest.mark.parametrize("cookies", LOOKS, ids=["light", "dark", "large-en"])
def test_axe_finds_nothing_serious(cast: Cast, phone: Open, cookies: dict[str, str]) -> None:
    question, done = asked(cast), closed(cast)
    page = phone("granny", cookies=cookies)
    found: list[str] = []
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
        found += browser.serious(page)
    assert not found, "\n".join(found)
