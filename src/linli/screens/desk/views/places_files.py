"""Places in and out as files: CSV or GeoJSON, tried first if wished, every refused line with its reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.places.exchange import load, read, to_csv, to_geojson
from linli.kernel.places.words import refusing
from linli.parts.doors import for_staff
from linli.parts.office.uploads import table

from ..shell import draw


@require_http_methods(["GET", "POST"])
@for_staff
def import_page(request: HttpRequest) -> HttpResponse:
    """The form; after sending it the report of what was added, changed, unchanged and refused."""
    actor: Actor = request.actor
    require(actor, "places.change")
    context: dict[str, Any] = {"report": None, "refusal": None, "tried": True}
    status = 200
    if request.method == "POST":
        context["tried"] = request.POST.get("try") == "1"
        try:
            content = table(request)
            with refusing("file"):
                batch = read(content)
            context["report"] = load(batch, by=actor, at=now(), dry_run=context["tried"])
        except Refused as refused:
            context["refusal"], status = refused, refused.status
    return draw(request, "desk/places_import.html", context, here="desk:places", status=status)


@require_GET
@for_staff
def export_places(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Every place of one's scope as CSV or GeoJSON, in the form the import reads."""
    actor: Actor = request.actor
    require(actor, "places.read")
    body, kind = (to_csv, "text/csv") if form == "csv" else (to_geojson, "application/geo+json")
    lines = body(scope=actor.scope, on=timezone.localdate(now()))
    response = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="places-{actor.scope}.{form}"'
    return response
