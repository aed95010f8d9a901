"""Which row counts for what, on which day: one table that keeping, asking, drilling and checking all read.

A count is a condition on a row, and the column of the instant whose day it belongs to. Put together here into SQL, so
that a figure kept by the day, the same figure asked of single rows, and the list of its matters cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from .measures import MEASURES, SATISFIED

_JUDGED = "t.finish IN ('in', 'late', 'open')"


@dataclass(frozen=True, slots=True)
class Count:
    """One count: `table` turn or part (`t`), the column with its instant, and the condition on the row."""

    table: str
    instant: str
    condition: str


COUNTS: dict[str, Count] = {
    "reported": Count("turn", "from_at", "t.turn = 0"),
    "reopened": Count("turn", "from_at", "t.turn > 0"),
    "answer_in": Count("turn", "answer_due", "t.answer = 'in'"),
    "answer_late": Count("turn", "answer_due", "t.answer IN ('late', 'open')"),
    "answer_out": Count("turn", "answer_due", "t.answer IN ('out', 'held')"),
    "finish_in": Count("turn", "finish_due", "t.finish = 'in'"),
    "finish_late": Count("turn", "finish_due", "t.finish IN ('late', 'open')"),
    "finish_out": Count("turn", "finish_due", "t.finish IN ('out', 'held')"),
    "extended": Count("turn", "finish_due", f"t.extended AND {_JUDGED}"),
    "supervised": Count("turn", "finish_due", f"t.supervised AND {_JUDGED}"),
    "closed": Count("turn", "ended_at", "t.ending = 'closed'"),
    "declined": Count("turn", "ended_at", "t.ending = 'declined'"),
    "written_off": Count("turn", "ended_at", "t.ending = 'written_off'"),
    "merged": Count("turn", "ended_at", "t.ending = 'merged'"),
    "withdrawn": Count("turn", "ended_at", "t.ending = 'withdrawn'"),
    "again": Count("turn", "ended_at", "t.again AND t.ending IN ('closed', 'declined')"),
    "asked": Count("turn", "ended_at", "t.asked"),
    "rated": Count("turn", "ended_at", "t.asked AND t.rating IS NOT NULL"),
    "satisfied": Count("turn", "ended_at", f"t.asked AND coalesce(t.rating, 0) >= {SATISFIED:d}"),
    "assigned": Count("part", "at", "true"),
    "returned": Count("part", "at", "t.returned"),
}

GROUPS: dict[tuple[str, str], tuple[str, ...]] = {}
"""The counts of each (table, instant), in the order of MEASURES."""
for _name in MEASURES:
    _count = COUNTS[_name]
    GROUPS[_count.table, _count.instant] = (*GROUPS.get((_count.table, _count.instant), ()), _name)


def columns(table: str, instant: str, value: str) -> str:
    """A select list of every measure in order: those of this group as `value` (with {} for the condition), else 0."""
    mine = GROUPS[table, instant]
    return ", ".join(
        f"{value.format(COUNTS[name].condition)} AS {name}" if name in mine else f"0 AS {name}" for name in MEASURES
    )


SUMS = ", ".join(f"sum({name})::int AS {name}" for name in MEASURES)
LIST = ", ".join(MEASURES)
OVERDUE = (
    "(t.finish IN ('late', 'open') AND t.finish_due <= %(at)s AND (t.done_at IS NULL OR t.done_at > %(at)s)"
    " OR t.answer IN ('late', 'open') AND t.answer_due <= %(at)s"
    " AND (t.answered_at IS NULL OR t.answered_at > %(at)s))"
)
"""Of an open turn: a promised date had passed at the instant and was not kept yet, by the dates as they stand today."""
