"""What happened on the way of a matter that another system had: given back, more time asked for, ordered, answered.

Only the system itself may bring it (as `Incoming.past`). It is written by set, a statement a kind of step and batch:
so an old matter stands in the figures and in a supervisor's lists as one does that was handled here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from linli.kernel.audit.ids import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """A unit that led before, and gave it back."""

    unit_id: UUID
    account_id: UUID | None = None
    due_at: datetime
    assigned_at: datetime
    assigned_by_id: UUID | None = None
    given_back_at: datetime
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreTime:
    """An extension that was asked for, and what was decided."""

    span: str
    reason: str
    asked_at: datetime
    asked_by_id: UUID | None = None
    unit_id: UUID | None = None
    granted: bool | None = None
    decided_at: datetime | None = None
    decided_by_id: UUID | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEnough:
    """An answer to an order that was sent back."""

    reply: str
    replied_at: datetime
    replied_by_id: UUID | None = None
    due_before: datetime
    reason: str
    returned_at: datetime
    returned_by_id: UUID | None = None
    due_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order with what came of it. What waits still says when its clock is next due (`next_tick_at`)."""

    id: UUID = field(default_factory=uuid7)
    level: int
    automatic: bool
    text: str
    ordered_at: datetime
    ordered_by_id: UUID | None = None
    by_unit_id: UUID | None = None
    unit_id: UUID | None = None
    since: datetime
    reply_due: datetime
    reminded_at: datetime | None = None
    missed_at: datetime | None = None
    next_tick_at: datetime | None = None
    reply: str = ""
    replied_at: datetime | None = None
    replied_by_id: UUID | None = None
    settled_at: datetime | None = None
    settled_by_id: UUID | None = None
    withdrawn: bool = False
    withdrawn_words: str = ""
    sent_back: tuple[NotEnough, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTheWay:
    """All of it, of one matter."""

    given_back: tuple[GivenBack, ...] = ()
    more_time: tuple[MoreTime, ...] = ()
    orders: tuple[Ordered, ...] = ()


_TABLES: dict[str, tuple[str, str]] = {
    "given_back": (
        "matters_assignment",
        "unit_id uuid, account_id uuid, due_at timestamptz, assigned_at timestamptz, assigned_by_id uuid,"
        " given_back_at timestamptz, result text, part text, task text",
    ),
    "more_time": (
        "matters_request",
        "span text, reason text, asked_at timestamptz, asked_by_id uuid, unit_id uuid, granted boolean,"
        " decided_at timestamptz, decided_by_id uuid, decision text, what text, arithmetic jsonb",
    ),
    "orders": (
        "matters_order",
        "level smallint, automatic boolean, text text, ordered_at timestamptz, ordered_by_id uuid, by_unit_id uuid,"
        " unit_id uuid, since timestamptz, reply_due timestamptz, reminded_at timestamptz, missed_at timestamptz,"
        " next_tick_at timestamptz, reply text, replied_at timestamptz, replied_by_id uuid, settled_at timestamptz,"
        " settled_by_id uuid, withdrawn boolean, withdrawn_words text, place_code text, addressed boolean,"
        " returned smallint",
    ),
    "sent_back": (
        "matters_sentback",
        "order_id uuid, reply text, reply_files uuid[], replied_at timestamptz, replied_by_id uuid,"
        " due_before timestamptz, reason text, returned_at timestamptz, returned_by_id uuid, due_after timestamptz",
    ),
}


def _insert(name: str) -> str:
    table, columns = _TABLES[name]
    names = ", ".join(["id", "matter_id", *(column.split()[0] for column in columns.split(", "))])
    return (
        f"INSERT INTO {table} ({names}) SELECT {names}"  # noqa: S608 - made of our own names
        f" FROM jsonb_to_recordset(%s::jsonb) AS r(id uuid, matter_id uuid, {columns})"
    )


_INSERTS = {name: _insert(name) for name in _TABLES}


@dataclass(slots=True)
class Brought:
    """The steps of a batch as rows by table; making them asks no database."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in _TABLES})

    def add(self, way: OnTheWay, matter_id: UUID, place_code: str) -> None:
        def put(name: str, row: dict[str, Any], key: UUID | None = None) -> None:
            self.rows[name].append({"id": key or uuid7(), "matter_id": matter_id, **row})

        for part in way.given_back:
            put("given_back", {**_plain(part), "part": "lead", "task": ""})
        for request in way.more_time:
            put("more_time", {**_plain(request), "what": "extension", "arithmetic": []})
        for order in way.orders:
            said = {"place_code": place_code, "addressed": False, "returned": len(order.sent_back)}
            put("orders", {**_plain(order), **said}, order.id)
            for back in order.sent_back:
                put("sent_back", {**_plain(back), "order_id": order.id, "reply_files": []})

    def write(self, without: Container[UUID] = ()) -> None:
        """Belongs into the verb's transaction, after the matters; `without` are those that were there already."""
        for name, rows in self.rows.items():
            kept: Iterable[dict[str, Any]] = [row for row in rows if row["matter_id"] not in without]
            if kept:
                with connection.cursor() as cursor:
                    cursor.execute(_INSERTS[name], [orjson.dumps(kept).decode()])


def _plain(step: Any) -> dict[str, Any]:
    return {f.name: getattr(step, f.name) for f in fields(step) if f.name not in ("id", "sent_back")}
