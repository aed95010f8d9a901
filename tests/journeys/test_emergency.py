"""One emergency on every screen: drawn from the wall, answered by who lives inside, worked on without a network, lifted.

Somebody in the next building, outside the line, sees nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from linli.parts.tests import browser
from linli.parts.tests.browser import until
from tests.house import House

from . import people
from .people import photo
from .test_command import Wall, wall

__all__ = ["wall"]
pytestmark = [*browser.marks, pytest.mark.slow, pytest.mark.xdist_group("journeys")]
CORNERS = ((121.501, 31.201), (121.503, 31.201), (121.503, 31.203), (121.501, 31.203))

SPOT = """at => {
  const box = document.querySelector("[data-map]")
  const { x, y } = box.map.project(at)
  const { left, top } = box.getBoundingClientRect()
  return [left + x, top + y]
}"""

HOMES = """
from linli.kernel.access import as_system
from linli.kernel.emergencies.tests.homes import BESIDE, INSIDE, SINCE, build
from linli.kernel.people.models import Household, Person, Residence
with as_system():
    build()
    for name, building in (("张桂芳", INSIDE), ("陈隔壁", BESIDE)):
        person = Person.objects.filter(name=name).latest("created_at")
        person.place_code = building + "010001"
        person.save()
        home = Household.objects.create(place_code=person.place_code)
        Residence.objects.create(person=person, household=home, relation="head", valid=SINCE)
"""
# Another journey finds the town as it was.
FORGET = """
from linli.kernel.access import as_system
from linli.kernel.emergencies.tests.homes import SQUARES
from linli.kernel.places.models import Place
with as_system():
    Place.objects.filter(code__in=SQUARES).update(boundary=None, lon=121.5, lat=31.2)
