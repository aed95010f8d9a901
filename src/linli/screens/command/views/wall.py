"""The wall of a place: the page, and what it asks for again when something happened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import NotFound
from linli.kernel.clock.now import now
from linli.kernel.matters.queries import row
from linli.kernel.matters.queries import wall as matters
from linli.kernel.places import queries as places
from linli.kernel.readings.queries import wall as readings
from linli.parts.tiles import drawn, tiles_of

from ..choosing import chosen
from ..door import for_command
from ..incidents import incidents_of
from ..people import people_of
from ..shell import draw
from ..tiles import TILES
from ..where import ground_of, stops_of, where_of

_MOST_CHANGED = 200


@require_GET
@for_command
def home(request: HttpRequest) -> HttpResponse:
    """The wall of one's own post."""
    return HttpResponseRedirect(reverse("command:wall", args=[request.actor.scope]))


@require_GET
@for_command
def wall_page(request: HttpRequest, code: str) -> HttpResponse:
    """A wall, whole: its tiles are in it, the map comes after."""
    return draw(
        request,
        "command/wall.html",
        {**_panels(request, code), **chosen(request), "stops": stops_of(request.actor)},
    )


@require_GET
@for_command
def panels(request: HttpRequest, code: str) -> HttpResponse:
    """The tiles alone: of the place a wall goes to, or, with `only` (names), some again of the one it shows."""
    only = request.GET.get("only", "")
    return draw(request, "command/panels.html", _panels(request, code, only.split(",") if only else None))


def _panels(request: HttpRequest, code: str, only: list[str] | None = None) -> dict[str, Any]:
    """What a wall shows: its tiles, or the one emergency that clears them away."""
    where = where_of(request.actor, code)
    shown = incidents_of(request.actor, where, now())
    tiles = [] if shown["takes"] else tiles_of(request.actor, "command", TILES)
    asked = [tile for tile in tiles if only is None or tile.name in only]
    return {"where": where, **shown, "tiles": [(tile, drawn(request, tile, code)) for tile in asked]}


@require_GET
@for_command
def marks(request: HttpRequest, code: str) -> HttpResponse:
    """What stands on the map, as compact arrays; with `only` (ids) just these matters, where they are open."""
    actor, at = request.actor, now()
    if only := request.GET.get("only", ""):
        body = f'{{"matters":{matters.points(actor, code, only=_ids(only))}}}'
    else:
        body = (
            f'{{"matters":{matters.points(actor, code)},"warnings":{readings.warnings(actor, code, at=at)},'
            f'"things":{readings.things(actor, code)},"people":{people_of(actor, code, at)}}}'
        )
    return _json(body, "private, no-store")


@require_GET
@for_command
def ground(request: HttpRequest, code: str) -> HttpResponse:
    """The places right below as areas, and in a street or a neighbourhood what is built there."""
    return _json(ground_of(where_of(request.actor, code)), "private, max-age=300")


@require_GET
@for_command
def matter_card(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """One matter in a few words, for who touched its mark."""
    matter = row.seen(matter_id)
    if matter is None:
        raise NotFound(_("没有找到这件事，或者您无权查看。"))
    context = {"matter": matter, "place": places.label(matter.place_code)}
    return draw(request, "command/card.html", context)


def _ids(written: str) -> list[UUID]:
    found = []
    for text in written.split(",")[:_MOST_CHANGED]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _json(body: str, cache: str) -> HttpResponse:
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": cache})
