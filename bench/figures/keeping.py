"""What keeping figures costs: the follower by record, a recomputation and a comparison of everything."""

from __future__ import annotations

import time

from django.db import connection, transaction

from bench.matters.table import Table, ms, p95
from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.figures.verbs import compare, recompute
from linli.kernel.figures.verbs.following import move

BATCH = 500
_SOME = "SELECT id FROM matters_matter ORDER BY random() LIMIT %s"
_CHANGE = """
UPDATE matters_matter SET kind = 'bench-kind-00', finish_due = finish_due + interval '1 day' WHERE id = ANY(%s)
"""


def measure(table: Table, count: int, first: float, *, rounds: int) -> None:
    if first:
        table.add(f"{count:,} matters: figures made for the first time", f"{first:.1f} s", goal="≤ 60 s")
    begun = time.perf_counter()
    found = recompute(by=SYSTEM, at=now())
    table.add(
        f"{count:,} matters: recomputed, {found.cells:,} counts",
        f"{time.perf_counter() - begun:.1f} s",
        goal="≤ 60 s",
    )
    begun = time.perf_counter()
    compared = compare(by=SYSTEM, at=now())
    table.add(f"{count:,} matters: recomputed and compared", f"{time.perf_counter() - begun:.1f} s", goal="≤ 60 s")
    assert compared.different == 0, compared.named
    each = [_follow() for _ in range(rounds)]
    table.add(f"follower: a record, in batches of {BATCH}", ms(sorted(each)[len(each) // 2]), ms(p95(each)))
    alone = [_follow(1) for _ in range(rounds)]
    table.add("follower: a record alone", ms(sorted(alone)[len(alone) // 2]), ms(p95(alone)))


def _follow(batch: int = BATCH) -> float:
    """Seconds a record: so many matters changed kind and date, and are followed; then as it was."""
    with transaction.atomic(), as_system():
        with connection.cursor() as cursor:
            cursor.execute(_SOME, [batch])
            ids = [row[0] for row in cursor.fetchall()]
            cursor.execute(_CHANGE, [ids])
        begun = time.perf_counter()
        move(ids)
        seconds = (time.perf_counter() - begun) / len(ids)
        transaction.set_rollback(True)
    return seconds
