"""Making the figures anew from the matters and their records, and saying in which the kept ones differed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from linli.kernel.access import SYSTEM, Actor, look_as, require
from linli.kernel.audit import append, followers

from ..reckoning import PART, PARTS, TURN, TURNS
from ..spreading import ANYTHING, CELL, SPREAD
from .following import FOLLOWS, LOCK

MOST = 20
"""Differences that are named; all are counted."""

_TURN, _PART = ", ".join(TURN), ", ".join(PART)
_MEMORY = "SET LOCAL work_mem = '256MB'"
_BY_HASH = "SET LOCAL enable_nestloop = off"
"""Whole tables are put beside each other, whatever is known of their size; turns are not made so: they look up records."""
_USUAL = "SET LOCAL enable_nestloop TO DEFAULT"
_ANEW = {
    "turn": f"CREATE TEMP TABLE anew_turn ON COMMIT DROP AS {TURNS.format(where='true')}",
    "part": f"CREATE TEMP TABLE anew_part ON COMMIT DROP AS {PARTS.format(where='true')}",
    "cell": f"""CREATE TEMP TABLE anew_cell ON COMMIT DROP AS
    WITH changed_turn AS (SELECT {_TURN}, 1 AS sign FROM figures_turn),
    changed_part AS (SELECT {_PART}, 1 AS sign FROM figures_part),
    {SPREAD} SELECT {CELL} FROM cells WHERE {ANYTHING}""",  # noqa: S608
}
"""Turns and assignments from the matters; counts from the turns that are kept, which by then are known to be right."""
_COLUMNS = {"turn": TURN, "part": PART, "cell": tuple(CELL.split(", "))}
_KEYS = {"turn": ("matter_id", "turn"), "part": ("id",), "cell": ("place_code", "by", "key", "grain", "day")}
_KEPT = {"turn": "true", "part": "true", "cell": f"({ANYTHING})"}
"""Sums that came to nothing again stay as zeros; no row at all means the same."""
_WAITING = """
SELECT substr(r.stream, 8)::uuid FROM audit_record r WHERE r.verb = ANY(%s) AND r.stream LIKE 'matter:%%'
AND (r.era, r.tx, r.seq) > (SELECT coalesce(max(era), 0), coalesce(max(tx), '0'::xid8), coalesce(max(seq), 0)
  FROM audit_follower WHERE name = %s)
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT indisunique
"""
FOLLOWER = "figures.turns"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something kept that is not what the records say. `what`: turn, part or cell; `key` says which one."""

    what: str
    key: str
    kept: str
    recomputed: str


@dataclass(frozen=True, slots=True)
class Compared:
    """How many turns, assignments and counts were recomputed, how many differed, and the first of those."""

    turns: int
    parts: int
    cells: int
    different: int
    named: tuple[Difference, ...] = ()


def compare(*, by: Actor, at: datetime) -> Compared:
    """Recompute everything and compare; changes nothing. Needs `system.check`.

    Matters of which a record waits to be followed are left aside: what is kept of them is about to change.
    """
    require(by, "system.check")
    counts, different, named = {}, 0, []
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
            cursor.execute(_MEMORY)
            for table, anew in _ANEW.items():
                counts[table] = _make(cursor, anew)
                cursor.execute(_BY_HASH)
                cursor.execute(f"CREATE TEMP TABLE differ_{table} ON COMMIT DROP AS {_differing(table)}")
                cursor.execute(_USUAL)
                if table != "cell":
                    cursor.execute(
                        f"DELETE FROM differ_{table} WHERE matter_id IN ({_WAITING})",  # noqa: S608
                        [list(FOLLOWS), FOLLOWER],
                    )
                cursor.execute(
                    f"SELECT count(*) OVER (), name, kept, anew FROM differ_{table} ORDER BY name LIMIT {MOST}"  # noqa: S608
                )
                rows = cursor.fetchall()
                different += rows[0][0] if rows else 0
                named += [Difference(table, *row[1:]) for row in rows]
                cursor.execute(f"DROP TABLE anew_{table}, differ_{table}")
        look_as(by)
    return Compared(counts["turn"], counts["part"], counts["cell"], different, tuple(named[:MOST]))


