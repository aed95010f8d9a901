"""A place has another code: its matters go along, in every state, a batch in a transaction, each with a record.

What was promised stays promised: no date moves because a street was renamed. A matter's version stays too, so that
whoever has it open may act on it; what they see changed is told in its story. The numbers a place had set for kinds
hold where they held: set at the new codes first, taken from the old ones when every matter is through.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, require, under
from linli.kernel.audit import append
from linli.kernel.audit.carrying import RECORDED, recorded
from linli.kernel.places import queries as places

from .models import KindNumbers

_COLUMNS = {4: "p4", 6: "p6", 9: "p9", 12: "p12"}
# The rows are found and locked in the order of the queue's index; one that somebody holds is left for the next round.
_MOVE = """
WITH due AS MATERIALIZED (
  SELECT m.id, m.place_code FROM matters_matter m WHERE {where}
  ORDER BY {order} LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), moved AS (
  UPDATE matters_matter m SET place_code = linli_recoded(due.place_code, %(olds)s, %(news)s, %(wholes)s)
  FROM due WHERE m.id = due.id
  RETURNING m.id, due.place_code AS was, m.place_code, m.unit_ids, m.person_ids
), searched AS (
  UPDATE matters_search s SET places = linli_prefixes(m.place_code) FROM moved m WHERE s.matter_id = m.id
)
"""
_BY_SET = "SELECT set_config('linli.search_places', %s, true), set_config('linli.search', %s, true)"
_LEFT = "SELECT EXISTS (SELECT FROM matters_matter m WHERE {where})"
_NUMBERS = ("answer", "finish", "climb", "warn", "remind")


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch of matters; returns how many, 0 when none is left that nobody holds."""
    require(by, "*")
    values = recorded(
        stream="matter:", verb="matters.recode", by=by, at=at, moves=moves, recoding=recoding, label=places.label
    ) | {"limit": limit}
    for root in moves.roots:
        where, order = _inside(root)
        with transaction.atomic():
            look_as(SYSTEM)
            with connection.cursor() as cursor:
                cursor.execute(_BY_SET, ["moved", "{}"])
                cursor.execute(
                    _MOVE.format(where=where, order=order) + RECORDED, {**values, "root": root, **_prefix(root)}
                )
                count = cursor.rowcount
                cursor.execute(_BY_SET, ["", ""])
                if count:
                    return int(count)
    return 0


def left_behind(moves: Moves) -> bool:
    """Whether a matter lies under an old code still."""
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        for root in moves.roots:
            cursor.execute(_LEFT.format(where=_inside(root)[0]), {"root": root, **_prefix(root)})
            if cursor.fetchone()[0]:
                return True
    return False


def copy_numbers(*, by: Actor, at: datetime, moves: Moves) -> int:
    """Set what the old codes set for kinds at the new ones; what stands there wins. Returns how many rows changed."""
    require(by, "*")
    with transaction.atomic():
        look_as(SYSTEM)
        changed = 0
        rows = KindNumbers.objects.select_for_update().filter(under(moves.roots)).order_by("id")
        for row in sorted(rows, key=lambda row: -len(row.place_code)):
            for code in moves.rules(row.place_code):
                changed += _set(row, code, by, at, from_above=row.place_code in moves.rests)
    return changed


def leave_numbers(*, by: Actor, at: datetime, moves: Moves) -> int:
    """Take away what is set at the old codes. Returns how many rows."""
    require(by, "*")
    with transaction.atomic():
        look_as(SYSTEM)
        rows = list(KindNumbers.objects.select_for_update().filter(under(moves.roots)).order_by("id"))
        for row in rows:
            _record(row, by, at, before=_said(row), after=None)
            row.delete()
    return len(rows)


def _set(row: KindNumbers, code: str, by: Actor, at: datetime, *, from_above: bool) -> bool:
    """Set at `code` what it does not say itself. What holds from above fills the gaps of a row that is there."""
    there = KindNumbers.objects.select_for_update().filter(kind=row.kind, place_code=code).first()
    if there is None:
        there, before = KindNumbers(kind=row.kind, place_code=code, off=row.off), None
    elif from_above:
        before = _said(there)
    else:
        return False
    for name in _NUMBERS:
        if getattr(there, name) in ("", None):
            setattr(there, name, getattr(row, name))
    if before == _said(there):
        return False
    there.save()
    _record(there, by, at, before=before, after=_said(there))
    return True


def _said(row: KindNumbers) -> dict[str, object]:
    return {name: getattr(row, name) for name in (*_NUMBERS, "off")}


def _record(
    row: KindNumbers,
    by: Actor,
    at: datetime,
    *,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    append(
        by=by,
        at=at,
        verb="matters.recode_numbers",
        stream=f"kind:{row.kind}:{row.place_code}",
        place_code=row.place_code,
        before=before,
        after=after,
    )


def _inside(root: str) -> tuple[str, str]:
    """Which rows lie at or below a code, by the stored prefix that has an index; and that index's order."""
    rest = "m.state, m.order_at, m.id"
    if len(root) in _COLUMNS:
        return f"m.{_COLUMNS[len(root)]} = %(root)s", rest
    if len(root) > 12:
        return "m.p12 = %(twelve)s AND starts_with(m.place_code, %(root)s)", rest
    return "m.p4 >= %(root)s AND m.p4 < %(root)s || ':'", f"m.p4, {rest}"


def _prefix(root: str) -> dict[str, str]:
    return {"twelve": root[:12]}
