"""How it stands at an instant: what is open, and what of it is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ..kept import OVERDUE
from .counting import Group, below
from .eyes import together
from .scope import Scope

HALVES = (
    "t.ended_at IS NULL AND t.from_at <= %(at)s AND {where}",
    "t.ended_at > %(at)s AND t.from_at <= %(at)s AND {where}",
)
"""What is open still, and what has ended since: each has an index."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Matters open at an instant, and of these: overdue (a promised date passed and not kept), and held (paused)."""

    open: int = 0
    overdue: int = 0
    held: int = 0


def standing(scope: Scope, at: datetime, group: Group = Group.ALL) -> dict[str, Standing]:
    """By unit, kind or place as `count`; {"": …} for all. Exact for any instant, by the dates as they stand today."""
    key = {
        Group.UNIT: "coalesce(t.unit_id::text, '-')",
        Group.KIND: "t.kind",
        Group.PLACE: "CASE WHEN length(t.place_code) >= %(digits)s THEN left(t.place_code, %(digits)s) END",
    }.get(group, "''")
    condition, values = scope.narrowing()
    halves = " UNION ALL ".join(
        f"SELECT {key} AS key, {OVERDUE} AS overdue, t.finish = 'held' OR t.answer = 'held' AS held"  # noqa: S608
        f" FROM figures_turn t WHERE {half.format(where=condition)}"
        for half in HALVES
    )
    sql = (
        "SELECT key, count(*), count(*) FILTER (WHERE overdue), count(*) FILTER (WHERE held)"  # noqa: S608
        f" FROM ({halves}) open WHERE key IS NOT NULL GROUP BY 1"
    )
    rows = _ask(sql, values | {"at": at, "digits": below(scope)})
    return {row[0]: Standing(*row[1:]) for row in rows}


def standings(scope: Scope, instants: Sequence[datetime]) -> list[Standing]:
    """The standing of a whole scope at each of some instants."""
    return [standing(scope, at).get("", Standing()) for at in instants]


def _ask(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with together(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
