"""Letting somebody in: a new session under a new key, and where to go from there."""

from __future__ import annotations

import time
from dataclasses import replace

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from linli.kernel.access import ANONYMOUS, Actor, as_system
from linli.kernel.people import queries, verbs
from linli.kernel.people.devices import device_name
from linli.kernel.people.models import Account
from linli.kernel.people.sessions import IDLE

from . import pending

_YEAR = 365 * 24 * 3600
_BACKEND = "linli.kernel.people.backend.Backend"


def at_door(request: HttpRequest, account: Account | None = None) -> Actor:
    """Who stands at the door: nobody yet, from an address; or the account that is proving itself."""
    actor = replace(ANONYMOUS, address=queries.address_of(request))
    return replace(actor, account_id=account.id, name=account.name) if account else actor


def device(request: HttpRequest) -> str:
    return device_name(request.headers.get("User-Agent", ""))


def next_page(request: HttpRequest, account: Account) -> HttpResponse:
    """The page of what a staff account still owes; when it owes nothing, in."""
    step = verbs.next_step(account)
    if step:
        pending.owe(request, account.id, step)
        return HttpResponseRedirect(reverse(f"door:{step}"))
    return let_in(request, account)


def let_in(request: HttpRequest, account: Account) -> HttpResponse:
    """Sign the browser in under a fresh session key and go where it was going.

    Whatever session it had ends here: its key may have been planted (session fixation), and what it held
    belonged to nobody or to somebody else.
    """
    after = pending.recall(request, "next") or pending.home_of(account.kind)
    begin_session(request, account)
    response = HttpResponseRedirect(after)
    if "language" not in request.COOKIES and account.language != "zh-hans":
        response.set_cookie("language", account.language, max_age=_YEAR, samesite="Lax")
    if "large" not in request.COOKIES and account.large_type:
        response.set_cookie("large", "1", max_age=_YEAR, samesite="Lax")
    return response


def begin_session(request: HttpRequest, account: Account) -> None:
    request.session.flush()
    with as_system():
        login(request, account, backend=_BACKEND)
    request.session["device"] = device(request)
    request.session["address"] = queries.address_of(request)
    request.session["signed_in_at"] = time.time()
    request.session.set_expiry(int(IDLE[Account.Kind(account.kind)].total_seconds()))
