"""Ten thousand matters due within one minute, taken by the worker's own step."""

from __future__ import annotations

import time
from datetime import timedelta

import psycopg
from django.db import connection

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.audit.ids import uuid7
from linli.kernel.clock.now import now
from linli.kernel.matters.clock import tick_due

from .ground import Ground
from .rows import fill, town
from .table import Table, ms, p95

MATTERS = 10_000
BARE = 2_000
BATCH = 100
_DUE = """
UPDATE matters_matter SET stage = 0, climbed = 0, leg_from = %(at)s - interval '30 days',
  due_at = %(at)s - interval '1 day', order_at = %(at)s - interval '1 day',
  next_tick_at = %(at)s - interval '1 minute' + (source_key::int %% 60) * interval '1 second'
"""
_TAKE = """SELECT id FROM matters_matter WHERE next_tick_at <= %s ORDER BY next_tick_at, id LIMIT 100
FOR UPDATE SKIP LOCKED"""
_RECORD = """INSERT INTO audit_record (id, happened_at, stream, verb, actor_role, actor_scope, via, place_code)
VALUES (%s, %s, %s, 'matters.warned', 'system', '*', 'worker', '990101001001')"""


def measure(on: Ground, table: Table) -> None:
    on.drop("tick")
    on.create("tick")
    on.use("tick")
    town()
    fill(MATTERS, every=1)
    look_as(SYSTEM)
    at = now()
    _make_due(at)
    with psycopg.connect(on.url("tick")) as bare:
        limit = _bare(bare, at)
    _make_due(at)
    taken, batches, begun = 0, [], time.perf_counter()
    while taken < MATTERS:
        start = time.perf_counter()
        step = tick_due(at=at, limit=BATCH)
        batches.append(time.perf_counter() - start)
        taken += step
        assert step, f"nothing more was due after {taken}"
    seconds = time.perf_counter() - begun
    rate = taken / seconds
    table.add(
        f"tick: {taken:,} steps due in one minute, {rate:,.0f} /s",
        f"{seconds:.1f} s",
        f"{ms(p95(batches))} / {BATCH}",
        f"{rate / limit:.2f} of bare {limit:,.0f} /s",
        "≤ 60 s",
    )
    table.note("Bare limit of a tick: one UPDATE and one audit record by psycopg, a hundred to a transaction.")
    on.drop("tick")


def _make_due(at: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"at": at})


def _bare(bare: psycopg.Connection, at: object) -> float:
    done, begun = 0, time.perf_counter()
    bare.execute("SELECT set_config('linli.sees', '*', false), set_config('linli.scope', '*', false)")
    while done < BARE:
        with bare.transaction():
            for (matter,) in bare.execute(_TAKE, [at]).fetchall():
                bare.execute(
                    "UPDATE matters_matter SET stage = 1, next_tick_at = %s WHERE id = %s",
                    [at + timedelta(days=1), matter],  # type: ignore[operator]
                )
                bare.execute(_RECORD, [uuid7(), at, f"matter:{matter}"])
                done += 1
    return done / (time.perf_counter() - begun)
