"""通知 on the phone: the list, one notice, what I am reminded of, and the emergency that stands over every page.

For residents and for staff alike: who may read which is decided beneath (`queries.mine`).
"""

from __future__ import annotations

import json
from datetime import time
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.kernel.access import ANONYMOUS, Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.messages import queries as messages
from linli.kernel.notices import verbs
from linli.kernel.notices.kinds import KINDS, kind_words
from linli.kernel.notices.models import Preference
from linli.kernel.notices.queries import chosen, mine
from linli.kernel.notices.tokens import read_off
from linli.kernel.notices.vapid import public_key
from linli.kernel.places import queries as places
from linli.parts.doors import for_readers

from ..door import goes
from ..frame import draw
from ..urgent import urgent

KEPT_BY_WORKER = "X-Linli-Keep"
"""Sent by the service worker when it fetches a page to have it without a network: nobody has read it yet."""


@never_cache
@for_readers
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    found = mine.mine(request.actor, at=now())
    codes = {read.shown.place_code for read in (*found.now, *found.past)}
    return _page(request, "phone/notices.html", {"mine": found, "places": places.labels(codes)})


@never_cache
@for_readers
@require_safe
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One notice. Opening it counts; a worker that only keeps it does not."""
    at = now()
    if KEPT_BY_WORKER not in request.headers and request.method == "GET":
        verbs.open_notice(
            notice_id=notice_id, by=request.actor, at=at, channel=request.GET.get("via", "") or "phone"
        )
    page = mine.one(notice_id, by=request.actor, at=at)
    context = {
        "page": page,
        "read": page.read,
        "n": page.read.shown,
        "place": places.label(page.read.shown.place_code),
        "off": page.read.shown.kind in chosen.preference_of(request.actor).off,
    }
    return _page(request, "phone/notice.html", context)


@for_readers
@require_POST
def act(request: HttpRequest, notice_id: UUID, verb: str) -> HttpResponse:
    """away: 'read', on the banner of an emergency; confirm: staff; off and on: reminders of its topic."""
    by, at = request.actor, now()
    if verb == "away":
        verbs.put_away(notice_id=notice_id, by=by, at=at, channel="phone")
    elif verb == "confirm":
        verbs.confirm(notice_id=notice_id, by=by, at=at)
    else:
        kind = mine.for_me(notice_id, by=by, at=at).kind
        verbs.switch_topic(by=by, at=at, kind=kind, on=verb == "on")
    if verb == "away" and request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(_now(request))
    return redirect("phone:notice", notice_id)


@never_cache
@for_readers
@require_safe
def notices_now(request: HttpRequest) -> HttpResponse:
    """What every page of the phone shows over itself: emergencies not yet put away, and how many notices and messages are
    unread."""
    return JsonResponse(_now(request))


def _now(request: HttpRequest) -> dict[str, object]:
    at = now()
    alarms = mine.alarms(request.actor, at=at)
    html = render_to_string(
        "parts/alarm.html",
        {"alarms": alarms, "page": "phone:notice", "away": "phone:notice_act"},
        request=request,
    )
    return {
        "unread": mine.unread(request.actor, at=at),
        "messages": messages.unread(request.actor),
        "alarms": len(alarms),
        "html": html if alarms else "",
        "urgent": urgent(request, at),
    }


@never_cache
@for_readers
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Push on this phone, quiet hours, sms, topics."""
    faults: dict[str, str] = {}
    preference = chosen.preference_of(request.actor)
    if request.method == "POST":
        try:
            verbs.set_preference(by=request.actor, at=now(), **_chosen(request))
            return redirect("phone:notices_settings")
        except Refused as refused:
            faults = refused.fields
    return _page(
        request,
        "phone/notices_settings.html",
        {
            "preference": preference,
            "kinds": [(name, kind.words) for name, kind in KINDS.items() if name != "duty" or goes(request.actor)],
            "faults": faults,
            "push_key": public_key() if settings.LINLI_PUSH_SENDER else "",
            "browsers": chosen.browsers_of(request.actor),
            "usual": Preference(),
        },
        status=422 if faults else 200,
    )


def _chosen(request: HttpRequest) -> dict[str, object]:
    wanted = request.POST.getlist("kind")
    off = [name for name in KINDS if name not in wanted and name in request.POST.getlist("offered")]
    kept = [name for name in chosen.preference_of(request.actor).off if name not in request.POST.getlist("offered")]
    quiet = request.POST.get("quiet") == "1"
    return {
        "quiet_from": _time(request, "quiet_from") if quiet else time(0),
        "quiet_until": _time(request, "quiet_until") if quiet else time(0),
        "by_sms": request.POST.get("sms") == "1",
        "off": [*off, *kept],
    }


def _time(request: HttpRequest, name: str) -> time:
    try:
        return time.fromisoformat(request.POST.get(name, "")).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        sentence = _("请写成 22:00 这样的时间。")
        raise Invalid(sentence, fields={name: sentence}) from None


@for_readers
@require_POST
def push(request: HttpRequest) -> HttpResponse:
    """Switch push on or off for this browser: JSON {on, endpoint, p256dh, auth, device}."""
    try:
        sent = json.loads(request.body)
        endpoint = str(sent["endpoint"])
        if sent["on"]:
            keys = {"p256dh": str(sent["p256dh"]), "auth": str(sent["auth"])}
            device = str(sent.get("device", ""))
            verbs.subscribe(by=request.actor, at=now(), endpoint=endpoint, device=device, **keys)
        else:
            verbs.unsubscribe(by=request.actor, at=now(), endpoint=endpoint)
    except (ValueError, KeyError, TypeError):
        raise Invalid(_("这个浏览器不能接收提醒。"), code="push") from None
    return JsonResponse({"on": bool(sent["on"])})


@never_cache
@csrf_exempt  # the signed link is the permission: it works from a message, without a session
@require_http_methods(["GET", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Ends reminders of one topic with one tap, for whoever holds the link; a program may POST to it (RFC 8058)."""
    account, kind = read_off(token)
    ended = request.method == "POST"
    if ended:
        by = request.actor if request.actor.account_id == account else ANONYMOUS
        verbs.switch_topic(by=by, at=now(), kind=kind, on=request.POST.get("on") == "1", account_id=account)
    context = {
        "kind": kind_words(kind),
        "ended": ended and request.POST.get("on") != "1",
        "again": ended,
        "who": "",
    }
    return render(request, "phone/notices_off.html", context)


def _page(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return draw(request, template, context, status=status)
