"""Queue and detail through the kernel's own queries, row level security on, at each size in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from django.db import connection

from linli.kernel.access import Actor, look_as
from linli.kernel.matters.queries import detail, queue
from linli.kernel.matters.queries.filters import Filter

from .ground import Ground
from .rows import cast_again
from .table import Table, ms, p95, timed

LOOKERS = {"city": "city_duty", "street": "street_duty", "neighbourhood": "social", "unit": "handler"}
ASKED = {
    "open": Filter(),
    "assigned": Filter(state=("assigned",)),
    "closed": Filter(state=("closed",)),
}
ROUNDS, CALLS = 8, 15


def measure(on: Ground, sizes: list[int], table: Table, *, queues: bool, details: bool, explain: bool) -> None:
    cases = [f"queue {who}, {what}" for who in LOOKERS for what in ASKED] if queues else []
    cases += [f"detail {who}" for who in LOOKERS] if details else []
    seconds: dict[tuple[str, int], list[float]] = {(case, size): [] for case in cases for size in sizes}
    statements: dict[str, set[int]] = {case: set() for case in cases}
    for turn in range(ROUNDS):
        for size in sizes if turn % 2 else reversed(sizes):
            on.use(size)
            cast = cast_again()
            for case in cases:
                actor: Actor = cast.actors[LOOKERS[case.split(",")[0].split()[1]]]
                look_as(actor)
                call = _call(case, actor, turn)
                sent = statements_of(call)
                statements[case].add(len(sent))
                if explain and turn == 0:
                    print(f"\n== {case}, {size:,} rows\n{plan(*sent[-1])}", flush=True)
                call()
                seconds[case, size] += timed(call, CALLS)
    for case in cases:
        assert len(statements[case]) == 1, f"{case}: {statements[case]} statements at different sizes"
        small, large = seconds[case, sizes[0]], seconds[case, sizes[-1]]
        table.add(
            f"{case}: {sizes[-1]:,} rows ({statements[case].pop()} statement)",
            ms(statistics.median(large)),
            ms(p95(large)),
            f"{statistics.median(large) / statistics.median(small):.2f} × {sizes[0]:,}"
            f" (of the best: {min(large) / min(small):.2f}; best {ms(min(large))})",
            "≤ 1.5 ×",
        )


def _call(case: str, actor: Actor, turn: int) -> Callable[[], Any]:
    if case.startswith("queue"):
        asked = ASKED[case.split(", ")[1]]
        assert len(queue.queue(actor, asked).rows) == 50, f"{case}: fewer than fifty"
        return lambda: queue.queue(actor, asked)
    rows = queue.queue(actor, Filter(), limit=100).rows
    ids = [row["id"] for row in rows]
    number = iter(range(turn, 10**9))
    return lambda: detail.detail_json(actor, ids[next(number) % len(ids)])


def statements_of(call: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The statements a call sends, with their values."""
    sent: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        call()
    return sent


def plan(sql: str, values: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql, values)
        return "\n".join(row[0] for row in cursor.fetchall())
