"""Who may use a page of the desk or the phone; the others are shown the way, in the screen's own words."""

from __future__ import annotations

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
_NOT_STAFF = REPORTERS | {Role.PARTNER}


def for_staff(view: View) -> View:
    """Only staff in a post see this page of the desk."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if actor.role == Role.ANONYMOUS and actor.account_id is None:
            return to_sign_in(request, staff=True)
        if actor.role == Role.ANONYMOUS or actor.role in _NOT_STAFF:
            return render(request, "desk/not_yours.html", status=403)
        return view(request, *args, **kwargs)

    return look


def for_residents(view: View) -> View:
    """Only a resident sees this page of the phone; a program is told 401 and where to sign in, staff which door is theirs."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if actor.person_id is not None and actor.role in REPORTERS:
            return view(request, *args, **kwargs)
        if wants_json(request):
            return sign_in_first(_("请先登录，再发送。"))
        if actor.role == Role.ANONYMOUS:
            return to_sign_in(request)
        return render(request, "phone/not_yours.html", status=403)

    return look


def for_readers(view: View) -> View:
    """Whoever is signed in: residents and staff alike."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if actor.account_id is not None and (actor.person_id is not None or actor.scope):
            return view(request, *args, **kwargs)
        if wants_json(request):
            return sign_in_first(_("请先登录。"))
        return to_sign_in(request)

    return look


def for_workers(*permissions: str) -> Callable[[View], View]:
    """Staff who hold one of the permissions see this page of the phone; a program is told 401, others the way."""
    return lambda view: workers_door(view, lambda actor: any(holds(actor, p) for p in permissions))


def workers_door(view: View, may: Callable[[Actor], bool], *, others: str = "phone/not_on_duty.html") -> View:
    """The door of a page for staff on their phone, by a question about the actor."""

    @wraps(view)
    def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor
        if may(actor):
            return view(request, *args, **kwargs)
        if wants_json(request):
            return sign_in_first(_("请先登录，再发送。"))
        if actor.role == Role.ANONYMOUS and actor.account_id is None:
            return to_sign_in(request, staff=True)
        return render(request, others, status=403)

    return look


def to_sign_in(request: HttpRequest, *, staff: bool = False) -> HttpResponse:
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL + ("?as=staff" if staff else ""))


def sign_in_first(sentence: str) -> JsonResponse:
    return JsonResponse({"code": "sign_in", "sentence": sentence, "fields": {}}, status=401)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def said(refused: Refused) -> JsonResponse:
    """A refusal for a program (the outbox), which shows one sentence: with what is wrong about each field in it."""
    sentence = " ".join(dict.fromkeys([refused.sentence, *refused.fields.values()]))
    body = {"code": refused.code, "sentence": sentence, "fields": refused.fields}
    return JsonResponse(body, status=refused.status)
