"""我的班: my next shifts, 到岗 and 离岗, swaps, leave, gaps I am asked to take, and my position while I share it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.kernel.access import Actor, Invalid, NotFound, Refused, holds
from linli.kernel.clock.now import now
from linli.kernel.duty import verbs, wall, words
from linli.kernel.duty.models import Leave, Shift
from linli.kernel.duty.queries import gaps
from linli.kernel.duty.queries import mine as queries
from linli.kernel.duty.queries import positions as sharing
from linli.kernel.people.words import role_word
from linli.kernel.places import queries as places
from linli.parts.doors import wants_json
from linli.parts.duty import WORDS as SHARED

from ..door import for_serving
from ..frame import draw

WORDS: dict[str, Any] = {**SHARED, "role_word": role_word}


@never_cache
@for_serving
def shifts(request: HttpRequest) -> HttpResponse:
    """My duty on one page."""
    return _list(request)


@never_cache
@for_serving
def strip(request: HttpRequest) -> HttpResponse:
    """The line at the top of every page of duty: on duty until when, and whether my position is shared."""
    at = now()
    found = queries.mine(request.actor, at)
    return _page(request, "phone/shift_strip.html", {"now": found.now, "at": at, "looks": found.looks})


@never_cache
@for_serving
def shift(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    return _shift(request, shift_id)


@require_POST
@for_serving
def act(request: HttpRequest, shift_id: UUID, verb: str) -> HttpResponse:
    """What I do with a shift. A program (the outbox) is answered in JSON."""
    doing = _ACTS.get(verb)
    if doing is None:
        raise NotFound(_("没有这个操作。"))
    try:
        doing(request, shift_id)
    except NotFound:
        raise
    except Refused as refused:
        if wants_json(request):
            body = {"code": refused.code, "sentence": refused.sentence, "fields": refused.fields}
            return JsonResponse(body, status=refused.status)
        if verb == "ask_swap":
            return _shift(request, shift_id, refused)
        return _list(request, refused)
    if wants_json(request):
        return JsonResponse({"url": reverse("phone:shifts")})
    return redirect("phone:shifts")


@require_POST
@for_serving
def swap(request: HttpRequest, swap_id: UUID, verb: str) -> HttpResponse:
    """Agree to a colleague's swap or not, or take my own back."""
    by, at = request.actor, now()
    try:
        if verb == "withdraw":
            verbs.withdraw_swap(by=by, at=at, swap_id=swap_id)
        elif verb in ("agree", "refuse"):
            verbs.answer_swap(by=by, at=at, swap_id=swap_id, agrees=verb == "agree")
        else:
            raise NotFound(_("没有这个操作。"))
    except NotFound:
        raise
    except Refused as refused:
        return _list(request, refused)
    return redirect("phone:shifts")


@never_cache
@require_http_methods(["GET", "POST"])
@for_serving
def leave(request: HttpRequest) -> HttpResponse:
    """Ask to be away."""
    if request.method != "POST":
        return _leave(request)
    try:
        starts, ends = _moment(request, "starts"), _moment(request, "ends")
        verbs.ask_leave(
            by=request.actor, at=now(), starts=starts, ends=ends, kind=request.POST.get("kind", ""),
            note=request.POST.get("note", ""),
        )  # fmt: skip
    except Refused as refused:
        return _leave(request, refused)
    return redirect("phone:shifts")


@require_POST
@for_serving
def withdraw_leave(request: HttpRequest, leave_id: UUID) -> HttpResponse:
    try:
        verbs.withdraw_leave(by=request.actor, at=now(), leave_id=leave_id)
    except NotFound:
        raise
    except Refused as refused:
        return _list(request, refused)
    return redirect("phone:shifts")


@require_POST
@for_serving
def position(request: HttpRequest, shift_id: UUID) -> JsonResponse:
    """One position of this phone; the answer says whether it is to go on."""
    try:
        doubt = request.POST.get("doubt", "")
        verbs.tell_position(
            by=request.actor, at=now(), shift_id=shift_id, lon=_number(request, "lon"), lat=_number(request, "lat"),
            doubt=float(doubt) if doubt.replace(".", "", 1).isdecimal() else None,
        )  # fmt: skip
    except Refused as refused:
        return JsonResponse(
            {"sentence": refused.sentence, "stop": refused.status in (404, 409)}, status=refused.status
        )
    return JsonResponse({"stop": False})


