"""One verb on many matters: each in a transaction of its own, and a report of what was done and what not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.access import Actor, Refused
from linli.kernel.audit.ids import uuid7
from linli.kernel.clock.now import now
from linli.kernel.matters import flow
from linli.kernel.matters.models import Matter
from linli.parts.doors import for_staff
from linli.parts.office import collect

from ..choices import Subject
from ..forms import BULK
from ..shell import draw, paint
from .acting import Form, do

MOST = 200


@require_POST
@for_staff
def bulk(request: HttpRequest, verb: str) -> HttpResponse:
    """The form for the ticked matters (`step=ask`), or the doing. `chosen` holds "id:version" of each."""
    if verb not in BULK:
        raise Http404
    chosen = chosen_of(request.POST.getlist("chosen"))
    rows = list(Matter.objects.filter(id__in=list(chosen)).order_by("order_at", "id"))
    form = Form(verb, _common(rows, request.actor))
    form.fields = fields = tuple(f for f in form.fields if f.bulk)
    context: dict[str, Any] = {"form": form, "verb": verb, "rows": rows, "chosen": chosen, "faults": {}}
    if request.POST.get("step") != "do":
        return _answer(request, "desk/bulk.html", context)
    given, faults = collect(fields, request.POST)
    if faults or not rows:
        form.data, form.faults = request.POST.copy(), faults
        context["empty"] = not rows
        return _answer(request, "desk/bulk.html", context, status=422)
    if verb == "supervise":  # one order about several matters
        given["batch"] = uuid7()
    return _answer(
        request,
        "desk/bulk_done.html",
        {"report": each(request.actor, verb, rows, chosen, given), "words": flow.VERBS[verb].word},
    )


def each(
    actor: Actor, verb: str, rows: list[Matter], chosen: dict[UUID, int | None], given: dict[str, Any]
) -> dict[str, Any]:
    """Every matter for itself: what one refuses does not hold up the next."""
    done, refused = [], []
    for row in rows:
        try:
            do(verb, row.id, actor, now(), chosen[row.id], given)
            done.append(row)
        except Refused as why:
            refused.append((row, " ".join([why.sentence, *why.fields.values()])))
    missing = len(chosen) - len(rows)
    return {"done": done, "refused": refused, "missing": missing}


def chosen_of(values: list[str]) -> dict[UUID, int | None]:
    found: dict[UUID, int | None] = {}
    for value in values[:MOST]:
        text, _colon, version = value.partition(":")
        try:
            found[UUID(text)] = int(version) if version.isdecimal() and len(version) < 10 else None
        except ValueError:
            continue
    return found


def _common(rows: list[Matter], actor: Actor) -> Subject:
    """What several matters have in common decides what is offered: one kind, the shortest shared place."""
    kinds = {row.kind for row in rows}
    departments = {row.department for row in rows}
    sources = {row.source for row in rows}
    leads = {row.lead_unit_id for row in rows}
    place = _shared([row.place_code for row in rows])
    matter = {
        "kind": kinds.pop() if len(kinds) == 1 else "",
        "department": departments.pop() if len(departments) == 1 else "",
        "urgency": "normal",
        "place_code": place,
        "lead_unit_id": str(leads.pop()) if len(leads) == 1 and None not in leads else None,
        "outcome": "",
        "orders": [],
        "source": sources.pop() if len(sources) == 1 else "",
        "duplicates": Matter.objects.filter(merged_into_id__in=[row.id for row in rows]).count(),
    }
    if not matter["kind"] and rows:
        matter["kind"] = rows[0].kind
    return Subject(matter, actor, now())


def _shared(codes: list[str]) -> str:
    if not codes:
        return ""
    low, high = min(codes), max(codes)
    length = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[:length]


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    if request.htmx:
        return paint(request, template, {**context, "alone": False}, status=status)
    return draw(
        request,
        "desk/bulk_page.html",
        {**context, "inner": template, "alone": True, "title": _("批量办理")},
        status=status,
    )
