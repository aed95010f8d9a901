"""Whether roll-ups say what the stored rows say: every minute and hour up to where they are rolled up."""

from __future__ import annotations

import time
from typing import Any

from bench.matters.table import Table

_MINUTES = """
WITH edge AS (SELECT rolled FROM readings_rolling), told AS (
  SELECT thing, slot, at, n, least, most, last, round(sum::numeric, 3) FROM readings_minute, edge WHERE at < rolled
), rows AS (
  SELECT r.thing, (v.slot - 1)::smallint, date_trunc('minute', r.at), count(*)::int, min(v.value), max(v.value),
    (array_agg(v.value ORDER BY r.at DESC))[1], round(sum(v.value)::numeric, 3)
  FROM readings_reading r, edge, unnest(r.values) WITH ORDINALITY v(value, slot)
  WHERE v.value IS NOT NULL AND r.at < rolled GROUP BY 1, 2, 3
)
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM (
  (TABLE told EXCEPT TABLE rows) UNION ALL (TABLE rows EXCEPT TABLE told)) differs)
"""


def report(connection: Any, table: Table) -> None:
    """Waits until the minute that runs now is over and rolled up."""
    begun = connection.execute("SELECT date_trunc('minute', now() + interval '1 minute')").fetchone()[0]
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if connection.execute("SELECT rolled >= %s FROM readings_rolling", [begun]).fetchone()[0]:
            break
        time.sleep(1)
    count, differ = connection.execute(_MINUTES).fetchone()
    table.add("minutes rolled up", f"{count:,}", f"{differ} say what the rows do not, or not what they do", "", "0")
