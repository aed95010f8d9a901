"""Orders to the books, and what their outcomes mean in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, NotFound, as_system

from ..models import Kind, State, Transfer
from ..words import amount_word
from .orders import Asked, Order, Outcome, at_once


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an order. `fresh`: it was written now; else the transfer is the one that was written before."""

    transfer: Transfer
    fresh: bool


def write(order: Order, by: Actor, verb: str, **more: Any) -> Written:
    """The transfer and one record of it, `more` among what that says, inside an `act()`. Raises Conflict, NotFound; nothing was
    written then.
    """
    return write_each([Asked(order, by, verb, more)])[0]


def write_each(asked: Sequence[Asked]) -> list[Written]:
    """Several orders in one statement, each judged after those before it, inside an `act()`. Raises as `write` for the first
    that cannot be; the caller's transaction takes back the others."""
    return [written(one, outcome) for one, outcome in zip(asked, at_once(asked), strict=True)]


def written(asked: Asked, outcome: Outcome) -> Written:
    """What became of an order that was carried out. Raises Conflict, NotFound."""
    if outcome.what == "same" and outcome.transfer_id is not None:
        with as_system():
            return Written(Transfer.objects.get(pk=outcome.transfer_id), fresh=False)
    if outcome.what in ("done", "refused"):
        return Written(_as_written(asked, outcome), fresh=True)
    raise refusal(outcome.what, asked.order.source.ledger, outcome.room)


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


def _as_written(asked: Asked, outcome: Outcome) -> Transfer:
    """The row as the database has it now, without asking again."""
    order = asked.order
    state = State.REFUSED if outcome.what == "refused" else State.PENDING if order.pending else State.POSTED
    via = order.via or (None, None)
    return Transfer(
        id=asked.made, ledger=order.source.ledger, kind=Kind(order.kind), state=state, source_id=order.source.id,
        target_id=order.target.id, out_by_id=via[0], in_by_id=via[1], amount=outcome.moved,
        asked=max(order.amount, outcome.moved), event_at=order.event_at, recorded_at=order.at, lapses_at=order.lapses_at,
        expires_at=order.expires_at, key=order.key, digest=order.digest, rule=order.rule, text_id=order.text_id,
        reason=order.reason, basis=order.basis, evidence=list(order.evidence), why_less=outcome.cap,
        reverses_id=order.reverses_id, by_account=asked.by.account_id,
    )  # fmt: skip
