"""Something goes from one account to another: now, or promised first and then kept or called off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, Role, act, holds, require
from linli.kernel.access.prepared import read
from linli.kernel.declare import Ledger

from ..models import Account, Book, Kind, Owner, State, Transfer
from .books import refusal, written
from .common import (
    AWARDS,
    KINDS_BY_LAW,
    OWN,
    SETTLES,
    TILL,
    Evidence,
    Side,
    both,
    concerned,
    digest_of,
    evidence_of,
    happened,
    is_system,
    key_of,
    ledger_of,
    person_ids,
    sides,
    text_of,
    unit_ids,
    whole_amount,
)  # fmt: skip
from .days import expires_at
from .opening import book_account
from .orders import Asked, Order
from .together import together

MOVES = (Kind.GIVE, Kind.SPEND, Kind.GRANT, Kind.INHERIT, Kind.MOVE)
"""What `transfer` does; the other kinds have verbs of their own."""


def transfer(
    *,
    by: Actor,
    at: datetime,
    key: str | UUID,
    source_id: UUID,
    target_id: UUID,
    amount: int,
    kind: str = Kind.GIVE,
    reason: str = "",
    basis: str = "",
    evidence: Sequence[Evidence] = (),
    event_at: datetime | None = None,
    pending: bool = False,
    lapses_at: datetime | None = None,
) -> Transfer:
    """Moves `amount` from one account to another, or with `pending` promises it until it is posted, voided or lapses.

    The same `key` with the same content is the same transfer and is returned. A person gives (`give`, where the ledger
    says transferable) or spends (`spend`, at a unit) their own; a unit gives back from its own till; a community's fund
    grants with `points.award`; `inherit` and `move` need `points.settle` and a legal `basis`. What is given keeps its
    age. Between communities it goes through their clearing accounts. Raises Invalid (amount, target, key, event_at),
    NotAllowed, NotFound, Conflict (lowest, highest, clearing, closed, clock; other: the key is used for something else).
    """
    name = key_of(key)
    if source_id == target_id:
        sentence = _("不能转给自己。")
        raise Invalid(sentence, code="self", fields={"target": sentence})

    def make(known: Mapping[UUID, Side]) -> Asked:
        source, target = both(known, source_id, target_id)
        declared = ledger_of(source.ledger)
        much = whole_amount(amount, declared)
        _may_move(by, source, target, kind, declared)
        why, ground = text_of(reason, 200, "reason"), text_of(basis, 200, "basis", needed=kind in KINDS_BY_LAW)
        kept = evidence_of(evidence)
        order = Order(
            kind=kind, source=source, target=target, amount=much, event_at=happened(event_at, at), at=at, key=name,
            digest=digest_of({
                "kind": str(kind), "source": source_id, "target": target_id, "amount": much, "reason": why, "basis": ground,
                "evidence": kept, "event_at": event_at, "pending": pending,
            }),
            via=clearing(declared, source, target, at), pending=pending, lapses_at=_lapse(lapses_at, at, pending),
            expires_at=expires_at(declared, event_at or at), reason=why, basis=ground, evidence=kept,
        )  # fmt: skip
        return Asked(order, by, "promise" if pending else "transfer")

    return written(*together([source_id, target_id], make)).transfer


def post(*, by: Actor, at: datetime, transfer_id: UUID) -> Transfer:
    """What was promised is kept, at most once. For whoever might have made it. Raises NotFound, NotAllowed, Conflict."""
    return _settle(by, at, transfer_id, keep=True)


def void(*, by: Actor, at: datetime, transfer_id: UUID) -> Transfer:
    """What was promised is called off, at most once; what it held is free again. Raises NotFound, NotAllowed, Conflict."""
    return _settle(by, at, transfer_id, keep=False)


def record(by: Actor, at: datetime, verb: str, done: Transfer, source: Side, target: Side, **more: Any) -> None:
    """One record, in the history of the account concerned; both owners hear of it."""
    whose = concerned(source, target)
    after: dict[str, Any] = {
        "transfer": done.id, "ledger": done.ledger, "kind": done.kind, "amount": done.amount, "from": source.id, "to": target.id,
    }  # fmt: skip
    if done.rule:
        after["rule"] = done.rule
    audit.append(
        by=by, at=at, verb=f"points.{verb}", stream=f"points:{whose.id}", place_code=whose.place_code,
        person_ids=person_ids(source, target), unit_ids=unit_ids(source, target), after=after | more,
    )  # fmt: skip


def clearing(declared: Ledger, source: Side, target: Side, at: datetime) -> tuple[UUID, UUID] | None:
    """The mirrored accounts between two communities' books; None within one. Raises Invalid where nothing crosses over."""
    if source.book_id == target.book_id:
        return None
    if not declared.clearing:
        sentence = _("这个账本的积分不能转到别的社区。")
        raise Invalid(sentence, code="community", fields={"target": sentence})
    with act():
        books = Book.objects.in_bulk([source.book_id, target.book_id])
        here, there = books[source.book_id], books[target.book_id]
        pair = [
            book_account(declared, one, Owner.CLEARING, at, other) for one, other in ((here, there), (there, here))
        ]
    return pair[0].id, pair[1].id


