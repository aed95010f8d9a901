"""What a command wall asks of devices: where warnings stand, which grave ones nobody has taken, and what moves about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.utils import timezone

from linli.kernel.access import Actor, require
from linli.kernel.catalogue.registry import catalogue

from ..models import Severity
from . import looking, slots
from .looking import inside
from .storms import STANDS

MOST = 5_000
SHOWN = 40
GRAVE = Severity.ORANGE
CAMERAS = ("camera",)
"""Icons of devices that are drawn as cameras: as an icon where one stands, never as a picture from it."""

_HERE = """LEFT JOIN things_thing t ON t.id = w.thing_id LEFT JOIN LATERAL (
  SELECT lon, lat FROM places_place p WHERE t.lon IS NULL AND p.code = w.place_code AND p.valid_from <= %s
    AND (p.valid_to IS NULL OR p.valid_to > %s) LIMIT 1
) p ON true"""
_WARNINGS = f"""
SELECT coalesce(json_agg(json_build_array(w.id, w.place_code, round(coalesce(t.lon, p.lon)::numeric, 6),
  round(coalesce(t.lat, p.lat)::numeric, 6), w.severity, w.state)), '[]')::text
FROM (SELECT * FROM readings_warning w WHERE {{where}} AND {STANDS.format("w")}
      ORDER BY w.severity DESC, w.raised_at LIMIT {MOST}) w {_HERE}
"""  # noqa: S608 - of our parts
_THINGS = f"""
SELECT coalesce(json_agg(json_build_array(t.id, t.place_code, round({looking.LON_NOW}::numeric, 6),
  round({looking.LAT_NOW}::numeric, 6), coalesce(%s::jsonb->>t.model, 'thing'), t.name)), '[]')::text
FROM (SELECT * FROM things_thing t WHERE {{where}} AND t.state = 'working' AND t.model = ANY(%s) LIMIT {MOST}) t
LEFT JOIN {{declared}} ON d.model = t.model {looking.SOURCES}
WHERE {looking.LON_NOW} IS NOT NULL
"""  # noqa: S608 - of our parts
_UNTAKEN = """
WITH waits AS MATERIALIZED (
  SELECT coalesce(w.incident_id, w.id) AS key, w.* FROM readings_warning w
  WHERE {where} AND w.state = 'raised' AND w.severity >= %s
), oldest AS (
  SELECT key, min(raised_at) AS since, count(*) AS members,
    (array_agg(id ORDER BY severity DESC, raised_at, id))[1] AS first
  FROM waits GROUP BY key ORDER BY 2, 1 LIMIT %s
)
SELECT w.id, w.incident_id, w.rule, w.severity, o.since, o.members, w.place_code, coalesce(t.name, ''), w.matter_id,
  (SELECT count(DISTINCT key) FROM waits), (SELECT count(*) FROM waits WHERE severity = 4)
FROM oldest o JOIN readings_warning w ON w.id = o.first LEFT JOIN things_thing t ON t.id = w.thing_id
ORDER BY o.since, o.key
"""


@dataclass(frozen=True, slots=True)
class Untaken:
    """A grave warning, or a storm of `members`, that nobody has acknowledged yet."""

    id: UUID
    incident_id: UUID | None
    rule: str
    severity: int
    since: datetime
    members: int
    place_code: str
    name: str
    matter_id: UUID | None


def warnings(by: Actor, place: str, *, at: datetime) -> str:
    """Warnings that stand in a place, as a JSON array of [id, place code, lon, lat, severity, state]; where a warning is
    about a place and no device, lon and lat are the place's. One query."""
    require(by, "warnings.read")
    where = inside(by, place, "w")
    if where is None:
        return "[]"
    day = timezone.localdate(at)
    return _json(_WARNINGS.format(where=where.sql), [*where.values, day, day])


def things(by: Actor, place: str, *, models: list[str] | None = None) -> str:
    """Working devices that have a position, as a JSON array of [id, place code, lon, lat, icon, name]: the vehicles
    where they are now and the cameras where they stand; or other models (icon: vehicle, camera, thing). One query and one for the slots."""
    require(by, "things.read")
    where = inside(by, place, "t")
    wanted = drawn() if models is None else models
    if where is None or not wanted:
        return "[]"
    declared = looking.declared()
    return _json(
        _THINGS.format(where=where.sql, declared=declared.sql),
        [orjson.dumps(_icons()).decode(), *where.values, wanted, *declared.values],
    )