"""


@pytest.fixture
def neighbours(chromium: Browser, house: House) -> Iterator[tuple[Page, Page]]:
    """Two phones: of somebody in the first building, and of somebody in the second."""
    pages = (
        people.phone(chromium, house, "13911110001", "张桂芳"),
        people.phone(chromium, house, "13911110002", "陈隔壁"),
    )
    house.linli("manage", "shell", "-v", "0", given=HOMES)
    yield pages
    house.linli("manage", "shell", "-v", "0", given=FORGET)
    for page in pages:
        page.context.close()


@pytest.fixture
def worker(chromium: Browser, house: House) -> Iterator[Page]:
    """The grid worker's phone."""
    page = browser.opened(
        chromium, viewport={"width": 390, "height": 844}, base_url=f"http://127.0.0.1:{house.port}"
    )
    page.goto("/account/signin/?as=staff&next=/phone/duty/")
    page.fill("input[name=username]", "wangge")
    page.fill("input[name=password]", people.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/phone/duty/")
    yield page
    page.context.close()


def kept(page: Page, path: str, words: str) -> None:
    """The worker of this phone has the page with these words, for where there is no network."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    asked = "([path, words]) => caches.match(path, {ignoreVary: true}).then(kept => kept?.text()).then(text => Boolean(text?.includes(words)))"
    until(lambda: page.evaluate(asked, [path, words]), page)


def test_an_emergency_from_the_wall_to_every_phone_inside_and_back_to_calm(
    wall: Wall, neighbours: tuple[Page, Page], worker: Page, tmp_path: Path
) -> None:
    inside, beside = neighbours
    hung = wall("zhiban")
    for page in (inside, beside):
        page.goto("/phone/")
        expect(page.locator("html")).to_have_attribute("data-live", "open")

    # From the wall: a zone drawn by hand, corner by corner.
    desk = hung.context.new_page()
    hung.locator(".wall-set summary").click()
    link = hung.get_by_role("link", name="启动应急").get_attribute("href")
    hung.locator(".wall-set summary").click()
    desk.goto(link or "")
    expect(desk.locator("[data-map]")).to_have_attribute("data-zoned", "1")
    desk.evaluate("document.querySelector('[data-map]').map.jumpTo({center: [121.502, 31.202], zoom: 16})")
    desk.get_by_role("button", name="画范围").click()
    for corner in CORNERS:
        spot = desk.evaluate(SPOT, list(corner))
        desk.mouse.click(*spot)
    expect(desk.locator("[data-zone-says]")).to_contain_text("4 个角")
    desk.get_by_label("发生了什么").fill("居民楼火灾")
    desk.get_by_label("给范围内人员的行动指引").fill("沿楼梯下楼，不乘电梯。")
    desk.get_by_label("去哪里").fill("东门广场")
    desk.locator("main").get_by_role("button", name="启动应急").click()
    desk.wait_for_url("**/desk/emergencies/0*/")
    here = f"/phone/emergencies/{re.findall(r'emergencies/([0-9a-f-]{36})', desk.url)[0]}/"
    expect(hung.locator(".incident h2").first).to_have_text("居民楼火灾")
    expect(hung.locator(".roll-numbers")).to_contain_text("1没有消息")

    # The phone inside says so by itself; the one beside does not.
    inside.locator(".urgent", has_text="请报平安或求助").click()
    inside.wait_for_url(f"**{here}")
    expect(inside.locator("main")).to_contain_text("东门广场")
    inside.locator("summary", has_text="我需要帮助").click()
    inside.get_by_label("需要什么帮助").fill("腿脚不便，在四楼")
    inside.get_by_role("button", name="发出求助").click()
    expect(inside.locator(".emergency-said")).to_contain_text("您已求助")
    expect(hung.locator(".roll-numbers")).to_contain_text("1求助待办")
    expect(beside.locator(".urgent", has_text="居民楼火灾")).to_have_count(0)

    # The worker's phone has it before there is no network, and keeps three steps where there is none.
    worker.locator(".urgent", has_text="我们单位有 1 项任务").wait_for()
    kept(worker, here, "我去")
    worker.context.set_offline(True)
    worker.locator(".urgent").click()
    expect(worker.locator(".fresh.is-kept")).to_contain_text("没有网络")
    worker.get_by_role("button", name="我去").click()
    worker.get_by_text("没有网络也能先记下").click()
    worker.get_by_role("button", name="我到了").click()
    worker.get_by_label("做了什么，现在怎样").fill("已扶下楼，送到东门广场")
    worker.set_input_files(".emergency-tasks input[type=file]", photo(tmp_path / "现场.jpg"))
    expect(worker.locator("[data-chosen]").first).to_have_text("已选 1 张照片")
    worker.get_by_role("button", name="报完成").click()
    expect(worker.locator("[data-kept-list] .draft")).to_have_count(3)
    expect(hung.locator(".roll-numbers")).to_contain_text("1求助待办")
    worker.context.set_offline(False)
    worker.evaluate("dispatchEvent(new Event('online'))")
    expect(worker.locator("[data-kept]")).to_be_hidden()
    expect(worker.locator("main")).to_contain_text("现在没有派给我们单位的任务")

    # Who commands sees it, and so does who asked.
    expect(hung.locator(".roll-numbers")).to_contain_text("0求助待办")
    expect(inside.locator(".emergency-said")).to_contain_text("来的人说已经办妥")
    inside.get_by_role("button", name="我平安").click()
    expect(inside.locator(".emergency-said")).to_contain_text("您已报平安")
    expect(hung.locator(".roll-numbers")).to_contain_text("1报了平安")
    expect(desk.locator("#emergency-now")).to_contain_text("已扶下楼，送到东门广场")
    assert beside.goto(here).status == 404  # type: ignore[union-attr]
    beside.goto("/phone/")
    expect(beside.locator(".urgent", has_text="居民楼火灾")).to_have_count(0)

    # Lifted: every screen is calm again, and says so where somebody stood inside.
    desk.reload()
    desk.locator("summary", has_text="结束应急").click()
    desk.get_by_label("怎么结束的").fill("火已扑灭，可以回家。")
    desk.get_by_role("button", name="结束应急").click()
    expect(hung.locator(".incident")).to_have_count(0)
    expect(hung.locator("[data-part=today]")).to_be_visible()
    expect(inside.locator("main")).to_contain_text("已解除")
    expect(inside.get_by_role("button", name="我平安")).to_have_count(0)
    worker.goto("/phone/duty/")
    expect(worker.locator("#duty-now")).to_be_visible()
    worker.wait_for_timeout(500)
    expect(worker.locator(".urgent")).to_have_count(0)
    expect(beside.locator(".urgent", has_text="居民楼火灾")).to_have_count(0)
