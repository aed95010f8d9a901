"""Orders as a level looks at them: given, received, owed; what is late stands first because dates stand in order.

One page is one range of one index: (a prefix of the place, or the unit that must answer; phase; date). What may be seen
PostgreSQL says by the matter, row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, Role, Sees, require
from linli.kernel.catalogue.registry import catalogue

from ..models import Phase
from . import story
from .cursor import read_cursor, write_cursor
from .filters import Filter
from .scope import Branch, branches
from .taking import note, page_by_page

BOUND = 1000
CAP = 20_000
SIDES = ("owed", "given", "received", "below", "all")
"""What my unit must answer; what my level gave; what levels above gave; what levels below gave; all of it."""
_OVER = (Phase.SETTLED, Phase.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question about orders; what is empty narrows nothing. `by`: "clock" or "person" gave it."""

    side: str = "all"
    phase: int = Phase.WAITING.value
    place: str = ""
    unit: UUID | None = None
    kind: str = ""
    by: str = ""
    late: bool = False
    returned: bool = False

    def but(self, **changes: Any) -> Asked:
        return replace(self, **changes)

    def write(self) -> dict[str, str]:
        """As parameters of an address; `read` gives the same back."""
        found: dict[str, str] = {"side": self.side, "phase": str(self.phase)}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name not in found and value:
                found[field.name] = "1" if value is True else str(value)
        return found


def read(params: Mapping[str, str]) -> Asked:
    """What an address asks for; what makes no sense is left out."""
    found: dict[str, Any] = {}
    if (side := params.get("side", "")) in SIDES:
        found["side"] = side
    if (phase := params.get("phase", "")) in {str(p.value) for p in Phase}:
        found["phase"] = int(phase)
    place = params.get("place", "").strip()
    if place.isdecimal() and place.isascii() and len(place) <= 30:
        found["place"] = place
    if (kind := params.get("kind", "")) in catalogue().kinds:
        found["kind"] = kind
    if (by := params.get("by", "")) in ("clock", "person"):
        found["by"] = by
    with suppress(ValueError):
        found["unit"] = UUID(params.get("unit", ""))
    for name in ("late", "returned"):
        found[name] = params.get(name) == "1"
    return Asked(**found)


@dataclass(frozen=True)
class Page:
    """Rows as plain values, instants as ISO strings in UTC; `next_cursor` is where the next page begins."""

    rows: list[dict[str, Any]]
    next_cursor: str | None


_ROW = """json_build_object('id', o.id, 'phase', o.phase, 'level', o.level, 'automatic', o.automatic, 'text', o.text,
  'ordered_at', o.ordered_at, 'since_at', o.since, 'reply_due', o.reply_due, 'replied_at', o.replied_at,
  'reply', o.reply, 'missed_at', o.missed_at, 'urged', o.urged, 'urged_at', o.urged_at, 'settled_at', o.settled_at, 'withdrawn_words', o.withdrawn_words,
  'returned', o.returned, 'addressed', o.addressed, 'passed_from', o.passed_from_id, 'batch', o.batch,
  'files', cardinality(o.reply_files), 'unit_id', o.unit_id, 'unit', u.name, 'by_unit', b.name, 'ordered_by', w.name,
  'replied_by', r.name, 'lead_unit', l.name,
  'passed', (SELECT count(*) FROM matters_order p WHERE p.passed_from_id = o.id),
  'passed_waiting', (SELECT count(*) FROM matters_order p WHERE p.passed_from_id = o.id AND p.phase = 0),
  'together', CASE WHEN o.batch IS NULL THEN 1 ELSE (SELECT count(*) FROM matters_order p WHERE p.batch = o.batch) END,
  'matter_id', m.id, 'number', m.number, 'version', m.version, 'title', m.title, 'kind', m.kind, 'state', m.state,
  'place_code', m.place_code)"""
_BESIDE = """JOIN matters_matter m ON m.id = o.matter_id
LEFT JOIN people_unit u ON u.id = o.unit_id LEFT JOIN people_unit b ON b.id = o.by_unit_id
LEFT JOIN people_unit l ON l.id = m.lead_unit_id LEFT JOIN people_account w ON w.id = o.ordered_by_id
LEFT JOIN people_account r ON r.id = o.replied_by_id"""


