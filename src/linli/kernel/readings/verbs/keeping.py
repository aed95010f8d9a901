"""How long what devices said is kept: raw by model, minutes a month, hours two years, days for good.

A day's readings go as a whole, with their partition, when no model keeps them longer; what a model keeps shorter is
taken out of the days before that. Hours and days stay: they hold no more than counts and means. A minute of a device that
speaks once in a minute is its reading, so minutes go no later than readings do.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog
from django.db import connection, transaction

from linli.kernel.access import as_system
from linli.kernel.access.prepared import read
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import seconds

from ..evaluating.heard import FORGET

log = structlog.get_logger(__name__)
DAY, MINUTES, HOURS = timedelta(days=1), timedelta(days=32), timedelta(days=2 * 366)
_PARTITIONS = """
SELECT c.relname, to_date(substring(c.relname FROM '\\d+$'), %s) FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = %s::regclass ORDER BY 1
"""
_SHORTER = """
DELETE FROM {} r USING things_thing t
WHERE t.no = r.thing AND t.model = %s AND r.at >= %s AND r.at < %s
"""


def tidy(*, at: datetime) -> list[str]:
    """Remove what is past its time. Returns the partitions that were dropped. Meant to run once a day."""
    spans = {name: timedelta(seconds=seconds(device.keeps)) for name, device in catalogue().devices.items()}
    longest = max(spans.values(), default=timedelta(days=90))
    dropped = _drop("readings_reading", "YYYYMMDD", (at - longest).date())
    dropped += _drop("readings_minute", "YYYYMMDD", (at - MINUTES).date())
    dropped += _drop("readings_hour", "YYYYMM", (at - HOURS).date())
    with as_system():  # whose a reading is stands in the register, which shows nothing to nobody
        for model, span in spans.items():
            if span < longest:
                _shorter("readings_reading", model, at - span, at - longest)
            if span < MINUTES:
                _shorter("readings_minute", model, at - span, at - MINUTES - DAY)
    read("DELETE FROM readings_tally WHERE day < %s", [(at - HOURS).date()])
    read(FORGET, [at - timedelta(days=30)])
    return dropped


def _drop(table: str, form: str, before: date) -> list[str]:
    """Partitions that end before a day. A month's begins with its first day, so it goes a month later than it could."""
    wide = timedelta(days=1) if form == "YYYYMMDD" else timedelta(days=31)
    gone = [str(name) for name, begins in read(_PARTITIONS, [form, table]) if begins + wide <= before]
    for name in gone:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(name)}")
        log.info("readings: past its time", table=name)
    return gone


def _shorter(table: str, model: str, before: datetime, since: datetime) -> None:
    """Of one model, a day at a time: each a short transaction that finds its rows in one partition."""
    day = since
    while day < before:
        until = min(day + DAY, before)
        with connection.cursor() as cursor:
            cursor.execute(_SHORTER.format(table), [model, day, until])
        day = until
