"""Take the pictures of README and docs anew, from a demo that runs: python docs/pictures/take.py http://127.0.0.1:8000 [PART …]

Parts: screens (command, board, tv), phones, desks, sensing; all of them when none is named. Real pages at their real size, in
real Chromium; what is read from afar is stored smaller, and colours are reduced to a palette, so that a picture weighs some 60 kB.
"""

from __future__ import annotations

import re
import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from linli.project.demo.staff import PASSWORD, RESIDENTS

HERE = Path(__file__).parent
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1440, "height": 900}}
WALL, HALL, LIVING_ROOM = (
    {"viewport": {"width": width, "height": height}} for width, height in ((1920, 1080), (1080, 1920), (1920, 1080))
)


def opened(chromium: Browser, base: str, *, cookies: dict[str, str] | None = None, **context: object) -> Page:
    page = chromium.new_context(base_url=base, locale="zh-CN", **context).new_page()  # type: ignore[arg-type]
    page.context.add_cookies([{"name": n, "value": v, "url": base} for n, v in (cookies or {}).items()])
    return page


def as_resident(page: Page, number: int = 0) -> Page:
    page.goto("/account/signin/?next=/phone/")
    page.fill("input[name=phone]", RESIDENTS[number][1])
    page.locator("main form button.primary").first.click()
    page.locator("input[name=code]").wait_for()
    code = re.search(r"\b\d{6}\b", page.inner_text("main"))
    assert code, "a demo shows the code on the page"
    page.fill("input[name=code]", code[0])
    page.locator("main form button.primary").first.click()
    page.wait_for_url("**/phone/**")
    return page


def as_staff(page: Page, username: str) -> Page:
    page.goto("/account/signin/?as=staff&next=/desk/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button.primary").first.click()
    page.wait_for_url("**/desk/**")
    return page


def take(page: Page, name: str, width: int = 0) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(2500)  # the map, and what is asked for after the page stands
    image = Image.open(BytesIO(page.screenshot())).convert("RGB")
    if width:
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    image.quantize(256, kmeans=4).save(HERE / f"{name}.png", optimize=True)
    sys.stdout.write(f"{name}  {page.url}\n")


def first_of(page: Page, words: str, but: str = "…") -> bool:
    """Open the first matter of mine that stands at this, and not at that; False where none does just now."""
    page.goto("/phone/mine/")
    found = page.locator("#mine li", has_text=words, has_not_text=but).first.locator("a")
    if not found.count():
        return False
    found.first.click()
    page.wait_for_url("**/phone/matters/**")
    return True


def screens(chromium: Browser, base: str) -> None:
    """What hangs on walls and stands in living rooms."""
    wall = as_staff(opened(chromium, base, **WALL), "district-duty")
    wall.goto("/command/")
    wall.locator("#map[data-matters]").wait_for(timeout=60_000)
    take(wall, "command", 1280)
    wall.context.close()
    board = opened(chromium, base, **HALL)
    board.goto("/board/?demo=wanglan-board")
    take(board, "board-today", 540)
    board.locator("[data-tab=posted]").click()
    take(board, "board-posted", 540)
    board.context.close()
    tv = opened(chromium, base, **LIVING_ROOM)
    tv.goto("/tv/?demo=wanglan-tv")
    take(tv, "tv-home", 960)


def phones(chromium: Browser, base: str) -> None:
    page = as_resident(opened(chromium, base, **PHONE))
    page.goto("/phone/")
    take(page, "phone-home")
    if first_of(page, "问您"):
        take(page, "phone-question")
    if first_of(page, "处置中", but="已挂起"):
        page.get_by_text("日期是怎么算的").first.click()
        take(page, "phone-story")
    page.goto("/phone/report/")
    page.fill("#f-body", "楼下的井盖碎了，车子过去哐哐响，晚上怕有人踩空")
    page.locator("button:visible", has_text="下一步").first.click()
    page.locator("[data-my-address]").click()
    page.locator("button:visible", has_text="下一步").first.click()
    page.locator("[data-promise] dd").first.wait_for()
    take(page, "phone-check")
    known = page.context.storage_state()  # signed in once: codes are counted
    large = opened(chromium, base, cookies={"large": "1", "theme": "dark"}, storage_state=known, **PHONE)
    large.goto("/phone/")
    take(large, "phone-large-dark")
    english = opened(chromium, base, cookies={"language": "en"}, storage_state=known, **PHONE)
    if first_of(english, "Closed"):
        take(english, "phone-en")


def desks(chromium: Browser, base: str) -> None:
    page = as_staff(opened(chromium, base, **DESK), "dispatcher")
    page.goto("/desk/q/all/")
    take(page, "desk-queue")
    page.goto("/desk/q/reported/")
    page.locator("main a.row-title").first.click()
    take(page, "desk-matter")
    page.keyboard.press("s")
    take(page, "desk-dispatch")
    dark = as_staff(opened(chromium, base, cookies={"language": "en", "theme": "dark"}, **DESK), "street-duty")
    dark.goto("/desk/q/supervised/")
    dark.locator("main a.row-title").first.click()
    take(dark, "desk-matter-dark-en")
    duty = as_staff(opened(chromium, base, **DESK), "district-duty")
    duty.goto("/desk/topics/")
    duty.locator(".topic").first.wait_for(timeout=120_000)
    take(duty, "desk-topics")


def sensing(chromium: Browser, base: str) -> None:
    """A fire is started on the panel; the duty room and whoever goes look at it."""
    page = as_staff(opened(chromium, base, **DESK), "street-duty")
    page.goto("/desk/panel/")
    fire = page.locator("form").filter(has=page.get_by_role("button", name="开始")).first
    fire.get_by_role("button", name="开始").click()
    page.wait_for_timeout(12_000)
    take(page, "desk-panel")
    page.goto("/desk/warnings/")
    take(page, "desk-warnings")
    page.goto("/desk/things/?model=smoke-detector")
    page.locator(".thing-name a").first.click()
    take(page, "desk-thing")
    page.goto("/desk/rules/smoke/")
    take(page, "desk-rule")
    phone = opened(chromium, base, **PHONE)
    phone.goto("/account/signin/?as=staff&next=/phone/duty/")
    phone.fill("input[name=username]", "grid")
    phone.fill("input[name=password]", PASSWORD)
    phone.locator("main form button.primary").first.click()
    phone.wait_for_url("**/phone/duty/**")
    phone.locator("li.alarm a", has_text="烟雾").first.wait_for(timeout=120_000)
    take(phone, "phone-duty")
    phone.locator("li.alarm a", has_text="烟雾").first.click()
    take(phone, "phone-alarm")


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for part in (screens, phones, desks, sensing):
            if part.__name__ in (sys.argv[2:] or [part.__name__]):
                part(chromium, sys.argv[1])
        chromium.close()
