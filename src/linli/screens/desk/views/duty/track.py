"""轨迹 of somebody on duty: shown only after a reason was given, which whoever is looked at reads on their phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, NotFound, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.duty import verbs
from linli.kernel.duty.queries import gaps
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff

from ...shell import draw
from .common import WORDS


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def track_page(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "duty.change")
    at = now()
    shift = gaps.seen(actor).filter(pk=shift_id, account__isnull=False, shared_at__isnull=False).first()
    if shift is None:
        raise NotFound(str(_("没有这个班，或者这个班没有共享过位置。")))
    points, refused = None, None
    if request.method == "POST":
        try:
            points = verbs.look_at_track(by=actor, at=at, shift_id=shift_id, reason=request.POST.get("reason", ""))
        except Refused as refusal:
            refused = refusal
    context: dict[str, Any] = {
        **WORDS,
        "shift": shift,
        "place": places.label(shift.place_code),
        "points": points,
        "marks": [{"lon": p.lon, "lat": p.lat, "at": p.at, "doubt": p.doubt} for p in points or ()],
        "refused": refused,
        "reason": request.POST.get("reason", ""),
    }
    status = refused.status if refused else 200
    return draw(request, "desk/duty/track.html", context, here="desk:duty", status=status)
