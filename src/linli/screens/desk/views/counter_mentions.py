"""What others wrote of somebody who stands at the counter, and blacking out their name and numbers there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Invalid, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.matters.verbs import find_mentions, redact
from linli.parts.doors import for_staff
from linli.parts.office import Act, ActForm, Field, collect

from .. import visit
from ..shell import draw
from .bulk import chosen_of
from .counter_person import back_to

_REDACT = Act(
    key="redact",
    words=_("隐去勾选的事里的姓名和号码"),
    tone="danger",
    fields=(
        Field(
            name="reason",
            label=_("怎样核实是本人、为什么隐去"),
            hint=_("例如“本人出示身份证，书面申请”。不要写姓名和号码，理由会留在每件事的记录里。"),
        ),
    ),
    verb=redact,
)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def mentions_page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The matters with the places, each to be ticked; looking for them is written down like every look."""
    actor = request.actor
    require(actor, "people.erase")
    require(actor, "matters.redact")
    purpose = visit.purpose_for(request, person_id)
    if not purpose:
        return HttpResponseRedirect(back_to(person_id))
    form, status, chosen = ActForm(_REDACT), 200, chosen_of(request.POST.getlist("chosen"))
    if request.method == "POST":
        given, faults = collect(_REDACT.fields, request.POST)
        try:
            if faults:
                raise Invalid("", fields=faults)
            if not chosen:
                raise Invalid(_t("还没有勾选要隐去的事。"))
            _each(request, person_id, list(chosen), **given)
        except Refused as refused:
            form, status = ActForm(_REDACT, request.POST, refused), refused.status
        else:
            return HttpResponseRedirect(request.path, status=303)
    found = find_mentions(person_id=person_id, by=actor, at=now(), purpose=purpose)
    context = {"mentions": found, "person_id": person_id, "purpose": purpose, "form": form, "chosen": set(chosen)}
    return draw(request, "desk/counter_mentions.html", context, here="desk:counter", status=status)


def _each(request: HttpRequest, person_id: UUID, chosen: list[UUID], **given: Any) -> None:
    """Every matter for itself; a reason that cannot stay refuses the first, and with it all."""
    done = 0
    for matter_id in chosen:
        try:
            redact(matter_id=matter_id, person_id=person_id, by=request.actor, at=now(), **given)
        except Invalid:
            raise
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            done += 1
    if done:
        messages.success(request, _t("已在 %(n)d 件事里隐去。") % {"n": done})
