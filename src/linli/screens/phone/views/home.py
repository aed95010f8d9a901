"""The first page, my matters, and me."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_cookie

from linli.kernel.matters.queries import mine as queries

from ..door import for_residents, print_of

_LATEST = 3


@never_cache
@for_residents
def home(request: HttpRequest) -> HttpResponse:
    mine = queries.mine(request.actor, limit=_LATEST)
    return _page(request, "phone/home.html", {"mine": mine})


@never_cache
@for_residents
def mine(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    return _page(request, "phone/mine.html", {"mine": queries.mine(request.actor, before=before), "later": before})


@for_residents
def find(request: HttpRequest) -> HttpResponse:
    """To a matter of mine by the number that was quoted to me."""
    return redirect("phone:matter", queries.numbered(request.GET.get("number", ""), request.actor))


@never_cache
@vary_on_cookie
@for_residents
def me(request: HttpRequest) -> HttpResponse:
    return _page(request, "phone/me.html", {})


def _page(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    return render(request, template, {**context, "who": print_of(request.actor)})
