"""Residents at the pages of the door, and what they may do with their own data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.kernel.access import Role, as_system
from linli.kernel.audit.models import Record
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, OneTimeCode, Person
from linli.kernel.people.queries import actor_in

from .conftest import HOOD, Browser

PHONE = "13912345678"


def test_from_a_phone_to_an_account_in_three_steps(browser):
    response = browser.sign_in_resident(PHONE, "张三")
    actor = response.wsgi_request.actor
    assert actor.name == "张三" and actor.role is Role.RESIDENT and actor.person_id
    browser.see("/account/me/")
    assert "139****5678" in browser.page and PHONE not in browser.page


def test_the_second_time_no_name_is_asked(browser):
    browser.sign_in_resident(PHONE, "张三")
    OneTimeCode.objects.update(sent_at=timezone.now() - timedelta(minutes=2))
    again = Browser()
    assert again.sign_in_resident(PHONE).wsgi_request.actor.name == "张三"


def test_errors_stand_beside_their_fields_and_keep_what_was_typed(browser):
    browser.see("/account/signin/")
    refused = browser.send("/account/signin/", **{"as": "resident"}, phone="12345")
    assert refused.status_code == 422 and 'value="12345"' in browser.page and "请填写 11 位手机号。" in browser.page
    browser.send("/account/signin/", **{"as": "resident"}, phone=PHONE)
    code = browser.shown()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert browser.send("/account/code/", code=wrong).status_code == 422
    assert "还可以试 4 次" in browser.page
    assert browser.send("/account/code/", again="1").status_code == 429
    assert browser.send("/account/code/", code=code).request["PATH_INFO"] == "/account/welcome/"
    assert browser.send("/account/welcome/", name=" ", address="").status_code == 422


def test_outside_a_demo_no_code_is_on_the_page(browser, settings, monkeypatch):
    sent = []
    monkeypatch.setattr(
        "linli.kernel.people.verbs.codes.sender", lambda: lambda phone, template, params: sent.append(params)
    )
    browser.see("/account/signin/")
    browser.send("/account/signin/", **{"as": "resident"}, phone=PHONE)
    assert sent[0]["code"] not in browser.page and "演示环境" not in browser.page


def test_pages_in_between_cannot_be_opened_without_the_step_before(browser):
    for path in ("/account/code/", "/account/welcome/", "/account/me/", "/account/sessions/", "/account/me/erase/"):
        assert browser.see(path).request["PATH_INFO"] == "/account/signin/"
    browser.see("/account/signin/")
    browser.send("/account/welcome/", name="闯入者")
    with as_system():
        assert not Account.objects.filter(name="闯入者").exists()


def test_a_place_that_cannot_be_is_left_out(browser):
    browser.see("/account/signin/")
    browser.send("/account/signin/", **{"as": "resident"}, phone=PHONE)
    browser.send("/account/code/", code=browser.shown())
    refused = browser.send("/account/welcome/", name="张三", address="没有的地方99号")
    assert refused.status_code == 422 and "没有的地方99号" in browser.page and 'value="张三"' in browser.page
    assert browser.send("/account/welcome/", name="张三", place="990101999", address="x").status_code == 422
    browser.send("/account/welcome/", name="张三")
    with as_system():
        assert Person.objects.get(name="张三").place_code == ""


def test_i_see_who_looked_at_me(browser, clerk):
    browser.sign_in_resident(PHONE, "张三")
    with as_system():
        person = Person.objects.get(name="张三")
        Person.objects.filter(pk=person.pk).update(place_code=HOOD)
        by = actor_in(clerk, clerk.posts.get(role="social_worker"))
        verbs.unmask(by=by, at=timezone.now(), person_id=person.id, field="phone", reason="核对预约电话")
    browser.see("/account/me/")
    assert "王芳" in browser.page and "核对预约电话" in browser.page and "查看了完整的手机号" in browser.page


def test_name_and_large_type_can_be_changed(browser):
    browser.sign_in_resident(PHONE, "张三")
    browser.see("/account/me/")
    browser.send("/account/me/", name="<b>张三丰</b>")
    assert "&lt;b&gt;张三丰" in browser.page and "<b>张三丰" not in browser.page
    browser.send("/account/me/", large="1")
    assert "data-large" in browser.page
    assert browser.send("/account/me/", name="").status_code == 422
    OneTimeCode.objects.update(sent_at=timezone.now() - timedelta(minutes=2))
    elsewhere = Browser()
    elsewhere.sign_in_resident(PHONE)
    assert elsewhere.cookies["large"].value == "1"


def test_deleting_my_account_asks_for_my_name_and_is_final(browser):
    browser.sign_in_resident(PHONE, "张三")
    browser.see("/account/me/erase/")
    assert browser.send("/account/me/erase/", name="李四").status_code == 422
    assert browser.send("/account/me/erase/", name="张三").status_code == 200
    assert browser.get("/account/me/").status_code == 302
    with as_system():
        assert not Account.objects.filter(name="张三").exists() and not Person.objects.filter(name="张三").exists()
        assert Record.objects.filter(verb="people.erase_person").count() == 1


def test_the_language_is_kept_in_the_browser_and_with_the_account(browser):
    browser.sign_in_resident(PHONE, "张三")
    browser.see("/account/me/")
    browser.send("/account/language/", language="en", next="/account/me/")
    assert "Who looked at my information" in browser.page
    browser.send("/account/language/", language="xx", next="/account/me/")
    assert "Who looked at my information" in browser.page
    with as_system():
        assert Account.objects.get(name="张三").language == "en"


@pytest.mark.parametrize("path", ["/account/me/erase/"])
def test_staff_have_no_resident_pages(browser, clerk, path):
    browser.sign_in_staff("clerk")
    assert browser.get(path).status_code in (403, 404)


def test_every_sentence_has_its_english(browser, clerk):
    """No page shows Chinese in English, names and demo data aside."""
    import re

    browser.cookies["language"] = "en"
    for side in ("staff", "resident"):
        browser.see(f"/account/signin/?as={side}")
        text = re.sub(r"<[^>]+>|中文|邻里", "", browser.page)
        assert not re.search(r"[\u4e00-\u9fff]", text), re.findall(r"[\u4e00-\u9fff]+", text)
