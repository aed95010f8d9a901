"""Places, units and accounts of the tests' cast in a larger town, and rows made by SQL in any number.

Generated matters have no audit records: chaining a million is what `linli import` is measured for. Everything
else about them is real: constraints, row policies, triggers, every index, the search.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.matters.tests.cast import Cast, make_cast

from .ground import Ground

# Beside the cast's street: 4 districts of 6 streets of 8 neighbourhoods, each street with two departments.
TOWN = """
INSERT INTO places_place (id, code, name, parent_id, aliases, road, lane, number, building, unit, room, valid_from,
                          source, version, lon, lat)
SELECT uuidv7(), t.code, t.name, above.id, '{}', '', '', '', '', '', '', '2020-01-01', 'bench', 1,
       121.3 + right(t.code, 3)::int / 100.0, 31.2
FROM (%s) t JOIN places_place above ON above.code = t.above
WHERE NOT EXISTS (SELECT FROM places_place p WHERE p.code = t.code)
"""
DISTRICTS = "SELECT format('9901%s', to_char(d, 'FM00')) code, format('第%s区', d) name, '9901' above FROM generate_series(1, 4) d"
STREETS = """SELECT format('%s%s', p.code, to_char(s, 'FM000')) code, format('第%s街道', s) name, p.code above
FROM places_place p, generate_series(1, 6) s WHERE length(p.code) = 6"""
HOODS = """SELECT format('%s%s', p.code, to_char(h, 'FM000')) code, format('第%s居', h) name, p.code above
FROM places_place p, generate_series(1, 8) h WHERE length(p.code) = 9"""
UNITS = """
INSERT INTO people_unit (id, kind, department, name, place_code, phone, valid)
SELECT uuidv7(), 'department', d.department, d.name, p.code, '', '[2020-01-01,)'
FROM places_place p, (VALUES ('city-enforcement', '综合执法队'), ('sanitation', '市容所')) d(department, name)
WHERE length(p.code) = 9
  AND NOT EXISTS (SELECT FROM people_unit u WHERE u.place_code = p.code AND u.department = d.department)
"""

# One in `every` is open. Neighbourhoods differ in size, the cast's has a fifth; dates reach back three years.
MATTERS = """
INSERT INTO matters_matter (id, number, version, kind, department, title, body, urgency, public, source, source_key,
  person_ids, anonymous, place_code, lon, lat, address, state, opened_at, accepted_at, answered_at, assigned_at,
  done_at, verified_at, ended_at, lead_unit_id, unit_ids, answer_due, finish_due, finish_span, leg, leg_from,
  leg_span, due_at, order_at, stage, climbed, next_tick_at, outcome, reply, rating_words, reopened, given_back,
  extended, ever_late, state_before)
SELECT uuidv7(-age), to_char(opened, 'YYYYMMDD') || '-' || to_char(n, 'FM00000000'), 3, kind, department,
  format('%%s号门前有人%%s', n %% 997, what), format('第%%s次反映：%%s号门前每天傍晚%%s，占了盲道，请尽快处理。', n, n %% 997, what),
  CASE WHEN n %% 20 = 0 THEN 'urgent' ELSE 'normal' END, n %% 3 = 0, 'bench', n::text,
  '{}', false, hood, 121.4 + (n %% 1000) / 10000.0, 31.2 + (n %% 777) / 10000.0, format('临江路%%s号', n %% 997),
  state, opened,
  CASE WHEN state <> 'reported' THEN opened + interval '2 hours' END,
  CASE WHEN state <> 'reported' THEN opened + interval '2 hours' END,
  CASE WHEN led THEN opened + interval '3 hours' END,
  CASE WHEN state IN ('done', 'verified', 'closed') THEN opened + interval '3 days' END,
  CASE WHEN state IN ('verified', 'closed') THEN opened + interval '4 days' END, ended,
  CASE WHEN led THEN unit END, CASE WHEN led THEN ARRAY[unit] ELSE '{}' END,
  opened + interval '4 hours', opened + interval '7 days', '5 working_day',
  CASE WHEN ended IS NOT NULL THEN '' WHEN state IN ('reported') THEN 'answer'
       WHEN state IN ('accepted', 'assigned') THEN 'finish' ELSE 'settle' END,
  CASE WHEN ended IS NULL THEN opened END, CASE WHEN ended IS NULL THEN '5 working_day' ELSE '' END,
  CASE WHEN ended IS NULL THEN opened + interval '7 days' END, coalesce(ended, opened + interval '7 days'),
  CASE WHEN ended IS NULL THEN (n %% 4)::smallint ELSE 0 END, 0,
  CASE WHEN ended IS NULL THEN now() + interval '30 days' END,
  '', CASE WHEN ended IS NOT NULL THEN '已处理。' ELSE '' END, '', 0, 0, 0, n %% 9 = 0, ''
