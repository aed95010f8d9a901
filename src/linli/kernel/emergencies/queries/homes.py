"""Whose home lies in a zone. Homes are registered addresses: a person's own and those of the households they live in.

Where a building has no point its compound's is taken. A person registered at a neighbourhood only may live anywhere in
it: they are warned as well, for a warning too many harms less than one too few, and are not counted as inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from django.db import connection
from shapely.geometry import shape

from linli.kernel.people.models import Person, Residence
from linli.kernel.places.cache import today
from linli.kernel.places.codes import Level
from linli.kernel.places.models import Place
from linli.kernel.places.register import valid

from ..models import Emergency

MOST = 50_000
CALLED = 2_000
"""So many persons are called by the live stream in one neighbourhood; more hear by the notice, and within a minute."""


def places_in(emergency: Emergency, zone: Any = None) -> list[Place]:
    """The buildings and the compounds whose point lies in the zone. One query."""
    zone = zone if zone is not None else shape(emergency.zone)
    shapely.prepare(zone)
    west, south, east, north = zone.bounds
    near = valid(today()).filter(
        level__in=(Level.COMPOUND, Level.BUILDING), code__startswith=emergency.place_code,
        lon__range=(west, east), lat__range=(south, north),
    ).order_by("code")  # fmt: skip
    points = list(near.only("code", "name", "lon", "lat", "boundary", "level")[:MOST])
    inside = shapely.contains_xy(zone, [p.lon for p in points], [p.lat for p in points]) if points else []
    return [place for place, is_in in zip(points, inside, strict=True) if is_in]


def roots(emergency: Emergency) -> list[str]:
    """Codes beneath which every home lies in the zone: the place itself, or the buildings. At most one query."""
    if emergency.is_place:
        return [emergency.place_code]
    return [place.code for place in places_in(emergency) if place.level == Level.BUILDING]


def homes_of(person_id: UUID, at: datetime) -> list[str]:
    """The codes a person is registered at, their own first. Two queries, with the system's eyes."""
    own = Person.objects.filter(pk=person_id, erased_at=None).values_list("place_code", flat=True).first()
    lives = Residence.objects.filter(person_id=person_id, valid__contains=at)
    return [
        code for code in dict.fromkeys([own or "", *lives.values_list("household__place_code", flat=True)]) if code
    ]


def is_inside(emergency: Emergency, code: str) -> bool:
    """Whether a home lies in the zone, or may lie in it. At most one query."""
    if emergency.is_place:
        return code.startswith(emergency.place_code)
    if code[: Level.NEIGHBOURHOOD.digits] not in emergency.inside:
        return False
    if len(code) < Level.COMPOUND.digits:
        return True
    around = [code[: level.digits] for level in (Level.BUILDING, Level.COMPOUND) if len(code) >= level.digits]
    known = {place.code: place for place in valid(today()).filter(code__in=around)}
    for one in around:
        place = known.get(one)
        if place is not None and place.lon is not None and place.lat is not None:
            return bool(shapely.contains_xy(shape(emergency.zone), place.lon, place.lat))
    return True


def home_inside(emergency: Emergency, codes: Iterable[str]) -> str:
    """The first of somebody's homes that lies in the zone; "" when none does."""
    return next((code for code in codes if is_inside(emergency, code)), "")


_CALLED = """
SELECT id, left(place_code, 12) FROM (
  SELECT p.id, p.place_code, row_number() OVER (PARTITION BY left(p.place_code, 12) ORDER BY p.id) AS n
  FROM people_person p
  WHERE p.account_id IS NOT NULL AND p.erased_at IS NULL AND (
    EXISTS (SELECT FROM unnest(%(roots)s::text[]) b(code)
            WHERE p.place_code >= b.code AND p.place_code < b.code || ':')
    OR (length(p.place_code) < %(compound)s AND left(p.place_code, 12) = ANY (%(inside)s) AND NOT %(whole)s))) x
WHERE n <= %(most)s
"""


def called(emergency: Emergency) -> dict[str, list[UUID]]:
    """Who may hear of it on a screen of their own, by neighbourhood. Needs the system's eyes. Two queries."""
    if len(emergency.place_code) < Level.STREET.digits:
        return {}
    values: dict[str, Any] = {
        "roots": roots(emergency), "inside": list(emergency.inside), "whole": emergency.is_place, "most": CALLED,
        "compound": Level.COMPOUND.digits,
    }  # fmt: skip
    found: dict[str, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CALLED, values)
        for person, hood in cursor.fetchall():
            found.setdefault(hood, []).append(person)
    return found
