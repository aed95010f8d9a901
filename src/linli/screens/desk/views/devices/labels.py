"""Labels for devices that wait to be installed: an A4 sheet with a QR code each, printed once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.things import verbs
from linli.kernel.things.models import State, Thing
from linli.kernel.things.queries import listing
from linli.parts.doors import for_staff
from linli.parts.words import word

from ...shell import draw, paint

MOST = 210
"""Ten sheets of twenty-one labels; who has more prints the next ones after."""


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def labels_page(request: HttpRequest) -> HttpResponse:
    """What waits to be installed; sent, the sheet itself: new codes, and those printed before are worth nothing."""
    actor: Actor = request.actor
    require(actor, "things.change")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            return _sheet(request, actor)
        except Refused as refused:
            refusal = refused
    asked = listing.Asked(state=State.WAITING.value, words=request.GET.get("text", ""))
    page = listing.page(actor, asked, at=now(), after=request.GET.get("after"), limit=MOST)
    things = [row.thing for row in page.rows]
    here = reverse("desk:things_labels")
    context: dict[str, Any] = {
        "rows": [(thing, word("device", thing.model), where) for thing, where in _placed(things)],
        "next": f"{here}?after={page.next_cursor}" if page.next_cursor else "",
        "text": asked.words,
        "refusal": refusal,
        "most": MOST,
    }
    status = refusal.status if refusal else 200
    return draw(request, "desk/devices/labels.html", context, here="desk:things", status=status)


def _sheet(request: HttpRequest, actor: Actor) -> HttpResponse:
    chosen = request.POST.getlist("thing")
    try:
        ids = [UUID(value) for value in chosen]
    except ValueError:
        ids = []
    if not ids:
        raise Invalid(_("请至少勾选一台设备。"), fields={"thing": _("请至少勾选一台设备。")})
    if len(ids) > MOST:
        raise Invalid(_("一次最多打印 %(n)d 张标签。") % {"n": MOST})
    made = verbs.issue_codes(by=actor, at=now(), thing_ids=ids)
    codes = {thing.id: code for thing, code in made}
    labels = [
        {
            "thing": thing,
            "model": word("device", thing.model),
            "place": where,
            "code": codes[thing.id],
            "qr": _qr(request, codes[thing.id]),
        }
        for thing, where in _placed([thing for thing, _code in made])
    ]
    return paint(request, "desk/devices/sheet.html", {"labels": labels})


def _qr(request: HttpRequest, code: str) -> str:
    """The address of the installer's page with the code in it, as an SVG of its own."""
    address = request.build_absolute_uri(reverse("phone:install")) + f"?code={code}"
    return segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True)


def _placed(things: list[Thing]) -> list[tuple[Thing, str]]:
    labels = places.labels({thing.place_code for thing in things})
    return [(thing, labels.get(thing.place_code, thing.place_code)) for thing in things]
