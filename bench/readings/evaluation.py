"""How fast what waits is evaluated: packed batches in the table, one evaluator, nothing else."""

from __future__ import annotations

import random
import statistics
import time
from typing import Any

from bench.matters.ground import Ground
from bench.matters.table import Table

from .cpu import Cpu

BATCH = 200


def measure(on: Ground, table: Table, *, things: int, readings: int, runs: int = 5) -> None:
    from django.db import connection

    from linli.kernel.clock.now import now
    from linli.kernel.readings.evaluating.evaluator import Evaluator
    from linli.kernel.readings.evaluating.sources import InPostgres

    warned = 0

    def note(changes: list[Any], at: object) -> None:
        nonlocal warned
        warned += len(changes)

    evaluator = Evaluator(InPostgres(), note)
    evaluator.round(now())
    own, server, rates = [], [], []
    for run in range(runs):
        fill(things, readings, seed=run)
        cpu = Cpu.of_engine(on.engine)
        begun, ours, theirs = time.perf_counter(), time.process_time(), cpu.seconds()
        done = 0
        while done < readings:
            done += evaluator.round(now())
        own.append((time.process_time() - ours) / readings * 1e6)
        server.append((cpu.seconds() - theirs) / readings * 1e6)
        rates.append(readings / (time.perf_counter() - begun))
    evaluator.leases.leave()
    connection.close()
    per = statistics.median(own)
    table.add(
        "evaluation alone, every rule type, readings/s of one core",
        f"{1e6 / per:,.0f}",
        "",
        f"{60_000 / 1e6 * per:.2f} of the limit",
        "60,000",
    )
    table.add("evaluator, CPU a reading", f"{per:.1f} µs")
    table.add("PostgreSQL under it, CPU a reading", f"{statistics.median(server):.1f} µs")
    table.add("from a full table, readings/s", f"{statistics.median(rates):,.0f}")
    table.note(
        f"evaluation: {things:,} things, {readings:,} readings a run, {warned:,} changes of rules in {runs} runs"
    )


def fill(things: int, readings: int, seed: int) -> None:
    """Acknowledged batches as an intake leaves them: by shard, each thing at its own pace, values as mqload's."""
    from django.db import connection

    from linli.kernel.clock.now import now
    from linli.kernel.readings.wire import Entry, Flag, pack

    dice = random.Random(seed)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT no, shard FROM things_thing WHERE model = 'bench-sensor' ORDER BY no LIMIT %s", [things]
        )
        rows = cursor.fetchall()
    # After all that was said before, and in no minute that has been rolled up.
    begin = int(now().timestamp() * 1000) + seed * 60_000
    waiting: dict[int, list[Entry]] = {}
    batches = []
    for n in range(readings):
        no, shard = rows[n % len(rows)]
        hot = (n // len(rows) // 50 + no) % 40 == 0
        v = dice.uniform(80, 90) if hot else dice.uniform(20, 30)
        at = begin + n // len(rows) * 250 + dice.randrange(200)
        entries = waiting.setdefault(shard, [])
        entries.append(
            Entry(no, at, at + 5, int(Flag.OWN_CLOCK), 0, [round(v, 1), float(15 + n % 9), float(90 - n % 7)])
        )
        if len(entries) == BATCH:
            batches.append((shard, pack(waiting.pop(shard))))
    batches += [(shard, pack(entries)) for shard, entries in waiting.items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO readings_intake (shard, received_at, entries) VALUES (%s, now(), %s)", batches
        )