FROM (
  SELECT n, opened, age, hood, kind, department, what, unit, state,
    state IN ('assigned', 'done', 'verified', 'closed') AS led,
    CASE WHEN n %% %(every)s <> 0 THEN opened + interval '5 days' END AS ended
  FROM (
    SELECT series.n, k.kind, k.department, k.what, t.hood, CASE k.department WHEN 'sanitation' THEN t.second ELSE t.first END AS unit,
      CASE WHEN series.n %% %(every)s = 0 THEN (ARRAY['reported', 'reported', 'accepted', 'assigned', 'assigned', 'assigned',
                                        'assigned', 'assigned', 'done', 'verified'])[1 + (series.n / %(every)s) %% 10]
           ELSE (ARRAY['closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'declined',
                       'withdrawn'])[1 + series.n %% 10] END AS state,
      age.age, now() - age.age AS opened
    FROM generate_series(1, %(rows)s) AS series(n)
    CROSS JOIN LATERAL (SELECT CASE WHEN series.n %% %(every)s = 0 THEN interval '40 days' ELSE interval '1090 days' END
      * ((series.n::bigint * 7919 %% 100003) / 100003.0) + CASE WHEN series.n %% %(every)s = 0 THEN interval '1 hour' ELSE interval '6 days' END AS age) age
    JOIN bench_kind k ON k.n = series.n / 7 %% 3
    JOIN bench_hood t ON t.n = CASE WHEN series.n %% 5 = 3 THEN 0 ELSE least(series.n * 31::bigint %% 251, series.n * 17::bigint %% 241)
      %% (SELECT count(*) FROM bench_hood) END
  ) drawn
) m
"""
HELPERS = """
CREATE TEMP TABLE bench_kind AS SELECT * FROM (VALUES (0, 'unlicensed-stall', 'city-enforcement', '摆摊'),
  (1, 'street-litter', 'sanitation', '乱倒垃圾'), (2, 'unlicensed-stall', 'city-enforcement', '占道经营')) k(n, kind, department, what);
CREATE TEMP TABLE bench_hood AS SELECT row_number() OVER (ORDER BY p.code) - 1 AS n, p.code AS hood,
  (SELECT id FROM people_unit u WHERE u.place_code = left(p.code, 9) AND u.department = 'city-enforcement') AS first,
  (SELECT id FROM people_unit u WHERE u.place_code = left(p.code, 9) AND u.department = 'sanitation') AS second
FROM places_place p WHERE length(p.code) = 12;
"""
STEPS = """
INSERT INTO matters_assignment (id, matter_id, unit_id, part, task, due_at, assigned_at, finished_at, result)
SELECT uuidv7(), id, lead_unit_id, 'lead', '', finish_due, assigned_at, done_at, CASE WHEN done_at IS NULL THEN '' ELSE '已劝离。' END
FROM matters_matter WHERE lead_unit_id IS NOT NULL AND source = 'bench';
INSERT INTO matters_assignment (id, matter_id, unit_id, part, task, due_at, assigned_at, finished_at, result)
SELECT uuidv7(), m.id, u.id, 'help', '协助清理', finish_due, assigned_at, done_at, ''
FROM matters_matter m JOIN people_unit u ON u.place_code = m.p9 AND u.department = 'sanitation'
WHERE lead_unit_id IS NOT NULL AND u.id <> lead_unit_id AND source = 'bench' AND source_key::int %% 25 = 0;
INSERT INTO matters_question (id, matter_id, text, asked_at, pauses, answer, answered_at)
SELECT uuidv7(), id, '摊位一般几点到？', assigned_at, false, '傍晚六点。', assigned_at + interval '2 hours'
FROM matters_matter WHERE lead_unit_id IS NOT NULL AND source = 'bench' AND source_key::int %% 10 = 0;
"""


def prepare(on: Ground, rows: int) -> None:
    """The database of this size, made on the first run and kept with the data directory."""
    on.create(rows)
    on.use(rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_ready') IS NOT NULL")
        if cursor.fetchone()[0]:
            return
    on.drop(rows)
    on.create(rows)
    begun = time.perf_counter()
    town()
    fill(rows)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_ready AS SELECT now() AS at")
    print(f"made {rows:,} matters in {time.perf_counter() - begun:.0f} s", flush=True)


def town() -> Cast:
    """Tables, the cast, and the town around them."""
    call_command("migrate", verbosity=0)
    cast = make_cast()
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        for part in (DISTRICTS, STREETS, HOODS):
            cursor.execute(TOWN.replace("(%s) t", f"({part}) t"))
        cursor.execute(UNITS)
    return cast


def fill(rows: int, *, every: int = 12) -> None:
    """So many matters, one in `every` open."""
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.search_later', 'on', false)")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(HELPERS)
        with _indexed_after(cursor, "matters_matter", "matters_assignment"):
            cursor.execute(MATTERS, {"rows": rows, "every": every})
            for statement in STEPS.replace("%%", "%").strip().split(";\n"):
                cursor.execute(statement)
        with _indexed_after(cursor, "matters_search"):
            cursor.execute("SELECT linli_search_catch_up()")
        cursor.execute("SELECT set_config('linli.search_later', 'off', false)")
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT") if _may_checkpoint(cursor) else None


@contextmanager
def _indexed_after(cursor: Any, *tables: str) -> Iterator[None]:
    """Indexes of these tables that hold no rule are built at once after the block: several times faster than to grow."""
    cursor.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique AND NOT indisexclusion""",
        [list(tables)],
    )
    found = cursor.fetchall()
    for name, _made in found:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, made in found:
        cursor.execute(made)


def _may_checkpoint(cursor: object) -> bool:
    cursor.execute("SELECT pg_has_role(current_user, 'pg_checkpoint', 'USAGE')")  # type: ignore[attr-defined]
    return bool(cursor.fetchone()[0])  # type: ignore[attr-defined]


def cast_again() -> Cast:
    """The cast of a database that was made before: its actors by user name, its units."""
    from linli.kernel.access import as_system
    from linli.kernel.clock.now import now
    from linli.kernel.people.models import Account, Unit
    from linli.kernel.people.queries import actor_in, posts_of

    cast = Cast()
    with as_system():
        for account in Account.objects.exclude(kind="partner"):
            cast.actors[account.username] = actor_in(account, posts_of(account, now()).first())
        cast.units["enforcement"] = Unit.objects.get(name="柳湾街道综合执法队")
    return cast