def recompute(*, by: Actor, at: datetime) -> Compared:
    """Recompute everything and keep that. Needs `system.check`. Leaves a record when something was changed.

    The follower goes on from here: what it had still to read is in it.
    """
    require(by, "system.check")
    counts, different = {}, 0
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
            cursor.execute(_MEMORY)
            here = followers.horizon()
            for table, anew in _ANEW.items():
                counts[table] = _make(cursor, anew)
                cursor.execute(_BY_HASH)
                different += _mend(cursor, table)
                cursor.execute(_USUAL)
                cursor.execute(f"DROP TABLE anew_{table}")
            cursor.execute("ANALYZE figures_turn, figures_part, figures_cell")
        followers.pass_to(FOLLOWER, here)
        if different:
            after = {"turns": counts["turn"], "different": different}
            append(by=by, at=at, verb="figures.recompute", stream="figures:all", after=after)
        look_as(by)
    return Compared(counts["turn"], counts["part"], counts["cell"], different)


def _make(cursor: Any, anew: str) -> int:
    """Make a passing table of what should be; how many rows."""
    cursor.execute(anew, {"zone": settings.TIME_ZONE})
    count = int(cursor.rowcount)
    cursor.execute(f"ANALYZE {anew.split()[3]}")
    return count


def _mend(cursor: Any, table: str) -> int:
    """Take away what should not be, write what should; how many rows, at least, were wrong."""
    columns, keys = _COLUMNS[table], _KEYS[table]
    names = ", ".join(columns)
    insert = f"INSERT INTO figures_{table} ({names}) SELECT {names} FROM anew_{table} a"  # noqa: S608
    cursor.execute(f"SELECT EXISTS (SELECT FROM figures_{table})")  # noqa: S608
    if not cursor.fetchone()[0]:  # looking in it for each row, while it fills, would take the square of the time
        return _first(cursor, table, insert)
    same_key = " AND ".join(f"a.{name} = k.{name}" for name in keys)
    cursor.execute(
        f"DELETE FROM figures_{table} k WHERE NOT EXISTS (SELECT FROM anew_{table} a WHERE {same_key}"  # noqa: S608
        f" AND ({_listed('a', columns)}) IS NOT DISTINCT FROM ({_listed('k', columns)}))"
    )
    taken = int(cursor.rowcount)
    cursor.execute(f"{insert} WHERE NOT EXISTS (SELECT FROM figures_{table} k WHERE {same_key})")
    return max(taken, int(cursor.rowcount))


def _first(cursor: Any, table: str, insert: str) -> int:
    """Fill an empty table. Indexes that hold no rule are built at once afterwards, several times faster than they grow."""
    cursor.execute(_INDEXES, [f"figures_{table}"])
    indexes = cursor.fetchall()
    for name, _made in indexes:
        cursor.execute(f"DROP INDEX {name}")
    cursor.execute(insert)
    count = int(cursor.rowcount)
    for _name, made in indexes:
        cursor.execute(made)
    return count


def _differing(table: str) -> str:
    columns, keys = _COLUMNS[table], _KEYS[table]
    same_key = " AND ".join(f"a.{name} = k.{name}" for name in keys)
    which = ", ".join(f"coalesce(k.{name}, a.{name})::text" for name in keys)
    matter = "coalesce(k.matter_id, a.matter_id) AS matter_id," if "matter_id" in columns else ""
    return (
        f"SELECT {matter} concat_ws(' ', {which}) AS name, ({_listed('k', columns)})::text AS kept,"  # noqa: S608
        f" ({_listed('a', columns)})::text AS anew"
        f" FROM (SELECT * FROM figures_{table} WHERE {_KEPT[table]}) k FULL JOIN anew_{table} a ON {same_key}"
        f" WHERE ({_listed('k', columns)}) IS DISTINCT FROM ({_listed('a', columns)})"
    )


def _listed(alias: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{alias}.{name}" for name in columns)
