"""What was wrong is reversed: once, whole, by a transfer of its own in the open period."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, NotAllowed, NotFound, act, holds, require

from ..models import Kind, Owner, State, Transfer
from ..told import tell_reversed
from .books import write
from .common import (
    PARTOOK,
    REVIEWS,
    SETTLES,
    TILL,
    Side,
    digest_of,
    is_system,
    key_of,
    ledger_of,
    sides,
    text_of,
    took_part,
)
from .days import expires_at
from .orders import Order

REVERSED_BY_NOBODY = (Kind.REVERSE,)


def reverse(*, by: Actor, at: datetime, key: str | UUID, transfer_id: UUID, reason: str) -> Transfer:
    """A transfer the other way, with why. What was taken goes back to the lots it came from.

    A unit takes back what was spent at it (`points.till`); all else needs `points.review` at the place, and a
    settlement `points.settle`; nobody reverses what they decided or had a part in. Raises NotFound, NotAllowed, Conflict
    (reversed: it was before; state: it never moved anything; lowest: what was got is spent).
    """
    name = key_of(key)
    why = text_of(reason, 200, "reason", needed=True)
    with act():
        done = reversal(by=by, at=at, key=name, transfer_id=transfer_id, reason=why)
        pair = sides(done.source_id, done.target_id)
        tell_reversed(done, pair[done.source_id].person_id, pair[done.target_id].person_id, by=by, at=at)
        return done


def reversal(
    *, by: Actor, at: datetime, key: str, transfer_id: UUID, reason: str, decided: bool = False
) -> Transfer:
    """For a verb, inside its `act()`; `decided` where that verb has asked who may."""
    first = Transfer.objects.filter(pk=transfer_id).first()
    if first is None:
        raise NotFound(_("没有这一笔。"))
    pair = sides(first.source_id, first.target_id)
    source, target = pair[first.target_id], pair[first.source_id]
    if not decided:
        _may_reverse(by, first, source)
    if first.kind in REVERSED_BY_NOBODY:
        raise Conflict(_("冲正不能再冲正，请重新记一笔。"), code="state")
    if first.state != State.POSTED:
        raise Conflict(_("这一笔没有入账，不用冲正。"), code="state")
    declared = ledger_of(first.ledger)
    order = Order(
        kind=Kind.REVERSE, source=source, target=target, amount=first.amount, event_at=at, at=at, key=key,
        digest=digest_of({"reverses": first.id, "reason": reason}),
        via=(first.in_by_id, first.out_by_id) if first.in_by_id and first.out_by_id else None,
        expires_at=expires_at(declared, at), rule=first.rule, text_id=first.text_id, reason=reason, reverses_id=first.id,
    )  # fmt: skip
    return write(order, by, "reverse", reverses=first.id).transfer


def _may_reverse(by: Actor, first: Transfer, source: Side) -> None:
    if is_system(by):
        return
    till = source.owner == Owner.UNIT and first.kind == Kind.SPEND and holds(by, TILL)
    if till and by.unit_id is not None and by.unit_id == source.unit_id:
        return
    require(by, SETTLES if first.kind == Kind.SETTLE else REVIEWS, source.place_code)
    if by.account_id is not None and by.account_id == first.by_account:
        raise Conflict(_("自己经办的，要由另一个人冲正。"), code="second")
    if took_part(by, first.id):
        raise NotAllowed(str(PARTOOK), code="second")
