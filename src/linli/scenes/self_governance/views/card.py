"""The points card on the phone, the counter of a partner shop on its keeper's phone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Refused
from linli.kernel.clock.now import now
from linli.parts.doing import done
from linli.parts.doors import for_residents, said, wants_json

from .. import cards, verbs
from ..queries import shopping
from ..verbs.spending import signing_key
from .common import draw, qr, uuid_in


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def card(request: HttpRequest) -> HttpResponse:
    """My card: its code of this minute, what waits for my agreement, the latest lines."""
    doings = {"take": _take, "change": _change, "agree": _agree, "refuse": _refuse}
    response, refused = done(request, doings, reverse("self_governance:card"))
    if response:
        return response
    at = now()
    found = shopping.mine(request.actor, at=at)
    own = found.card is not None and not request.actor.on_behalf
    code = cards.made(signing_key(), found.card.number, at) if found.card and own else ""
    context = {
        "m": found,
        "code": code,
        "qr": qr(code) if code else "",
        "shops": shopping.kept(request.actor),
        "refused": refused,
    }
    return draw("phone", request, "phone/card.html", context, status=refused.status if refused else 200)


@never_cache
@require_GET
@for_residents
def shops(request: HttpRequest) -> HttpResponse:
    """The shops whose counter I keep; straight to it where it is one."""
    kept = shopping.kept(request.actor)
    if len(kept) == 1:
        return HttpResponseRedirect(reverse("self_governance:shop", args=[kept[0].pk]))
    return draw("phone", request, "phone/shops.html", {"shops": kept})


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def shop(request: HttpRequest, shop_id: UUID) -> HttpResponse:
    """The counter: scan or type a code, say how many points for what; pay back. A program (what was read without a network) is
    answered in JSON."""
    doings = {"ask": partial(_ask, shop_id), "refund": _refund}
    back = reverse("self_governance:shop", args=[shop_id])
    if wants_json(request) and request.method == "POST":
        try:
            return JsonResponse({"sentence": _ask(shop_id, request), "url": back})
        except Refused as refused_:
            return said(refused_)
    response, refused = done(request, doings, back)
    if response:
        return response
    context = {
        "c": shopping.counter(request.actor, shop_id, at=now()),
        "refused": refused,
        "refused_act": request.POST.get("act", "") if refused else "",
        "typed": request.POST,
        "key": cards.public_of(signing_key()),
    }
    return draw("phone", request, "phone/shop.html", context, status=refused.status if refused else 200)


def _take(request: HttpRequest) -> str:
    verbs.take_card(by=request.actor, at=now())
    return _("积分卡已开好。")


def _change(request: HttpRequest) -> str:
    verbs.change_card(by=request.actor, at=now())
    return _("已换卡，旧码都不能再用，积分不变。")


def _agree(request: HttpRequest) -> str:
    paid = verbs.agree_charge(by=request.actor, at=now(), charge_id=uuid_in(request, "charge"))
    return _("已付 %(n)d 分。") % {"n": paid.amount}


def _refuse(request: HttpRequest) -> str:
    verbs.refuse_charge(by=request.actor, at=now(), charge_id=uuid_in(request, "charge"))
    return _("没有付，积分还在您的卡上。")


def _ask(shop_id: UUID, request: HttpRequest) -> str:
    amount = request.POST.get("amount", "").strip()
    when = request.POST.get("scanned_at", "")
    made = verbs.ask_points(
        by=request.actor, at=now(), shop_id=shop_id, code=request.POST.get("code", ""),
        amount=int(amount) if amount.isdecimal() and len(amount) < 8 else 0, what=request.POST.get("what", ""),
        scanned_at=datetime.fromtimestamp(int(when) / 1000, UTC) if when.isdecimal() and len(when) == 13 else None,
    )  # fmt: skip
    return _("已请顾客在手机上确认 %(n)d 分。") % {"n": made.amount}


def _refund(request: HttpRequest) -> str:
    back = verbs.refund(
        by=request.actor, at=now(), charge_id=uuid_in(request, "charge"), reason=request.POST.get("reason", "")
    )
    return _("已退 %(n)d 分。") % {"n": back.amount}
