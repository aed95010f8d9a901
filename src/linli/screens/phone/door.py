"""Who may use which pages of the phone: residents theirs, whoever goes to alarms the pages of duty."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, Actor, Refused, Role, holds

View = Callable[..., HttpResponse]


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def said(refused: Refused) -> JsonResponse:
    """A refusal for a program (the outbox), which shows one sentence: with what is wrong about each field in it."""
    sentence = " ".join(dict.fromkeys([refused.sentence, *refused.fields.values()]))
    body = {"code": refused.code, "sentence": sentence, "fields": refused.fields}
    return JsonResponse(body, status=refused.status)


def for_residents(view: View) -> View:
    """Only a resident sees this page; a program is told 401 and where to sign in, staff which door is theirs."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if actor.person_id is not None and actor.role in REPORTERS:
            return view(request, *args, **kwargs)
        if wants_json(request):
            body = {"code": "sign_in", "sentence": _("请先登录，再发送。"), "fields": {}}
            return JsonResponse(body, status=401)
        if actor.role == Role.ANONYMOUS:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return render(request, "phone/not_yours.html", status=403)

    return look


def for_readers(view: View) -> View:
    """Whoever is signed in reads notices: residents and staff alike."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if actor.account_id is not None and (actor.person_id is not None or actor.scope):
            return view(request, *args, **kwargs)
        if wants_json(request):
            return JsonResponse({"code": "sign_in", "sentence": _("请先登录。"), "fields": {}}, status=401)
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)

    return look


def for_duty(view: View) -> View:
    """Only who may go to an alarm sees this page."""
    return _on_duty(view, goes)


def for_serving(view: View) -> View:
    """Only who can have a shift sees this page: staff in a post that serves."""
    return _on_duty(view, lambda actor: holds(actor, "duty.serve"))


def _on_duty(view: View, may: Callable[[Actor], bool]) -> View:
    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if may(actor):
            return view(request, *args, **kwargs)
        if wants_json(request):
            body = {"code": "sign_in", "sentence": _("请先登录，再发送。"), "fields": {}}
            return JsonResponse(body, status=401)
        if actor.role == Role.ANONYMOUS and actor.account_id is None:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL + "?as=staff")
        return render(request, "phone/not_on_duty.html", status=403)

    return look


def for_installers(view: View) -> View:
    """Only who may install devices sees this page: staff in a post, on their phone."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if holds(actor, "things.install"):
            return view(request, *args, **kwargs)
        if actor.role == Role.ANONYMOUS and actor.account_id is None:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL + "?as=staff")
        return render(request, "phone/not_an_installer.html", status=403)

    return look


def goes(actor: Actor) -> bool:
    """Whether somebody works in a post that goes to alarms."""
    return actor.unit_id is not None and holds(actor, "matters.go")


def print_of(actor: Actor) -> str:
    """Whose draft it is, for this device only: says who without naming them. "" when nobody is signed in."""
    # Staff write in a post: what one wrote for one unit another post of the same person does not send.
    key = actor.person_id or (actor.post_id if goes(actor) else None)
    if key is None:
        return ""
    return hashlib.sha256(f"linli.phone:{settings.SECRET_KEY}:{key}".encode()).hexdigest()[:24]
