"""Rolling up: minutes out of readings, hours out of minutes, days out of hours, kept as readings arrive.

Minutes are reckoned by evaluators in memory and written in their rounds (`evaluating.minutes`); each shard says up to where
(`readings_rolled`). A reading of a minute before that is late: whoever stores it marks the minute as dirty. Here dirty
minutes are rolled up from the stored rows, and hours and days out of minutes, once every shard has come to their end.
`closing` says which hours are being reckoned, before they are; `rolled`, which are done, and up to where charts may
leave the rows alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from linli.kernel.access import as_system
from linli.kernel.access.prepared import read

from . import spoken
from .instants import us

AT_ONCE = 20_000
"""So many dirty minutes are rolled up in one transaction."""
THINGS = 2_000
"""Of so many things hours and days are reckoned in one transaction: nobody waits for all of them."""
_LOCK = 0x726F6C6C  # "roll"

REPLACES = """ON CONFLICT (thing, slot, at) DO UPDATE SET n = excluded.n, least = excluded.least, sum = excluded.sum,
  most = excluded.most, last = excluded.last"""
"""What is rolled up again takes the place of what was."""
_MINUTES = f"""
INSERT INTO readings_minute AS m (thing, slot, at, n, least, sum, most, last)
SELECT r.thing, v.slot - 1, date_trunc('minute', r.at), count(*), min(v.value), sum(v.value), max(v.value),
  (array_agg(v.value ORDER BY r.at DESC))[1]
FROM readings_stale s
JOIN readings_reading r ON r.thing = s.thing AND r.at >= s.minute AND r.at < s.minute + interval '1 minute',
  unnest(r.values) WITH ORDINALITY v(value, slot)
WHERE v.value IS NOT NULL
GROUP BY 1, 2, 3
{REPLACES}
"""  # noqa: S608 - words of ours
_WIDER = f"""
INSERT INTO readings_{{wide}} AS w (thing, slot, at, n, least, sum, most, last)
SELECT f.thing, f.slot, {{floor}}, sum(f.n), min(f.least), sum(f.sum), max(f.most),
  (array_agg(f.last ORDER BY f.at DESC))[1]
FROM readings_{{fine}} f {{source}} WHERE {{where}}
GROUP BY 1, 2, 3
{REPLACES}
"""  # noqa: S608 - names of ours
_STALE = """
JOIN (SELECT DISTINCT s.thing, {floor} AS begins FROM readings_stale s, readings_rolling g
  WHERE {floor} + interval '1 {wide}' <= g.closing) s
ON s.thing = f.thing AND f.at >= s.begins AND f.at < s.begins + interval '1 {wide}'
"""
_ROLLED = "WHERE y.at >= %s AND y.at < %s AND y.thing >= %s AND y.thing < %s"
_ROLLED_AGAIN = """
JOIN (SELECT DISTINCT s.thing, date_trunc('day', s.minute, %s) AS begins FROM readings_stale s, readings_rolling g
  WHERE date_trunc('day', s.minute, %s) + interval '1 day' <= g.closing) s
ON s.thing = y.thing AND s.begins = y.at
"""
_DIRTY = """
WITH gone AS (
  DELETE FROM readings_dirty d USING (
    SELECT thing, minute FROM readings_dirty WHERE minute < (SELECT min(upto) FROM readings_rolled) LIMIT %s) s
  WHERE d.thing = s.thing AND d.minute = s.minute RETURNING d.thing, d.minute)
