"""微心愿 on the phone: ask one, see one's own, see what neighbours wish; members claim and fulfil."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.people.models import Person
from linli.kernel.places import queries as places
from linli.parts.doors import for_residents
from linli.parts.jinja import address
from linli.parts.office import uploads

from .. import verbs
from ..queries import wishes as q
from ..queries.own import own_member
from ..verbs.common import day_of
from .parts import choices, on_phone


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def page(request: HttpRequest) -> HttpResponse:
    by, at = request.actor, now()
    refused = None
    if request.method == "POST":
        try:
            sent = request.POST
            verbs.ask_wish(
                by=by, at=at, kind=sent.get("kind", ""), words=sent.get("words", ""), phone=sent.get("phone", "")
            )
            messages.success(request, _("收到了。居委会核实后公开，公开时没有您的姓名和住址。"))
            return HttpResponseRedirect(address("party_building:wishing"), status=303)
        except Refused as found:
            refused = found
    home = (Person.objects.filter(pk=by.person_id).values_list("place_code", flat=True).first() or "")[:9]
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
    refused = None
    if request.method == "POST":
        try:
            messages.success(request, _done(request, wish_id))
            return HttpResponseRedirect(request.path, status=303)
        except Refused as found:
            refused = found
    found_ = q.whole(by, wish_id)
    context: dict[str, Any] = {
        "w": found_,
        "wish": found_.row.wish,
        "place": places.label(found_.row.wish.place_code),
        "asked": next((o for o in q.own_wishes(by) if o.wish.id == wish_id), None),
        "member": own_member(by) is not None,
        "soon": (day_of(at) + timedelta(days=14)).isoformat(),
        "today": day_of(at),
    }
    return on_phone(request, "party_building/phone/wish.html", context, here="home", refused=refused)


def _done(request: HttpRequest, wish_id: UUID) -> str:
    """Does what one of the page's forms asks. Raises Refused."""
    by, at, sent = request.actor, now(), request.POST
    match sent.get("act", ""):
        case "claim":
            verbs.claim_wish(by=by, at=at, wish_id=wish_id, due_on=_day(sent.get("due_on", "")))
            return _("已认领，联系请通过居委会。")
        case "fulfil":
            data, fault = uploads.take(request, "files", "wish")
            if fault:
                raise Invalid(fault, fields={"files": fault})
            ids = [UUID(str(value)) for value in data.getlist("files") if value]
            verbs.fulfil(by=by, at=at, wish_id=wish_id, words=sent.get("words", ""), files_=ids)
            return _("已提交，等许愿的人确认。")
        case "give_back":
            verbs.give_back(by=by, at=at, wish_id=wish_id, reason=sent.get("reason", ""))
            return _("已退回，别人可以认领。")
        case "withdraw":
            verbs.withdraw_wish(by=by, at=at, wish_id=wish_id)
            return _("已撤回。")
        case "thank":
            stars = sent.get("stars", "")
            verbs.thank(
                by=by,
                at=at,
                wish_id=wish_id,
                stars=int(stars) if stars.isdecimal() else 0,
                words=sent.get("words", ""),
            )
            return _("谢谢您告诉我们。")
        case "not_fulfilled":
            verbs.not_fulfilled(by=by, at=at, wish_id=wish_id, reason=sent.get("reason", ""))
            return _("已告诉认领的人，他们会继续办。")
    raise Invalid(_("请刷新页面再试。"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = _("请选择日期。")
        raise Invalid(sentence, fields={"due_on": sentence}) from None
