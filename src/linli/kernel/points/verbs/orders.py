"""Orders to the books as they are given, and the one statement that carries them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from linli.kernel.access import Actor
from linli.kernel.access.prepared import read
from linli.kernel.audit.ids import uuid7

from .common import Side, concerned, person_ids, unit_ids

_WRITE = "SELECT * FROM points_write(%s::jsonb, %s::uuid[], %s::uuid[])"


@dataclass(frozen=True, slots=True)
class Caps:
    """The most one owner gets (or loses) by a rule in the local day and month of the event, and at all."""

    day_begins: datetime
    day_ends: datetime
    month_begins: datetime
    month_ends: datetime
    day: int | None
    month: int | None
    ever: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be written. `partly`: as much as caps and limits leave. `lots` are taken before others."""

    kind: str
    source: Side
    target: Side
    amount: int
    event_at: datetime
    at: datetime
    key: str
    digest: bytes
    via: tuple[UUID, UUID] | None = None
    pending: bool = False
    lapses_at: datetime | None = None
    expires_at: datetime | None = None
    rule: str = ""
    text_id: UUID | None = None
    reason: str = ""
    basis: str = ""
    evidence: Sequence[dict[str, str]] = field(default_factory=list)
    reverses_id: UUID | None = None
    partly: bool = False
    lots: Sequence[UUID] | None = None
    caps: Caps | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An order, who gives it, and by which verb; `more` is what its record says beside the transfer."""

    order: Order
    by: Actor
    verb: str
    more: Mapping[str, Any] = field(default_factory=dict)
    made: UUID = field(default_factory=uuid7)


class Outcome(NamedTuple):
    """What the books say of an order: migrations/many.sql names what `what` may be. `room` is what there was, where something
    was too much, `cap` what cut it."""

    what: str
    transfer_id: UUID | None
    moved: int
    room: int | None
    cap: str


def at_once(asked: Sequence[Asked]) -> list[Outcome]:
    """All orders in one statement, which is a transaction of its own where none is open; an outcome for each. Each is judged
    after those before it, and one that cannot be holds up no other."""
    orders = [one.order for one in asked]
    accounts = {id_ for order in orders for id_ in (order.source.id, order.target.id, *(order.via or ()))}
    books = {side.book_id for order in orders for side in (order.source, order.target)}
    given = orjson.dumps([_said(one) for one in asked], default=str).decode()
    rows = read(_WRITE, [given, sorted(map(str, accounts)), sorted(map(str, books))])
    return [Outcome(*row) for row in rows]


def _said(asked: Asked) -> dict[str, Any]:
    """An order as the statement reads it; what is not there is nothing."""
    order, by = asked.order, asked.by
    said: dict[str, Any] = {
        "id": asked.made, "ledger": order.source.ledger, "kind": str(order.kind), "state": "pending" if order.pending else "posted",
        "source": order.source.id, "target": order.target.id, "amount": order.amount, "event_at": order.event_at, "at": order.at,
        "expires_at": order.expires_at, "key": order.key, "digest": "\\x" + order.digest.hex(), "rule": order.rule,
        "reason": order.reason, "basis": order.basis, "evidence": order.evidence, "partly": order.partly,
        "by_account": by.account_id, "record": {**({"rule": order.rule} if order.rule else {}), **asked.more},
    }  # fmt: skip
    if order.via:
        said["out_by"], said["in_by"] = order.via
    if order.caps:
        caps = order.caps
        said |= {
            "day_begins": caps.day_begins, "day_ends": caps.day_ends, "month_begins": caps.month_begins,
            "month_ends": caps.month_ends, "day_cap": caps.day, "month_cap": caps.month, "ever_cap": caps.ever,
        }  # fmt: skip
    for name in ("lapses_at", "text_id", "reverses_id", "lots"):
        value = getattr(order, name)
        if value is not None:
            said[name.removesuffix("_id")] = value
    return said | _record(asked)


def _record(asked: Asked) -> dict[str, Any]:
    """Who did it, and in whose history it stands."""
    order, by = asked.order, asked.by
    whose = concerned(order.source, order.target)
    return {
        "a_id": uuid7(), "verb": f"points.{asked.verb}", "stream": f"points:{whose.id}", "place": whose.place_code,
        "persons": person_ids(order.source, order.target), "units": unit_ids(order.source, order.target),
        "post": by.post_id, "person": by.person_id, "role": by.role.value, "scope": by.scope, "name": by.name or None,
        "via": by.via.value, "address": by.address or None,
    }  # fmt: skip
