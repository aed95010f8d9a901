"""A visit in real Chromium: filled in where there is no network, with a photo that answers a question; sent once, read in the fact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.files.models import File
from linli.kernel.matters.tests.cast import STREET, Cast
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Entry, Fact, Visit
from linli.parts.tests import browser
from linli.parts.tests.browser import Served, until

from .test_browser import photo

pytestmark = browser.marks
Open = Callable[..., Page]
WHY = {
    "place_code": STREET, "about": "person", "purpose": "核实居住情况", "basis": "街道走访办法", "keep_days": 365,
    "sensitivity": "personal", "owner": "柳湾街道服务办",
}  # fmt: skip


@pytest.fixture
def address(cast: Cast, house: Served) -> str:
    """The page of a visit that asks for a photo of the door, and that nobody need answer."""
    with house.turn:
        by = cast.actors["keeper"]
        door = verbs.add_element(by=by, at=now(), label="门口照片", type="file", **WHY)
        words = verbs.add_element(by=by, at=now(), label="走访小记", type="text", **WHY)
        layout = [{"label": "", "asks": [{"element": words.name}, {"element": door.name}]}]
        form = verbs.save_form(
            by=by, at=now(), place_code=STREET, label="看门走访", about="person", layout=layout, visit=True
        )
    return f"/phone/visits/{form.name}/person/{cast.granny.person_id}/"


def carried(page: Page, address: str) -> None:
    """The page is kept on the phone, as 带上今天的清单 does."""
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), page)
    page.goto(address)
    kept = f"caches.match('{address}', {{ignoreVary: true}}).then(Boolean)"
    until(lambda: page.evaluate(kept), page)


def written(page: Page, text: str, picture: Path) -> None:
    page.get_by_label("走访小记").fill(text)
    page.get_by_label("门口照片").set_input_files(picture)
    page.get_by_role("button", name="记下这次走访").click()


def test_a_photo_taken_on_a_visit_without_network_is_kept_sent_once_and_read_in_the_fact(
    cast: Cast, address: str, open_page: Open, house: Served, tmp_path: Path
) -> None:
    page = open_page("grid", viewport={"width": 390, "height": 844})
    carried(page, address)
    page.context.set_offline(True)
    page.goto(address)
    written(page, "门口堆着纸箱", photo(tmp_path / "门口.jpg"))
    expect(page.locator("[data-kept]")).to_contain_text("走访 林阿婆 · 1 张照片：已保存在手机")
    with house.turn, as_system():
        assert not Entry.objects.filter(form__startswith="x-").exists() and not File.objects.exists()
    # The phone is put away, and taken out again where there is a network; the first answer is lost on the way.
    context = page.context
    page.close()
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort()

    context.route("**/met/", lose)
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    until(lambda: bool(lost), page)
    page.evaluate("navigator.locks.request('linli-outbox', () => true)")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("link", name="附件")).to_be_visible()
    expect(page.locator("[data-kept]")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.evaluate("navigator.locks.request('linli-outbox', () => true)")
    with house.turn, as_system():
        entry = Entry.objects.get(source="visit")
        kept = File.objects.get()
        assert Fact.objects.get(element__startswith="x-", entry=entry, value=str(kept.id))
        assert kept.purpose == "register" and kept.subject_type == "fact"
        assert Visit.objects.filter(outcome="met", entry=entry).count() == 1
    shown = page.request.get(page.get_by_role("link", name="附件").get_attribute("href") or "")
    assert shown.status == 200 and shown.headers["content-type"] == "image/jpeg"


def test_a_file_that_is_refused_is_told_and_the_words_stay(
    cast: Cast, address: str, open_page: Open, house: Served, tmp_path: Path
) -> None:
    page = open_page("grid", viewport={"width": 390, "height": 844})
    page.goto(address)
    (tmp_path / "门口.jpg").write_bytes(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200))
    written(page, "门口堆着纸箱", tmp_path / "门口.jpg")
    expect(page.locator("[data-kept] .draft-why")).not_to_be_empty()
    page.wait_for_timeout(2_000)  # until the page has drawn itself again
    expect(page.get_by_label("走访小记")).to_have_value("门口堆着纸箱")
    written(page, "门口堆着纸箱", photo(tmp_path / "门口2.jpg"))
    expect(page.get_by_role("link", name="附件")).to_be_visible()
    expect(page.locator("[data-kept]")).to_be_hidden()
    with house.turn, as_system():
        assert Entry.objects.filter(source="visit").count() == 1 and File.objects.count() == 1
