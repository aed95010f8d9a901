"""One matter on one page: what, where, whose, by when, what happened, and what can be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Invalid, NotFound, allows
from linli.kernel.clock.now import now
from linli.kernel.emergencies.queries.looking import of_task
from linli.kernel.matters import flow
from linli.kernel.matters.facts import READING, facts_of
from linli.kernel.matters.models import State
from linli.kernel.matters.queries.detail import detail
from linli.kernel.matters.queries.nearby import nearby
from linli.kernel.matters.queries.row import seen
from linli.kernel.matters.queries.story import story
from linli.kernel.matters.verbs import read_contact
from linli.kernel.places import queries as places
from linli.kernel.readings.queries.warnings import of_matter
from linli.parts.doors import for_staff

from ..choices import nobody_reported
from ..forms import FORMS, KEYS, ONWARD, ORDER
from ..pictures import of_files
from ..rows import with_places, with_times
from ..shell import draw, paint
from ..similar import likely_same
from ..warned import WORDS as WARNING_WORDS

_PRIMARY = 4


def whole(request: HttpRequest, matter_id: UUID) -> dict[str, Any]:
    """Everything the page of a matter shows. Raises NotFound."""
    actor: Actor = request.actor
    matter = with_times(detail(actor, matter_id))
    steps = story(matter_id, actor)
    files = [UUID(a["file_id"]) for a in matter["attachments"]] + [f for step in steps for f in step.files]
    pictures = of_files(files)
    first = [UUID(a["file_id"]) for a in matter["attachments"] if a["purpose"] == "report"]
    reported = [pictures[file] for file in first if file in pictures]
    return {
        "matter": matter,
        "place": places.label(matter["place_code"]),
        "steps": steps,
        "photos": reported,
        # What came with the report stands with its words, and not a second time in the story.
        "step_photos": {s.id: [pictures[f] for f in s.files if f in pictures] for s in steps if s.verb != "open"},
        **_verbs(actor, matter_id),
        "nobody_reported": nobody_reported(matter),
        "warnings": of_matter(actor, matter_id) if matter["source"] == READING else [],
        "emergency": of_task(actor, matter_id) if matter["source"] == "emergency" else None,
        **WARNING_WORDS,
        "keys": KEYS,
        "may_call": matter["has_contact"] and allows(actor, "matters.call_back", matter["place_code"]),
    }


def _verbs(actor: Actor, matter_id: UUID) -> dict[str, Any]:
    """Possible verbs in the order of their weight, and the others with their reasons; those that only belong to
    another state share one."""
    row = seen(matter_id)
    if row is None:
        raise NotFound("")
    every = {p.verb: p for p in flow.possible(row, facts_of(row), actor) if p.verb in FORMS}
    # Whose work is under way is dispatched again only as an exception.
    order = sorted(ORDER, key=lambda verb: verb == "assign" and row.state == State.ASSIGNED)
    ranked = [every[verb] for verb in order if verb in every]
    allowed = [p for p in ranked if p.allowed]
    barred = [p for p in ranked if not p.allowed]
    return {
        "primary": allowed[:_PRIMARY],
        "onward": ONWARD,
        "more": allowed[_PRIMARY:],
        "barred": [p for p in barred if row.state in flow.VERBS[p.verb].states],
        "not_in_this_state": [p.word for p in barred if row.state not in flow.VERBS[p.verb].states],
    }


@require_GET
@for_staff
def matter_page(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """The page; only its changing parts when htmx asks for it."""
    context = whole(request, matter_id)
    if request.htmx:
        return paint(request, "desk/matter_fresh.html", context)
    return draw(request, "desk/matter.html", {**context, "verb": "", "form": None}, here="matter")


@require_http_methods(["GET", "POST"])
@for_staff
def contact(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """How to reach the reporter: asked for with a reason (GET shows the form), shown once, written down."""
    context: dict[str, Any] = {"matter_id": matter_id, "found": None, "refusal": None}
    status = 200
    if request.method == "POST":
        try:
            context["found"] = read_contact(
                matter_id=matter_id, by=request.actor, at=now(), reason=request.POST.get("reason", "")
            )
        except Invalid as refused:
            context["refusal"], status = refused, refused.status
    if request.htmx:
        return paint(request, "desk/contact.html", context, status=status)
    page = {**context, "inner": "desk/contact.html", "title": _("联系上报人")}
    return draw(request, "desk/bulk_page.html", page, here="matter", status=status)


@require_GET
@for_staff
def beside(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """What may be the same matter, with the reasons, and what else stands near; asked for after the page stands."""
    actor: Actor = request.actor
    matter = detail(actor, matter_id)
    rows = with_places(with_times(_near(actor, matter)[:60]), actor.scope)
    same = likely_same(with_times(matter), rows)
    known = {row["id"] for row in same}
    context = {"same": same, "near": [row for row in rows if row["id"] not in known][:10], "matter": matter}
    return paint(request, "desk/beside.html", context)


@require_GET
@for_staff
def beside_marks(request: HttpRequest, matter_id: UUID) -> JsonResponse:
    """The same as points for the map."""
    actor: Actor = request.actor
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {
                "title": f"{row['number']} {row['title']}",
                "href": reverse("desk:matter", args=[row["id"]]),
                "stage": row["stage"],
                "state": row["state"],
            },
        }
        for row in _near(actor, detail(actor, matter_id))[:30]
        if row["lon"] is not None
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _near(actor: Actor, matter: dict[str, Any]) -> list[dict[str, Any]]:
    return nearby(
        actor,
        place_code=matter["place_code"],
        lon=matter["lon"],
        lat=matter["lat"],
        at=now(),
        but=UUID(matter["id"]),
    )
