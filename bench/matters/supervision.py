"""Orders, a supervisor's lists and the way down, over so many matters: each page, and the slowest statement any of them sends."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection

from linli.kernel.access import SYSTEM, Actor, look_as
from linli.kernel.clock.now import now
from linli.kernel.matters.queries import lists, orders, through

from .ground import Ground
from .queues import plan
from .rows import cast_again
from .table import Table, ms, p95, timed

LOOKERS = {"city": "city_duty", "district": "district_duty", "street": "street_duty", "unit": "handler"}
CALLS = 12
SLOWEST = 0.050

# One matter in six has an order; of those that are open every second waits, of the others nearly all are settled.
MARKED = """
UPDATE matters_matter SET
  given_back = CASE WHEN n % 97 = 0 THEN 2 ELSE 0 END, reopened = CASE WHEN n % 53 = 0 THEN 1 ELSE 0 END,
  extended = CASE WHEN n % 211 = 0 THEN 2 WHEN n % 23 = 0 THEN 1 ELSE 0 END,
  unmerged = CASE WHEN n % 1009 = 0 THEN 1 ELSE 0 END,
  paused_at = CASE WHEN ended_at IS NULL AND n % 5 = 0 THEN opened_at + interval '1 day' END
FROM (SELECT id AS of, source_key::int AS n FROM matters_matter WHERE source = 'bench') given
WHERE id = given.of AND (n % 97 = 0 OR n % 53 = 0 OR n % 211 = 0 OR n % 23 = 0 OR n % 1009 = 0 OR n % 5 = 0 AND ended_at IS NULL)
"""
ORDERED = """
INSERT INTO matters_order (id, matter_id, place_code, level, automatic, text, ordered_at, unit_id, addressed, since, reply_due,
  reminded_at, missed_at, next_tick_at, reply, replied_at, settled_at)
SELECT uuidv7(), id, place_code, 3 + n % 3, n % 2 = 0, '请书面说明原因和完成时间。', at, lead_unit_id, false, at, due,
  CASE WHEN waits AND due < now() THEN due END, CASE WHEN waits AND due < now() THEN due END,
  CASE WHEN waits AND due >= now() THEN due END, CASE WHEN waits THEN '' ELSE '已安排专人办理。' END,
  CASE WHEN waits THEN NULL ELSE at + interval '1 hour' * (n % 40) END,
  CASE WHEN NOT waits AND n % 10 > 0 THEN at + interval '3 days' END
FROM (
  SELECT id, place_code, lead_unit_id, n, at, at + interval '1 day' AS due, ended_at IS NULL AND n % 2 = 0 AS waits
  FROM (SELECT *, source_key::int AS n, opened_at + interval '6 days' * (source_key::int % 7) / 6 AS at FROM matters_matter
        WHERE source = 'bench' AND lead_unit_id IS NOT NULL AND source_key::int / 12 % 6 = 0) m
) o
"""


def prepare(on: Ground, rows: int) -> None:
    """What the lists hold, once a database."""
    on.use(rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_supervised') IS NOT NULL")
        if cursor.fetchone()[0]:
            return
        look_as(SYSTEM)
        begun = time.perf_counter()
        cursor.execute(MARKED)
        cursor.execute(ORDERED)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CREATE TABLE bench_supervised AS SELECT now() AS at")
    print(f"supervised {rows:,} matters in {time.perf_counter() - begun:.0f} s", flush=True)


def measure(on: Ground, sizes: list[int], table: Table, *, explain: bool) -> None:
    at = now()
    for size in sizes:
        prepare(on, size)
    seconds: dict[tuple[str, int], list[float]] = {}
    slowest: dict[str, float] = {}
    for size in sizes:
        on.use(size)
        cast = cast_again()
        for who, name in LOOKERS.items():
            actor: Actor = cast.actors[name]
            look_as(actor)
            for what, call in _calls(actor, at).items():
                case = f"{what}, {who}"
                call()
                seconds[case, size] = timed(call, CALLS)
                statement, took = _slowest(call)
                if size == sizes[-1]:
                    slowest[case] = took
                    if explain and took > SLOWEST / 5:
                        print(f"\n== {case}, {size:,} rows, {took * 1000:.1f} ms\n{plan(*statement)}", flush=True)
    for case, took in slowest.items():
        small, large = seconds[case, sizes[0]], seconds[case, sizes[-1]]
        table.add(
            f"{case}: {sizes[-1]:,} rows (slowest statement {ms(took)})",
            ms(statistics.median(large)),
            ms(p95(large)),
            f"{statistics.median(large) / statistics.median(small):.2f} × {sizes[0]:,}",
            f"a statement ≤ {ms(SLOWEST)}",
        )


def _calls(actor: Actor, at: datetime) -> dict[str, Callable[[], Any]]:
    def page(name: str) -> Callable[[], Any]:
        return lambda: lists.listed(actor, lists.Asked(name=name, days=365), at=at)

    def side(name: str, phase: int) -> Callable[[], Any]:
        return lambda: orders.orders(actor, orders.Asked(side=name, phase=phase), at=at)

    return {
        **{f"list {name}": page(name) for name in lists.LISTS},
        "list extended of a kind": lambda: lists.listed(
            actor, lists.Asked(name="extended", days=365, kind="unlicensed-stall"), at=at
        ),
        "orders waiting": side("all", 0),
        "orders given": side("given", 0),
        "orders settled": side("all", 2),
        "orders owed": side("owed", 0),
        "numbers of the orders": lambda: orders.tallies(
            actor, {name: orders.Asked(side=name) for name in orders.SIDES}, at=at
        ),
        "look-through": lambda: through.look_through(actor, "", at=at, days=365),
    }


def _slowest(call: Callable[[], Any]) -> tuple[tuple[str, Any], float]:
    """The statement of a call that takes longest, with its values, and how long it took."""
    sent: list[tuple[tuple[str, Any], float]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        found = execute(sql, params, many, context)
        sent.append(((sql, params), time.perf_counter() - begun))
        return found

    with connection.execute_wrapper(listen):
        call()
    return max(sent, key=lambda one: one[1]) if sent else (("SELECT 1", []), 0.0)
