"""Things on a map: as many marks as an eye can tell apart, and never more than that are sent.

What stands closer together than a mark is wide is one mark with its number, gathered in PostgreSQL: fifty thousand
things are a few hundred rows, whatever part of the town is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from linli.kernel.access import Actor, require
from linli.kernel.catalogue.registry import catalogue

from . import looking
from .looking import Asked
from .storms import STANDS


@dataclass(frozen=True, slots=True)
class Mark:
    """`n` things around a point; of a single one its id, model and name. `severity`: of the gravest warning that stands,
    `warned`: how many things warn now, `unclosed`: how many warn no more and wait for somebody to close it."""

    lon: float
    lat: float
    n: int
    severity: int
    warned: int
    unclosed: int
    silent: int
    unheard: int
    id: UUID | None
    model: str
    name: str


def marks(actor: Actor, asked: Asked, *, at: datetime, across: int = 16, most: int = 600) -> list[Mark]:
    """The marks of the things in `asked.box`, gathered into squares of which `across` make its width.

    The gravest are kept when there are more than `most`. Raises NotAllowed; without a box there are none.
    """
    require(actor, "things.read")
    where = looking.where(actor, asked, at)
    if where is None or asked.box is None:
        return []
    west, _south, east, _north = asked.box
    wide = max((east - west) / max(1, across), 1e-7)
    high = wide * 0.85  # degrees of latitude are longer than those of longitude where cities are
    declared = looking.declared()
    text = f"""
        SELECT avg(lon), avg(lat), count(*), coalesce(max(severity), 0), count(severity),
               count(*) FILTER (WHERE severity IS NULL AND cleared), count(*) FILTER (WHERE silent),
               count(*) FILTER (WHERE unheard),
               CASE count(*) WHEN 1 THEN min(id::text)::uuid END, min(model), min(name)
        FROM (
          SELECT t.id, t.model, t.name, {looking.LON_NOW} AS lon, {looking.LAT_NOW} AS lat, w.severity, w.cleared, coalesce({looking.SILENT}, false) AS silent,
            {looking.UNHEARD} AS unheard
          FROM things_thing t LEFT JOIN {declared.sql} ON d.model = t.model
          {looking.SOURCES}
          LEFT JOIN (
            SELECT w.subject, max(w.severity) FILTER (WHERE {STANDS.format("w")}) AS severity, bool_or(w.state = 'cleared') AS cleared
            FROM readings_warning w WHERE w.closed_at IS NULL AND w.rule = ANY(%s) GROUP BY w.subject
          ) w ON w.subject = t.no::text
          WHERE {where.sql}
        ) t GROUP BY floor(lon / %s), floor(lat / %s)
        ORDER BY coalesce(max(severity), 0) DESC, count(*) DESC LIMIT %s
    """  # noqa: S608 - made of the parts of looking.py; every value is a parameter
    values = [at, *declared.values, list(catalogue().rules), *where.values, wide, high, most]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return [Mark(*row) for row in cursor.fetchall()]
