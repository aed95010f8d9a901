"""Tiles: what instruments say of air, noise and water now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linli.kernel.clock.now import now
from linli.kernel.readings.queries import wall
from linli.parts.jinja import address
from linli.parts.sensing import bare, quantity_of, unit_after
from linli.parts.tiles import Figure, figures, tile_view
from linli.parts.words import word

from .devices.sky import AIR_STATION, NOISE_METER, PM25, RAIN, WEATHER_STATION
from .devices.sky import NOISE as LOUD
from .devices.waters import DEPTH, FLOOD_GAUGE

_WANTED = tuple(
    (device.name, quantity.name)
    for device, quantity in (
        (AIR_STATION, PM25), (NOISE_METER, LOUD), (WEATHER_STATION, RAIN[0]), (FLOOD_GAUGE, DEPTH),
    )
)  # fmt: skip


@tile_view("things.read")
def surroundings(request: HttpRequest, code: str) -> HttpResponse:
    """Of each quantity the highest value of the place now, and where that is; it leads to that device."""
    found = wall.measured(request.actor, code, _WANTED, at=now())
    rows = [
        Figure(
            word("quantity", one.quantity), bare(quantity_of(one.model, one.quantity), one.worst),
            unit_after(quantity_of(one.model, one.quantity)).strip(), note=one.name if one.devices > 1 else "",
            href=address("desk:thing", one.thing_id),
        )
        for one in found
    ]  # fmt: skip
    said = _("两小时内各点最高值 · 来源：监测设备")
    return figures(
        request, name="surroundings", title=_("空气和水"), said=said, rows=rows, empty=_("两小时内没有读数。")
    )
