"""The first page, my matters, and me."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_cookie

from linli.kernel.access import NotFound
from linli.kernel.clock.now import now
from linli.kernel.matters.queries import mine as queries
from linli.kernel.places import queries as places
from linli.kernel.things.queries.agreements import waiting_for
from linli.parts import pages
from linli.parts.doors import for_residents

from ..door import goes
from ..frame import draw

_LATEST = 3


def home(request: HttpRequest) -> HttpResponse:
    """A resident's first page; whoever goes to alarms has their own."""
    return redirect("phone:duty") if goes(request.actor) else _home(request)


@never_cache
@for_residents
def _home(request: HttpRequest) -> HttpResponse:
    return _list(request, "phone/home.html", queries.mine(request.actor, limit=_LATEST))


@never_cache
@for_residents
def mine(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    return _mine(request, before)


@for_residents
def find(request: HttpRequest) -> HttpResponse:
    """To a matter of mine by the number that was quoted to me; else the list again, with what is wrong."""
    number = request.GET.get("number", "")
    try:
        return redirect("phone:matter", queries.numbered(number, request.actor))
    except NotFound as missing:
        return _mine(request, "", status=missing.status, number=number, not_found=missing.sentence)


@never_cache
@vary_on_cookie
@for_residents
def me(request: HttpRequest) -> HttpResponse:
    return _page(request, "phone/me.html", {"to_sign": waiting_for(request.actor, now())})


def _mine(
    request: HttpRequest, before: str, *, status: int = 200, number: str = "", not_found: str = ""
) -> HttpResponse:
    found = queries.mine(request.actor, before=before)
    more = {"later": before, "number": number, "not_found": not_found}
    return _list(request, "phone/mine.html", found, status=status, **more)


def _list(
    request: HttpRequest, template: str, mine: queries.Mine, *, status: int = 200, **more: object
) -> HttpResponse:
    codes = {matter.place_code for matter in (*mine.asking, *mine.rest)}
    groups = pages.pages_of(request.actor, "phone") if template == "phone/home.html" else []
    told = {"mine": mine, "places": {c: places.label(c) for c in codes}, "groups": groups, **more}
    return _page(request, template, told, status=status)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return draw(request, template, context, status=status)
