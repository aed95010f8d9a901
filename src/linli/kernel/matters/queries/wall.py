"""What a command wall asks of matters: where the open ones lie, and which of them need a decision now.

Both are one query each under the reader's own eyes. Points come as JSON that PostgreSQL writes, as arrays and not as
objects: five thousand of them are on the way each time a wall is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linli.kernel.access import Actor, require
from linli.kernel.readings.queries.looking import inside

from ..models import OPEN
from .filters import Filter
from .queue import compose

MOST = 20_000
"""Points of one answer: more are no picture any more."""
SHOWN = 40
BOUND = 1000
"""What needs a decision is counted up to here; then a wall says "999+"."""

_POINT = "m.id, m.place_code, m.lon, m.lat, m.stage, m.state, m.urgency, m.paused_at"
_POINTS = """
SELECT coalesce(json_agg(json_build_array(m.id, m.place_code, round(m.lon::numeric, 6), round(m.lat::numeric, 6),
  m.stage, m.state, m.urgency, m.paused_at IS NOT NULL)), '[]')::text FROM ({}) m
"""


def points(by: Actor, place: str, *, only: Sequence[UUID] = ()) -> str:
    """The open matters of a place as a JSON array of [id, place code, lon, lat, stage, state, urgency, paused].

    lon and lat are WGS-84 or null. With `only` those of these that are open and lie there: what a wall asks for when
    it hears that they changed. One query.
    """
    require(by, "matters.read")
    shared, given = (["m.id = ANY(%s)"], [list(only)]) if only else ([], [])
    sql, values = compose(by, Filter(place=place), shared, given, limit=MOST, columns=_POINT, ordered=False)
    if not sql:
        return "[]"
    every = " UNION ALL ".join(f"({part})" for part in sql)
    with connection.cursor() as cursor:
        cursor.execute(_POINTS.format(f"SELECT * FROM ({every}) e LIMIT {MOST}"), values)  # noqa: S608 - of our parts
        return str(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Due:
    """A matter somebody must decide about. `why`: overdue, extension, write_off, order; the first is the gravest.
    `since`: when the oldest of these began."""

    id: UUID
    number: str
    kind: str
    why: tuple[str, ...]
    since: datetime
    place_code: str
    address: str
    unit: str
    urgency: str


@dataclass(frozen=True, slots=True)
class Deciding:
    """The oldest of what waits, and how many matters wait for which reason, each up to `BOUND`."""

    rows: tuple[Due, ...]
    counts: dict[str, int]


WHY = ("overdue", "extension", "write_off", "order")

_ASKED = """SELECT m.id, r.asked_at AS since, r.what AS why
FROM matters_request r JOIN matters_matter m ON m.id = r.matter_id
WHERE r.decided_at IS NULL AND m.state = ANY(%s) AND {where}"""
_ORDERED = """SELECT m.id, o.ordered_at AS since, 'order' AS why
FROM matters_order o JOIN matters_matter m ON m.id = o.matter_id
WHERE o.replied_at IS NULL AND o.settled_at IS NULL AND m.state = ANY(%s) AND {where}"""
_DECIDING = """
WITH waits AS MATERIALIZED (
  SELECT * FROM ({overdue}) late UNION ALL ({asked}) UNION ALL ({ordered})
), oldest AS (
  SELECT id, min(since) AS since, array_agg(DISTINCT why) AS why FROM waits GROUP BY id ORDER BY 2, 1 LIMIT %s
)
SELECT m.id, m.number, m.kind, o.why, o.since, m.place_code, m.address, coalesce(u.name, ''), m.urgency,
  (SELECT json_object_agg(why, n) FROM (SELECT why, count(*) AS n FROM waits GROUP BY why) c)
FROM oldest o JOIN matters_matter m ON m.id = o.id LEFT JOIN people_unit u ON u.id = m.lead_unit_id
ORDER BY o.since, o.id
"""


def deciding(by: Actor, place: str, *, at: datetime, limit: int = SHOWN) -> Deciding:
    """What is overdue, asks for more time or for being written off, or was ordered and is not answered: the longest
    waiting first, a matter once. One query."""
    require(by, "matters.read")
    where = inside(by, place, "m")
    overdue, late = compose(
        by, Filter(place=place), ["m.order_at < %s", "m.paused_at IS NULL"], [at],
        limit=BOUND, columns="m.id, m.order_at AS since, 'overdue' AS why",
    )  # fmt: skip
    if where is None or not overdue:
        return Deciding((), dict.fromkeys(WHY, 0))
    text = _DECIDING.format(
        overdue=" UNION ALL ".join(f"({part})" for part in overdue),
        asked=_ASKED.format(where=where.sql),
        ordered=_ORDERED.format(where=where.sql),
    )
    states = [state.value for state in OPEN]
    with connection.cursor() as cursor:
        cursor.execute(text, [*late, states, *where.values, states, *where.values, limit])
        found = cursor.fetchall()
    counted: dict[str, Any] = found[0][-1] if found else {}
    rows = tuple(_due(*row[:-1]) for row in found)
    return Deciding(rows, {why: min(BOUND, counted.get(why, 0)) for why in WHY})


def _due(id_: UUID, number: str, kind: str, why: list[str], *rest: Any) -> Due:
    return Due(id_, number, kind, tuple(one for one in WHY if one in why), *rest)
