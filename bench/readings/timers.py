"""Timers of five seconds that ran while everything was killed: each must have run out at its instant, and no other may have.

When a timer begins, a device with a clock has written down. One without is dated when its reading was received, which
after a kill is when it came again: there the stored readings say when, and whether it lasted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Mapping
from typing import Any

from bench.matters.table import Table

from .scene import LASTING

OVER, CLEARS = 75.0, 60.0
LASTS = round(LASTING * 1000)
SLACK = 1
"""ms by which an instant may differ: a device's clock is rounded when it is read."""
PATIENCE = 30
"""Seconds after the last timer has run out in which it must have been written down."""

_RAISED = """
SELECT t.key, (extract(epoch FROM (r.after->>'at')::timestamptz) * 1000)::bigint,
  extract(epoch FROM r.recorded_at - (r.after->>'at')::timestamptz)
FROM audit_record r JOIN readings_warning w ON r.stream = 'warning:' || w.id JOIN things_thing t ON t.id = w.thing_id
WHERE w.rule = 'bench-lasting' AND r.verb IN ('readings.raise', 'readings.again')
"""
_SAID = """
SELECT t.key, (extract(epoch FROM r.at) * 1000)::bigint, r.values[1] FROM readings_reading r
JOIN things_thing t ON t.no = r.thing WHERE t.key = ANY(%s) AND r.flags & 4 = 0 ORDER BY 1, 2
"""
Raised = Mapping[str, list[tuple[int, float]]]
"""key → instants (ms) with the seconds until they were written down."""


def report(connection: Any, table: Table, timed: Iterable[tuple[str, int]], without: list[str]) -> None:
    """`timed`: key and instant (ms) at which a device with a clock began; `without`: devices that have none."""
    wanted = [(key, begun + LASTS) for key, begun in timed]
    wanted += [(key, begun + LASTS) for key, begun in _lasted(connection.execute(_SAID, [without]).fetchall())]
    raised = _waited_for(connection, wanted)
    exact, late, strange = 0, list[float](), {key: list(found) for key, found in raised.items()}
    for key, instant in wanted:
        for one in strange.get(key, ()):
            if abs(one[0] - instant) <= SLACK:
                exact += 1
                late.append(one[1])
                strange[key].remove(one)
                break
    table.add(
        "timers of five seconds that ran out at their instant", f"{exact} of {len(wanted)}",
        f"{sum(key in without for key, _instant in wanted)} of them by devices without a clock",
        f"{sum(map(len, strange.values()))} raised that should not", "all",
    )  # fmt: skip
    if late:
        table.add("  written after that instant", f"{statistics.median(late):.2f} s", f"longest {max(late):.1f} s")


def _waited_for(connection: Any, wanted: list[tuple[str, int]]) -> Raised:
    """What was raised, once the last timer has run out and as many as are wanted are written down."""
    until = max([time.time(), *(instant / 1000 for _key, instant in wanted)]) + PATIENCE
    while True:
        raised: dict[str, list[tuple[int, float]]] = {}
        for key, at, late in connection.execute(_RAISED).fetchall():
            raised.setdefault(key, []).append((int(at), float(late)))
        over = all(instant <= time.time() * 1000 for _key, instant in wanted)
        if time.time() > until or (over and sum(map(len, raised.values())) >= len(wanted)):
            return raised
        time.sleep(0.3)


def _lasted(said: Iterable[tuple[str, int, float | None]]) -> list[tuple[str, int]]:
    """Where it began to be so (over the limit, no longer at the lower one) and lasted; what stands at the end lasts."""
    found, begun, last = list[tuple[str, int]](), None, ""
    for key, at, value in [*said, ("", 0, None)]:
        if key != last:
            if begun is not None:
                found.append((last, begun))
            begun, last = None, key
        if value is None:
            continue
        if begun is None and value > OVER:
            begun = at
        elif begun is not None and value <= CLEARS:
            if at - begun >= LASTS:
                found.append((key, begun))
            begun = None
    return found
