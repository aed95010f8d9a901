"""A reconnect storm: fifty thousand devices, all silent for an hour, then all report within a minute.

The hour is not waited for: the evaluator is told the time, and intake's batches are written as intake writes them.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from bench.matters.ground import Ground
from bench.matters.table import Table

from .cpu import Cpu

DEVICES = 50_000


def measure(on: Ground, table: Table) -> None:
    from django.core.management import call_command
    from django.db import connection

    from linli.kernel.access import SYSTEM, look_as
    from linli.kernel.clock.now import now
    from linli.kernel.readings import listening
    from linli.kernel.readings.evaluating.evaluator import GRACE, Evaluator
    from linli.kernel.readings.evaluating.sources import InPostgres
    from linli.kernel.readings.instants import ms
    from linli.project.alarms import warn

    from . import fleet

    on.drop("storm")
    on.create("storm")
    on.use("storm")
    call_command("migrate", verbosity=0)
    fleet.places()
    with on.connect("storm") as bare:
        fleet.prepare(bare, DEVICES)
    look_as(SYSTEM)
    begin = now()
    listening.note(begin)
    evaluator = Evaluator(InPostgres(), warn)
    longest = 0.0

    def rounds(at: Any, until_empty: bool = True) -> float:
        """Rounds at a moment until nothing is left; the longest of them in seconds."""
        nonlocal longest
        evaluator._looked = min(evaluator._looked, time.monotonic() - 10) if evaluator._looked else 0.0
        begun = time.perf_counter()
        count = evaluator.round(at)
        longest = max(longest, time.perf_counter() - begun)
        while count or evaluator.course.due(ms(at) - GRACE):
            once = time.perf_counter()
            count = evaluator.round(at)
            longest = max(longest, time.perf_counter() - once)
        return time.perf_counter() - begun

    report(begin)
    rounds(begin)
    longest = 0.0
    cpu = Cpu.of_engine(on.engine)
    spent, theirs, began = time.process_time(), cpu.seconds(), time.perf_counter()
    for minute in range(1, 75):
        for second in range(0, 60, 10):  # intake listens all the while
            listening.note(begin + timedelta(minutes=minute, seconds=second))
        rounds(begin + timedelta(minutes=minute, seconds=50))
    silent = _open(connection)
    silence = time.perf_counter() - began
    longest_silence, longest = longest, 0.0
    back = begin + timedelta(minutes=75)
    listening.note(back)
    began = time.perf_counter()
    for second in range(0, 60, 2):
        at = back + timedelta(seconds=second)
        listening.note(at)
        report(at, part=second // 2, parts=30)
        rounds(at)
    rounds(back + timedelta(seconds=70))
    storm = time.perf_counter() - began
    left = _open(connection)
    table.add(
        "silent for an hour: devices that were called silent",
        f"{silent:,}",
        f"{silence:.0f} s of work",
        f"longest round {longest_silence:.1f} s",
        f"{DEVICES:,}",
    )
    table.add(
        "all back within a minute: still called silent",
        f"{left:,}",
        f"{storm:.0f} s of work",
        f"longest round {longest:.1f} s",
        "0; < 60 s",
    )
    table.add(
        "  processor for both", f"{time.process_time() - spent:.0f} s", f"PostgreSQL {cpu.seconds() - theirs:.0f} s"
    )
    evaluator.leases.leave()
    connection.close()


def report(at: Any, part: int = 0, parts: int = 1) -> None:
    """Every device of a part says something now."""
    from django.db import connection

    from linli.kernel.readings.wire import Entry, Flag, pack

    moment = int(at.timestamp() * 1000)
    waiting: dict[int, list[Entry]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT no, shard FROM things_thing WHERE no %% %s = %s", [parts, part])
        for no, shard in cursor.fetchall():
            waiting.setdefault(shard, []).append(
                Entry(no, moment, moment, int(Flag.OWN_CLOCK), 0, [25.0, 20.0, 90.0])
            )
        cursor.executemany(
            "INSERT INTO readings_intake (shard, received_at, entries) VALUES (%s, %s, %s)",
            [(shard, at, pack(some)) for shard, entries in waiting.items() for some in _cut(entries)],
        )


def _cut(entries: list[Any]) -> list[list[Any]]:
    return [entries[n : n + 500] for n in range(0, len(entries), 500)]


def _open(connection: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM readings_warning WHERE rule = 'bench-silent' AND state = 'raised'")
        ((count,),) = cursor.fetchall()
    return int(count)