INSERT INTO readings_stale SELECT * FROM gone
"""
_DAYS = """
SELECT readings_ensure(day), readings_ensure(day - 1)
FROM (SELECT DISTINCT (minute AT TIME ZONE 'UTC')::date AS day FROM readings_stale) s
"""


def hold() -> None:
    """Until this transaction ends nothing is erased. For a round of an evaluator."""
    read("SELECT FROM readings_rolling FOR SHARE")


def stop() -> None:
    """Until this transaction ends nothing is rolled up and no round of an evaluator begins; those under way are waited
    for. For who erases what a thing said."""
    read("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    read("SELECT closing FROM readings_rolling FOR UPDATE")


def begin(at: datetime) -> list[int]:
    """Up to where (µs) each shard's minutes are written. In an installation that begins it is now: what is there already
    was filled in with its roll-ups."""
    whole = at.replace(second=0, microsecond=0)
    read("UPDATE readings_rolled SET upto = %s WHERE upto = 'epoch'", [whole])
    return [us(upto) for (upto,) in read("SELECT upto FROM readings_rolled ORDER BY shard")]


def roll() -> int:
    """Dirty minutes, then the hours and days that every shard has come to the end of. Returns how many minutes and hours
    there were to do; 0 when there was nothing, or another process is at it."""
    edge = _close()
    done = 0
    with as_system():  # which things there are, and of which model, the register shows nobody without eyes
        while again := _again():
            done += again
        return done + _hours(edge)


def _close() -> datetime:
    """From here on hours before this instant are being reckoned: whoever finds a late reading does them again."""
    ((edge,),) = read("SELECT min(upto) FROM readings_rolled")
    # In an installation that begins, nothing is owed.
    read("UPDATE readings_rolling SET closing = %s, rolled = %s WHERE closing = 'epoch'", [edge, edge])
    read("UPDATE readings_rolling SET closing = %s WHERE closing < %s", [edge, edge])
    return edge  # type: ignore[no-any-return]


def _hours(edge: datetime) -> int:
    ((rolled,),) = read("SELECT rolled FROM readings_rolling")
    if rolled >= edge:
        return 0
    _ensure(rolled, edge)
    done = 0
    for wide, fine in (("hour", "minute"), ("day", "hour")):
        first, last = _whole(wide, rolled, edge)
        for things in _slices() if first < last else ():
            with transaction.atomic(), connection.cursor() as cursor:
                if not _mine():
                    return done
                cursor.execute(_wider(wide, fine), [first, last, *things])
                done += cursor.rowcount
                if wide == "day":
                    spoken.note(cursor, _ROLLED, (first, last, *things))
    read("UPDATE readings_rolling SET rolled = %s WHERE rolled = %s", [edge, rolled])
    return done


def _whole(wide: str, begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    """From where to where hours, or local days, came to their end between two instants."""
    zone = settings.TIME_ZONE
    query = "SELECT date_trunc(%s, %s::timestamptz, %s), date_trunc(%s, %s::timestamptz, %s)"
    ((first, last),) = read(query, [wide, begin, zone, wide, end, zone])
    return first, last


def _slices() -> Iterator[tuple[int, int]]:
    ((last,),) = read("SELECT coalesce(max(no), 0) FROM things_thing")
    for first in range(0, last + 1, THINGS):
        yield first, first + THINGS


def _wider(wide: str, fine: str) -> str:
    where = "f.at >= %s AND f.at < %s AND f.thing >= %s AND f.thing < %s"
    return _WIDER.format(wide=wide, fine=fine, floor=_floored(wide, "f"), source="", where=where)


def _again() -> int:
    """Roll up again the minutes late readings fell into, and the hours and days over them that are done already."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not _mine():
            return 0
        # Each statement sees what was committed before it: the rows that made these minutes dirty are among it.
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS readings_stale (thing integer, minute timestamptz) ON COMMIT DELETE ROWS"
        )
        cursor.execute(_DIRTY, [AT_ONCE])
        count = int(cursor.rowcount)
        if count:
            cursor.execute(_DAYS)
            cursor.execute(_MINUTES)
            for wide, fine in (("hour", "minute"), ("day", "hour")):
                cursor.execute(_again_wider(wide, fine), {"zone": settings.TIME_ZONE})
            spoken.note(cursor, _ROLLED_AGAIN, (settings.TIME_ZONE, settings.TIME_ZONE))
            cursor.execute("DELETE FROM readings_stale")
    return count


def _again_wider(wide: str, fine: str) -> str:
    floor = f"date_trunc('{wide}', s.minute, %(zone)s)"
    source = _STALE.format(floor=floor, wide=wide)
    return _WIDER.format(wide=wide, fine=fine, floor=_floored(wide, "f"), source=source, where="true")


def _floored(wide: str, table: str) -> str:
    zone = settings.TIME_ZONE.replace("'", "")
    return f"date_trunc('{wide}', {table}.at, '{zone}')"


def _ensure(begin: datetime, end: datetime) -> None:
    """Partitions for these days, and for the day before: the local day a UTC day begins in began then."""
    for n in range(-1, (end.date() - begin.date()).days + 1):
        read("SELECT readings_ensure(%s::date)", [begin.date() + timedelta(days=n)])


def _mine() -> bool:
    ((won,),) = read("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    return bool(won)