def _number(request: HttpRequest, name: str) -> float:
    try:
        return float(request.POST.get(name, ""))
    except ValueError:
        raise Invalid(_("位置的经纬度不对。")) from None


def _moment(request: HttpRequest, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        sentence = _("请选择日期和时间。")
        raise Invalid(sentence, fields={name: sentence}) from None
    if not 2000 <= moment.year <= 2100:
        sentence = _("请选择日期和时间。")
        raise Invalid(sentence, fields={name: sentence})
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _check_in(request: HttpRequest, shift_id: UUID) -> None:
    verbs.check_in(by=request.actor, at=now(), shift_id=shift_id)


def _check_out(request: HttpRequest, shift_id: UUID) -> None:
    verbs.check_out(by=request.actor, at=now(), shift_id=shift_id)


def _share(request: HttpRequest, shift_id: UUID) -> None:
    verbs.share(by=request.actor, at=now(), shift_id=shift_id)


def _stop_sharing(request: HttpRequest, shift_id: UUID) -> None:
    verbs.stop_sharing(by=request.actor, at=now(), shift_id=shift_id)


def _take_open(request: HttpRequest, shift_id: UUID) -> None:
    verbs.take_open(by=request.actor, at=now(), shift_id=shift_id)


def _cover(request: HttpRequest, shift_id: UUID) -> None:
    verbs.answer_cover(by=request.actor, at=now(), shift_id=shift_id, takes=True)


def _no_cover(request: HttpRequest, shift_id: UUID) -> None:
    verbs.answer_cover(by=request.actor, at=now(), shift_id=shift_id, takes=False)


def _ask_swap(request: HttpRequest, shift_id: UUID) -> None:
    chosen = request.POST.get("with", "")
    who, _sep, back = chosen.partition(":")
    try:
        colleague, back_id = UUID(who), UUID(back) if back else None
    except ValueError:
        sentence = _("请选择一位同事。")
        raise Invalid(sentence, fields={"with": sentence}) from None
    verbs.ask_swap(
        by=request.actor, at=now(), shift_id=shift_id, colleague_id=colleague, back_id=back_id,
        note=request.POST.get("note", ""),
    )  # fmt: skip


_ACTS: dict[str, Callable[[HttpRequest, UUID], None]] = {
    "check_in": _check_in,
    "check_out": _check_out,
    "share": _share,
    "stop_sharing": _stop_sharing,
    "take_open": _take_open,
    "cover": _cover,
    "no_cover": _no_cover,
    "ask_swap": _ask_swap,
}


def _list(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    at = now()
    found = queries.mine(request.actor, at)
    codes = {s.place_code for s in (*found.coming, *found.past, *([found.now] if found.now else []))}
    context = {
        "mine": found,
        "at": at,
        "labels": places.labels(codes),
        "refused": refused,
        "today": wall.day_of(at),
        "sent": sharing.last_sent(request.actor, found.now.id, at) if found.now and found.now.sharing else None,
        "tomorrow": gaps.tomorrow(request.actor, at) if holds(request.actor, "duty.change") else [],
    }
    return _page(request, "phone/shifts.html", context, status=refused.status if refused else 200)


def _shift(request: HttpRequest, shift_id: UUID, refused: Refused | None = None) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    found: Shift | None = queries.own_shift(actor, shift_id)
    if found is None:
        raise NotFound(_("没有这个班，或者它不是您的。"))
    colleagues, theirs = queries.swap_choices(actor, found, at)
    context = {
        "shift": found,
        "at": at,
        "place": places.label(found.place_code),
        "colleagues": colleagues,
        "theirs": theirs,
        "refused": refused,
        "typed": request.POST,
        "may_swap": found.in_at is None and found.starts_at > at,
    }
    return _page(request, "phone/shift.html", context, status=refused.status if refused else 200)


def _leave(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    context = {
        "kinds": [(kind, words.leave_kind_word(kind)) for kind in Leave.Kind.values],
        "fields": refused.fields if refused else {},
        "refused": refused,
        "typed": request.POST,
    }
    return _page(request, "phone/leave.html", context, status=refused.status if refused else 200)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return draw(request, template, {**WORDS, **context}, status=status)
