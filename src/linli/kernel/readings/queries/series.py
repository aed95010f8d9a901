"""The course of one quantity of one thing over any range, from the coarsest rows that still show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from linli.kernel.access.prepared import Value, read
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import seconds
from linli.kernel.things.models import Thing

from . import slots

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """A span that begins at `at`: how many readings, the least, the mean and the most of them, and the last."""

    at: datetime
    n: int
    least: float
    mean: float
    most: float
    last: float


# What is rolled up is read from the roll-ups, the rest from the finer rows: minutes of the hour that runs, readings of
# the minute that runs. Each part ends where the next begins, so nothing is counted twice.
_TAIL = """
  SELECT m.at, m.n, m.least, m.sum, m.most, m.last FROM readings_minute m, edge
  WHERE m.thing = %s AND m.slot = %s AND m.at >= greatest(%s::timestamptz, edge.hour) AND m.at < least(%s::timestamptz, edge.rolled)
  UNION ALL
  SELECT r.at, 1, r.values[%s], r.values[%s], r.values[%s], r.values[%s] FROM readings_reading r, edge
  WHERE r.thing = %s AND r.at >= greatest(%s::timestamptz, edge.rolled) AND r.at < %s AND r.values[%s] IS NOT NULL
"""
_COARSE = """
  SELECT c.at, c.n, c.least, c.sum, c.most, c.last FROM readings_{table} c, edge
  WHERE c.thing = %s AND c.slot = %s AND c.at >= %s AND c.at < least(%s::timestamptz, edge.hour)
  UNION ALL
"""
_EDGE = """
WITH edge AS MATERIALIZED (
  SELECT rolled, CASE WHEN %s THEN date_trunc(%s, rolled, %s) ELSE '-infinity'::timestamptz END AS hour FROM readings_rolling
), rows AS (
"""
_BINNED = """
)
SELECT date_bin(%s::interval, at, %s), sum(n)::bigint, min(least), sum(sum), max(most),
  (array_agg(last ORDER BY at DESC))[1]
FROM rows GROUP BY 1 ORDER BY 1
"""
_RAW = """
SELECT at, 1, values[%s], values[%s], values[%s], values[%s] FROM readings_reading
WHERE thing = %s AND at >= %s AND at < %s AND values[%s] IS NOT NULL ORDER BY at LIMIT %s
"""


def points(thing: Thing, quantity: str, begin: datetime, end: datetime, most: int = 600) -> list[Point]:
    """At most about `most` points, oldest first; empty for a quantity the thing's model does not measure.

    One reading is one point while that many fit; then a point is a span of whole minutes, hours or days. Days are
    local. Raises ValueError when the range ends before it begins.
    """
    if end <= begin:
        raise ValueError("the range ends before it begins")
    slot = slots.of([thing.model])[thing.model].get(quantity)
    if slot is None:
        return []
    span = end - begin
    if span <= every(thing) * most and span <= 14 * DAY:
        return _single(thing, slot, begin, end, most)
    return _binned(thing, slot, begin, end, span / most)


def every(thing: Thing) -> timedelta:
    """How often the thing reports: its own number, else its model's; a minute for a model nobody declares any more."""
    device = catalogue().devices.get(thing.model)
    return timedelta(seconds=thing.every or (seconds(device.every) if device else 60))


def _single(thing: Thing, slot: int, begin: datetime, end: datetime, most: int) -> list[Point]:
    """Readings themselves. A thing that said more than was expected of it comes in minutes after all."""
    one = slot + 1
    rows = read(_RAW, [one, one, one, one, thing.no, begin, end, one, 3 * most + 1])
    if len(rows) > 3 * most:
        return _binned(thing, slot, begin, end, (end - begin) / most)
    return [Point(*row) for row in rows]


def _binned(thing: Thing, slot: int, begin: datetime, end: datetime, wide: timedelta) -> list[Point]:
    table = "day" if wide >= 2 * DAY else "hour" if wide >= 12 * MINUTE else "minute"
    unit = {"day": DAY, "hour": HOUR, "minute": MINUTE}[table]
    width = unit * max(1, -(-wide // unit))
    origin = _origin(begin, table)
    begin = origin + (begin - origin) // width * width
    one = slot + 1
    query = _EDGE
    values: list[Value] = [table != "minute", "day" if table == "day" else "hour", settings.TIME_ZONE]
    if table != "minute":
        query += _COARSE.format(table=table)
        values += [thing.no, slot, begin, end]
    query += _TAIL
    values += [thing.no, slot, begin, end, one, one, one, one, thing.no, begin, end, one]
    rows: list[tuple[Any, ...]] = read(query + _BINNED, [*values, f"{width.total_seconds():.0f} seconds", origin])
    return [Point(at, n, least, total / n, highest, last) for at, n, least, total, highest, last in rows]


def _origin(begin: datetime, table: str) -> datetime:
    """Where spans are counted from: local midnight for days, so that a day is the day of people here."""
    if table == "day":
        return begin.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
