"""The door in real Chromium: a new officer binds an authenticator, a resident comes, looks and leaves.

The server thread works on the test's own connection, so that nothing outlives the test: history cannot be
truncated, as a test with committed data would need. While playwright runs it keeps a loop in this thread, where
Django would open another connection: rows are made before `phone`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread
from django.utils import timezone

from linli.kernel.people import totp

CHROMIUM = Path("/usr/bin/chromium")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ARGS += ["--disable-component-update", "--disable-sync"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
]


class OneAtATime(StaticFilesHandler):
    """One connection holds one stack of savepoints: two requests at once would release each other's."""

    turn = Lock()

    def __call__(self, environ, start_response):
        with self.turn:
            return super().__call__(environ, start_response)


@pytest.fixture
def house(db, monkeypatch) -> Iterator[str]:
    mine = connections["default"]
    mine.inc_thread_sharing()
    monkeypatch.setattr(mine, "close", lambda: None)  # the server closes after each request what is ours
    server = LiveServerThread("127.0.0.1", OneAtATime, connections_override={"default": mine})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    mine.dec_thread_sharing()


@pytest.fixture
def phone(house) -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        page = browser.new_page(base_url=house, viewport={"width": 360, "height": 740})
        page.set_default_timeout(10_000)
        yield page
        browser.close()


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
    assert phone.locator(".door-codes li").count() == 10 and fits(phone)
    phone.get_by_role("link", name="我抄好了，继续").click()
    phone.get_by_label("新密码").fill("short")
    phone.get_by_role("button", name="保存").click()
    assert "10" in phone.locator(".field .error").inner_text()
    phone.get_by_label("新密码").fill("River-Stone-42")
    phone.get_by_role("button", name="保存").click()
    phone.wait_for_url("**/account/post/")
    assert phone.get_by_text("当前").is_visible()


ROOT = Path(__file__).parents[5]
AXES = (ROOT / "node_modules/axe-core/axe.min.js", ROOT / "src/linli/parts/static/vendor/axe-core/axe.min.js")
AXE = next((path for path in AXES if path.exists()), None)


@pytest.mark.skipif(AXE is None, reason="axe-core is not there: run make")
@pytest.mark.parametrize("look", [{}, {"large": "1", "language": "en"}, {"theme": "dark"}], ids=str)
def test_axe_finds_nothing_serious_on_my_own_pages(house, phone, look):
    phone.goto("/account/signin/?next=/account/me/")
    phone.get_by_label("手机号").fill("139 1234 5678")
    phone.keyboard.press("Enter")
    code = re.search(r"\d{6}", phone.get_by_text("演示环境").inner_text())[0]
    phone.get_by_label("六位验证码").fill(code)
    phone.keyboard.press("Enter")
    phone.get_by_label("姓名").fill("张三")
    phone.get_by_role("button", name="完成").click()
    phone.wait_for_url("**/account/me/")
    phone.context.add_cookies([{"name": n, "value": v, "url": house} for n, v in look.items()])
    found = []
    for path in ("me/", "me/looks/", "me/trust/", "me/copy/", "copied", "me/erase/", "sessions/"):
        if path == "copied":
            phone.locator("button[name=form][value=page]").click()
            phone.wait_for_selector(".chapter")
        else:
            phone.goto(f"/account/{path}")
        phone.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        assert fits(phone), path
        phone.evaluate(AXE.read_text())
        for fault in phone.evaluate("axe.run().then(r => r.violations)"):
            if fault["impact"] in ("serious", "critical"):
                found.append(f"{path} {fault['id']} {[node['html'][:120] for node in fault['nodes']]}")
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
    assert phone.get_by_text("139****5678").is_visible() and fits(phone)
    phone.get_by_role("button", name="用大字显示").click()
    assert phone.locator("html[data-large]").count() == 1 and fits(phone)
    phone.get_by_role("link", name="注销我的账号").click()
    phone.get_by_label("填写您的姓名以确认").fill("张三")
    phone.get_by_role("button", name="注销，删除我的信息").click()
    assert phone.get_by_role("heading", name="已经注销").is_visible()
    phone.goto("/account/me/")
    assert "/account/signin/" in phone.url
