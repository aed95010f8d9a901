"""From a figure to its matters: exactly those that were counted, latest first, as far as the reader sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linli.kernel.access import Actor, looking_as
from linli.kernel.matters.models import Matter

from ..kept import COUNTS, OVERDUE
from ..spreading import NO_UNIT
from .counting import Group, count
from .eyes import together
from .periods import DAY, Period, midnight
from .scope import Scope, scope_of
from .standing import HALVES, Standing, standing

STANDING = {"open": "true", "overdue": OVERDUE, "held": "(t.finish = 'held' OR t.answer = 'held')"}
MOST = 1_000_000
Cursor = tuple[datetime, UUID, int]


@dataclass(frozen=True, slots=True)
class Behind:
    """Which figure, of what: counts of a period (`kept.COUNTS`, all of one instant) or one of `STANDING`."""

    names: tuple[str, ...]
    period: Period | None = None
    place: str = ""
    unit: UUID | None = None
    no_unit: bool = False
    kind: str = ""

    @property
    def stands(self) -> bool:
        return self.names[0] in STANDING


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a figure: a matter may be in it twice, once for each turn. `at`: the instant it counts by."""

    at: datetime
    matter_id: UUID
    unit_id: UUID | None
    turn: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the rows, where the next begins, and the matters the reader may see."""

    rows: list[Row]
    after: Cursor | None = None
    matters: dict[UUID, Matter] = field(default_factory=dict)


def total(by: Actor, behind: Behind, *, at: datetime) -> int:
    """The figure: how many rows there are, from what is kept."""
    scope = _scope(by, behind)
    key, group = (NO_UNIT, Group.UNIT) if behind.no_unit else ("", Group.ALL)
    if behind.stands:
        return int(getattr(standing(scope, at, group).get(key, Standing()), behind.names[0]))
    counts = count(scope, _period(behind), at, group).get(key)
    return sum(getattr(counts, name) for name in behind.names) if counts else 0


def listed(by: Actor, behind: Behind, *, at: datetime, after: Cursor | None = None, limit: int = MOST) -> Listed:
    """A page of the rows, latest first. Needs `figures.read`. Raises KeyError for a name nothing is counted by."""
    scope = _scope(by, behind)
    parts, values = _standing(behind, scope) if behind.stands else _counted(behind, scope)
    beyond = ""
    if after is not None:
        beyond = "(e.at < %(after_at)s OR e.at = %(after_at)s AND (e.matter_id, e.turn) > (%(after_id)s, %(after_turn)s))"
        values |= dict(zip(("after_at", "after_id", "after_turn"), after, strict=True))
    order = "ORDER BY at DESC, matter_id, turn"
    pages = " UNION ALL ".join(
        f"(SELECT * FROM ({part}) e {'WHERE ' + beyond if beyond else ''} {order} LIMIT %(limit)s)"  # noqa: S608
        for part in parts
    )
    with together(), connection.cursor() as cursor:
        sql = f"SELECT * FROM ({pages}) every {order} LIMIT %(limit)s"  # noqa: S608
        cursor.execute(sql, values | {"at": at, "limit": limit + 1})
        rows = [Row(*row) for row in cursor.fetchall()]
    more, rows = len(rows) > limit, rows[:limit]
    last = (rows[-1].at, rows[-1].matter_id, rows[-1].turn) if more else None
    return Listed(rows, last, _seen(by, {row.matter_id for row in rows}))


def _seen(by: Actor, ids: set[UUID]) -> dict[UUID, Matter]:
    with looking_as(by):
        return Matter.objects.in_bulk(ids) if len(ids) < 1000 else {}


def _scope(by: Actor, behind: Behind) -> Scope:
    return scope_of(by, behind.place, unit=behind.unit, kind=behind.kind)


def _period(behind: Behind) -> Period:
    groups = {(COUNTS[name].table, COUNTS[name].instant) for name in behind.names}
    if behind.period is None or len(groups) != 1:
        raise KeyError(behind.names)
    return behind.period


def _counted(behind: Behind, scope: Scope) -> tuple[Sequence[str], dict[str, Any]]:
    period, first = _period(behind), COUNTS[behind.names[0]]
    which = " OR ".join(f"({COUNTS[name].condition})" for name in behind.names)
    condition, values = _narrowed(behind, scope)
    turn = "t.turn" if first.table == "turn" else "0"
    unit = "t.unit_id"
    sql = (
        f"SELECT t.{first.instant} AS at, t.matter_id, {unit}, {turn} AS turn FROM figures_{first.table} t"  # noqa: S608
        f" WHERE t.{first.instant} >= %(since)s AND t.{first.instant} < %(until)s AND t.{first.instant} <= %(at)s"
        f" AND ({which}) AND {condition}"
    )
    return [sql], values | {"since": midnight(period.first), "until": midnight(period.last + DAY)}


def _standing(behind: Behind, scope: Scope) -> tuple[Sequence[str], dict[str, Any]]:
    condition, values = _narrowed(behind, scope)
    return [
        f"SELECT t.from_at AS at, t.matter_id, t.unit_id, t.turn FROM figures_turn t"  # noqa: S608
        f" WHERE {half.format(where=condition)} AND {STANDING[behind.names[0]]}"
        for half in HALVES
    ], values


def _narrowed(behind: Behind, scope: Scope) -> tuple[str, dict[str, Any]]:
    condition, values = scope.narrowing()
    return condition + (" AND t.unit_id IS NULL" if behind.no_unit else ""), values
