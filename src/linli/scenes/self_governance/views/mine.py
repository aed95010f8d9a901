"""A volunteer's own pages: my shifts, one of them with check-in, what waits for my agreement."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import NotFound
from linli.kernel.clock.now import now
from linli.parts.doing import done
from linli.parts.doors import for_residents

from .. import verbs
from ..queries import mine as queries
from ..verbs import Position
from .common import draw, number_in, uuid_in


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def mine(request: HttpRequest) -> HttpResponse:
    """What comes and what was; POST agrees to a child's sign-up."""
    back = reverse("self_governance:mine")
    response, refused = done(request, {"agree": _agree}, back)
    if response:
        return response
    context = {"mine": queries.mine(request.actor, at=now()), "refused": refused}
    return draw("phone", request, "phone/mine.html", context, status=refused.status if refused else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def sign_up(request: HttpRequest, sign_up_id: UUID) -> HttpResponse:
    """One sign-up: check in, check out, withdraw, contest what was certified."""
    at = now()
    doings = {
        "check_in": partial(_check, sign_up_id, verbs.check_in, _("签到成功，谢谢您来。")),
        "check_out": partial(
            _check, sign_up_id, verbs.check_out, _("签退成功。组织者认定后，时长会记到您的卡上。")
        ),
        "withdraw": partial(_withdraw, sign_up_id),
        "appeal": partial(_appeal, sign_up_id),
    }
    response, refused = done(request, doings, reverse("self_governance:sign_up", args=[sign_up_id]))
    if response:
        return response
    found = queries.one(request.actor, sign_up_id, at=at)
    context = {
        "w": found,
        "s": found.sign_up,
        "shift": found.sign_up.shift,
        "activity": found.sign_up.shift.activity,
        "refused": refused,
        "refused_act": request.POST.get("act", "") if refused else "",
        "code": (request.POST.get("code") or request.GET.get("code", ""))[:32],
        "typed": request.POST,
        "at": at,
    }
    return draw("phone", request, "phone/sign_up.html", context, status=refused.status if refused else 200)


@never_cache
@require_GET
@for_residents
def scanned(request: HttpRequest, shift_id: UUID, code: str) -> HttpResponse:
    """Where the QR code at the place leads when the phone's own camera reads it: to one's own sign-up, the code filled in."""
    own = queries.of_shift(request.actor, shift_id)
    if own is None:
        raise NotFound(_("您没有报名这个时段：请先报名，或者请组织者现场登记。"))
    return HttpResponseRedirect(f"{reverse('self_governance:sign_up', args=[own.id])}?code={code[:32]}#check")


def _agree(request: HttpRequest) -> str:
    made = verbs.agree_for_minor(by=request.actor, at=now(), sign_up_id=uuid_in(request, "sign_up"))
    return _("已同意，名额已满，孩子在候补中。") if made.state == "waiting" else _("已同意，孩子报名成功。")


def _check(sign_up_id: UUID, verb, words: str, request: HttpRequest) -> str:  # type: ignore[no-untyped-def]
    lon, lat = number_in(request, "lon", -180, 180), number_in(request, "lat", -90, 90)
    doubt = number_in(request, "doubt", 0, 10**7) or 0.0
    where = Position(lon, lat, doubt) if lon is not None and lat is not None else None
    code = request.POST.get("code", "").strip().rstrip("/").rsplit("/", 1)[-1]
    verb(by=request.actor, at=now(), sign_up_id=sign_up_id, code=code, position=where)
    return words


def _withdraw(sign_up_id: UUID, request: HttpRequest) -> str:
    verbs.withdraw(by=request.actor, at=now(), sign_up_id=sign_up_id, reason=request.POST.get("reason", ""))
    return _("已取消报名。")


def _appeal(sign_up_id: UUID, request: HttpRequest) -> str:
    verbs.appeal(by=request.actor, at=now(), sign_up_id=sign_up_id, text=request.POST.get("text", ""))
    return _("已申请复核，由认定人以外的人决定。")
