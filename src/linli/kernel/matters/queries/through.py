"""穿透: from a place down to the next, with how many matters and orders of each list lie at each; in the end, matters.

A table is one bounded count a list over the places below, so that a city costs what a street does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, Sees, require
from linli.kernel.access.prepared import Value, read
from linli.kernel.places import queries as places

from ..models import OPEN, Phase
from . import lists
from .counts import BOUND
from .taking import note

COLUMNS = ("open", *lists.LISTS, "orders", "orders_late")
"""What is counted of each place: open matters, each list, orders that wait, those that are late."""
_WIDTHS = (6, 9, 12)
_HOOD = 12
_OPEN = [state.value for state in OPEN]
Question = tuple[str, str, list[Value]]
"""A table (called `m`), a condition on its rows, and the values of that."""


@dataclass(frozen=True, slots=True)
class Line:
    """One place and its counts by column, each at most `counts.BOUND`."""

    code: str
    name: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Table:
    """`lines` are the places below, none where matters are next; `path` the places above from the reader's own down."""

    code: str
    name: str
    path: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    whole: Line


def look_through(actor: Actor, code: str, *, at: datetime, days: int) -> Table:
    """The table of a place, the reader's own when none is named; two short queries a column and the names.

    Raises NotAllowed for a place that is not the reader's.
    """
    require(actor, "matters.read")
    scope = actor.scope if actor.scope.isdigit() else ""
    code = code or scope
    if not places.lies_in(code, scope):
        raise NotAllowed(_("这个地点不在您的管辖范围内。"), code="scope")
    # A neighbourhood's grids are the last; below them there are homes, and those are matters.
    below = [(place.code, place.name) for place in places.children(code or None)] if len(code) < _HOOD else []
    columns = _columns(actor, at, days)
    lines = {column: _count(question, [child for child, _name in below]) for column, question in columns.items()}
    # A city's lists are those of its districts, also of one that is no more and has matters still.
    parts = [code] if len(code) >= _WIDTHS[0] else lists.districts(code)
    whole = {column: min(BOUND, sum(_count(question, parts).values())) for column, question in columns.items()}
    path = _above(code, scope)
    names = places.names(set(path))
    return Table(
        code=code,
        name=names.get(code, ""),
        path=[(step, names.get(step, step)) for step in path],
        lines=[Line(child, name, {c: lines[c].get(child, 0) for c in COLUMNS}) for child, name in below],
        whole=Line(code, names.get(code, ""), whole),
    )


def exported(actor: Actor, code: str, *, at: datetime, days: int) -> Table:
    """The same table for a file; one audit record says who took what. Raises NotAllowed."""
    require(actor, "matters.export")
    table = look_through(actor, code, at=at, days=days)
    note(actor, at, through=table.code, days=days, rows=len(table.lines))
    return table


def _columns(actor: Actor, at: datetime, days: int) -> dict[str, Question]:
    unit = actor.unit_id if actor.sees is Sees.UNIT else None
    found = {"open": _of_matters("m.state = ANY(%s)", [_OPEN], unit)}
    for name in lists.LISTS:
        conditions, values = lists.conditions(lists.Asked(name=name, days=days), unit, at)
        if name == "overdue":
            conditions, values = ["m.state = ANY(%s)", *conditions], [_OPEN, *values]
        found[name] = _of_matters(" AND ".join(conditions), values, None)
    waiting = f"m.phase = {Phase.WAITING.value}" + (" AND m.unit_id = %s" if unit else "")
    whose: list[Value] = [unit] if unit else []
    found["orders"] = ("matters_order", waiting, whose)
    found["orders_late"] = ("matters_order", f"{waiting} AND m.reply_due < %s", [*whose, at])
    return found


def _of_matters(condition: str, values: list[Value], unit: UUID | None) -> Question:
    return (
        "matters_matter",
        condition + (" AND m.lead_unit_id = %s" if unit else ""),
        [*values, *([unit] if unit else [])],
    )


# One plan for all the places of a width, each counted by itself and no further than the bound.
_COUNT = """
SELECT c.code, (SELECT count(*) FROM (SELECT FROM {table} m WHERE {inside} AND {condition} LIMIT {most}) bounded)
FROM unnest(%s::text[]) AS c(code)
"""


def _count(question: Question, codes: Sequence[str]) -> dict[str, int]:
    """How many each place has; nothing for places no stored prefix stands for."""
    table, condition, values = question
    found: dict[str, int] = {}
    for width in sorted({len(code) for code in codes}):
        if width not in _WIDTHS:
            continue
        # Every index of a list begins with the district.
        wanted = [w for w in _WIDTHS if w == width or w == _WIDTHS[0]] if table == "matters_matter" else [width]
        inside = " AND ".join(f'm.p{w} = left(c.code, {w}) COLLATE "C"' for w in wanted)
        text = _COUNT.format(table=table, inside=inside, condition=condition, most=BOUND)
        for code, count in read(text, [*values, [code for code in codes if len(code) == width]]):
            found[code] = count
    return found


def _above(code: str, scope: str) -> list[str]:
    """The codes from the reader's own place down to this one."""
    return [code[:n] for n in (2, 4, 6, 9, 12, 15) if len(scope) <= n <= len(code)]
