"""Staff at the pages of the door."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.kernel.access import ANONYMOUS, SYSTEM, Role, as_system, look_as
from linli.kernel.access.door import eyes_of
from linli.kernel.access.prepared import ask
from linli.kernel.people import totp, verbs
from linli.kernel.people.models import Post, Session
from linli.kernel.people.queries import actor_now
from linli.screens.door.views.sessions import _handle

from .conftest import HOOD, OTHER_HOOD, PASSWORD, Browser

PROBE = "/account/me/"


def secret_on(page: str) -> str:
    return re.search(r"door-secret\">([A-Z2-7 ]+)<", page)[1].replace(" ", "")


def actor_seen_by(browser, path=PROBE):
    return browser.get(path).wsgi_request.actor


def test_the_first_sign_in_binds_a_factor_and_changes_the_password(browser, officer):
    browser.sign_in_staff("officer", officer.first_password)
    secret = secret_on(browser.page)
    refused = browser.send("/account/enrol/", code="000000")
    assert refused.status_code == 422 and secret_on(browser.page) == secret
    shown = browser.send("/account/enrol/", code=totp.code_at(secret, timezone.now()))
    assert len(re.findall(r"<code class=\"code\">[a-z0-9]{5}-[a-z0-9]{5}</code>", browser.page)) == 10
    assert "/account/password/" in browser.page
    assert browser.get(PROBE).status_code == 302  # not in yet
    browser.see("/account/password/")
    assert browser.send("/account/password/", password="weak").status_code == 422
    browser.send("/account/password/", password="River-Stone-42")
    assert actor_seen_by(browser).role is Role.DISPATCHER
    assert shown["Cache-Control"].startswith("max-age=0")


def test_the_next_sign_in_asks_for_the_factor_and_no_page_can_be_skipped(browser, officer):
    at = timezone.now() - timedelta(minutes=5)
    with as_system():
        verbs.set_password(
            by=_as(officer), at=at, account_id=officer.id, password=PASSWORD, current=officer.first_password
        )
        secret = totp.new_secret()
        verbs.enrol_second_factor(
            by=_as(officer), at=at, account_id=officer.id, secret=secret, code=totp.code_at(secret, at)
        )
    assert browser.see("/account/factor/").request["PATH_INFO"] == "/account/signin/"
    response = browser.sign_in_staff("officer", PASSWORD, after="/account/sessions/")
    assert response.request["PATH_INFO"] == "/account/factor/"
    for skipped in ("/account/enrol/", "/account/password/", PROBE):
        assert browser.get(skipped).status_code == 302
    assert browser.send("/account/factor/", code="123").status_code == 422
    code = totp.code_at(secret, timezone.now())
    assert browser.send("/account/factor/", code=code).request["PATH_INFO"] == "/account/sessions/"
    other = Browser()
    other.sign_in_staff("officer")
    assert other.send("/account/factor/", code=code).status_code == 422  # a replay


def _as(account):
    return replace(ANONYMOUS, account_id=account.id)


def test_a_wrong_password_keeps_the_user_name_and_says_so_beside_the_field(browser, clerk):
    refused = browser.sign_in_staff("clerk", "wrong")
    assert refused.status_code == 422
    assert 'value="clerk"' in browser.page and "用户名或密码不对。" in browser.page
    assert "wrong" not in browser.page
    for _try in range(4):
        last = browser.sign_in_staff("clerk", "wrong")
    assert last.status_code == 429 and "15 分钟" in browser.page


def test_the_session_key_changes_at_sign_in(browser, clerk):
    browser.session["planted"] = 1
    session = browser.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    browser.sign_in_staff("clerk")
    assert browser.session.session_key != before and "planted" not in browser.session
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_sent_to_another_site(browser, clerk, evil):
    response = browser.sign_in_staff("clerk", after=evil)
    assert all("evil" not in url and "javascript" not in url for url, _status in response.redirect_chain)


def test_posts_without_csrf_token_are_refused(browser, clerk):
    assert (
        browser.post("/account/signin/", {"as": "staff", "username": "clerk", "password": PASSWORD}).status_code
        == 403
    )
    browser.sign_in_staff("clerk")
    assert browser.post("/account/signout/").status_code == 403
    assert browser.get("/account/signout/").status_code == 200
    assert actor_seen_by(browser).name == "王芳"


def test_switching_the_post_changes_scope_at_once_and_not_to_anybody_elses(browser, clerk, officer):
    browser.sign_in_staff("clerk")
    assert actor_seen_by(browser).scope == HOOD
    with as_system():
        mine = clerk.posts.get(role="grid_worker")
        theirs = officer.posts.get()
    browser.see("/account/post/")
    browser.send("/account/post/", post=str(mine.id), next="/account/me/")
    actor = actor_seen_by(browser)
    assert (actor.scope, actor.role) == (OTHER_HOOD, Role.GRID_WORKER)
    browser.see("/account/post/")
    for wrong in (str(theirs.id), "x", ""):
        assert browser.send("/account/post/", post=wrong).status_code == 404
        browser.see("/account/post/")
    assert actor_seen_by(browser).scope == OTHER_HOOD


def test_a_request_costs_one_query_to_know_who_acts(browser, clerk, rf):
    browser.sign_in_staff("clerk")
    actor_seen_by(browser)
    request = rf.get("/")
    request.session = type(browser.session)(browser.session.session_key)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        actor = actor_now(request)
    assert actor.role is Role.SOCIAL_WORKER
    assert len(queries) == 1, [q["sql"] for q in queries]


def test_a_post_that_ended_stops_within_a_minute(browser, clerk, monkeypatch):
    browser.sign_in_staff("clerk")
    assert actor_seen_by(browser).role is Role.SOCIAL_WORKER
    with as_system():
        for post in Post.objects.filter(account=clerk):
            verbs.end_post(by=SYSTEM, at=timezone.now(), post_id=post.id, reason="调离")
    later = time.time() + 59
    monkeypatch.setattr("linli.kernel.people.queries.actors.time.time", lambda: later)
    assert actor_seen_by(browser).role is Role.ANONYMOUS


def eyes_of_the_connection():
    names = ("sees", "scope", "also", "unit", "person")
    ((*eyes,),) = ask("SELECT " + ", ".join(f"current_setting('linli.{name}', true)" for name in names))
    return tuple((value or b"").decode() for value in eyes)


def test_a_session_is_read_and_the_eyes_it_remembers_put_on_by_one_statement(browser, clerk, rf):
    browser.sign_in_staff("clerk")
    actor_seen_by(browser)
    look_as(SYSTEM)
    request = rf.get("/")
    request.session = type(browser.session)(browser.session.session_key)
    with CaptureQueriesContext(connection) as queries:
        request.session.load_and_look()
        actor = actor_now(request)
    assert len(queries) == 1, [q["sql"] for q in queries]
    assert actor.role is Role.SOCIAL_WORKER
    assert request.session.eyes == eyes_of(actor) == eyes_of_the_connection() == ("place", HOOD, "", "", "")


def test_eyes_remembered_of_a_post_that_ended_are_taken_off(browser, clerk, monkeypatch):
    browser.sign_in_staff("clerk")
    actor_seen_by(browser)
    with as_system():
        for post in Post.objects.filter(account=clerk):
            verbs.end_post(by=SYSTEM, at=timezone.now(), post_id=post.id, reason="调离")
    later = time.time() + 59
    monkeypatch.setattr("linli.kernel.people.queries.actors.time.time", lambda: later)
    actor_seen_by(browser)
    assert eyes_of_the_connection() == eyes_of(ANONYMOUS)


@pytest.mark.parametrize("ended", ["deleted", "expired", "tampered with"])
def test_a_session_that_is_none_leaves_nobodys_eyes(browser, clerk, ended):
    browser.sign_in_staff("clerk")
    actor_seen_by(browser)
    rows = Session.objects.filter(session_key=browser.session.session_key)
    if ended == "deleted":
        rows.delete()
    elif ended == "expired":
        rows.update(expire_date=timezone.now())
    else:
        rows.update(session_data="forged:" + rows.get().session_data)
    look_as(SYSTEM)
    assert actor_seen_by(browser).role is Role.ANONYMOUS
    assert eyes_of_the_connection() == eyes_of(ANONYMOUS)


def test_a_disabled_account_is_out_at_once(browser, clerk):
    browser.sign_in_staff("clerk")
    with as_system():
        verbs.disable_account(by=SYSTEM, at=timezone.now(), account_id=clerk.id, reason="离职")
    assert browser.get(PROBE).status_code == 302


def test_sessions_are_listed_and_ended(browser, clerk):
    browser.sign_in_staff("clerk")
    others = [Browser(), Browser()]
    for other in others:
        other.sign_in_staff("clerk")
    page = browser.see("/account/sessions/")
    assert browser.page.count("Edge · Windows") == 3 and browser.page.count("就是这里") == 1
    assert browser.session.session_key not in page.content.decode()
    handle = re.search(r'name="session" value="([0-9a-f]+)"', browser.page)[1]
    browser.send("/account/sessions/", session=handle)
    assert browser.page.count("Edge · Windows") == 2
    assert sorted(other.get(PROBE).status_code for other in others) == [200, 302]
    browser.send("/account/sessions/")
    assert [other.get(PROBE).status_code for other in others] == [302, 302]
    assert browser.get(PROBE).status_code == 200


def test_nobody_ends_anybody_elses_session(browser, clerk):
    browser.sign_in_staff("clerk")
    other = Browser()
    other.sign_in_resident("13912345678")
    browser.see("/account/sessions/")
    assert browser.send("/account/sessions/", session=_handle(other.session.session_key)).status_code == 404
    assert other.get(PROBE).status_code == 200


def test_staff_are_out_after_eight_idle_hours_and_residents_after_thirty_days(browser, clerk):
    browser.sign_in_staff("clerk")
    resident = Browser()
    resident.sign_in_resident("13912345678")
    hours = (Session.objects.get(session_key=browser.session.session_key).expire_date - timezone.now()) / timedelta(
        hours=1
    )
    days = (Session.objects.get(session_key=resident.session.session_key).expire_date - timezone.now()) / timedelta(
        days=1
    )
    assert 7.9 < hours <= 8 and 29.9 < days <= 30
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert browser.get(PROBE).status_code == 302


def _left(browser):
    return Session.objects.get(session_key=browser.session.session_key).expire_date - timezone.now()


def test_signing_out_ends_the_session(browser, clerk):
    browser.sign_in_staff("clerk")
    key = browser.session.session_key
    browser.see("/account/signout/")
    browser.send("/account/signout/")
    assert not Session.objects.filter(session_key=key).exists()
    assert browser.get(PROBE).status_code == 302


def test_changing_the_password_ends_every_other_session(browser, clerk):
    browser.sign_in_staff("clerk")
    other = Browser()
    other.sign_in_staff("clerk")
    browser.see("/account/password/")
    assert browser.send("/account/password/", current="no", password="River-Stone-42").status_code == 422
    browser.send("/account/password/", current=PASSWORD, password="River-Stone-42")
    assert browser.get(PROBE).status_code == 200
    assert other.get(PROBE).status_code == 302


def test_a_forged_forwarded_address_is_not_believed(browser, clerk, settings):
    forged = browser.get("/account/signin/", headers={"x-forwarded-for": "203.0.113.9"})
    assert forged.wsgi_request.actor.address == "127.0.0.1"
    settings.LINLI_PROXIES = 1
    line = browser.get("/account/signin/", headers={"x-forwarded-for": "203.0.113.9, 198.51.100.4"})
    assert line.wsgi_request.actor.address == "198.51.100.4"
