"""python -m bench.command [--rows 1000000] [--open 5000] [--data DIR]: a command wall's first view.

The page, what it draws on the map, and its ground, for a city, a district, a street and a neighbourhood, through Django's
own handler as the reader: server time, statements, the slowest statement. Every statement over 20 ms is shown with its plan.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from .matters.ground import Ground, ground
from .matters.table import Table, ms, p95, timed

CALLS, TIMES = 20, 7
GOAL, SLOW = 0.300, 0.020
WALLS = (
    ("city_duty", "9901"),
    ("district_duty", "990101"),
    ("street_duty", "990101001"),
    ("street_duty", "990101001001"),
)
PARTS = ("", "marks.json", "ground.json")

# What matters of the bench have not: records of the open ones, requests and orders of some.
RECORDS = """
INSERT INTO audit_record (id, happened_at, stream, verb, actor_role, actor_scope, via, place_code, unit_ids, person_ids, after)
SELECT uuidv7(), clock_timestamp(), 'matter:' || m.id, v.verb, 'dispatcher', m.p9, 'web', m.place_code, m.unit_ids, '{}', '{}'
FROM matters_matter m, (VALUES ('matters.open'), ('matters.accept'), ('matters.assign'), ('matters.comment')) v(verb)
WHERE m.ended_at IS NULL
"""
WAITS = """
INSERT INTO matters_request (id, matter_id, what, span, reason, asked_at, decision, arithmetic)
SELECT uuidv7(), id, 'extension', '3 working_day', '等材料', now() - interval '3 hours', '', '[]' FROM matters_matter
WHERE state = 'assigned' AND source_key::int %% 7 = 0 AND ended_at IS NULL
"""


def main() -> None:
    given = _arguments()
    table = Table()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as temporary:
        data = given.data or Path(temporary)
        data.mkdir(parents=True, exist_ok=True)
        with ground(data) as on:
            name = f"command_{given.rows}"
            _prepare(on, name, given.rows, given.open)
            on.use(name)
            _measure(table)
    table.note(f"{given.rows:,} matters, {given.open:,} of them open and most of these overdue, four records each.")
    print(f"\n{table.markdown()}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.command", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=5_000)
    parser.add_argument("--data", type=Path, help="keep the database here for the next run (else temporary)")
    return parser.parse_args()


def _prepare(on: Ground, name: str, rows: int, open_: int) -> None:
    from django.db import connection

    from linli.kernel.access import SYSTEM, look_as
    from linli.kernel.clock.now import now
    from linli.kernel.figures.verbs.recomputing import recompute

    from .matters import rows as fill

    on.create(name)
    on.use(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_ready') IS NOT NULL")
        if cursor.fetchone()[0]:
            return
    on.drop(name)
    on.create(name)
    begun = time.perf_counter()
    fill.town()
    fill.fill(rows, every=max(1, rows // open_))
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(RECORDS)
        cursor.execute(WAITS.replace("%%", "%"))
    print(f"made {rows:,} matters in {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    recompute(by=SYSTEM, at=now())
    print(f"recomputed the figures in {time.perf_counter() - begun:.0f} s", flush=True)
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("CREATE TABLE bench_ready AS SELECT now() AS at")


def _measure(table: Table) -> None:
    from django.test import Client

    from linli.kernel.access import as_system
    from linli.kernel.people.models import Account

    slow: dict[str, tuple[str, str]] = {}
    for who, code in WALLS:
        client = Client(SERVER_NAME="localhost")
        with as_system():
            client.force_login(Account.objects.get(username=who))
        for part in PARTS:
            address = f"/command/{code}/{part}"
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            plans = _usual(lambda a=address, c=client: c.get(a))  # type: ignore[misc]
            seconds = sorted(timed(lambda a=address, c=client: c.get(a), CALLS))  # type: ignore[misc]
            longest = max(plans, key=lambda one: one[0], default=(0.0, "", ()))
            table.add(
                f"{address} ({len(plans)} statements, {len(answer.content) // 1024} kB)",
                ms(seconds[len(seconds) // 2]), ms(p95(seconds)), f"slowest statement {ms(longest[0])}",
                "≤ 300 ms, ≤ 50 ms each",
            )  # fmt: skip
            for took, text, values in plans:
                if took > SLOW:
                    slow.setdefault(" ".join(text.split())[:120], (address, f"{ms(took)}\n{_plan(text, values)}"))
    for head, (address, plan) in slow.items():
        print(f"\n== over 20 ms: {address}: {head}\n{plan}", flush=True)


def _usual(call: Callable[[], object]) -> list[tuple[float, str, Any]]:
    """Every statement of a call, in order, with the median of its seconds."""
    calls: list[list[tuple[float, str, Any]]] = []
    for _ in range(TIMES):
        with _planned() as plans:
            call()
        calls.append(plans)
    assert len({len(plans) for plans in calls}) == 1, "the number of statements changes from call to call"
    return [(median(one[0] for one in each), *each[0][1:]) for each in zip(*calls, strict=True)]


@contextmanager
def _planned() -> Iterator[list[tuple[float, str, Any]]]:
    """Every statement sent in the block: seconds, text, values."""
    from django.db import connection

    found: list[tuple[float, str, Any]] = []

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            found.append((time.perf_counter() - begun, str(sql), params))

    with connection.execute_wrapper(watch):
        yield found


def _plan(text: str, values: Any) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + text, values)
        return "\n".join(row[0] for row in cursor.fetchall())


if __name__ == "__main__":
    main()
