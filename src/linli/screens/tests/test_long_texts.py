"""A long text is folded so that the story is not pushed out of sight, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, expect

from linli.kernel.clock.now import now
from linli.kernel.files.verbs import store
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import Cast
from linli.parts.tests import browser

Open = Callable[..., Page]
LINE = "楼道里堆满了纸箱和旧家具，已经两个多月了，说过几次也没有人搬。"
BODY = "\n".join(f"{n}、{LINE}" for n in range(1, 56))  # nearly two thousand characters
PAGES = {"desk": ("dispatcher", "/desk/matters/{}/"), "phone": ("granny", "/phone/matters/{}/")}


def in_chromium(test: Callable[..., None]) -> Callable[..., None]:
    for mark in browser.marks:
        test = mark(test)
    return test


@pytest.fixture
def long(cast: Cast) -> Matter:
    return cast.report(at=now(), body=BODY)


@in_chromium
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("screen", PAGES)
def test_a_long_report_unfolds_by_the_keyboard_with_and_without_scripts(
    long: Matter, open_page: Open, screen: str, scripts: bool
) -> None:
    who, address = PAGES[screen]
    page = open_page(who, java_script_enabled=scripts, viewport={"width": 390, "height": 844})
    page.goto(address.format(long.id))
    text, fold = page.locator(".long .written"), page.locator("#long-body summary")
    expect(text).to_contain_text("55、")
    folded = text.bounding_box()
    assert folded and folded["height"] < 400
    expect(fold).to_have_text("展开全文", use_inner_text=True)
    fold.press("Enter")
    expect(fold).to_have_text("收起全文", use_inner_text=True)
    whole = text.bounding_box()
    assert whole and whole["height"] > 1500
    fold.press("Enter")
    again = text.bounding_box()
    assert again and again["height"] == folded["height"]


@in_chromium
@pytest.mark.parametrize("screen", PAGES)
def test_paper_has_all_of_it_and_no_fold(long: Matter, open_page: Open, screen: str) -> None:
    who, address = PAGES[screen]
    page = open_page(who, viewport={"width": 720, "height": 1018})
    page.goto(address.format(long.id))
    page.emulate_media(media="print")
    box = page.locator(".long .written").bounding_box()
    assert box and box["height"] > 1000
    expect(page.locator("#long-body summary")).to_be_hidden()


@pytest.mark.parametrize("screen", PAGES)
def test_a_short_report_has_nothing_to_unfold(cast: Cast, sign_in: Callable[[str], Client], screen: str) -> None:
    who, address = PAGES[screen]
    page = sign_in(who).get(address.format(cast.report(at=now()).id)).content.decode()
    assert "展开全文" not in page


@pytest.mark.parametrize("screen", PAGES)
def test_a_document_among_photos_stands_with_its_name(
    cast: Cast, sign_in: Callable[[str], Client], screen: str
) -> None:
    paper = BytesIO()
    Image.new("RGB", (60, 80), "white").save(paper, "PDF")
    paper.seek(0)
    file = store(by=cast.handler, at=now(), upload=paper, name="现场勘查记录.pdf", purpose="comment").id
    matter = cast.assigned(at=now())
    verbs.comment(
        matter_id=matter.id,
        by=cast.handler,
        at=now(),
        text="看过了。",
        for_reporter=True,
        files=[cast.photo(at=now()), file],
    )
    who, address = PAGES[screen]
    page = sign_in(who).get(address.format(matter.id)).content.decode()
    photos, _, papers = page.partition('<ul class="papers">')
    assert "现场勘查记录.pdf" in papers and "现场勘查记录.pdf" not in photos
    assert '<ul class="photos">' in photos
