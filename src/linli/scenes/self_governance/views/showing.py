"""The code on show, on the organiser's phone or on a tablet at the place."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from linli.kernel.clock.now import now
from linli.parts.doors import for_workers

from ..queries import organising
from .common import address, draw, qr


@never_cache
@require_GET
@for_workers("volunteering.organise")
def showing(request: HttpRequest) -> HttpResponse:
    """The times of these hours, to choose one."""
    return draw("phone", request, "phone/showing.html", {"shifts": organising.shifts_now(request.actor, at=now())})


@never_cache
@require_GET
@for_workers("volunteering.organise")
def code(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """One code, large; the page asks for the next when its moment is over."""
    found = organising.shown(request.actor, shift_id, way=request.GET.get("way", ""), at=now())
    link = reverse("self_governance:scanned", args=[found.shift.id, found.scanned])
    context = {"c": found, "qr": qr(address(request, link)), "shift": found.shift, "activity": found.shift.activity}
    return draw("phone", request, "phone/code.html", context)
