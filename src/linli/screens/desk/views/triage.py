"""What is suggested beside a matter: its kind, and who on duty could go. Switched off together, by place."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from linli.kernel.access import allows
from linli.kernel.clock.now import now
from linli.kernel.matters.queries.detail import detail
from linli.kernel.matters.queries.nearest import nearest as nearest_people
from linli.kernel.triage import queries
from linli.parts.doors import for_staff

from ..shell import paint


@require_GET
@for_staff
def suggested(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """The likeliest kinds of a matter with their reasons; asked for after the page stands."""
    matter = detail(request.actor, matter_id)
    likely = queries.suggest(matter["title"], matter["body"], place_code=matter["place_code"])
    found = [suggestion for suggestion in likely if suggestion.percent >= queries.WORTH_SAYING]
    other = any(suggestion.kind != matter["kind"] for suggestion in found)
    return paint(request, "desk/suggested.html", {"matter": matter, "found": found if other else []})


@require_GET
@for_staff
def nearest(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Who on duty could go, beside the form that assigns; asked for after the form stands."""
    matter = detail(request.actor, matter_id)
    shown = queries.is_on(matter["place_code"]) and allows(request.actor, "matters.assign", matter["place_code"])
    found = nearest_people(request.actor, matter, now()) if shown else []
    return paint(request, "desk/nearest.html", {"matter": matter, "found": found, "shown": shown})
