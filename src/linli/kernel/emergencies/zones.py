"""Zones: a circle, a drawn polygon or a place as one area, and which neighbourhoods it touches. WGS-84 throughout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, isfinite, radians
from typing import Any

import shapely
from django.db.models import Q
from django.utils.translation import gettext as _
from shapely.affinity import scale
from shapely.geometry import MultiPolygon, Point, Polygon, mapping, shape

from linli.kernel.access import Actor, Invalid, NotAllowed, covers
from linli.kernel.places import codes
from linli.kernel.places import queries as places
from linli.kernel.places.cache import today
from linli.kernel.places.codes import Level
from linli.kernel.places.geometry import area_m2, boundary_from_geojson
from linli.kernel.places.models import Place
from linli.kernel.places.register import valid
from linli.kernel.places.sentences import Fault
from linli.kernel.places.words import say

from .models import FARTHEST, NEAREST

_LINES, _GAPS = re.compile(r"[\n;；]"), re.compile(r"[\s,，]+")
_DEGREE = 111_195.0  # metres in a degree of latitude, on the mean sphere
_CORNERS = 16  # to a quarter of a circle
_ROUND = 6  # decimals: ten centimetres
MOST_POINTS = 500
_REACH = 0.1
"""Degrees, ten kilometres: no neighbourhood lies farther from its own middle."""
_FAR = 0.5
"""Degrees. A zone wider than this is a province's business, and named by its place."""
LEAST = 100
"""Square metres: less is a slip of the finger, and no home lies in it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for: exactly one of a place, a circle (lon, lat, radius in metres), a GeoJSON area."""

    place_code: str = ""
    lon: float | None = None
    lat: float | None = None
    radius: float | None = None
    area: Any = None


@dataclass(frozen=True, slots=True)
class Zone:
    """`geometry` as GeoJSON; `inside` the neighbourhoods it touches within the actor's scope; `place_code` what holds
    all of these; `words` the zone in a line."""

    geometry: dict[str, Any]
    inside: list[str]
    place_code: str
    words: str
    lon: float | None = None
    lat: float | None = None
    radius: float | None = None
    drawn: bool = False


def zone_of(wanted: Wanted, by: Actor) -> Zone:
    """Raises Invalid with a sentence for what is no area, NotAllowed for one that lies outside the actor's scope."""
    if wanted.place_code:
        return _of_place(wanted.place_code, by)
    if wanted.area is not None:
        return _of_area(wanted.area, by)
    return _of_circle(wanted, by)


def _of_place(code: str, by: Actor) -> Zone:
    place = places.at(code) if code.isdecimal() else None
    if place is None:
        raise _wrong(_("没有这个地点。"))
    if not covers(by, code):
        raise NotAllowed(_("这个范围不在您的管辖范围内。"), code="scope")
    geometry = place.boundary
    if geometry is None and place.lon is not None and place.lat is not None:
        geometry = _mapped(circle(place.lon, place.lat, 100.0))
    if geometry is None:
        raise _wrong(_("%(name)s没有边界，请在地图上画出范围。") % {"name": place.name})
    return Zone(geometry, _hoods_of(code), code, places.label(code, Level.DISTRICT))


def _hoods_of(code: str) -> list[str]:
    if len(code) >= Level.NEIGHBOURHOOD.digits:
        return [code[: Level.NEIGHBOURHOOD.digits]]
    below = valid(today()).filter(level=Level.NEIGHBOURHOOD, code__startswith=code)
    return list(below.order_by("code").values_list("code", flat=True)) or [code]


def _of_circle(wanted: Wanted, by: Actor) -> Zone:
    lon, lat, radius = wanted.lon, wanted.lat, wanted.radius
    if lon is None or lat is None or radius is None or not all(isfinite(n) for n in (lon, lat, radius)):
        raise _wrong(_("请选一个地点，或在地图上定出范围。"))
    if not NEAREST <= radius <= FARTHEST:
        raise _wrong(_("半径应在 %(least)d 米到 %(most)d 米之间。") % {"least": NEAREST, "most": FARTHEST})
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise _wrong(_("这个位置不在地图上。"))
    drawn = circle(lon, lat, radius)
    inside, common = _touched(drawn, by)
    words = _("%(place)s附近 %(radius)d 米内") % {"place": _at(lon, lat, common), "radius": round(radius)}
    return Zone(_mapped(drawn), inside, common, words, round(lon, _ROUND), round(lat, _ROUND), radius)


