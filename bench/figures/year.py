"""A year of matters in a larger town, made by SQL as `bench.matters` makes them: fifty kinds, five thousand open."""

from __future__ import annotations

import time

from django.db import connection

from bench.matters import rows
from bench.matters.ground import Ground
from linli.kernel.access import SYSTEM, look_as
from linli.kernel.clock.now import now
from linli.kernel.figures.verbs import recompute

KINDS = 48
_KINDS = f"""
CREATE TEMP TABLE bench_kind AS SELECT n, 'bench-kind-' || to_char(n, 'FM00') AS kind,
  CASE n % 2 WHEN 0 THEN 'city-enforcement' ELSE 'sanitation' END AS department, '第' || n || '类事' AS what
FROM generate_series(0, {KINDS - 1}) n;
"""
# A ninth promised too little time and is late; every third who reported has rated; a year instead of three.
_CHANGES = (
    ("interval '1090 days'", "interval '359 days'"),
    ("series.n / 7 %% 3", f"series.n / 7 %% {KINDS}"),
    (
        "opened + interval '4 hours', opened + interval '7 days', '5 working_day'",
        "opened + interval '1 hour' * (1 + n %% 7), opened + interval '1 day' * (CASE WHEN n %% 9 = 0 THEN 2 ELSE 7 END),"
        " '5 working_day'",
    ),
)


def prepare(on: Ground, count: int) -> float:
    """The database of this size, kept with the data directory; the seconds the first recomputation took, 0 when kept."""
    on.create(count)
    on.use(count)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_ready') IS NOT NULL")
        if cursor.fetchone()[0]:
            return 0
    on.drop(count)
    on.create(count)
    begun = time.perf_counter()
    rows.town()
    _fill(count)
    print(f"made {count:,} matters in {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    recompute(by=SYSTEM, at=now())
    seconds = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CREATE TABLE bench_ready AS SELECT now() AS at")
    return seconds


def _fill(count: int) -> None:
    sql = rows.MATTERS
    for was, becomes in _CHANGES:
        assert was in sql, was
        sql = sql.replace(was, becomes)
    helpers = _KINDS + rows.HELPERS[rows.HELPERS.index("CREATE TEMP TABLE bench_hood") :]
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.search_later', 'on', false)")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(helpers)
        with rows._indexed_after(cursor, "matters_matter", "matters_assignment"):
            cursor.execute(sql, {"rows": count, "every": max(2, count // 5_000)})
            for statement in rows.STEPS.replace("%%", "%").strip().split(";\n")[:1]:
                cursor.execute(statement)
    connection.close()
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
