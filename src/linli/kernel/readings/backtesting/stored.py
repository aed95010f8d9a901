"""What a trial asks of what is stored: readings, words, who spoke at all, and when nobody was to be warned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from linli.kernel.things.models import PlaceUpkeep, Thing, Upkeep

from ..instants import ms

_ROWS = """
SELECT thing, (extract(epoch FROM at) * 1000)::bigint, "values" FROM readings_reading
WHERE thing = ANY(%s) AND at >= %s AND at < %s AND flags & 4 = 0 ORDER BY at, thing
"""  # 4: wire.Flag.LATE, which no rule was asked about
# Whoever only waits for silence goes by when a word came, whatever it said of which instant: late or not, it was heard.
# Of things of which fewer readings are stored than they said (`_COARSE`), the hours they were heard in are words too.
_WORDS = """
SELECT thing, at, ARRAY[]::float8[] FROM (
  SELECT thing, (extract(epoch FROM received_at) * 1000)::bigint AS at FROM readings_reading
  WHERE thing = ANY(%(things)s) AND at >= %(begin)s AND at < %(end)s AND received_at < %(end)s
  UNION ALL
  SELECT h.thing, (extract(epoch FROM h.at) * 1000)::bigint + edge.ms FROM readings_hour h, (VALUES (0), (3599999)) edge(ms)
  WHERE h.thing = ANY(%(coarse)s) AND h.at >= %(begin)s AND h.at + interval '1 hour' <= %(end)s
) word ORDER BY at, thing
"""
_COARSE = """
WITH stored AS (
  SELECT thing, date_trunc('hour', at) AS hour, count(*) AS n FROM readings_reading
  WHERE thing = ANY(%(things)s) AND at >= %(begin)s AND at < %(end)s GROUP BY 1, 2
), span AS (SELECT thing, min(hour) AS first, max(hour) AS last FROM stored GROUP BY 1
), said AS (
  SELECT h.thing, h.at AS hour, max(h.n) AS n FROM readings_hour h JOIN span s ON s.thing = h.thing
  WHERE h.thing = ANY(%(things)s) AND h.at > s.first AND h.at < s.last GROUP BY 1, 2
)
SELECT s.thing FROM said s LEFT JOIN stored t USING (thing, hour)
GROUP BY 1 HAVING sum(coalesce(t.n, 0)) < %(share)s * sum(s.n)
"""
_WHOLE = 0.9
"""Where less than this share of what a thing said is stored, its readings tell when it spoke, never when it did not."""
_SPEAKS = """
SELECT t.no FROM unnest(%s::int[]) t(no)
WHERE EXISTS (SELECT FROM readings_reading r WHERE r.thing = t.no AND r.at >= %s AND r.at < %s)
"""


def spoke(things: Sequence[int], begin: datetime, end: datetime) -> set[int]:
    """Those of whom anything is stored between these instants."""
    with connection.cursor() as cursor:
        cursor.execute(_SPEAKS, [list(things), begin, end])
        return {no for (no,) in cursor.fetchall()}


def coarse(things: Sequence[int], begin: datetime, end: datetime) -> set[int]:
    """Those of whom fewer readings are stored than the hours say there were."""
    given: dict[str, Any] = {"things": list(things), "begin": begin, "end": end, "share": _WHOLE}
    with connection.cursor() as cursor:
        cursor.execute(_COARSE, given)
        return {no for (no,) in cursor.fetchall()}


def ask_readings(cursor: Any, things: Sequence[int], begin: datetime, end: datetime) -> None:
    """Rows of thing, ms since 1970 and values, by the time they are of."""
    cursor.execute(_ROWS, [list(things), begin, end], binary=True)


def ask_words(cursor: Any, things: Sequence[int], hours: Sequence[int], begin: datetime, end: datetime) -> None:
    """Rows of the same form without values, by when a word came; of `hours` the hours they were heard in are words too."""
    cursor.execute(_WORDS, {"things": list(things), "coarse": list(hours), "begin": begin, "end": end}, binary=True)


def rests(things: Sequence[Thing], begin: datetime, end: datetime) -> dict[int, list[tuple[int, int]]]:
    """Maintenances of things and of the places they lie in, in order; what overlaps is one."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = Upkeep.objects.filter(
        thing__in=[t.pk for t in things], what=Upkeep.What.MAINTENANCE, lasts__overlap=(begin, end)
    ).order_by("lasts")
    for no, lasts in rows.values_list("thing__no", "lasts"):
        found.setdefault(no, []).append((ms(lasts.lower or begin), ms(lasts.upper or end)))
    for code, lasts in PlaceUpkeep.objects.filter(lasts__overlap=(begin, end)).values_list("place_code", "lasts"):
        for thing in things:
            if thing.place_code.startswith(code):
                found.setdefault(thing.no, []).append((ms(lasts.lower), ms(lasts.upper)))
    return {no: apart(sorted(spans)) for no, spans in found.items()}


def apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans (ms) in the order of their beginning; those that overlap or touch as one."""
    kept: list[tuple[int, int]] = []
    for begins, ends in spans:
        if kept and begins <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(ends, kept[-1][1])
        else:
            kept.append((begins, ends))
    return kept
