"""The matters of somebody who stands at the counter: read back to them, and a new one in their name."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Refused, require
from linli.kernel.clock.now import now
from linli.kernel.matters.verbs import read_theirs
from linli.kernel.people import verbs as people
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.times import local

from .. import visit
from ..shell import draw
from .counter_person import back_to
from .opening import ABOUT, Sent, form_for


@never_cache
@require_GET
@for_staff
def matters_page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What they reported, the latest first; written down like every look."""
    require(request.actor, "people.read")
    purpose = visit.purpose_for(request, person_id)
    if not purpose:
        return HttpResponseRedirect(back_to(person_id))
    found = read_theirs(person_id=person_id, by=request.actor, at=now(), purpose=purpose)
    known = places.labels(matter.place_code for matter in found)
    rows = [(matter, known[matter.place_code]) for matter in found]
    context = {"rows": rows, "person_id": person_id, "purpose": purpose}
    return draw(request, "desk/counter_matters.html", context, here="desk:counter")


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def report_page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The form of 登记新事项 without its contact: the person is the reporter and follows it on their own phone."""
    actor = request.actor
    require(actor, "matters.open")
    require(actor, "people.read")
    purpose = visit.purpose_for(request, person_id)
    if not purpose:
        return HttpResponseRedirect(back_to(person_id))
    if request.method == "GET":
        return _show(request, person_id, purpose, None, None, 200)
    sent = Sent(request, ABOUT)
    try:
        matter = sent.open(source="counter", reporter_id=person_id)
    except Refused as refused:
        return _show(request, person_id, purpose, sent.data, refused, refused.status)
    dates = {"number": matter.number, "answer": local(matter.answer_due), "finish": local(matter.finish_due)}
    messages.success(request, _t("已登记，编号 %(number)s：%(answer)s 前答复，%(finish)s 前办结。") % dates)
    return HttpResponseRedirect(back_to(person_id), status=303)


def _show(
    request: HttpRequest, person_id: UUID, purpose: str, data: Any, refused: Refused | None, status: int
) -> HttpResponse:
    card = people.read_person(by=request.actor, at=now(), person_id=person_id, purpose=purpose)
    key = data.get("key", "") if data is not None else str(uuid4())
    context = {"form": form_for(request, ABOUT, data, refused), "key": key, "card": card}
    return draw(request, "desk/counter_report.html", context, here="desk:counter", status=status)
