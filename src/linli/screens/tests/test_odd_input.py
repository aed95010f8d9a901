"""Whatever stands in an address or a field: a sentence, never an error of ours, and nothing changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from itertools import product
from urllib.parse import quote

import pytest
from django.test import Client

from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.parts.tests.odd import ODD

SignIn = Callable[[str], Client]
PAGES = {
    "dispatcher": (
        "/desk/q/all/?after={}", "/desk/q/all/?text={}", "/desk/q/all/?kind={}", "/desk/q/all/?since={}&until={}",
        "/desk/q/all/?opened_from={}", "/desk/q/all/?place={}", "/desk/q/all/?stage={}", "/desk/q/all/?order={}",
        "/desk/q/{}/", "/desk/topics/?days={}", "/desk/places/?text={}", "/desk/places/{}/", "/desk/map/?at={}",
        "/desk/export/?queue={}", "/desk/counts/?here={}",
    ),
    "keeper": (
        "/desk/kinds/?kind={}", "/desk/calendar/?month={}", f"/desk/places/{HOOD}/carried/?x={{}}",
        "/desk/places/{}/regroup/", "/desk/places/{}/below.geojson",
    ),
    "granny": ("/phone/mine/?before={}", "/phone/find/?number={}", "/phone/report/kinds/?text={}", "/account/me/looks/?before={}"),
}  # fmt: skip


def written(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


@pytest.mark.parametrize("who", PAGES)
def test_no_address_ends_in_an_error_of_ours(cast: Cast, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    client.raise_request_exception = False
    broken = []
    for page, odd in product(PAGES[who], ODD):
        address = page.replace("{}", written(odd))
        if "//" not in address and client.get(address).status_code >= 500:
            broken.append(address[:120])
    assert broken == []


FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
INPUT = re.compile(r"<(?:input|select|textarea)\b[^>]*?>")
FORMS_OF = {
    "sysadmin": ("/desk/people/", "/desk/units/", "/account/me/", "/account/password/", "/account/sessions/"),
    "secadmin": ("/desk/people/", "/desk/keys/"),
    "audadmin": ("/desk/audit/", "/desk/audit/?day=9999-12-31", "/desk/audit/?day=0001-01-01", "/desk/audit/?verb=%25"),
    "keeper": (
        "/desk/kinds/?kind=unlicensed-stall", "/desk/calendar/", "/desk/units/", f"/desk/places/{HOOD}/",
        f"/desk/places/{HOOD}/regroup/", "/desk/places/import/",
    ),
    "social": ("/desk/counter/", "/desk/counter/register/", "/desk/new/", "/desk/q/all/"),
    "granny": (
        "/phone/report/", "/phone/me/", "/account/me/", "/account/me/trust/", "/account/me/erase/", "/account/me/copy/",
    ),
    "": ("/account/signin/", "/account/signin/?as=staff", "/"),
}  # fmt: skip


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize("who", FORMS_OF)
def test_no_form_of_a_page_ends_in_an_error_of_ours(admins: Cast, sign_in: SignIn, who: str) -> None:
    client = sign_in(who) if who else Client()
    client.raise_request_exception = False
    broken, sent = [], 0
    for page in FORMS_OF[who]:
        drawn = client.get(page)
        assert drawn.status_code == 200, page
        for head, body in FORM.findall(drawn.content.decode()):
            if attribute(head, "method") != "post" or "signout" in head:
                continue
            fields = {attribute(tag, "name"): tag for tag in INPUT.findall(body) if attribute(tag, "name")}
            for odd in ("", "\0", "9999-12-31", "0001-01-01", "9" * 400, "🀄" * 3000, "<script>", "nan"):
                data = {
                    name: attribute(tag, "value") if attribute(tag, "type") == "hidden" else odd
                    for name, tag in fields.items()
                }
                answer = client.post(attribute(head, "action") or page, data)
                sent += 1
                if answer.status_code >= 500:
                    broken.append((page, attribute(head, "action"), data.get("act"), odd[:12]))
    assert broken == []
    assert sent or who == "audadmin"
