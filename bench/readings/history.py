"""A year of one device drawn, in a table of roll-ups by hour that five hundred million readings would have made."""

from __future__ import annotations

import statistics
from datetime import timedelta

from bench.matters.ground import Ground
from bench.matters.table import Table, ms, timed

THINGS, QUANTITIES = 1000, 1
"""A thousand things that report once a minute for a year are 526 million readings, and 8.8 million rows by hour."""

_FILL = """
INSERT INTO readings_hour (thing, slot, at, n, least, sum, most, last)
SELECT t.no, 0, h, 60, 20, 1500, 30, 25 FROM (SELECT no FROM things_thing ORDER BY no LIMIT %s) t,
  generate_series(%s::timestamptz, %s::timestamptz - interval '1 hour', interval '1 hour') h
"""


def measure(on: Ground, table: Table) -> None:
    from django.core.management import call_command
    from django.db import connection

    from linli.kernel.access import SYSTEM, look_as
    from linli.kernel.clock.now import now
    from linli.kernel.readings.queries import series
    from linli.kernel.things.models import Thing

    from . import fleet

    new = on.create("history")
    on.use("history")
    end = now().replace(minute=0, second=0, microsecond=0)
    begin = end - timedelta(days=365)
    if new:
        call_command("migrate", verbosity=0)
        fleet.places()
        with on.connect("history") as bare:
            fleet.prepare(bare, THINGS)
            for day in range(0, 366, 27):
                bare.execute("SELECT readings_ensure(%s::date)", [(begin + timedelta(days=day)).date()])
            bare.execute("SELECT readings_ensure(%s::date)", [end.date()])
            bare.execute(_FILL, [THINGS, begin, end])
            bare.execute("UPDATE readings_rolling SET closing = %s, rolled = %s", [end, end])
            bare.execute("VACUUM ANALYZE readings_hour")
    look_as(SYSTEM)
    things = list(Thing.objects.order_by("no")[:60])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM readings_hour")
        ((rows,),) = cursor.fetchall()
    drawn: list[int] = []
    each = iter(things)
    seconds = timed(lambda: drawn.append(len(series.points(next(each), "v", begin, end))), len(things))
    table.add(
        "a year by the hour, each time of another device",
        ms(statistics.median(seconds)),
        f"longest {ms(max(seconds))}",
        f"{drawn[0]} points",
        "< 50 ms",
    )
    table.note(f"history: {rows:,} rows by hour stand for {rows * 60:,} readings")
    connection.close()
