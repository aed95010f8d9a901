"""A period is closed: what happened in it is final, and a correction is a reversal in the open period."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, act, require

from ..models import Account, Book, Period, State, Transfer
from .common import CLOSES
from .days import midnight

_SUMS = """
SELECT t.kind, count(*), sum(t.amount)::bigint FROM points_transfer t
JOIN points_account f ON f.id = t.source_id JOIN points_account g ON g.id = t.target_id
WHERE t.state = 'posted' AND t.ledger = %s AND t.event_at >= %s AND t.event_at < %s AND (f.book_id = %s OR g.book_id = %s)
GROUP BY t.kind ORDER BY t.kind
"""


def close_period(*, by: Actor, at: datetime, book_id: UUID, through: date) -> Period:
    """Nothing that happened up to the end of `through` (a local day that is over) is posted in this book any more.

    Needs `points.close` at the book's place. Raises NotFound, NotAllowed, Invalid (through), Conflict (pending: something
    promised in it is still open; busy: somebody is writing just now).
    """
    require(by, CLOSES)
    ends_at = midnight(through + timedelta(days=1))
    with act():
        book = Book.objects.filter(pk=book_id).first()
        if book is None:
            raise NotFound(_("没有这个账本。"))
        require(by, CLOSES, book.place_code)
        _alone(book)
        book.refresh_from_db()
        if ends_at > at:
            sentence = _("只能结到昨天为止。")
        elif book.closed_before is not None and ends_at <= book.closed_before:
            sentence = _("这一天已经结过账。")
        else:
            return _closed(book, ends_at, by=by, at=at)
        raise Invalid(sentence, fields={"through": sentence})


def _closed(book: Book, ends_at: datetime, *, by: Actor, at: datetime) -> Period:
    accounts = Account.objects.filter(book=book)
    open_ones = Transfer.objects.filter(state=State.PENDING, event_at__lt=ends_at)
    if open_ones.filter(source__in=accounts).exists() or open_ones.filter(target__in=accounts).exists():
        raise Conflict(_("这段时间里还有待确认的，请先确认或取消。"), code="pending")
    begins_at = book.closed_before
    period = Period.objects.create(
        book=book, begins_at=begins_at, ends_at=ends_at, closed_at=at, closed_by=by.account_id,
        sums=_sums(book, begins_at, ends_at),
    )  # fmt: skip
    Book.objects.filter(pk=book.pk).update(closed_before=ends_at)
    after = {"ledger": book.ledger, "ends_at": ends_at, "moved": period.sums["moved"]}
    audit.append(
        by=by, at=at, verb="points.close_period", stream=f"book:{book.id}", place_code=book.place_code, after=after
    )
    return period


def _sums(book: Book, begins_at: datetime | None, ends_at: datetime) -> dict[str, Any]:
    """What moved in the period by kind, and what each kind of account holds as it is closed."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [book.ledger, begins_at or "-infinity", ends_at, book.id, book.id])
        moved = {kind: {"count": count, "amount": amount} for kind, count, amount in cursor.fetchall()}
        cursor.execute(
            "SELECT owner, sum(balance)::bigint FROM points_account WHERE book_id = %s GROUP BY owner ORDER BY owner",
            [book.id],
        )
        return {"moved": moved, "held": dict(cursor.fetchall())}


def _alone(book: Book) -> None:
    """The book's lock for oneself. Short: who waits in this line keeps all behind them waiting."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
            cursor.execute("SELECT pg_advisory_xact_lock(70241, hashtext(%s))", [str(book.id)])
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    except OperationalError as error:
        raise Conflict(_("现在正忙着记账，请过一会儿再结账。"), code="busy") from error
