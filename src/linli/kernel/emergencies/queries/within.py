"""Who and what is inside a zone: how many live there, which devices hang there, which named places lie in it.

Residents are a number and nothing more: counted at registered home addresses by the system's eyes, because who answers an
emergency must know how many to look for, and need not know whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db import connection
from shapely.geometry import shape

from linli.kernel.access import Actor, as_system, require
from linli.kernel.places.codes import Level
from linli.kernel.readings.queries import looking

from ..models import Emergency
from .homes import MOST, places_in

NAMED = 40

_RESIDENTS = """
SELECT count(DISTINCT r.person_id), count(DISTINCT h.id) FROM unnest(%s::text[]) b(code)
JOIN people_household h ON h.place_code >= b.code AND h.place_code < b.code || ':'
JOIN people_residence r ON r.household_id = h.id AND r.valid @> %s::timestamptz
"""
_THINGS = """
SELECT t.model, {lon}, {lat}, EXISTS (SELECT FROM readings_warning w
  WHERE w.thing_id = t.id AND w.state IN ('raised', 'acknowledged')) AS warns
FROM things_thing t LEFT JOIN {declared} ON d.model = t.model {sources}
WHERE {where} AND t.state = 'working' AND {lon} BETWEEN %s AND %s AND {lat} BETWEEN %s AND %s LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """Devices of one model inside, and how many of them warn now."""

    model: str
    count: int
    warn: int


@dataclass(frozen=True, slots=True)
class Within:
    """`residents` and `households` are registered there; `buildings` are how many were looked at for them."""

    residents: int
    households: int
    buildings: int
    things: tuple[Kind, ...]
    facilities: tuple[str, ...]


def within(emergency: Emergency, by: Actor, *, at: datetime) -> Within:
    """What is inside the zone now. Four queries. Needs emergencies.read; devices only as the actor's eyes see them."""
    require(by, "emergencies.read")
    zone = shape(emergency.zone)
    found = places_in(emergency, zone)
    homes = [p.code for p in found if p.level == Level.BUILDING]
    residents, households = _residents(homes, at)
    named = [p.name for p in found if p.level == Level.COMPOUND and p.boundary is None]
    return Within(residents, households, len(homes), _things(emergency, zone, by), tuple(named[:NAMED]))


def _residents(buildings: Sequence[str], at: datetime) -> tuple[int, int]:
    if not buildings:
        return 0, 0
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_RESIDENTS, [list(buildings), at])
        people, households = cursor.fetchone()
    return int(people), int(households)


def _things(emergency: Emergency, zone: Any, by: Actor) -> tuple[Kind, ...]:
    where = looking.inside(by, emergency.place_code, "t")
    if where is None:
        return ()
    west, south, east, north = zone.bounds
    declared = looking.declared()
    text = _THINGS.format(
        lon=looking.LON_NOW,
        lat=looking.LAT_NOW,
        declared=declared.sql,
        sources=looking.SOURCES,
        where=where.sql,
        most=MOST,
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [*declared.values, *where.values, west, east, south, north])
        rows = cursor.fetchall()
    inside = shapely.contains_xy(zone, [row[1] for row in rows], [row[2] for row in rows]) if rows else []
    kinds: dict[str, list[bool]] = {}
    for (model, _lon, _lat, warns), is_in in zip(rows, inside, strict=True):
        if is_in:
            kinds.setdefault(model, []).append(warns)
    ordered = sorted(kinds.items(), key=lambda one: (-sum(one[1]), -len(one[1]), one[0]))
    return tuple(Kind(model, len(each), sum(each)) for model, each in ordered)
