"""Whole loops in real Chromium, a phone and several desks side by side, and nobody reloads a page.

Each step is waited for on the other screens, where it arrives by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from linli.parts.tests import browser

from .people import act, can, photo, report

pytestmark = [*browser.marks, pytest.mark.slow, pytest.mark.xdist_group("journeys")]
Desk = Callable[[str], Page]


def test_from_report_to_reopening_nobody_reloads(resident: Page, desk: Desk, tmp_path: Path) -> None:
    """Asked and answered, done with a photo, closed, rated, opened again."""
    street = desk("paidan")
    street.goto("/desk/q/reported/")
    matter = report(
        resident, "柳湾一居门口傍晚有三个摊位占了盲道，老人过不去。", "无证设摊", photo(tmp_path / "stall.jpg")
    )
    expect(street.locator("#list tbody")).to_contain_text("摊位占了盲道")  # it came by itself
    street.goto(f"/desk/matters/{matter}/")
    act(street, "受理")
    expect(resident.locator("main")).to_contain_text("受理")
    act(street, "派遣")

    handler = desk("zhifa")
    handler.goto(f"/desk/matters/{matter}/")
    act(handler, "接办")
    expect(street.locator("#matter-main")).to_contain_text("李强")
    act(handler, "询问上报人", text="一般几点出摊？", pauses="1")
    expect(resident.locator("main")).to_contain_text("一般几点出摊？")
    resident.fill("#f-text", "每天下午五点以后。")
    resident.set_input_files("#answer-photos", photo(tmp_path / "evening.jpg"))
    expect(resident.locator("[data-chosen]")).to_contain_text("1")
    resident.get_by_role("button", name="答复").click()
    expect(handler.locator("#matter-main")).to_contain_text("每天下午五点以后")
    act(handler, "报结", outcome="solved", result="摊位已劝离，盲道已清理。", files=photo(tmp_path / "clean.jpg"))
    expect(street.locator("#matter-head")).to_contain_text("待核查")
    act(street, "结案", reply="摊位已劝离，我们会在傍晚巡查。")
    expect(resident.locator("main")).to_contain_text("我们会在傍晚巡查")

    resident.locator("label.star", has_text="不满意").last.click()
    resident.get_by_role("button", name="评价").click()
    expect(street.locator("#matter-main")).to_contain_text("评价")
    resident.locator("summary", has_text="重新打开").click()
    resident.fill("#f-reason", "第二天傍晚摊位又回来了。")
    resident.get_by_role("button", name="重新打开").click()
    expect(street.locator("#matter-head")).to_contain_text("处置中")
    expect(handler.locator("#matter-main")).to_contain_text("第二天傍晚摊位又回来了")


def test_what_happens_while_a_page_is_still_opening_arrives_too(resident: Page, desk: Desk) -> None:
    """The page is drawn, its stream not yet there: a slow network, a slow phone."""
    matter = report(resident, "路口晚上有人摆摊烧烤，油烟很大。", "无证设摊")
    street = desk("paidan")
    street.goto(f"/desk/matters/{matter}/")
    held: list[Route] = []
    slow = [True]
    resident.route("**/stream?*", lambda route: held.append(route) if slow else route.continue_())
    resident.goto(f"/phone/matters/{matter}/")
    act(street, "派遣")
    expect(resident.locator("main")).to_contain_text("待受理")
    slow.clear()
    for route in held:
        route.continue_()
    expect(resident.locator("main")).to_contain_text("处置中")


def test_given_more_time_supervised_and_checked_on_the_spot(resident: Page, desk: Desk, tmp_path: Path) -> None:
    """Five desks on one matter: street, handler, street duty, district duty and the grid worker who goes there."""
    matter = report(resident, "三楼平台上搭了一间彩钢板房。", "违章搭建", photo(tmp_path / "hut.jpg"))
    street, duty, district, grid = desk("paidan"), desk("zhiban"), desk("quzhiban"), desk("wangge")
    for page in (street, duty, district, grid):
        page.goto(f"/desk/matters/{matter}/")
        expect(page.locator("#matter-main .photos img")).to_have_count(1)  # the resident's
    act(street, "派遣")
    handler = desk("zhifa")
    handler.goto(f"/desk/matters/{matter}/")
    promised = resident.locator(".promised-date").inner_text()

    act(handler, "申请延期", span_amount="5", reason="当事人外出，约定下周拆除。")
    can(duty, "审批延期")
    act(duty, "审批延期", granted="yes", decision="同意，请按期拆除。")
    expect(handler.locator("#matter-main")).to_contain_text("同意，请按期拆除。")
    expect(resident.locator(".promised-date")).not_to_have_text(promised)

    act(district, "督办", text="市民多次反映，请说明拆除计划。")
    expect(handler.locator("#matter-main")).to_contain_text("请说明拆除计划")
    expect(street.locator("#matter-main")).to_contain_text("请说明拆除计划")
    act(handler, "回复督办", text="已约定周三上午拆除，城管、物业到场。")
    expect(district.locator("#matter-main")).to_contain_text("周三上午拆除")
    act(district, "督办销号")
    expect(handler.locator("#matter-main")).to_contain_text("销号")

    act(handler, "报结", outcome="solved", result="彩钢板房已拆除。", files=photo(tmp_path / "empty.jpg"))
    expect(grid.locator("#matter-main .photos img")).to_have_count(2)
    expect(street.locator(".verbs").get_by_role("link", name="结案", exact=True)).to_have_count(0)
    can(grid, "核查")
    act(
        grid,
        "核查",
        passed="yes",
        how="visit",
        words="到三楼平台看过，已拆净。",
        files=photo(tmp_path / "seen.jpg"),
    )
    expect(street.locator("#matter-main")).to_contain_text("已拆净")
    expect(street.locator("#matter-main .photos img")).to_have_count(3)
    can(street, "结案")
    act(street, "结案", reply="违章搭建已拆除，网格员已到现场核实。")
    expect(resident.locator("main")).to_contain_text("网格员已到现场核实")
    for page in (handler, duty, district, grid):
        expect(page.locator("#matter-head")).to_contain_text("已办结")


def test_a_duplicate_is_merged_and_undone_and_the_answer_called_back(resident: Page, desk: Desk) -> None:
    """Two phones' worth of one question: merged, taken apart again, answered and asked back by telephone."""
    first = report(resident, "旧沙发怎么预约上门收？", "咨询")
    second = report(resident, "请问大件垃圾怎么预约上门回收？", "咨询")  # its page stays open
    street, social = desk("paidan"), desk("shequ")
    street.goto(f"/desk/matters/{second}/")
    social.goto(f"/desk/matters/{first}/")
    number = social.locator("#matter-head .code").inner_text()
    act(street, "并案", into_id=number)
    expect(resident.locator("main")).to_contain_text("已并案")
    expect(resident.locator("main")).to_contain_text(number)
    expect(social.locator("#matter-facts")).to_contain_text("大件垃圾怎么预约")
    can(street, "撤销并案")
    act(street, "撤销并案")
    expect(resident.locator("main")).not_to_contain_text("已并案")
    expect(resident.locator("main")).to_contain_text("待受理")
    expect(social.locator("#matter-facts")).not_to_contain_text("大件垃圾怎么预约")

    can(social, "派遣")
    act(social, "派遣")
    sweeper = desk("shirong")
    sweeper.goto(f"/desk/matters/{first}/")
    resident.goto(f"/phone/matters/{first}/")
    act(sweeper, "报结", outcome="explained", result="可拨打街道热线预约，每周三、六上门。")
    expect(resident.locator("main")).to_contain_text("已处置")
    expect(social.locator("#matter-main")).to_contain_text("每周三、六上门")
    expect(social.locator(".verbs").get_by_role("link", name="结案", exact=True)).to_have_count(0)
    act(social, "核查", passed="yes", how="call", words="已电话告知，居民已约周三。")
    expect(sweeper.locator("#matter-main")).to_contain_text("居民已约周三")
    act(social, "结案", reply="每周三、六可以预约上门回收。")
    expect(resident.locator("main")).to_contain_text("每周三、六可以预约上门回收")
    expect(sweeper.locator("#matter-head")).to_contain_text(re.compile("已办结"))