def orders(actor: Actor, asked: Asked, *, at: datetime, after: str | None = None, limit: int = 50) -> Page:
    """One page of orders in the order of their dates, the earliest first; those that are over latest first. One query.

    Raises NotAllowed for a role that reads no matters, Invalid for a cursor we did not write.
    """
    require(actor, "matters.read")
    over = asked.phase in _OVER
    selects, values = _selects(actor, asked, at, limit + 1, read_cursor(after))
    if not selects:
        return Page([], None)
    way = " DESC" if over else ""
    text = f"""
        SELECT {_ROW}::text, o.reply_due, o.id FROM (
          SELECT * FROM ({" UNION ALL ".join(f"({part})" for part in selects)}) every
          ORDER BY reply_due{way}, id{way} LIMIT {limit + 1}
        ) chosen JOIN matters_order o ON o.id = chosen.id {_BESIDE}
        ORDER BY o.reply_due{way}, o.id{way}
    """  # noqa: S608 - put together from the parts of this file; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found = cursor.fetchall()
    more = len(found) > limit
    del found[limit:]
    rows = [orjson.loads(row) for row, _due, _id in found]
    return Page(rows, write_cursor(*found[-1][1:]) if more else None)


def exported(actor: Actor, asked: Asked, *, at: datetime, most: int = CAP) -> list[dict[str, Any]]:
    """A question's orders, at most `most`, for a file; one audit record says who took what. Raises NotAllowed."""
    require(actor, "matters.export")
    rows = list(page_by_page(lambda after, limit: orders(actor, asked, at=at, after=after, limit=limit), most))
    note(actor, at, orders=asked.write(), rows=len(rows))
    return rows


def tallies(actor: Actor, asked: dict[str, Asked], *, at: datetime) -> dict[str, int]:
    """How many orders each question holds, at most BOUND each: one query."""
    require(actor, "matters.read")
    parts: list[str] = []
    values: list[Any] = []
    for name, question in asked.items():
        selects, given = _selects(actor, question, at, BOUND, None)
        if selects:
            every = " UNION ALL ".join(f"({part})" for part in selects)
            parts.append(f"SELECT %s, (SELECT count(*) FROM (SELECT FROM ({every}) e LIMIT {BOUND}) bounded)")  # noqa: S608
            values += [name, *given]
    found = dict.fromkeys(asked, 0)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            found.update(cursor.fetchall())
    return found


def _selects(
    actor: Actor, asked: Asked, at: datetime, limit: int, after: tuple[datetime, UUID] | None
) -> tuple[list[str], list[Any]]:
    over = asked.phase in _OVER
    way = " DESC" if over else ""
    conditions, given = _conditions(actor, asked, at)
    if after:
        conditions.append(f"(o.reply_due, o.id) {'<' if over else '>'} (%s, %s)")
        given.extend(after)
    selects: list[str] = []
    values: list[Any] = []
    for branch in _branches(actor, asked):
        where = " AND ".join([f"o.{branch.column} = %s", "o.phase = %s", *branch.narrower, *conditions])
        selects.append(
            f"SELECT o.id, o.reply_due FROM matters_order o WHERE {where}"  # noqa: S608 - see orders
            f" ORDER BY o.reply_due{way}, o.id{way} LIMIT {limit:d}"
        )
        values += [branch.value, asked.phase, *branch.values, *given]
    return selects, values


def _branches(actor: Actor, asked: Asked) -> list[Branch]:
    """Which index is read. A reader who sees their unit's matters alone has their unit's orders, or those it gave."""
    if asked.side == "owed":
        return [Branch("unit_id", actor.unit_id)] if actor.unit_id else []
    if actor.sees is Sees.UNIT and asked.side != "given":
        return [Branch("unit_id", actor.unit_id)] if actor.unit_id else []
    if actor.sees not in (Sees.PLACE, Sees.UNIT, Sees.ALL):
        return []
    # Places decide which index is read; what is seen, the reader's own eyes.
    reader = replace(actor, role=Role.LEADER) if actor.sees is Sees.UNIT else actor
    return [_of_orders(branch) for branch in branches(reader, Filter(place=asked.place))]


def _of_orders(branch: Branch) -> Branch:
    return replace(branch, narrower=tuple(part.replace("m.place_code", "o.place_code") for part in branch.narrower))


def _conditions(actor: Actor, asked: Asked, at: datetime) -> tuple[list[str], list[Any]]:
    sql: list[str] = []
    values: list[Any] = []

    def add(condition: str, *given: Any) -> None:
        sql.append(condition)
        values.extend(given)

    if asked.side == "given":
        if actor.sees is Sees.UNIT:
            add("o.by_unit_id = %s", actor.unit_id)
        else:
            add("o.level = %s", int(actor.level))
    elif asked.side == "received" and actor.sees is not Sees.UNIT:
        add("o.level > %s", int(actor.level))
    elif asked.side == "below" and actor.sees is not Sees.UNIT:
        add("o.level < %s", int(actor.level))
    if asked.unit:
        add("o.unit_id = %s", asked.unit)
    if asked.kind:
        add("EXISTS (SELECT FROM matters_matter k WHERE k.id = o.matter_id AND k.kind = %s)", asked.kind)
    if asked.by:
        add("o.automatic" if asked.by == "clock" else "NOT o.automatic")
    if asked.returned:
        add("o.returned > 0")
    if asked.late:
        if asked.phase == Phase.WAITING:
            add("o.reply_due < %s", at)
        else:
            add("o.replied_at > o.reply_due")
    return sql, values


