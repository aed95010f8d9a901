"""What somebody takes away from the counter, and leaving for good: a copy of everything, and erasure on request."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Invalid, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.people import queries, verbs
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, ActForm, Field, collect

from .. import visit
from ..shell import draw
from .counter_person import back_to

_REASON = Field(
    name="reason", label=_("怎样核实是本人"), hint=_("例如“本人出示身份证”。理由会留在记录里，居民看得到。")
)
_COPY = Act(key="copy", words=_("打开副本"), fields=(_REASON,), verb=verbs.copy_person)
_ERASE = Act(
    key="erase",
    words=_("注销，删除登记信息"),
    tone="danger",
    fields=(
        Field(name="reason", label=_("怎样核实是本人、怎样申请的"), hint=_("例如“本人出示身份证，书面申请”。")),
        Field(name="name", label=_("填写居民的姓名以确认")),
    ),
    verb=verbs.erase_person,
)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def copy_page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The reason first; then the copy, in this one answer, to be printed and handed over."""
    require(request.actor, "people.unmask")
    if not visit.purpose_for(request, person_id):
        return HttpResponseRedirect(back_to(person_id))
    context: dict[str, Any] = {"person_id": person_id, "chapters": None, "at": now(), "form": ActForm(_COPY)}
    if request.method != "POST":
        return draw(request, "desk/counter_copy.html", context, here="desk:counter")
    given, faults = collect(_COPY.fields, request.POST)
    try:
        if faults:
            raise Invalid("", fields=faults)
        context["chapters"] = verbs.copy_person(by=request.actor, at=context["at"], person_id=person_id, **given)
    except Invalid as refused:
        context["form"] = ActForm(_COPY, request.POST, refused)
        return draw(request, "desk/counter_copy.html", context, here="desk:counter", status=refused.status)
    return draw(request, "desk/counter_copy.html", context, here="desk:counter")


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def erase_page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What goes and what stays, with the reason; confirmed by the person's name; done at once."""
    actor = request.actor
    require(actor, "people.erase")
    purpose = visit.purpose_for(request, person_id)
    if not purpose:
        return HttpResponseRedirect(back_to(person_id))
    card = verbs.read_person(by=actor, at=now(), person_id=person_id, purpose=purpose)
    form = ActForm(_ERASE)
    status = 200
    if request.method == "POST":
        given, faults = collect(_ERASE.fields, request.POST)
        if not faults and given["name"] != card.name:
            faults["name"] = _t("与登记的姓名不一致。")
        try:
            if faults:
                raise Invalid("", fields=faults)
            verbs.erase_person(by=actor, at=now(), person_id=person_id, reason=given["reason"])
        except Refused as refused:
            form, status = ActForm(_ERASE, request.POST, refused), refused.status
        else:
            visit.end(request)
            messages.success(request, _t("已注销。请告诉本人：还没办完的事会继续办，办结后文字也会删除。"))
            return HttpResponseRedirect(reverse("desk:counter"), status=303)
    context = {
        "card": card,
        "place": places.label(card.place_code) if card.place_code else "",
        "farewell": queries.farewell(),
        "form": form,
    }
    return draw(request, "desk/counter_erase.html", context, here="desk:counter", status=status)
