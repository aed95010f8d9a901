"""What has lain too long expires; what was promised and never kept lapses. The worker calls these."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from linli.kernel.access import SYSTEM, Conflict, act, as_system
from linli.kernel.catalogue.registry import catalogue

from ..models import Account, Kind, Lot, Owner
from .books import write
from .common import digest_of
from .days import expires_at
from .moving import accounts_in_order, void
from .opening import book_account, side_of
from .orders import Order

BATCH = 50
_DUE = """
DELETE FROM points_due WHERE id IN (SELECT id FROM points_due WHERE at <= %s ORDER BY at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING lot_id
"""
_LAPSED = "SELECT id FROM points_transfer WHERE state = 'pending' AND lapses_at <= %s ORDER BY lapses_at LIMIT %s"
_BEGIN = """
WITH begun AS (
  UPDATE points_account SET keeps_lots = true
  WHERE id IN (SELECT id FROM points_account WHERE ledger = %(ledger)s AND NOT keeps_lots AND owner IN ('person', 'unit', 'fund')
               ORDER BY id LIMIT %(limit)s FOR NO KEY UPDATE)
  RETURNING id, balance - reserved AS free)
SELECT points_new_lot(b.id, (SELECT e.transfer_id FROM points_entry e WHERE e.account_id = b.id ORDER BY e.version DESC LIMIT 1),
  %(at)s, %(expires)s, b.free)
FROM begun b WHERE b.free > 0
"""


def tick_due(*, at: datetime, limit: int = BATCH) -> int:
    """The next lots that are due expire, and the next promises lapse; in one transaction what is done of them. Returns how
    many there were. Any number of workers may do this: each takes rows that no other holds."""
    return _expire(at, limit) + _lapse(at, limit)


def begin_lots(*, at: datetime, limit: int = 1000) -> int:
    """A ledger expires that did not: what accounts hold is put into a lot that was got today. Daily. Returns how many."""
    done = 0
    for ledger in catalogue().ledgers.values():
        if ledger.expires is not None:
            with act(), connection.cursor() as cursor:
                cursor.execute(
                    _BEGIN, {"ledger": ledger.name, "at": at, "expires": expires_at(ledger, at), "limit": limit}
                )
                done += cursor.rowcount
    return done


def _expire(at: datetime, limit: int) -> int:
    with act():
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [at, limit])
            due = [row[0] for row in cursor.fetchall()]
        lots = list(
            Lot.objects.select_related("account__book").filter(pk__in=due, left__gt=0).order_by("account_id", "pk")
        )
        if lots:
            pairs = [(lot, _expiry(lot, at)) for lot in lots]
            accounts_in_order(*[account for lot, target in pairs for account in (lot.account, target)])
            for lot, target in pairs:
                _expire_one(lot, target, at)
    return len(due)


def _expire_one(lot: Lot, target: Account, at: datetime) -> None:
    """All that is left of a lot. Where the period it expired in is closed, it expires in the open one."""
    happened = lot.expires_at or at
    for event_at in (happened, at):
        order = Order(
            kind=Kind.EXPIRE, source=side_of(lot.account), target=side_of(target), amount=1, event_at=event_at, at=at,
            key=f"expire:{lot.pk}", digest=digest_of({"lot": lot.pk}), lots=[lot.pk],
        )  # fmt: skip
        try:
            write(order, SYSTEM, "expire", lot=lot.pk)
        except Conflict as refused:
            if refused.code == "closed":
                continue
            if refused.code != "nothing":
                raise
        return


def _expiry(lot: Lot, at: datetime) -> Account:
    declared = catalogue().ledgers.get(lot.account.ledger)
    if declared is not None:
        return book_account(declared, lot.account.book, Owner.EXPIRY, at)
    return Account.objects.get(book=lot.account.book, owner=Owner.EXPIRY)


def _lapse(at: datetime, limit: int) -> int:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_LAPSED, [at, limit])
        found: list[UUID] = [row[0] for row in cursor.fetchall()]
    for transfer_id in found:
        try:
            void(by=SYSTEM, at=at, transfer_id=transfer_id)
        except Conflict as refused:
            if refused.code != "settled":
                raise
    return len(found)