def drawn() -> list[str]:
    """The models every wall shows: those that move about, and cameras."""
    return list(_icons())


def _icons() -> dict[str, str]:
    devices = catalogue().devices.values()
    return {d.name: "camera" if d.icon in CAMERAS else "vehicle" for d in devices if d.moves or d.icon in CAMERAS}


def untaken(by: Actor, place: str, *, limit: int = SHOWN) -> tuple[list[Untaken], int]:
    """Orange and red warnings nobody has acknowledged, the oldest first, a storm once; and how many there are."""
    require(by, "warnings.read")
    where = inside(by, place, "w")
    if where is None:
        return [], 0
    with connection.cursor() as cursor:
        cursor.execute(_UNTAKEN.format(where=where.sql), [*where.values, int(GRAVE), limit])
        rows = cursor.fetchall()
    return [Untaken(*row[:9]) for row in rows], rows[0][9] if rows else 0


def _json(text: str, values: list[Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return str(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Health:
    """Devices of a place: how many work, how many of these are silent; and the warnings that stand, by severity."""

    working: int
    silent: int
    standing: dict[int, int]


_STANDING = f"SELECT w.severity, count(*) FROM readings_warning w WHERE {{where}} AND {STANDS.format('w')} AND w.rule = ANY(%s) GROUP BY 1"  # noqa: S608
_WORKING = f"""
SELECT count(*), count(*) FILTER (WHERE {looking.SILENT}) FROM things_thing t
LEFT JOIN {{declared}} ON d.model = t.model {looking.SOURCES}
WHERE {{where}} AND t.state = 'working' AND t.model = ANY(%s)
"""  # noqa: S608 - of our parts


def health(by: Actor, place: str, models: list[str], rules: list[str], *, at: datetime) -> Health:
    """How devices of some models are in a place, and what some rules warn of there. Two queries, and one for the slots."""
    require(by, "things.read")
    things_in, warnings_in = inside(by, place, "t"), inside(by, place, "w")
    if things_in is None or warnings_in is None:
        return Health(0, 0, {})
    declared = looking.declared()
    with connection.cursor() as cursor:
        cursor.execute(
            _WORKING.format(where=things_in.sql, declared=declared.sql),
            [at, *declared.values, *things_in.values, models],
        )
        working, silent = cursor.fetchone()
        cursor.execute(_STANDING.format(where=warnings_in.sql), [*warnings_in.values, rules])
        return Health(working, silent, dict(cursor.fetchall()))


@dataclass(frozen=True, slots=True)
class Measured:
    """What the devices of one model say of one quantity now: the mean, the worst, and where that is; `at` the newest."""

    model: str
    quantity: str
    devices: int
    mean: float
    worst: float
    name: str
    thing_id: UUID
    at: datetime


_MEASURED = """
SELECT q.model, q.quantity, count(*), avg(v.value), (array_agg(v.value ORDER BY v.value DESC))[1],
  (array_agg(t.name ORDER BY v.value DESC))[1], (array_agg(t.id ORDER BY v.value DESC))[1], max(l.at)
FROM unnest(%s::text[], %s::text[], %s::int[]) q(model, quantity, slot)
JOIN things_thing t ON t.model = q.model AND t.state = 'working' AND {where}
JOIN readings_latest l ON l.thing = t.no AND l.at >= %s
CROSS JOIN LATERAL (SELECT l."values"[q.slot] AS value) v
WHERE v.value IS NOT NULL GROUP BY 1, 2
"""
FRESH = timedelta(hours=2)
"""What was said longer ago is not how it is now."""


def measured(by: Actor, place: str, wanted: Sequence[tuple[str, str]], *, at: datetime) -> list[Measured]:
    """(model, quantity) each, in the order asked for; left out where no device of the place said it lately. The worst is
    the highest. Two queries."""
    require(by, "things.read")
    where = inside(by, place, "t")
    if where is None:
        return []
    known = slots.of({model for model, _quantity in wanted})
    asked = [(m, q, known[m][q] + 1) for m, q in wanted if q in known.get(m, {})]
    if not asked:
        return []
    models, quantities, places = (list(column) for column in zip(*asked, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_MEASURED.format(where=where.sql), [models, quantities, places, *where.values, at - FRESH])
        found = {(row[0], row[1]): Measured(*row) for row in cursor.fetchall()}
    return [found[one] for one in wanted if one in found]
