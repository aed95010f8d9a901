"""The queue: one page of matters in the order of their dates, as JSON that PostgreSQL writes.

How it stays fast at any size: each (branch, state) pair is a query of its own with the order and the limit
inside, because only then does the index (prefix, state, order_at, id) deliver rows already in order and stop
after fifty; `state IN (...)` over the same index would gather and sort everything open. UNION ALL puts those few
pages together. Names are joined after the cut, for fifty rows instead of thousands. What is not known already is
written (`kept`). The next page begins after the last (order_at, id), so page 400 costs what page 1 does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, Sees, require
from linli.kernel.access.prepared import ask

from . import kept, public, search, written
from .cursor import read_cursor, write_cursor
from .filters import Filter, conditions
from .scope import branches
from .written import As

MOST = 1000

_ROW = written.row([
    ("id", "m.id", As.QUOTED), ("number", "m.number"), ("version", "m.version", As.BARE), ("kind", "m.kind"),
    ("department", "m.department"), ("title", "m.title"), ("urgency", "m.urgency"), ("state", "m.state"),
    ("leg", "m.leg"), ("stage", "m.stage", As.BARE), ("climbed", "m.climbed", As.BARE),
    ("place_code", "m.place_code", As.QUOTED), ("address", "m.address"), ("lon", "m.lon"), ("lat", "m.lat"),
    ("source", "m.source"), ("opened_at", "m.opened_at"), ("due_at", "m.due_at"), ("order_at", "m.order_at"),
    ("paused_at", "m.paused_at"), ("done_at", "m.done_at"), ("ended_at", "m.ended_at"), ("outcome", "m.outcome"),
    ("rating", "m.rating"), ("reopened", "m.reopened", As.BARE), ("given_back", "m.given_back", As.BARE),
    ("extended", "m.extended", As.BARE), ("ever_late", "m.ever_late"), ("unit_id", "m.lead_unit_id"),
    ("unit", "u.name"), ("account_id", "m.lead_account_id"), ("account", "a.name"),
])  # fmt: skip
# Only these travel from the index to the key of a row.
_COLUMNS = ", ".join(["m.id", "m.order_at", "m.lead_unit_id", "m.lead_account_id", *kept.VERSION])

_BY_NUMBER = f"SELECT {_COLUMNS} FROM matters_matter m WHERE m.number = upper(%s)"  # noqa: S608 - made of the above

# What a helping unit (协办) has to do: few at a time, so they are gathered whole and cut with the rest.
_HELPING = """FROM matters_assignment h JOIN matters_matter m ON m.id = h.matter_id
WHERE h.unit_id = %s AND h.part = 'help' AND h.finished_at IS NULL AND h.given_back_at IS NULL
  AND h.replaced_at IS NULL AND m.lead_unit_id IS DISTINCT FROM h.unit_id AND m.state = ANY(%s)"""


@dataclass(frozen=True)
class Page:
    """One page: `body` is a JSON array as PostgreSQL wrote it, `next_cursor` where the next page begins."""

    body: bytes
    next_cursor: str | None

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = orjson.loads(self.body)
        return rows


def queue(actor: Actor, asked: Filter, *, after: str | None = None, limit: int = 50) -> Page:
    """One page of what the actor may see and asks for: one query, two when words are searched.

    Open matters come in the order of their due dates, ended ones latest first. `after` is the `next_cursor` of
    the page before. Raises NotAllowed when the role reads no matters, Invalid for a cursor we did not write.
    """
    require(actor, "matters.read")
    if actor.sees is Sees.PUBLIC and asked.words:
        raise NotAllowed(_("公开的事项不能按内容查找。"), code="words")
    limit = max(1, min(limit, MOST))
    sql, values, usual = _selects(actor, asked, read_cursor(after), limit + 1)
    if not sql:
        return Page(b"[]", None)
    way = " DESC" if asked.backwards else ""
    public_only = actor.sees is Sees.PUBLIC
    what = f"{public.ROW}::text" if public_only else kept.KEY
    text = f"""
        SELECT {what}, m.order_at, m.id FROM (
          SELECT * FROM ({" UNION ALL ".join(f"({part})" for part in sql)}) every
          ORDER BY order_at{way}, id{way} LIMIT {limit + 1}
        ) m {kept.NAMES}
        ORDER BY m.order_at{way}, m.id{way}
    """  # noqa: S608 - put together from the parts of this file; every value is a parameter
    found = _found(text, values, usual)
    more = len(found) > limit
    del found[limit:]
    rows = [what for what, _at, _id in found]
    body = b",".join(rows if public_only else kept.rows(rows, _ROW))
    return Page(b"[%s]" % body, _cursor(*found[-1][1:]) if more else None)


def _cursor(order_at: bytes, key: bytes) -> str:
    return write_cursor(datetime.fromisoformat(order_at.decode()), UUID(key.decode()))


def _found(text: str, values: list[Any], usual: bool) -> list[tuple[bytes, bytes, bytes]]:
    """What narrows a question further decides its plan, so only the usual questions are planned once for all."""
    if usual:
        return [(what or b"", at or b"", key or b"") for what, at, key in ask(text, values)]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return [(what.encode(), at.isoformat().encode(), str(key).encode()) for what, at, key in cursor.fetchall()]


def _selects(
    actor: Actor, asked: Filter, after: tuple[datetime, UUID] | None, limit: int
) -> tuple[list[str], list[Any], bool]:
    """One SELECT per (branch, state), each ordered and cut; the values of all of them in order; and whether
    it is a usual question, which nothing narrows beside scope and state."""
    shared, shared_values = conditions(asked)
    usual = not shared and not asked.words
    if asked.words:
        # One's own reports are few: they are walked, and the index of places does not know them.
        found = search.Found(None) if actor.sees is Sees.OWN else search.look_up(asked.words)
        if found.ids == []:
            return *_by_number(asked), False
        more, more_values = search.conditions(asked.words, found)
        shared, shared_values = shared + more, shared_values + more_values
    if after:
        shared.append(f"(m.order_at, m.id) {'<' if asked.backwards else '>'} (%s, %s)")
        shared_values.extend(after)
    columns = public.COLUMNS if actor.sees is Sees.PUBLIC else _COLUMNS
    return *compose(actor, asked, shared, shared_values, limit=limit, columns=columns), usual


def compose(
    actor: Actor,
    asked: Filter,
    shared: Sequence[str] | None = None,
    shared_values: Sequence[Any] = (),
    *,
    limit: int,
    columns: str,
    ordered: bool = True,
) -> tuple[list[str], list[Any]]:
    """The SELECTs of a question, one per (branch, state), and their values; `shared` conditions narrow each."""
    if shared is None:
        shared, shared_values = conditions(asked)
    way = " DESC" if asked.backwards else ""
    order = f" ORDER BY m.order_at{way}, m.id{way}" if ordered else ""
    sql: list[str] = []
    values: list[Any] = []
    for branch in () if asked.helping else branches(actor, asked):
        for state in asked.states:
            where = " AND ".join([f"m.{branch.column} = %s", "m.state = %s", *branch.narrower, *shared])
            sql.append(f"SELECT {columns} FROM matters_matter m WHERE {where}{order} LIMIT {limit:d}")  # noqa: S608
            values += [branch.value, state, *branch.values, *shared_values]
    if actor.unit_id and not asked.mine and (asked.helping or actor.sees is Sees.UNIT):
        more = "".join(f" AND {part}" for part in shared)
        sql.append(f"SELECT {columns} {_HELPING}{more}{order} LIMIT {limit:d}")
        values += [actor.unit_id, list(asked.states), *shared_values]
    return sql, values


def _by_number(asked: Filter) -> tuple[list[str], list[Any]]:
    """No text holds the words: then they may be a matter's number."""
    return [_BY_NUMBER], [asked.text.strip()]
