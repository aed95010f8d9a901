"""What is mine: who looked, a copy, consent, proxies, and acting for somebody who named me."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, OneTimeCode, Person, Proxy
from linli.kernel.people.queries import actor_in

from .conftest import HOOD, Browser

GRANNY, SON = "13912345678", "13887654321"
ME, TRUST, COPY = "/account/me/", "/account/me/trust/", "/account/me/copy/"


@pytest.fixture
def granny(browser: Browser) -> Browser:
    browser.sign_in_resident(GRANNY, "林秀珍")
    return browser


@pytest.fixture
def son(granny: Browser) -> Browser:
    other = Browser()
    other.sign_in_resident(SON, "林强")
    return other


def person(name: str) -> Person:
    with as_system():
        return Person.objects.get(name=name)


def looked_at(clerk: Account, times: int) -> None:
    with as_system():
        them = person("林秀珍")
        Person.objects.filter(pk=them.pk).update(place_code=HOOD)
        by = actor_in(clerk, clerk.posts.get(role="social_worker"))
        for n in range(times):
            verbs.read_person(by=by, at=timezone.now(), person_id=them.id, purpose=f"第{n}件事")


def in_thirty_days() -> date:
    return timezone.localdate() + timedelta(days=30)


def named(granny: Browser, **changes: str) -> str:
    granny.see(TRUST)
    until = in_thirty_days().isoformat()
    granny.send(TRUST, **{"act": "name", "name": "林强", "phone": "138 8765 4321", "until": until, **changes})
    return granny.page


# -- who looked


def test_every_look_is_there_page_after_page(granny: Browser, clerk: Account) -> None:
    looked_at(clerk, 45)
    seen: list[str] = []
    address = ME
    while address:
        granny.see(address)
        seen += re.findall("为了：(第\\d+件事)", granny.page)
        older = re.search(r'href="(/account/me/looks/\?before=\d+)"', granny.page)
        address = older[1] if older else ""
    assert seen == [f"第{n}件事" for n in reversed(range(45))]
    assert granny.get("/account/me/looks/?before=x").status_code == 200


def test_many_looks_cost_what_one_does(granny: Browser, clerk: Account) -> None:
    counts = []
    for times in (1, 19):
        looked_at(clerk, times)
        granny.get(ME)
        with CaptureQueriesContext(connection) as seen:
            granny.get(ME)
        counts.append(len(seen))
    # Session, eyes; my card and its household; the eyes' change, records, posts with units, the eyes back.
    assert counts[0] == counts[1] <= 14, counts


# -- a copy


def test_a_copy_is_made_when_asked_for_and_written_down(granny: Browser, clerk: Account) -> None:
    looked_at(clerk, 1)
    granny.see(COPY)
    assert GRANNY not in granny.page
    shown = granny.send(COPY, form="page")
    assert GRANNY in granny.page and "第0件事" in granny.page and "我反映过的事" in granny.page
    assert "no-store" in shown["Cache-Control"]
    granny.see(COPY)
    file = granny.send(COPY, form="json")
    assert "attachment" in file["Content-Disposition"]
    held = json.loads(file.content)["copy"]
    assert held["person"]["rows"][0]["phone"] == GRANNY and held["looks"]["rows"][0]["purpose"] == "第0件事"
    with as_system():
        assert Record.objects.filter(verb="people.copy_person").count() == 2


def test_large_type_and_language_chosen_on_any_screen_stay_with_the_account(granny: Browser) -> None:
    granny.see(ME)
    for chosen in ({"large": "1"}, {"language": "en"}, {"theme": "dark"}):
        granny.send("/preferences", **chosen)
    with as_system():
        account = Account.objects.get(large_type=True)
    assert account.language == "en" and account.kind == "resident"


# -- consent


def test_i_agree_and_take_it_back(granny: Browser) -> None:
    granny.see(TRUST)
    assert "不同意也一样办理" in granny.page and "我同意" in granny.page
    granny.send(TRUST, act="give", purpose="public-words")
    assert "起同意" in granny.page
    granny.send(TRUST, act="withdraw", purpose="public-words")
    assert "起同意" not in granny.page
    assert granny.send(TRUST, act="give", purpose="sell-my-data").status_code == 422


# -- proxies


def test_i_name_somebody_with_a_date_and_take_it_back(granny: Browser, son: Browser) -> None:
    last = in_thirty_days()
    page = named(granny)
    assert "林强" in page and f"{last.month}月{last.day}日" in page
    proxy = re.search(r'name="proxy" value="([^"]+)"', granny.page)[1]
    granny.send(TRUST, act="end", proxy=proxy)
    assert "撤销" not in re.sub("随时可以撤销", "", granny.page)
    son.see(TRUST)
    assert "我替谁办" not in son.page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "13800000000"}, "没有姓名和手机号都相符的登记居民"),
        ({"name": "林秀珍", "phone": GRANNY}, "代办人不能是自己"),
        ({"until": "2020-01-01"}, "一年以内"),
        ({"until": "x"}, "请选择一天"),
        ({"name": ""}, "请填写姓名"),
    ],
)
def test_what_cannot_be_stands_beside_its_field(
    granny: Browser, son: Browser, changes: dict[str, str], sentence: str
) -> None:
    page = named(granny, **changes)
    assert sentence in page and not Proxy.objects.exists()
    if "name" not in changes:
        assert 'value="林强"' in page


def test_acting_for_somebody_one_sees_their_phone_and_not_their_papers(granny: Browser, son: Browser) -> None:
    named(granny)
    son.see(TRUST)
    proxy = re.search(r'name="proxy" value="([^"]+)"', son.page)[1]
    assert "林秀珍" in son.page and GRANNY not in son.page
    home = son.send("/account/proxy/", proxy=proxy)
    actor = home.wsgi_request.actor
    assert (str(actor.role), actor.name, actor.on_behalf) == ("proxy", "林强", "林秀珍")
    assert actor.person_id == person("林秀珍").id and "正在替林秀珍办" in son.page
    for path in (ME, TRUST, COPY, "/account/me/looks/", "/account/me/erase/"):
        son.see(path)
        assert "这一页是本人自己的" in son.page and GRANNY not in son.page, path
    son.send("/account/proxy/", stop="1")
    assert son.get(ME).wsgi_request.actor.name == "林强" and not son.get(ME).wsgi_request.actor.on_behalf
    granny.see(ME)
    assert "开始替您办事" in granny.page


def test_a_proxy_taken_back_acts_no_longer(granny: Browser, son: Browser, monkeypatch) -> None:
    import time

    named(granny)
    son.see(TRUST)
    mine = re.search(r'name="proxy" value="([^"]+)"', son.page)[1]
    son.send("/account/proxy/", proxy=mine)
    granny.see(TRUST)
    granny.send(TRUST, act="end", proxy=re.search(r'name="proxy" value="([^"]+)"', granny.page)[1])
    later = time.time() + 31
    monkeypatch.setattr("linli.kernel.people.queries.actors.time.time", lambda: later)
    actor = son.get("/phone/").wsgi_request.actor
    assert (actor.name, actor.on_behalf, str(actor.role)) == ("林强", "", "resident")


def test_nobody_acts_for_whom_they_were_not_named_by(granny: Browser, son: Browser, clerk: Account) -> None:
    named(granny)
    with as_system():
        proxy = str(Proxy.objects.get().id)
    granny.see(ME)
    assert granny.send("/account/proxy/", proxy=proxy).status_code == 404
    granny.see(ME)
    assert granny.send("/account/proxy/", proxy="x").status_code == 404
    session = granny.session
    session["proxy"] = proxy
    session.pop("actor", None)
    session.save()
    assert granny.get(ME).wsgi_request.actor.on_behalf == "", "a session that says so is not believed"
    staff = Browser()
    staff.sign_in_staff("clerk")
    assert staff.get(TRUST).status_code == 403 and staff.get(COPY).status_code == 403


# -- leaving


def test_before_leaving_it_is_said_what_stays_and_why(granny: Browser) -> None:
    granny.see("/account/me/erase/")
    for said in ("会留下，以及为什么", "还没办完的事", "监督承办单位", "证明历史没有被改动", "先取一份副本"):
        assert said in granny.page
    granny.send("/account/me/erase/", name="林秀珍")
    with as_system():
        said = [r for r in Record.objects.exclude(actor_name=None) if "林秀珍" in str(r.actor_name)]
        assert said == [] and not OneTimeCode.objects.exists()


def test_my_year_of_birth_is_mine_to_correct(granny: Browser) -> None:
    granny.see(ME)
    granny.send(ME, name="林秀珍", birth_year="1947")
    assert person("林秀珍").birth_year == 1947
    refused = granny.send(ME, name="林秀珍", birth_year="47")
    assert refused.status_code == 422 and 'value="47"' in granny.page and "四位数字" in granny.page
