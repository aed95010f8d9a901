"""Counts of a period: from what is kept by the month and the day for whole places, from single turns for narrower scopes.

The day that is not over is always asked of single rows, up to the instant: only what was due by now is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection

from ..kept import GROUPS, SUMS, columns
from ..measures import MEASURES, Counts
from ..spreading import NO_UNIT
from .eyes import together
from .periods import DAY, Period, midnight, months_and_days, today_of
from .scope import LEVELS, Scope, cells_of

_DEEPEST = 9
_NEXT = {0: 4, 2: 4, 4: 6, 6: 9, 9: 12}


class Group(StrEnum):
    """What a table of figures has a line for."""

    ALL = ""
    UNIT = "unit"
    KIND = "kind"
    PLACE = "place"
    DAY = "day"


def count(scope: Scope, period: Period, at: datetime, group: Group = Group.ALL) -> dict[str, Counts]:
    """Counts by key: "" for all, a unit's id ("-" for none), a kind, the code of a place one level below, a day (ISO).

    Places are those of the level below a single place of 0, 2, 4, 6 or 9 digits; of a narrower one there are none.
    Days to come are left out, and of the day of `at` what comes after it.
    """
    today = today_of(at)
    past = period.until(today)
    sums: dict[str, Counts] = {}
    if past is not None:
        _add(sums, _kept(scope, past, group) if _is_kept(scope, group) else _single(scope, past, at, group))
    if period.first <= today <= period.last:
        _add(sums, _single(scope, Period(today, today), at, group))
    return sums


def below(scope: Scope) -> int:
    """How many digits the places of a table have; 0 when there is no level below."""
    return _NEXT.get(len(scope.prefixes[0]), 0) if len(scope.prefixes) == 1 else 0


def _is_kept(scope: Scope, group: Group) -> bool:
    """Whether whole days answer. By unit and kind they are kept down to nine digits; of a unit and a kind together not."""
    deepest = max((len(p) for p in scope.prefixes), default=0)
    if any(len(p) not in (0, 2, *LEVELS) for p in scope.prefixes):
        return False
    if not (scope.unit or scope.kind):
        return group not in (Group.UNIT, Group.KIND) or deepest <= _DEEPEST
    if (scope.unit and scope.kind) or group in (Group.UNIT, Group.KIND):
        return False
    return (below(scope) if group is Group.PLACE else deepest) <= _DEEPEST


def _add(sums: dict[str, Counts], more: Mapping[str, Counts]) -> None:
    for key, counts in more.items():
        sums[key] = sums[key] + counts if key in sums else counts


def _kept(scope: Scope, period: Period, group: Group) -> dict[str, Counts]:
    """One query over the kept counts."""
    key, by = "c.key" if group in (Group.UNIT, Group.KIND) else "''", ""
    values: dict[str, Any] = {}
    if group in (Group.UNIT, Group.KIND):
        by = group.value
    elif scope.unit or scope.kind:
        by, values["of"] = ("unit", str(scope.unit)) if scope.unit else ("kind", scope.kind)
    if group is Group.PLACE:
        if not below(scope):
            return {}
        key = "c.place_code"
        where = "length(c.place_code) = %(length)s AND c.place_code >= %(from)s AND c.place_code < %(beyond)s"
        prefix = scope.prefixes[0]
        values |= {"length": below(scope), "from": prefix, "beyond": prefix + ":"}
    else:
        cells = cells_of(scope.prefixes)
        where, values = cells.condition, values | cells.values
    if group is Group.DAY:
        key, when = "c.day::text", "c.grain = 0 AND c.day >= %(first)s AND c.day <= %(last)s"
        values |= {"first": period.first, "last": period.last}
    else:
        when = _when(period, values)
    if "of" in values:
        where += " AND c.key = %(of)s"
    return _rows(
        f"SELECT {key}, {SUMS} FROM figures_cell c WHERE c.by = %(by)s AND {where} AND ({when}) GROUP BY 1",  # noqa: S608
        values | {"by": by},
    )


def _when(period: Period, values: dict[str, Any]) -> str:
    """The months and days that make up a period."""
    months, rest = months_and_days(period)
    parts = []
    if months:
        parts.append("c.grain = 1 AND c.day = ANY(%(months)s)")
        values["months"] = months
    for n, days in enumerate(rest):
        parts.append(f"c.grain = 0 AND c.day >= %(first{n})s AND c.day <= %(last{n})s")
        values |= {f"first{n}": days.first, f"last{n}": days.last}
    return " OR ".join(f"({part})" for part in parts)


def _single(scope: Scope, period: Period, at: datetime, group: Group) -> dict[str, Counts]:
    """One query over single turns and assignments."""
    if group is Group.PLACE and not below(scope):
        return {}
    since, until = midnight(period.first), midnight(period.last + DAY)
    return between(scope, since, until, at, group)


def between(
    scope: Scope, since: datetime, until: datetime, at: datetime, group: Group = Group.ALL
) -> dict[str, Counts]:
    """Counts of what happened or fell due from `since` until before `until`, and no later than `at`; single rows."""
    condition, values = scope.narrowing()
    parts = []
    for table, instant in GROUPS:
        key = _key(group, scope, instant)
        parts.append(
            f"SELECT {key} AS key, {columns(table, instant, 'count(*) FILTER (WHERE {})')} FROM figures_{table} t"  # noqa: S608
            f" WHERE t.{instant} >= %(since)s AND t.{instant} < %(until)s AND t.{instant} <= %(at)s AND {condition}"
            " GROUP BY 1"
        )
    return _rows(
        f"SELECT key, {SUMS} FROM ({' UNION ALL '.join(parts)}) every WHERE key IS NOT NULL GROUP BY 1",  # noqa: S608
        values | {"since": since, "until": until, "at": at, "zone": settings.TIME_ZONE, "digits": below(scope)},
    )


def _key(group: Group, scope: Scope, instant: str) -> str:
    match group:
        case Group.UNIT:
            return f"coalesce(t.unit_id::text, '{NO_UNIT}')"
        case Group.KIND:
            return "t.kind"
        case Group.PLACE:
            return "CASE WHEN length(t.place_code) >= %(digits)s THEN left(t.place_code, %(digits)s) END"
        case Group.DAY:
            return f"((t.{instant} AT TIME ZONE %(zone)s)::date)::text"
    return "''"


def _rows(query: str, values: Mapping[str, Any]) -> dict[str, Counts]:
    with together(), connection.cursor() as cursor:
        cursor.execute(query, values)
        found = {row[0]: Counts(*row[1:]) for row in cursor.fetchall()}
    return {key: counts for key, counts in found.items() if any(getattr(counts, name) for name in MEASURES)}


def days(period: Period, at: datetime) -> Iterable[date]:
    """Every day of the period up to the day of `at`."""
    last = min(period.last, today_of(at))
    return (period.first + n * DAY for n in range((last - period.first).days + 1))


__all__ = ["LEVELS", "Group", "below", "between", "count", "days"]
