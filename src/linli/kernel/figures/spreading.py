"""From turns and assignments to counts by day and month: SQL that adds up, and takes away what no longer holds.

First by the finest day that is kept (a neighbourhood; a street with unit and kind), then upwards from those few rows:
a million turns are walked once, not once for every level.
"""

from __future__ import annotations

from .kept import GROUPS, LIST, SUMS, columns
from .measures import MEASURES

NO_UNIT = "-"
"""The key of what no unit leads."""

_DAY = "(t.{instant} AT TIME ZONE %(zone)s)::date"


def _days() -> str:
    """Every row once for each instant that counts: where, whose, what, which day, and plus or minus one."""
    parts = []
    for table, instant in GROUPS:
        day = _DAY.format(instant=instant)
        parts.append(
            f"SELECT t.place_code, t.unit_id, t.kind, {day} AS day, {columns(table, instant, 't.sign * ({})::int')}"  # noqa: S608
            f" FROM changed_{table} t WHERE t.{instant} IS NOT NULL"
        )
    return " UNION ALL ".join(parts)


SPREAD = f"""
days AS ({_days()}),
fine AS MATERIALIZED (
  SELECT CASE WHEN grouping(left(place_code, 12)) = 0 THEN left(place_code, 12) END AS c12, left(place_code, 9) AS c9,
    coalesce(unit_id::text, '{NO_UNIT}') AS unit, kind, day, {SUMS}
  FROM days GROUP BY GROUPING SETS (
    (left(place_code, 12), day), (left(place_code, 9), coalesce(unit_id::text, '{NO_UNIT}'), kind, day))
),
daily AS MATERIALIZED (
  SELECT c12 AS place_code, '' AS by, '' AS key, day, {LIST} FROM fine WHERE length(c12) = 12
  UNION ALL
  SELECT left(c9, n), CASE WHEN grouping(unit) = 0 THEN 'unit' WHEN grouping(kind) = 0 THEN 'kind' ELSE '' END,
    coalesce(unit, kind, ''), day, {SUMS}
  FROM fine, (VALUES (4), (6), (9)) levels(n) WHERE c9 IS NOT NULL AND length(c9) >= n
  GROUP BY GROUPING SETS ((left(c9, n), n, day), (left(c9, n), n, unit, day), (left(c9, n), n, kind, day))
),
cells AS (
  SELECT place_code, by, key, 0 AS grain, day, {LIST} FROM daily
  UNION ALL
  SELECT place_code, by, key, 1, date_trunc('month', day)::date, {SUMS}
  FROM daily GROUP BY place_code, by, key, date_trunc('month', day)::date
)
"""  # noqa: S608 - made of our own constants
CELL = f"place_code, by, key, grain, day, {LIST}"
ANYTHING = " OR ".join(f"{name} <> 0" for name in MEASURES)
ADD = f"""
INSERT INTO figures_cell AS c ({CELL}) SELECT {CELL} FROM cells WHERE {ANYTHING}
ON CONFLICT (place_code, by, key, grain, day) DO UPDATE SET {", ".join(f"{n} = c.{n} + excluded.{n}" for n in MEASURES)}
"""  # noqa: S608
