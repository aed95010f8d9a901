"""Matters near a spot and a time: candidates for duplicates, and what stands beside a matter on the desk.

The index is (neighbourhood, opened_at), and a radius crosses neighbourhoods: so all neighbourhoods of the street
that have matters are visited by leaps, each from the first day asked for.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import cos, radians
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from linli.kernel.access import Actor, require

MOST = 200
_DEGREE = 111_320.0  # metres in a degree of latitude

_QUERY = """
WITH RECURSIVE hood(code) AS (
  (SELECT m.p12 FROM matters_matter m WHERE m.p12 >= %(street)s ORDER BY m.p12 LIMIT 1)
  UNION ALL
  SELECT (SELECT m.p12 FROM matters_matter m WHERE m.p12 > h.code ORDER BY m.p12 LIMIT 1)
  FROM hood h WHERE starts_with(h.code, %(street)s)
), found AS (
  SELECT m.*, CASE WHEN m.lon IS NULL OR %(lon)s::float8 IS NULL THEN NULL ELSE
      sqrt(((m.lon - %(lon)s) * %(metres_lon)s) ^ 2 + ((m.lat - %(lat)s) * %(metres_lat)s) ^ 2) END AS metres
  FROM hood h CROSS JOIN LATERAL (
    SELECT m.* FROM matters_matter m
    WHERE m.p12 = h.code AND m.opened_at >= %(since)s AND m.opened_at <= %(until)s
      AND m.state NOT IN ('merged', 'withdrawn')
      AND (%(kind)s::text IS NULL OR m.kind = %(kind)s)
      AND (%(lon)s::float8 IS NULL OR m.lon IS NULL OR (
        m.lon BETWEEN %(west)s AND %(east)s AND m.lat BETWEEN %(south)s AND %(north)s))
    ORDER BY m.opened_at DESC LIMIT %(most)s
  ) m
  WHERE starts_with(h.code, %(street)s)
)
SELECT coalesce(json_agg(json_build_object(
  'id', f.id, 'number', f.number, 'version', f.version, 'kind', f.kind, 'title', f.title, 'body', f.body,
  'state', f.state, 'stage', f.stage, 'opened_at', f.opened_at, 'due_at', f.due_at, 'paused_at', f.paused_at,
  'place_code', f.place_code, 'address', f.address, 'lon', f.lon, 'lat', f.lat,
  'metres', round(f.metres)) ORDER BY f.metres NULLS LAST, f.opened_at DESC), '[]')::text
FROM (SELECT * FROM found f WHERE (f.metres <= %(radius)s OR (f.metres IS NULL AND f.place_code = %(place)s))
      AND f.id IS DISTINCT FROM %(but)s::uuid ORDER BY f.metres NULLS LAST, f.opened_at DESC LIMIT %(most)s) f
"""


def nearby(
    actor: Actor,
    *,
    place_code: str,
    lon: float | None,
    lat: float | None,
    at: datetime,
    kind: str | None = None,
    metres: float = 300.0,
    days: int = 28,
    but: UUID | None = None,
) -> list[dict[str, Any]]:
    """Matters opened in the `days` before `at` within `metres` of a spot, in the same street; nearest first.

    Those without a position count when they are at the very same place; they have `metres` None and come last.
    A resident sees only their own here, as everywhere. At most 200; one query.
    """
    require(actor, "matters.read")
    metres_lon = _DEGREE * cos(radians(lat or 0.0))
    spot = lon is not None and lat is not None
    reach_lon, reach_lat = metres / metres_lon, metres / _DEGREE
    values = {
        "street": place_code[:9],
        "place": place_code,
        "lon": lon if spot else None,
        "lat": lat if spot else None,
        "metres_lon": metres_lon,
        "metres_lat": _DEGREE,
        "west": (lon or 0.0) - reach_lon,
        "east": (lon or 0.0) + reach_lon,
        "south": (lat or 0.0) - reach_lat,
        "north": (lat or 0.0) + reach_lat,
        "radius": metres,
        "since": at - timedelta(days=days),
        "until": at + timedelta(days=1),
        "kind": kind,
        "but": but,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, values)
        found: list[dict[str, Any]] = orjson.loads(cursor.fetchone()[0])
    return found