def _of_area(given: Any, by: Actor) -> Zone:
    try:
        drawn = boundary_from_geojson(given)
    except Fault as fault:
        raise _wrong(say(fault.sentence)) from None
    if shapely.get_num_coordinates(drawn) > MOST_POINTS:
        raise _wrong(_("画的点太多了，请不超过 %(n)d 个。") % {"n": MOST_POINTS})
    west, south, east, north = drawn.bounds
    if east - west > _FAR or north - south > _FAR:
        raise _wrong(_("画的范围太大了，请直接选地点。"))
    if area_m2(drawn) < LEAST:
        raise _wrong(_("画的范围太小了，不到 %(n)d 平方米，请重新画。") % {"n": LEAST})
    inside, common = _touched(drawn, by)
    names = [name for code in inside[:3] if (name := places.names([code]).get(code))]
    some = _("、").join(names)
    words = _("%(names)s等 %(n)d 个居村") % {"names": some, "n": len(inside)} if len(inside) > 3 else some
    return Zone(_mapped(drawn), inside, common, words or places.label(common), drawn=True)


def corners(text: str) -> dict[str, Any] | None:
    """A GeoJSON polygon from the corners somebody wrote or drew, a line each, "121.501000,31.201000"; None for no text.

    Raises Invalid with the line that is no corner.
    """
    ring: list[list[float]] = []
    for n, line in enumerate(filter(str.strip, _LINES.split(text.replace("\0", ""))), 1):
        numbers = [part for part in _GAPS.split(line.strip()) if part]
        try:
            lon, lat = (float(number) for number in numbers)
        except ValueError:
            raise _wrong(
                _("第 %(n)d 个角不是“经度,纬度”：%(line)s") % {"n": n, "line": line.strip()[:40]}
            ) from None
        ring.append([lon, lat])
    if not ring:
        return None
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3:
        raise _wrong(_("范围至少要有三个角。"))
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def written(zone: Mapping[str, Any]) -> str:
    """The corners of a zone as lines, as `corners` reads them; "" for what has holes or several parts."""
    if zone.get("type") == "MultiPolygon" and len(zone["coordinates"]) == 1:
        zone = {"type": "Polygon", "coordinates": zone["coordinates"][0]}
    if zone.get("type") != "Polygon" or len(zone["coordinates"]) != 1:
        return ""
    return "\n".join(f"{lon:.6f},{lat:.6f}" for lon, lat in zone["coordinates"][0][:-1])


def circle(lon: float, lat: float, metres: float) -> Polygon:
    """A circle on the ground as a polygon of 64 corners."""
    flat = Point(lon, lat).buffer(metres / _DEGREE, quad_segs=_CORNERS)
    return scale(flat, xfact=1 / cos(radians(lat)), origin=(lon, lat))


def _touched(drawn: Polygon | MultiPolygon, by: Actor) -> tuple[list[str], str]:
    """The neighbourhoods a zone touches within the scope, and what they have in common."""
    centre = drawn.representative_point()
    near = places.locate(centre.x, centre.y)
    district = near[: Level.DISTRICT.digits] if near else by.scope[: Level.DISTRICT.digits]
    west, south, east, north = drawn.bounds
    close = Q(lon__range=(west - _REACH, east + _REACH), lat__range=(south - _REACH, north + _REACH))
    around = valid(today()).filter(
        close | Q(lon=None), level=Level.NEIGHBOURHOOD, code__startswith=district[: Level.CITY.digits]
    )
    touched = [place.code for place in around.iterator() if _touches(drawn, place)]
    inside = sorted(code for code in touched if covers(by, code) or by.scope.startswith(code))
    if not touched:
        raise _wrong(_("这个范围里没有登记的居村。"))
    if not inside:
        raise NotAllowed(_("这个范围不在您的管辖范围内。"), code="scope")
    return inside, codes.common(inside) or inside[0]


def _touches(drawn: Polygon | MultiPolygon, place: Place) -> bool:
    if place.boundary:
        return bool(shape(place.boundary).intersects(drawn))
    return place.lon is not None and place.lat is not None and drawn.intersects(Point(place.lon, place.lat))


def _at(lon: float, lat: float, otherwise: str) -> str:
    code = places.locate(lon, lat) or otherwise
    return places.label(code[: Level.COMPOUND.digits] if len(code) > Level.COMPOUND.digits else code)


def _mapped(drawn: Polygon | MultiPolygon) -> dict[str, Any]:
    rounded = shapely.transform(drawn, lambda xy: xy.round(_ROUND))
    return dict(mapping(rounded))


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"zone": sentence})
