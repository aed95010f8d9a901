"""What the pages of the door share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from linli.kernel.access import Refused

View = Callable[..., HttpResponse]


def page(request: HttpRequest, template: str, refused: Refused | None = None, /, **values: Any) -> HttpResponse:
    """Draw a page; a refusal stands beside its fields, with its status. What was typed comes in `values`."""
    errors = (refused.fields or {"": refused.sentence}) if refused else {}
    return render(
        request, f"door/{template}.html", {**values, "errors": errors}, status=refused.status if refused else 200
    )


def oneself(view: View) -> View:
    """Only for a resident, about themselves. Who acts for another right now is shown the way back first."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.on_behalf:
            return page(request, "behalf", on_behalf=request.actor.on_behalf)
        return view(request, *args, **kwargs)

    return signed_in(check)


def signed_in(view: View) -> View:
    """Only for who is signed in; everybody else comes to the door, and back here afterwards."""

    @wraps(view)
    @never_cache
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.account_id is None:
            back = request.get_full_path() if request.method == "GET" else ""
            return HttpResponseRedirect(f"{reverse('door:signin')}?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    return check
