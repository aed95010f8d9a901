"""The whole loop in real Chromium, a phone and three desks side by side, nobody reloads a page.

A resident signs in with a code, reports with a photo; the street accepts and dispatches; the handler asks, the
resident answers, the handler reports done with a photo; the neighbourhood's street closes; the resident rates
and opens it again. Each step is waited for on the other screens, where it arrives by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.house import House, until

CHROMIUM = Path("/usr/bin/chromium")
VENDOR = Path(__file__).parents[2] / "src/linli/parts/static/vendor"
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PASSWORD = "Liuwan-2026-journey"
SEED = f"""
from datetime import UTC, datetime
from linli.kernel.matters.tests.cast import HOOD, STREET, make_cast
from linli.kernel.people import verbs
cast = make_cast()
at = datetime.now(UTC)
for username, name, role, unit, place in (
    ("paidan", "周派遣", "dispatcher", "street", STREET),
    ("zhifa", "李强", "handler", "enforcement", STREET),
):
    verbs.demo_account(username, name, {PASSWORD!r}, [
        {{"role": role, "place_code": place, "unit_id": cast.units[unit].id}}], at=at)
"""
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
    pytest.mark.skipif(not (VENDOR / "htmx.org").exists(), reason="vendor files are not there: run make"),
]


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    house = House(data)
    house.environment |= {"LINLI_DEMO": "1", "LINLI_SCENES": "linli.kernel.matters.tests.toy"}
    house.linli("migrate")
    house.linli("manage", "shell", "-v", "0", given=SEED)
    try:
        house.start("serve", "--port", str(house.port))
        house.start("live", "--port", str(house.port + 1))
        house.start("work")
        until(lambda: _answers(house), "the pages")
        yield house
    finally:
        house.stop()


def _answers(house: House) -> bool:
    import socket

    for port in (house.port, house.port + 1):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
    return True


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS.split())
        yield browser
        browser.close()


def opened(chromium: Browser, house: House, width: int, height: int) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, base_url=f"http://127.0.0.1:{house.port}"
    )
    context.set_default_timeout(20_000)
    return context.new_page()


def desk(chromium: Browser, house: House, username: str) -> Page:
    page = opened(chromium, house, 1280, 800)
    page.goto("/account/signin/?as=staff")
    if not page.locator("input[name=username]").count():
        page.get_by_text("工作人员").first.click()
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("button[type=submit]:visible").first.click()
    page.wait_for_url("**/desk/**")
    return page


def phone(chromium: Browser, house: House) -> Page:
    page = opened(chromium, house, 390, 844)
    page.goto("/account/signin/")
    page.fill("input[name=phone]", "13900001234")
    page.locator("button[type=submit]:visible").first.click()
    shown = page.get_by_text("演示环境")
    expect(shown).to_be_visible()
    code = re.search(r"\b(\d{6})\b", page.inner_text("main"))
    assert code
    page.fill("input[name=code]", code.group(1))
    page.locator("button[type=submit]:visible").first.click()
    page.wait_for_load_state()
    if page.locator("input[name=name]").count():
        page.fill("input[name=name]", "张桂芳")
        page.locator("main button[type=submit]:visible").first.click()
        page.wait_for_load_state()
    return page


def photo(path: Path) -> Path:
    content = BytesIO()
    Image.effect_noise((640, 480), 80).convert("RGB").save(content, "JPEG")
    path.write_bytes(content.getvalue())
    return path


def act(page: Page, word: str, **fields: str | Path) -> None:
    """Press a verb on the desk, fill its form, send it."""
    page.locator(".verbs").get_by_role("link", name=word, exact=False).first.click()
    form = page.locator("#verb form")
    expect(form).to_be_visible()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]:not([type=hidden])").first
        if isinstance(value, Path):
            field.set_input_files(value)
        elif field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") in ("checkbox", "radio"):
            field.check()
        else:
            field.fill(value)
    form.locator("button[type=submit]").last.click()
    expect(page.locator("#verb [role=status]")).to_contain_text("已办")


def test_from_report_to_reopening_nobody_reloads(chromium: Browser, house: House, tmp_path: Path) -> None:
    street = desk(chromium, house, "paidan")
    street.goto("/desk/q/reported/")
    expect(street.locator("#list")).to_contain_text("没有事项")
    expect(street.locator("[data-live=open]").first).to_be_visible()

    resident = phone(chromium, house)
    resident.goto("/phone/report/")
    resident.fill("#f-body", "柳湾一居门口傍晚有三个摊位占了盲道，老人过不去。")
    resident.set_input_files("#f-photos", photo(tmp_path / "stall.jpg"))
    resident.locator("details.kinds summary").click()
    resident.get_by_text("无证设摊").first.click()
    resident.get_by_role("button", name="下一步：在哪里").click()
    resident.fill("#f-address", "柳湾一居")
    resident.get_by_role("button", name="下一步：核对").click()
    resident.get_by_role("button", name="发送").click()
    resident.wait_for_url(re.compile(r"/phone/(matters/.*|mine/|)$"))
    if "/matters/" not in resident.url:
        resident.locator("a[href*='/phone/matters/']").first.click()
    resident.wait_for_url("**/phone/matters/**")
    page_id = resident.url.partition("/matters/")[2][:36]

    row = street.locator("#list tbody tr").first  # it came by itself
    expect(row).to_contain_text("摊位占了盲道")
    street.goto(f"/desk/matters/{page_id}/")
    act(street, "受理")
    expect(resident.locator("main")).to_contain_text("受理")
    act(street, "派遣")

    handler = desk(chromium, house, "zhifa")
    handler.goto(f"/desk/matters/{page_id}/")
    act(handler, "接办")
    expect(street.locator("#matter-main")).to_contain_text("李强")
    act(handler, "询问上报人", text="一般几点出摊？", pauses="1")
    expect(resident.locator("main")).to_contain_text("一般几点出摊？")
    resident.fill("#f-text", "每天下午五点以后。")
    resident.get_by_role("button", name=re.compile("回答|答复|补充")).first.click()
    expect(handler.locator("#matter-main")).to_contain_text("每天下午五点以后")
    act(handler, "报结", outcome="solved", result="摊位已劝离，盲道已清理。", files=photo(tmp_path / "clean.jpg"))
    expect(street.locator("#matter-head")).to_contain_text("待核查")
    act(street, "结案", reply="摊位已劝离，我们会在傍晚巡查。")
    expect(resident.locator("main")).to_contain_text("我们会在傍晚巡查")

    resident.locator("input[name=stars][value='2'], button[name=stars][value='2']").first.click(force=True)
    rate = resident.get_by_role("button", name=re.compile("评价"))
    if rate.count():
        rate.first.click()
    expect(street.locator("#matter-main")).to_contain_text("评价")
    resident.locator("summary", has_text=re.compile("没有解决|重新打开|又出现")).first.click()
    resident.locator("textarea[name=reason]").fill("第二天傍晚摊位又回来了。")
    resident.locator("form:has(textarea[name=reason]) button[type=submit]").first.click()
    expect(street.locator("#matter-head")).to_contain_text("处置中")
    expect(handler.locator("#matter-main")).to_contain_text("第二天傍晚摊位又回来了")
