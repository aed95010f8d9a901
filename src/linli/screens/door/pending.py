"""Between the first proof and the last: what a browser that is not yet signed in has shown so far.

Kept in its anonymous session, never in a form field. A proof grows old after a quarter of an hour. Phones and
secrets lie there sealed, because sessions are rows like others.
"""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from linli.kernel.sealed import seal, unseal

LIVES = 15 * 60


def remember(request: HttpRequest, name: str, value: str) -> None:
    request.session[name] = {"sealed": seal(value).decode(), "at": time.time()}


def recall(request: HttpRequest, name: str) -> str | None:
    """What was remembered under a name, while it is fresh."""
    kept: Any = request.session.get(name)
    if not kept or time.time() - kept["at"] > LIVES:
        return None
    return unseal(kept["sealed"].encode())


def forget(request: HttpRequest, *names: str) -> None:
    for name in names:
        request.session.pop(name, None)


def proved(request: HttpRequest, step: str) -> UUID | None:
    """The account whose earlier proofs are in, when `step` is what comes next for it."""
    line = recall(request, "pending")
    if line is None:
        return None
    account, _space, due = line.partition(" ")
    return UUID(account) if due == step else None


def owe(request: HttpRequest, account_id: UUID, step: str) -> None:
    remember(request, "pending", f"{account_id} {step}")


def keep_next(request: HttpRequest) -> str:
    """Where to go afterwards, when it is a page of ours; kept for the steps in between."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return ""


def home_of(kind: str) -> str:
    """The front page of the screen that somebody of this kind works with."""
    for name in ("desk:home" if kind == "staff" else "phone:home", "parts:start"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return "/"
