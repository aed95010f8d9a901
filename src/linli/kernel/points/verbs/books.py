"""One call to the books, and what its outcome means in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, NotFound, as_system
from linli.kernel.access.prepared import read
from linli.kernel.audit.ids import uuid7

from ..models import Kind, State, Transfer
from ..words import amount_word
from .common import Side, concerned, person_ids, unit_ids

_WRITE = f"SELECT * FROM points_write({', '.join(['%s'] * 46)})"  # noqa: S608 - made of placeholders


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
class Written:
    """What became of an order. `fresh`: it was written now; else the transfer is the one that was written before."""

    transfer: Transfer
    fresh: bool


def write(order: Order, by: Actor, verb: str, **more: Any) -> Written:
    """The transfer and one record of it, `more` among what that says: all in one statement, which is a transaction of its own
    where none is open. Raises Conflict, NotFound; nothing was written then.
    """
    made = uuid7()
    outcome, transfer_id, moved, room, cap = read(_WRITE, _values(order, made) + _record(order, by, verb, more))[0]
    if outcome == "same":
        with as_system():
            return Written(Transfer.objects.get(pk=transfer_id), fresh=False)
    if outcome in ("done", "refused"):
        return Written(_as_written(order, made, by, moved, outcome, cap), fresh=True)
    raise refusal(outcome, order.source.ledger, room)


def refusal(outcome: str, ledger: str, room: int | None = None) -> Conflict | NotFound:
    """The sentence for why the books did not take something."""
    left = amount_word(ledger, max(0, room or 0))
    sentences = {
        "other": _("这个编号已经用在另一笔上，内容不同。"),
        "closed": _("那段时间已经结账，不能再入账；请在当前账期更正。"),
        "clock": _("系统时间比上一笔记账还早，请先校准时钟。"),
        "lowest": _("余额不足，现在可用 %(left)s。") % {"left": left},
        "highest": _("对方账户快到上限，还能收 %(left)s。") % {"left": left},
        "clearing": _("两个社区之间的往来额度不够，还有 %(left)s，请先结算。") % {"left": left},
        "reversed": _("这一笔已经冲正过。"),
        "nothing": _("没有可以到期的了。"),
        "settled": _("这一笔已经确认或取消过。"),
    }
    if outcome == "missing":
        return NotFound(_("没有这个积分账户。"))
    return Conflict(sentences[outcome], code=outcome)


def _values(order: Order, made: UUID) -> list[Any]:
    caps = order.caps
    via = order.via or (None, None)
    return [
        made, order.source.ledger, str(order.kind), "pending" if order.pending else "posted", order.source.id, order.target.id,
        via[0], via[1], order.amount, order.event_at, order.at, order.lapses_at, order.expires_at, order.key, order.digest,
        order.rule, order.text_id, order.reason, order.basis, json.dumps(list(order.evidence), ensure_ascii=False),
        order.reverses_id, order.partly,
        None if order.lots is None else [str(lot) for lot in order.lots],
        *((caps.day_begins, caps.day_ends, caps.month_begins, caps.month_ends, caps.day, caps.month, caps.ever)
          if caps else (None,) * 7),
        sorted({str(order.source.book_id), str(order.target.book_id)}),
    ]  # fmt: skip


def _record(order: Order, by: Actor, verb: str, more: Mapping[str, Any]) -> list[Any]:
    """Who did it, and in whose history it stands. What it says of the transfer the database adds."""
    whose = concerned(order.source, order.target)
    said = {**({"rule": order.rule} if order.rule else {}), **more}
    return [
        f"points.{verb}", uuid7(), f"points:{whose.id}", whose.place_code, person_ids(order.source, order.target),
        unit_ids(order.source, order.target), by.account_id, by.post_id, by.person_id, by.role.value, by.scope,
        by.name or None, by.via.value, by.address or None, json.dumps(said, default=str),
    ]  # fmt: skip


def _as_written(order: Order, made: UUID, by: Actor, moved: int, outcome: str, cap: str) -> Transfer:
    """The row as the database has it now, without asking again."""
    state = State.REFUSED if outcome == "refused" else State.PENDING if order.pending else State.POSTED
    via = order.via or (None, None)
    return Transfer(
        id=made, ledger=order.source.ledger, kind=Kind(order.kind), state=state, source_id=order.source.id,
        target_id=order.target.id, out_by_id=via[0], in_by_id=via[1], amount=moved, asked=max(order.amount, moved),
        event_at=order.event_at, recorded_at=order.at, lapses_at=order.lapses_at, expires_at=order.expires_at,
        key=order.key, digest=order.digest, rule=order.rule, text_id=order.text_id, reason=order.reason, basis=order.basis,
        evidence=list(order.evidence), why_less=cap, reverses_id=order.reverses_id, by_account=by.account_id,
    )  # fmt: skip
