"""A resident fills in a form about themselves: what is known is shown, a photo goes along, a fault keeps what was typed."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.kernel.people.models import Account
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Entry, LocalForm
from linli.kernel.registers.queries.known import known
from linli.parts.tests import browser
from linli.parts.tests.browser import Served

Open = Callable[..., Page]
WHY = {
    "purpose": "紧急时联系",
    "basis": "本人同意",
    "keep_days": 700,
    "sensitivity": "personal",
    "owner": "柳湾一居居委会",
}


def own_form(cast: Cast) -> LocalForm:
    """A neighbourhood's own form: a photo and two elements of the scenes that residents may say, one that they may not."""
    card = verbs.add_element(
        by=cast.social, at=now(), place_code=HOOD, label="近照", about="person", type="file", **WHY
    )  # type: ignore[arg-type]
    asks = [
        {"element": "emergency-contact", "own": True, "required": True},
        {"element": "emergency-phone", "own": True},
        {"element": card.name, "own": True},
        {"element": "low-income"},
    ]
    return verbs.save_form(
        by=cast.social, at=now(), place_code=HOOD, label="紧急联系卡", about="person",
        layout=[{"label": "紧急联系", "asks": asks}],
    )  # fmt: skip


def picture(size: tuple[int, int] = (64, 48)) -> BytesIO:
    content = BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(content, "JPEG")
    content.seek(0)
    content.name = "近照.jpg"
    return content


def signed_in(client, name: str):
    with as_system():
        client.force_login(Account.objects.get(username=name), backend="linli.kernel.people.backend.Backend")
    return client


@pytest.mark.django_db
def test_the_form_asks_what_is_theirs_and_keeps_the_file(client, cast: Cast):
    form = own_form(cast)
    photo = next(
        ask["element"] for group in form.layout for ask in group["asks"] if ask["element"].startswith("x-")
    )
    signed_in(client, "granny")
    assert "紧急联系卡" in client.get("/phone/registers/").content.decode()
    here = f"/phone/registers/{form.name}/"
    page = client.get(here).content.decode()
    assert f'name="e.{photo}"' in page and "低保" not in page, "only what is theirs to say"
    wrong = client.post(here, {"e.emergency-contact": "女儿", "e.emergency-phone": "12"})
    assert (
        wrong.status_code == 422
        and "电话应是" in wrong.content.decode()
        and 'value="女儿"' in wrong.content.decode()
    )
    junk = BytesIO(b"\x00\x01\x02\xff" * 99)
    junk.name = "x.exe"
    assert client.post(here, {"e.emergency-contact": "女儿", f"e.{photo}": junk}).status_code == 422
    sent = client.post(
        here, {"e.emergency-contact": "女儿", "e.emergency-phone": "13900001111", f"e.{photo}": picture()}
    )
    assert sent.status_code == 302 and sent["Location"].endswith("?saved=3.0")
    with as_system():
        facts = known(cast.granny.person_id)
        assert facts["emergency-contact"].source == "resident" and facts[photo].value
        assert Entry.objects.get().form == form.name
    told = client.get(sent["Location"]).content.decode()
    assert "已登记 3 项" in told and "/files/" in told, "the photo can be opened"
    again = client.get(here).content.decode()
    assert "还是这样" in again and "女儿" in again
    assert client.get("/phone/registers/elder-visit/").status_code == 404, "nothing of it is theirs to say"
    client.logout()
    assert signed_in(client, "social").get(here).status_code == 403


@pytest.mark.browser
@browser.needs_axe
@pytest.mark.skipif(not browser.CHROMIUM, reason="no Chromium on this machine")
def test_axe_finds_nothing_serious_on_ones_own_form(
    cast: Cast, open_page: Open, house: Served, tmp_path: Path
) -> None:
    with house.turn:
        form = own_form(cast)
    page = open_page("granny", viewport={"width": 390, "height": 844})
    page.goto("/phone/registers/")
    found = browser.serious(page)
    page.get_by_role("link", name="紧急联系卡").click()
    expect(page.locator("h1")).to_have_text(form.label)
    found += browser.serious(page)
    look(page, "own-form")
    page.get_by_label("紧急联系人").fill("女儿 林敏")
    file = tmp_path / "近照.jpg"
    file.write_bytes(picture((640, 480)).getvalue())
    page.get_by_label("近照").set_input_files(file)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main [role=status]").first).to_contain_text("已登记 2 项")
    look(page, "own-saved")
    page.goto(f"/phone/registers/{form.name}/")
    look(page, "own-known")
    assert found + browser.serious(page) == []


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("LINLI_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