def _may_move(by: Actor, source: Side, target: Side, kind: str, declared: Ledger) -> None:
    """Who may move this. Raises NotAllowed, Invalid."""
    if kind not in MOVES:
        raise Invalid(_("不能这样转积分。"), code="kind")
    if source.forgotten or target.forgotten:
        raise Conflict(_("账户的主人已经注销。"), code="forgotten")
    if is_system(by):
        return
    if kind in KINDS_BY_LAW:
        require(by, SETTLES, source.place_code)
    elif source.owner == Owner.PERSON:
        if by.person_id is None or by.person_id != source.person_id or not holds(by, OWN):
            raise NotAllowed(_("只有本人能动用自己的积分。"), code="own")
        if kind == Kind.SPEND and target.owner == Owner.UNIT:
            return
        if by.role is Role.PROXY:
            raise NotAllowed(_("代办人不能替人赠送积分。"), code="own")
        if kind != Kind.GIVE or target.owner not in (Owner.PERSON, Owner.FUND) or not declared.transferable:
            sentence = _("这种积分不能转给别人。")
            raise Invalid(sentence, code="transferable", fields={"target": sentence})
    elif source.owner == Owner.UNIT:
        require(by, TILL)
        if by.unit_id is None or by.unit_id != source.unit_id:
            raise NotAllowed(_("只有本单位能动用自己的积分。"), code="own")
    elif source.owner == Owner.FUND or (source.owner == Owner.ISSUE and target.owner == Owner.FUND):
        require(by, AWARDS, source.place_code)
    else:
        raise Invalid(_("不能这样转积分。"), code="kind")


def _lapse(lapses_at: datetime | None, at: datetime, pending: bool) -> datetime | None:
    if lapses_at is not None and (not pending or lapses_at <= at):
        sentence = _("失效时间要在以后，而且只用于待确认的。")
        raise Invalid(sentence, fields={"lapses_at": sentence})
    return lapses_at


def _settle(by: Actor, at: datetime, transfer_id: UUID, *, keep: bool) -> Transfer:
    with act():
        found = Transfer.objects.filter(pk=transfer_id).first()
        if found is None:
            raise NotFound(_("没有这一笔。"))
        pair = sides(found.source_id, found.target_id)
        source, target = pair[found.source_id], pair[found.target_id]
        _may_settle(by, source, target, keep=keep)
        outcome = read("SELECT outcome FROM points_settle(%s, %s, %s)", [transfer_id, at, keep])[0][0]
        if outcome != "done":
            raise refusal(outcome, found.ledger)
        found.state = State.POSTED if keep else State.VOIDED
        found.settled_at = at
        record(by, at, "post" if keep else "void", found, source, target)
    return found


def _may_settle(by: Actor, source: Side, target: Side, *, keep: bool) -> None:
    """Who gives may keep or call off; the unit that gets may too; staff who may award, at their place."""
    own = by.person_id is not None and by.person_id == source.person_id and holds(by, OWN)
    till = by.unit_id is not None and by.unit_id in (source.unit_id, target.unit_id) and holds(by, TILL)
    if is_system(by) or own or till:
        return
    require(by, AWARDS, source.place_code)


def accounts_in_order(*accounts: Account) -> None:
    """For a verb that writes several transfers in one transaction: hold all their accounts now, in the one order."""
    ids = [account.id for account in accounts]
    read("SELECT 1 FROM points_hold_books(%s::uuid[])", [sorted({str(account.book_id) for account in accounts})])
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
