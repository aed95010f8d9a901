"""The kind triage suggests for a matter."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from linli.kernel.matters.queries.detail import detail
from linli.kernel.triage import queries

from ..door import for_staff
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
