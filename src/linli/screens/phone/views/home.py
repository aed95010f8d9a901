"""The first page, my matters, and me."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_cookie

from linli.kernel.matters.queries import mine as queries
from linli.kernel.places import queries as places

from ..door import for_residents, print_of

_LATEST = 3


@never_cache
@for_residents
def home(request: HttpRequest) -> HttpResponse:
    return _list(request, "phone/home.html", queries.mine(request.actor, limit=_LATEST))


@never_cache
@for_residents
def mine(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    return _list(request, "phone/mine.html", queries.mine(request.actor, before=before), later=before)


@for_residents
def find(request: HttpRequest) -> HttpResponse:
    """To a matter of mine by the number that was quoted to me."""
    return redirect("phone:matter", queries.numbered(request.GET.get("number", ""), request.actor))


@never_cache
@vary_on_cookie
@for_residents
def me(request: HttpRequest) -> HttpResponse:
    return _page(request, "phone/me.html", {})


def _list(request: HttpRequest, template: str, mine: queries.Mine, **more: object) -> HttpResponse:
    codes = {matter.place_code for matter in (*mine.asking, *mine.rest)}
    return _page(request, template, {"mine": mine, "places": {c: places.label(c) for c in codes}, **more})


def _page(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return render(request, template, {**context, "who": print_of(request.actor)})
