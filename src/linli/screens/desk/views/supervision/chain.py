"""责任链: on the page of a matter when it is opened there, and as one sheet to print."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from linli.kernel.clock.now import now
from linli.kernel.matters.queries.chain import chain
from linli.kernel.matters.queries.detail import detail
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff

from ... import supervising
from ...rows import with_times
from ...shell import draw, paint


@require_GET
@for_staff
def chain_page(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    at = now()
    matter = detail(request.actor, matter_id)
    context = {
        "matter": with_times(matter),
        "chain": chain(matter, request.actor, at=at),
        "at": at,
        "place": places.label(matter["place_code"]),
        "holder_word": supervising.holder_word,
        "held_word": supervising.held_word,
    }
    if request.htmx:
        return paint(request, "desk/supervision/chain_parts.html", context)
    return draw(request, "desk/supervision/chain.html", context, here="matter")
