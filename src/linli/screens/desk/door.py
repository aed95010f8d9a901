"""Who may use the desk: staff in a post. Others are shown the way."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.kernel.access import REPORTERS, Actor, Role, holds

View = Callable[..., HttpResponse]
_NOT_STAFF = REPORTERS | {Role.PARTNER}


def for_staff(view: View) -> View:
    """Only staff in a post see this page."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if actor.role == Role.ANONYMOUS and actor.account_id is None:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL + "?as=staff")
        if actor.role == Role.ANONYMOUS or actor.role in _NOT_STAFF:
            return render(request, "desk/not_yours.html", status=403)
        return view(request, *args, **kwargs)

    return look


def works_with_matters(actor: Actor) -> bool:
    return holds(actor, "matters.read")
