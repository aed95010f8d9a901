"""What waits on the pages about devices, for the rail: asked for after the page stands, and when a warning comes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from linli.kernel.clock.now import now
from linli.kernel.readings.queries.waiting import waiting
from linli.parts.doors import for_staff

from ...shell import paint, watched


@require_GET
@for_staff
def rail_counts(request: HttpRequest) -> HttpResponse:
    numbers = waiting(request.actor, at=now())
    told = {
        "desk:warnings": numbers.get("warnings", 0),
        "desk:letters": numbers.get("letters", 0),
        "desk:things_health": numbers.get("silent", 0),
    }
    context = {"queues": watched(request.actor, told), "here": request.GET.get("here", "")}
    return paint(request, "desk/rail.html", context)
