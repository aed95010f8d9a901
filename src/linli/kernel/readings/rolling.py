"""Rolling up: minutes out of readings, hours out of minutes, days out of hours, kept as readings arrive.

A minute is rolled up once it is over. From then on a reading of it is late: whoever stores it marks the minute as
dirty, and it is rolled up again. `closing` says up to where, and is moved before anything is counted: whoever stores
readings holds the row (`hold`), so none can slip in between.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from linli.kernel.access.prepared import read

GRACE = timedelta(seconds=5)
"""So long after its end a minute may still get readings without being late."""
MOST = timedelta(minutes=10)
"""So much is rolled up in one transaction."""
_LOCK = 0x726F6C6C  # "roll"

_MINUTES = """
INSERT INTO readings_minute AS m (thing, slot, at, n, least, sum, most, last)
SELECT r.thing, v.slot - 1, date_trunc('minute', r.at), count(*), min(v.value), sum(v.value), max(v.value),
  (array_agg(v.value ORDER BY r.at DESC))[1]
FROM readings_reading r {source}, unnest(r.values) WITH ORDINALITY v(value, slot)
WHERE {where} AND v.value IS NOT NULL
GROUP BY 1, 2, 3
ON CONFLICT (thing, slot, at) DO UPDATE SET n = excluded.n, least = excluded.least, sum = excluded.sum,
  most = excluded.most, last = excluded.last
"""
_WIDER = """
INSERT INTO readings_{wide} AS w (thing, slot, at, n, least, sum, most, last)
SELECT f.thing, f.slot, {floor}, sum(f.n), min(f.least), sum(f.sum), max(f.most),
  (array_agg(f.last ORDER BY f.at DESC))[1]
FROM readings_{fine} f {source} WHERE {where}
GROUP BY 1, 2, 3
ON CONFLICT (thing, slot, at) DO UPDATE SET n = excluded.n, least = excluded.least, sum = excluded.sum,
  most = excluded.most, last = excluded.last
"""
_STALE = """
JOIN (SELECT DISTINCT s.thing, {floor} AS begins FROM readings_stale s, readings_rolling g
  WHERE {floor} + interval '1 {wide}' <= g.rolled) s
ON s.thing = f.thing AND f.at >= s.begins AND f.at < s.begins + interval '1 {wide}'
"""


def hold() -> datetime:
    """Keep what is being closed where it is until this transaction ends; returns before when a reading is late."""
    ((closing,),) = read("SELECT closing FROM readings_rolling FOR SHARE")
    return closing  # type: ignore[no-any-return]


def stop() -> None:
    """Until this transaction ends nothing is rolled up and no round of an evaluator begins; those under way are waited
    for. For who erases what a thing said."""
    read("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    read("SELECT closing FROM readings_rolling FOR UPDATE")


def roll(at: datetime) -> int:
    """Roll up what is over by `at`. Returns how many steps were done; 0 when another process does it, or all is done."""
    done = 0
    while _step(at):
        done += 1
    return done + _again()


def _step(at: datetime) -> bool:
    over = _floor(at - GRACE)
    with transaction.atomic():  # waits for nobody but those that are storing at this moment
        ((rolled, closing),) = read("SELECT rolled, closing FROM readings_rolling")
        if rolled.year == 1970:  # the first time: what is there already was filled in with its roll-ups
            read("UPDATE readings_rolling SET closing = %s, rolled = %s WHERE rolled = %s", [over, over, rolled])
            return False
        closing = max(closing, min(over, rolled + MOST))
        if closing <= rolled:
            return False
        read("UPDATE readings_rolling SET closing = %s WHERE closing < %s", [closing, closing])
    _ensure(rolled, closing)
    with transaction.atomic(), connection.cursor() as cursor:
        if not _mine():
            return False
        minutes = _MINUTES.format(source="", where="r.at >= %s AND r.at < %s")
        cursor.execute(minutes, [rolled, closing])
        _wider(cursor, "hour", "minute", rolled, closing)
        _wider(cursor, "day", "hour", rolled, closing)
        cursor.execute("UPDATE readings_rolling SET rolled = %s WHERE rolled = %s", [closing, rolled])
    return True


def _wider(cursor: object, wide: str, fine: str, begin: datetime, end: datetime) -> None:
    """The hours, or local days, that came to their end in this step."""
    read_ends = "SELECT date_trunc(%s, %s::timestamptz, %s), date_trunc(%s, %s::timestamptz, %s)"
    ((first, last),) = read(read_ends, [wide, begin, settings.TIME_ZONE, wide, end, settings.TIME_ZONE])
    if first < last:
        query = _WIDER.format(
            wide=wide, fine=fine, floor=_floored(wide, "f"), source="", where="f.at >= %s AND f.at < %s"
        )
        cursor.execute(query, [first, last])  # type: ignore[attr-defined]


def _again() -> int:
    """Roll up again the minutes late readings fell into, and the hours and days over them that are done already."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not _mine():
            return 0
        # Each statement sees what was committed before it: the rows that made these minutes dirty are among it.
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS readings_stale (thing integer, minute timestamptz) ON COMMIT DELETE ROWS"
        )
        cursor.execute(
            "WITH gone AS (DELETE FROM readings_dirty d USING (SELECT thing, minute FROM readings_dirty LIMIT 20000) s"
            " WHERE d.thing = s.thing AND d.minute = s.minute RETURNING d.thing, d.minute)"
            " INSERT INTO readings_stale SELECT * FROM gone"
        )
        count = int(cursor.rowcount)
        if count:
            stale = "JOIN readings_stale s ON s.thing = r.thing AND r.at >= s.minute AND r.at < s.minute + interval '1 minute'"
            cursor.execute(_MINUTES.format(source=stale, where="true"))
            for wide, fine in (("hour", "minute"), ("day", "hour")):
                cursor.execute(_again_wider(wide, fine), {"zone": settings.TIME_ZONE})
            cursor.execute("DELETE FROM readings_stale")
    return count


def _again_wider(wide: str, fine: str) -> str:
    floor = f"date_trunc('{wide}', s.minute, %(zone)s)"
    source = _STALE.format(floor=floor, wide=wide)
    return _WIDER.format(wide=wide, fine=fine, floor=_floored(wide, "f"), source=source, where="true").replace(
        "%s", "%(zone)s"
    )


def _floored(wide: str, table: str) -> str:
    zone = settings.TIME_ZONE.replace("'", "")
    return f"date_trunc('{wide}', {table}.at, '{zone}')"


def _ensure(begin: datetime, end: datetime) -> None:
    for n in range((end.date() - begin.date()).days + 1):
        read("SELECT readings_ensure(%s::date)", [begin.date() + timedelta(days=n)])


def _mine() -> bool:
    ((won,),) = read("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    return bool(won)


def _floor(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
