"""Things 设备: a list and a map of them side by side, both of what the same filters ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, holds
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.readings.queries import fleet
from linli.kernel.readings.queries.fleet import Standing
from linli.kernel.readings.queries.looking import Asked
from linli.kernel.readings.queries.marks import Mark, marks
from linli.parts.doors import for_staff
from linli.parts.sensing import severity_tone, severity_word
from linli.parts.words import word

from ... import watched
from ...shell import draw, paint

_PAGE = 50
_STREET, _HOOD = 9, 12


@require_GET
@for_staff
def things_page(request: HttpRequest) -> HttpResponse:
    """The page; only its list when htmx asks for it."""
    actor: Actor = request.actor
    asked, at = watched.asked_of(request.GET), now()
    page = fleet.things(actor, asked, at=at, after=request.GET.get("after"), limit=_PAGE)
    here = reverse("desk:things")
    context: dict[str, Any] = {
        "rows": _rows(page.rows, actor.scope),
        "asked": asked,
        "number": fleet.count(actor, asked, at=at),
        "bound": fleet.BOUND,
        "narrowed": asked != Asked(),
        "registers": holds(actor, "things.change"),
        "address": here + watched.query(asked),
        "next": here + watched.query(asked, after=page.next_cursor) if page.next_cursor else "",
        "first": here + watched.query(asked) if request.GET.get("after") else "",
    }
    if request.htmx and request.headers.get("HX-Target") == "list":
        return paint(request, "desk/sensing/things_list.html", context)
    return draw(
        request,
        "desk/sensing/things.html",
        {
            **context,
            "choices": watched.choices(actor),
            "models": _models(),
            "places_url": reverse("desk:map_places") + (f"?at={actor.scope}" if len(actor.scope) >= 9 else ""),
        },
        here="desk:things",
    )


@require_GET
@for_staff
def things_marks(request: HttpRequest) -> JsonResponse:
    """The same as GeoJSON of the box that is looked at; `across`: how many marks stand beside each other."""
    across = request.GET.get("across", "")
    wide = min(max(int(across), 4), 40) if across.isdecimal() and len(across) < 4 else 16
    asked = watched.asked_of(request.GET)
    found = marks(request.actor, asked, at=now(), across=wide)
    return JsonResponse({"type": "FeatureCollection", "features": [_feature(mark) for mark in found]})


def _rows(things: Sequence[Standing], scope: str) -> list[dict[str, Any]]:
    """Each thing with its neighbourhood's name, after the street's where the reader looks over several."""
    names = places.labels(
        (t.place_code[:_HOOD] for t in things), Level.NEIGHBOURHOOD if len(scope) >= _STREET else Level.STREET
    )
    return [
        {
            "thing": thing,
            "model": word("device", thing.model),
            "icon": watched.icon_of(thing.model),
            "place": names.get(thing.place_code[:_HOOD], thing.place_code),
            "says": watched.main_values(thing)[:2],
            "state": watched.STATE_WORDS[thing.state],
        }
        for thing in things
    ]


def _models() -> list[tuple[str, str]]:
    """Every model's sign, for the marks that are drawn in the page."""
    return [(name, device.icon) for name, device in catalogue().devices.items()]


def _feature(mark: Mark) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "n": mark.n,
        "tone": severity_tone(mark.severity),
        "silent": mark.silent,
        "title": _title(mark),
    }
    if mark.id:
        properties |= {"id": str(mark.id), "model": mark.model, "href": _page(mark.id)}
    point = {"type": "Point", "coordinates": [round(mark.lon, 6), round(mark.lat, 6)]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def _page(thing: UUID) -> str:
    return reverse("desk:thing", args=[thing])


def _title(mark: Mark) -> str:
    what = [mark.name] if mark.id else [_("%(n)d 台设备") % {"n": mark.n}]
    if mark.severity and mark.id:
        what.append(severity_word(mark.severity))
    elif mark.severity:
        what.append(
            _("%(n)d 台正在预警，最高%(severity)s") % {"n": mark.warned, "severity": severity_word(mark.severity)}
        )
    if mark.unclosed:
        what.append(_("已恢复，待关闭") if mark.id else _("%(n)d 台已恢复，待关闭") % {"n": mark.unclosed})
    if mark.silent:
        what.append(_("失联") if mark.id else _("%(n)d 台失联") % {"n": mark.silent})
    if mark.unheard:
        what.append(_("未曾上线") if mark.id else _("%(n)d 台未曾上线") % {"n": mark.unheard})
    return " · ".join(what)
