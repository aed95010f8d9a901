"""Who takes part in a journey, and how they use their screens."""

from __future__ import annotations

import os
import re
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from linli.parts.tests.browser import opened
from tests.house import House

PASSWORD = "Liuwan-2026-journey"
STAFF = (
    ("paidan", "周派遣", "dispatcher", "street", "STREET"),
    ("zhifa", "李强", "handler", "enforcement", "STREET"),
    ("shirong", "孙洁", "handler", "sanitation", "STREET"),
    ("zhiban", "吴值班", "duty_officer", "street", "STREET"),
    ("quzhiban", "何静", "duty_officer", "district", "DISTRICT"),
    ("wangge", "赵网格", "grid_worker", "committee", "HOOD"),
    ("shequ", "王芳", "social_worker", "committee", "HOOD"),
    ("qiaotou", "秦守", "duty_officer", "", "OTHER_STREET"),
)
SEED = f"""
from datetime import UTC, datetime
from linli.kernel.matters.tests import cast as town
from linli.kernel.people import verbs
cast = town.make_cast()
at = datetime.now(UTC)
for username, name, role, unit, place in {STAFF!r}:
    verbs.demo_account(username, name, {PASSWORD!r}, [
        {{"role": role, "place_code": getattr(town, place), "unit_id": cast.units[unit].id if unit else None}}], at=at)
"""


def _page(chromium: Browser, house: House, width: int, height: int) -> Page:
    return opened(chromium, viewport={"width": width, "height": height}, base_url=f"http://127.0.0.1:{house.port}")


def desk(chromium: Browser, house: House, username: str) -> Page:
    page = _page(chromium, house, 1280, 800)
    page.goto("/account/signin/?as=staff")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/desk/**")
    return page


def phone(chromium: Browser, house: House, number: str = "13900001234", name: str = "张桂芳") -> Page:
    """A resident signed in by a code; new here, they say their name."""
    page = _page(chromium, house, 390, 844)
    page.goto("/account/signin/")
    page.fill("input[name=phone]", number)
    page.keyboard.press("Enter")
    code = re.search(r"\d{6}", page.get_by_text("演示环境").inner_text())
    assert code
    page.fill("input[name=code]", code[0])
    page.keyboard.press("Enter")
    page.fill("input[name=name]", name)
    page.get_by_role("button", name="完成").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    return page


def picture(page: Page, name: str) -> None:
    """A picture for whoever wants to look, in the folder LINLI_PICTURES names."""
    if folder := os.environ.get("LINLI_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def again(page: Page, number: str) -> None:
    """Signed in once more, after weeks."""
    page.goto("/account/signin/")
    page.fill("input[name=phone]", number)
    page.keyboard.press("Enter")
    code = re.search(r"\d{6}", page.get_by_text("演示环境").inner_text())
    assert code
    page.fill("input[name=code]", code[0])
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def photo(path: Path) -> Path:
    content = BytesIO()
    Image.effect_noise((640, 480), 80).convert("RGB").save(content, "JPEG")
    path.write_bytes(content.getvalue())
    return path


def report(page: Page, body: str, kind: str, picture: Path | None = None) -> str:
    """A resident reports in three steps; the id of the matter, whose page is then open."""
    page.goto("/phone/report/")
    with page.expect_response("**/kinds/**"):  # what is suggested pushes down what is below it
        page.fill("#f-body", body)
    if picture:
        page.set_input_files("#f-photos", picture)
        expect(page.locator("[data-photos] img")).to_have_count(1)
    page.locator("details.kinds > summary").click()
    page.locator("details.kinds-group", has_text=kind).locator("summary").click()
    page.locator("details.kinds").get_by_text(kind, exact=True).click()
    page.get_by_role("button", name="下一步：在哪里").click()
    page.fill("#f-address", "柳湾一居")
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="发送").click()
    page.wait_for_url("**/phone/matters/**")
    return page.url.partition("/matters/")[2][:36]


def act(page: Page, word: str, **fields: str | Path) -> None:
    """Press a verb on the desk, fill its form, send it."""
    page.locator(".verbs").get_by_role("link", name=word, exact=True).click()
    form = page.locator("#verb form")
    expect(page.locator("#verb-title")).to_have_text(word)
    for name, value in fields.items():
        field = form.locator(f"[name={name}]:not([type=hidden])").first
        if isinstance(value, Path):
            field.set_input_files(value)
        elif field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") in ("checkbox", "radio"):
            form.locator(f"[name={name}][value='{value}']").check()
        else:
            field.fill(value)
    form.locator("button[type=submit]").last.click()
    expect(page.locator("#verb [role=status]")).to_contain_text(f"已办：{word}")


def can(page: Page, word: str) -> None:
    """The desk's page offers the verb: it came by itself, nobody reloaded."""
    expect(page.locator(".verbs").get_by_role("link", name=word, exact=True)).to_be_visible()