_WHOLE = f"""
SELECT {_ROW}::text,
  (SELECT coalesce(json_agg(json_build_object('reply', s.reply, 'replied_at', s.replied_at, 'due_before', s.due_before,
     'reason', s.reason, 'returned_at', s.returned_at, 'due_after', s.due_after, 'files', s.reply_files,
     'replied_by', p.name, 'returned_by', q.name) ORDER BY s.returned_at, s.id), '[]')
   FROM matters_sentback s LEFT JOIN people_account p ON p.id = s.replied_by_id
   LEFT JOIN people_account q ON q.id = s.returned_by_id WHERE s.order_id = o.id)::text,
  to_json(o.reply_files)::text
FROM matters_order o {_BESIDE} WHERE o.id = %s
"""  # noqa: S608 - put together from the parts of this file

_SOME = f"SELECT {_ROW}::text FROM matters_order o {_BESIDE} WHERE o.id = ANY(%s) ORDER BY o.reply_due, o.id"  # noqa: S608
_BATCH = f"SELECT {_ROW}::text FROM matters_order o {_BESIDE} WHERE o.batch = %s AND o.id <> %s ORDER BY m.number"  # noqa: S608

_CHAIN = f"""
WITH RECURSIVE up(id, passed_from_id, depth) AS (
  SELECT id, passed_from_id, 0 FROM matters_order WHERE id = %s
  UNION ALL SELECT a.id, a.passed_from_id, up.depth - 1 FROM matters_order a JOIN up ON a.id = up.passed_from_id
), down(id, depth) AS (
  SELECT id, 0 FROM up WHERE depth = 0
  UNION ALL SELECT b.id, down.depth + 1 FROM matters_order b JOIN down ON b.passed_from_id = down.id
)
SELECT {_ROW}::text, depth FROM (SELECT id, depth FROM up UNION SELECT id, depth FROM down) links
JOIN matters_order o ON o.id = links.id {_BESIDE} ORDER BY depth, o.ordered_at, o.id
"""  # noqa: S608 - put together from the parts of this file


@dataclass(frozen=True)
class Whole:
    """One order: its row, the answers that were sent back, and the chain it stands in, from the highest down."""

    order: dict[str, Any]
    sent_back: Sequence[dict[str, Any]]
    files: Sequence[UUID]
    chain: Sequence[dict[str, Any]]


def course(actor: Actor, order: Mapping[str, Any]) -> list[story.Step]:
    """What happened to one order, first to last, as the story of its matter tells it; empty for who sees no story."""
    key = str(order["id"])
    return story.steps([r for r in story.records(UUID(order["matter_id"])) if _about(r.after or {}, key)], actor)


def _about(after: Mapping[str, Any], key: str) -> bool:
    orders = [after.get("order"), after.get("passed_from"), *(after.get("orders") or ())]
    return any(one and one.get("id") == key for one in orders)


def some(actor: Actor, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The rows of these orders, in the order of their dates; without what is not to be seen."""
    require(actor, "matters.read")
    with connection.cursor() as cursor:
        cursor.execute(_SOME, [list(ids)])
        return [orjson.loads(row) for (row,) in cursor.fetchall()]


def beside(actor: Actor, order: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The other orders that were given at once with this one."""
    require(actor, "matters.read")
    if not order["batch"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BATCH, [order["batch"], order["id"]])
        return [orjson.loads(row) for (row,) in cursor.fetchall()]


def whole(actor: Actor, order_id: UUID) -> Whole:
    """Two queries. Raises NotFound for an order that is not there or not to be seen."""
    require(actor, "matters.read")
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE, [order_id])
        found = cursor.fetchone()
        if found is None:
            raise NotFound(_("没有找到这条督办，或者您无权查看。"))
        cursor.execute(_CHAIN, [order_id])
        chain = [{**orjson.loads(row), "depth": depth} for row, depth in cursor.fetchall()]
    row, sent_back, files = (orjson.loads(part) for part in found)
    return Whole(row, sent_back, [UUID(file) for file in files], chain)
