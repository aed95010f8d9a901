"""Places as GeoJSON for the desk's maps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.parts.doors import for_staff


@require_GET
@for_staff
def places_page(request: HttpRequest) -> HttpResponse:
    """The ground of the street a place lies in, down to its buildings; the streets of the scope when none is named."""
    at = request.GET.get("at", "")
    if at.isdecimal() and len(at) >= Level.STREET.digits:
        street = at[: Level.STREET.digits]
        body = places.ground(street, around=street)
    else:
        body = places.as_geojson(request.actor.scope, Level.STREET)
    response = HttpResponse(body, content_type="application/geo+json")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
