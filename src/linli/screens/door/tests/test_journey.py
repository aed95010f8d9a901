"""The door in real Chromium: a new officer binds an authenticator, a resident comes, looks and leaves."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from linli.kernel.people import totp
from linli.parts.tests import browser

pytestmark = browser.marks


@pytest.fixture
def phone(open_page):
    return open_page(viewport={"width": 360, "height": 740})


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= 360


def test_an_officers_first_day(officer, phone):
    phone.goto("/account/signin/?as=staff&next=/account/post/")
    phone.get_by_label("用户名").fill("officer")
    phone.get_by_label("密码").fill(officer.first_password)
    phone.get_by_role("button", name="登录").click()
    phone.get_by_text("不能扫码").click()
    secret = phone.locator(".door-secret").inner_text().replace(" ", "")
    assert phone.locator(".door-code svg").is_visible() and fits(phone)
    phone.get_by_label("验证器显示的六位数字").fill(totp.code_at(secret, timezone.now()))
    phone.get_by_role("button", name="绑定并登录").click()
    expect(phone.locator(".door-codes li")).to_have_count(10)
    assert fits(phone)
    phone.get_by_role("link", name="我抄好了，继续").click()
    phone.get_by_label("新密码").fill("short")
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator(".field .error")).to_contain_text("10")
    phone.get_by_label("新密码").fill("River-Stone-42")
    phone.get_by_role("button", name="保存").click()
    phone.wait_for_url("**/account/post/")
    expect(phone.get_by_text("当前")).to_be_visible()


@browser.needs_axe
@pytest.mark.parametrize("look", [{}, {"large": "1", "language": "en"}, {"theme": "dark"}], ids=str)
def test_axe_finds_nothing_serious_on_my_own_pages(phone, look):
    phone.goto("/account/signin/?next=/account/me/")
    phone.get_by_label("手机号").fill("139 1234 5678")
    phone.keyboard.press("Enter")
    code = re.search(r"\d{6}", phone.get_by_text("演示环境").inner_text())[0]
    phone.get_by_label("六位验证码").fill(code)
    phone.keyboard.press("Enter")
    phone.get_by_label("姓名").fill("张三")
    phone.get_by_role("button", name="完成").click()
    phone.wait_for_url("**/account/me/")
    phone.context.add_cookies([{"name": n, "value": v, "url": phone.url} for n, v in look.items()])
    found = []
    for path in ("me/", "me/looks/", "me/trust/", "me/copy/", "copied", "me/erase/", "sessions/"):
        if path == "copied":
            phone.locator("button[name=form][value=page]").click()
            phone.wait_for_selector(".chapter")
        else:
            phone.goto(f"/account/{path}")
        phone.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        assert fits(phone), path
        found += [f"{path} {fault}" for fault in browser.serious(phone)]
    assert found == []


def test_a_resident_comes_looks_and_leaves(phone):
    phone.goto("/account/signin/?next=/account/me/")
    phone.get_by_label("手机号").fill("139 1234 5678")
    phone.keyboard.press("Enter")
    code = re.search(r"\d{6}", phone.get_by_text("演示环境").inner_text())[0]
    phone.get_by_label("六位验证码").fill(code)
    phone.keyboard.press("Enter")
    phone.get_by_label("姓名").fill("张三")
    phone.get_by_role("button", name="完成").click()
    phone.wait_for_url("**/account/me/")
    expect(phone.get_by_text("139****5678")).to_be_visible()
    assert fits(phone)
    phone.get_by_role("button", name="用大字显示").click()
    expect(phone.locator("html[data-large]")).to_have_count(1)
    assert fits(phone)
    phone.get_by_role("link", name="注销我的账号").click()
    phone.get_by_label("填写您的姓名以确认").fill("张三")
    phone.get_by_role("button", name="注销，删除我的信息").click()
    expect(phone.get_by_role("heading", name="已经注销")).to_be_visible()
    phone.goto("/account/me/")
    expect(phone).to_have_url(re.compile("/account/signin/"))
