"""微心愿 on the phone: ask one, see one's own, see what neighbours wish; members claim and fulfil."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Invalid
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.parts.doing import done
from linli.parts.doors import for_residents
from linli.parts.jinja import address
from linli.parts.office import uploads

from .. import verbs
from ..queries import wishes as q
from ..queries.own import own_member
from ..verbs.common import day_of
from .parts import choices, day_in, home_of, on_phone


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def page(request: HttpRequest) -> HttpResponse:
    by, at = request.actor, now()
    response, refused = done(request, {"ask": _ask}, address("party_building:wishing"))
    if response:
        return response
    home = home_of(by)[:9]
    rows = q.listing(by, place_code=home, limit=40) if len(home) == 9 else []
    context: dict[str, Any] = {
        "rows": rows,
        "own": q.own_wishes(by),
        "claimed": q.claimed(by),
        "kinds": choices("wish"),
        "labels": places.labels({row.wish.place_code for row in rows}),
        "typed": request.POST,
        "today": day_of(at),
    }
    return on_phone(request, "party_building/phone/wishing.html", context, here="home", refused=refused)


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def one(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    by, at = request.actor, now()
    acts = {
        "claim": _claim,
        "fulfil": _fulfil,
        "give_back": _give_back,
        "withdraw": _withdraw,
        "thank": _thank,
        "not_fulfilled": _not_yet,
    }
    response, refused = done(request, {name: partial(act, wish_id) for name, act in acts.items()})
    if response:
        return response
    found = q.whole(by, wish_id)
    context: dict[str, Any] = {
        "w": found,
        "wish": found.row.wish,
        "place": places.label(found.row.wish.place_code),
        "asked": next((o for o in q.own_wishes(by) if o.wish.id == wish_id), None),
        "member": own_member(by) is not None,
        "soon": (day_of(at) + timedelta(days=14)).isoformat(),
        "today": day_of(at),
    }
    return on_phone(request, "party_building/phone/wish.html", context, here="home", refused=refused)


def _ask(request: HttpRequest) -> str:
    kind, words, phone = (request.POST.get(name, "") for name in ("kind", "words", "phone"))
    verbs.ask_wish(by=request.actor, at=now(), kind=kind, words=words, phone=phone)
    return _("收到了。居委会核实后公开，公开时没有您的姓名和住址。")


def _claim(wish_id: UUID, request: HttpRequest) -> str:
    verbs.claim_wish(by=request.actor, at=now(), wish_id=wish_id, due_on=day_in(request, "due_on"))
    return _("已认领，联系请通过居委会。")


def _fulfil(wish_id: UUID, request: HttpRequest) -> str:
    data, fault = uploads.take(request, "files", "wish")
    if fault:
        raise Invalid(fault, fields={"files": fault})
    ids = [UUID(str(value)) for value in data.getlist("files") if value]
    verbs.fulfil(by=request.actor, at=now(), wish_id=wish_id, words=request.POST.get("words", ""), files_=ids)
    return _("已提交，等许愿的人确认。")


def _give_back(wish_id: UUID, request: HttpRequest) -> str:
    verbs.give_back(by=request.actor, at=now(), wish_id=wish_id, reason=request.POST.get("reason", ""))
    return _("已退回，别人可以认领。")


def _withdraw(wish_id: UUID, request: HttpRequest) -> str:
    verbs.withdraw_wish(by=request.actor, at=now(), wish_id=wish_id)
    return _("已撤回。")


def _thank(wish_id: UUID, request: HttpRequest) -> str:
    stars, words = request.POST.get("stars", ""), request.POST.get("words", "")
    verbs.thank(
        by=request.actor, at=now(), wish_id=wish_id, stars=int(stars) if stars.isdecimal() else 0, words=words
    )
    return _("谢谢您告诉我们。")


def _not_yet(wish_id: UUID, request: HttpRequest) -> str:
    verbs.not_fulfilled(by=request.actor, at=now(), wish_id=wish_id, reason=request.POST.get("reason", ""))
    return _("已告诉认领的人，他们会继续办。")
