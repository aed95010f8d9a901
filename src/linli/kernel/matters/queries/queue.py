"""The queue: one page of matters in the order of their dates, as JSON that PostgreSQL writes.

How it stays fast at any size: each (branch, state) pair is a query of its own with the order and the limit
inside, because only then does the index (prefix, state, order_at, id) deliver rows already in order and stop
after fifty; `state IN (...)` over the same index would gather and sort everything open. UNION ALL puts those few
pages together. Names are joined after the cut, for fifty rows instead of thousands. The next page begins
after the last (order_at, id), so page 400 costs what page 1 does.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotAllowed, Sees, require
from linli.kernel.access.prepared import prepared

from . import public, search
from .filters import Filter, conditions
from .scope import branches

MOST = 1000

_ROW = """
json_build_object(
  'id', m.id, 'number', m.number, 'version', m.version, 'kind', m.kind, 'department', m.department,
  'title', m.title, 'urgency', m.urgency, 'state', m.state, 'leg', m.leg, 'stage', m.stage, 'climbed', m.climbed,
  'place_code', m.place_code, 'address', m.address, 'lon', m.lon, 'lat', m.lat, 'source', m.source,
  'opened_at', m.opened_at, 'due_at', m.due_at, 'order_at', m.order_at, 'paused_at', m.paused_at,
  'done_at', m.done_at, 'ended_at', m.ended_at, 'outcome', m.outcome, 'rating', m.rating,
  'reopened', m.reopened, 'given_back', m.given_back, 'extended', m.extended, 'ever_late', m.ever_late,
  'unit_id', m.lead_unit_id, 'unit', u.name, 'account_id', m.lead_account_id, 'account', a.name)
"""

# What a helping unit (协办) has to do: few at a time, so they are gathered whole and cut with the rest.
_HELPING = """FROM matters_assignment h JOIN matters_matter m ON m.id = h.matter_id
WHERE h.unit_id = %s AND h.part = 'help' AND h.finished_at IS NULL AND h.given_back_at IS NULL
  AND h.replaced_at IS NULL AND m.lead_unit_id IS DISTINCT FROM h.unit_id AND m.state = ANY(%s)"""


@dataclass(frozen=True)
class Page:
    """One page: `body` is a JSON array as PostgreSQL wrote it, `next_cursor` where the next page begins."""

    body: str
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
    sql, values, usual = _selects(actor, asked, _read_cursor(after), limit + 1)
    if not sql:
        return Page("[]", None)
    way = " DESC" if asked.backwards else ""
    row = public.ROW if actor.sees is Sees.PUBLIC else _ROW
    text = f"""
        WITH page AS MATERIALIZED (
          SELECT * FROM ({" UNION ALL ".join(f"({part})" for part in sql)}) every
          ORDER BY order_at{way}, id{way} LIMIT {limit + 1}
        ), cut AS (SELECT * FROM page ORDER BY order_at{way}, id{way} LIMIT {limit})
        SELECT coalesce(json_agg({row} ORDER BY m.order_at{way}, m.id{way}), '[]')::text,
               (SELECT count(*) FROM page),
               (SELECT ROW(order_at, id)::text FROM cut ORDER BY order_at{_other(way)}, id{_other(way)} LIMIT 1)
        FROM cut m LEFT JOIN people_unit u ON u.id = m.lead_unit_id
                   LEFT JOIN people_account a ON a.id = m.lead_account_id
    """  # noqa: S608 - put together from the parts of this file; every value is a parameter
    # What narrows a question further decides its plan, so only the usual questions are planned once for all.
    with prepared() if usual else connection.cursor() as cursor:
        cursor.execute(text, values)
        body, count, last = cursor.fetchone()
    return Page(body, _write_cursor(last) if count > limit else None)


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
    return *compose(actor, asked, shared, shared_values, limit=limit), usual


def compose(
    actor: Actor,
    asked: Filter,
    shared: Sequence[str] | None = None,
    shared_values: Sequence[Any] = (),
    *,
    limit: int,
    columns: str = "m.*",
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
    return ["SELECT m.* FROM matters_matter m WHERE m.number = upper(%s)"], [asked.text.strip()]


def _other(way: str) -> str:
    return "" if way else " DESC"


def _write_cursor(last: str) -> str:
    """`("2026-03-01 08:00:00+00",0195…)`, the text PostgreSQL gave, with all its microseconds."""
    order_at, _comma, matter = last.strip("()").replace('"', "").rpartition(",")
    return base64.urlsafe_b64encode(f"{datetime.fromisoformat(order_at).isoformat()} {matter}".encode()).decode()


def _read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    if not cursor:
        return None
    try:
        order_at, _space, matter = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        moment = datetime.fromisoformat(order_at)
        if moment.tzinfo is None:
            raise ValueError(order_at)
        return moment, UUID(matter)
    except (ValueError, UnicodeError, binascii.Error):
        raise Invalid(_("这个翻页位置无效，请从第一页重新开始。"), fields={"after": _("无效")}) from None
