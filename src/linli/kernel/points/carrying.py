"""A place has another code: accounts, appeals and books go along. Where two places became one, both books go on; new accounts
are opened in the one that was there, or came first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, under
from linli.kernel.audit.carrying import carry_rows, rows_left_behind
from linli.kernel.audit.verbs import append

from .models import Account, Appeal, Book

_VERB = "points.recode"


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch; returns how many rows, 0 when none is left that nobody holds."""
    moved = _carry_books(by=by, at=at, moves=moves, recoding=recoding, limit=limit)
    for table in (Account, Appeal):
        moved = moved or carry_rows(table, verb=_VERB, by=by, at=at, moves=moves, recoding=recoding, limit=limit)
    return moved


def left_behind(moves: Moves) -> bool:
    look_as(SYSTEM)
    return any(rows_left_behind(table, moves) for table in (Book, Account, Appeal))


def _carry_books(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    with transaction.atomic():
        look_as(SYSTEM)
        books = list(
            Book.objects.select_for_update(skip_locked=True)
            .filter(under(moves.roots))
            .order_by("opened_at", "pk")[:limit]
        )
        for book in books:
            book.place_code = moves.now(book.place_code)
            others = Book.objects.filter(ledger=book.ledger, place_code=book.place_code, current=True).exclude(
                pk=book.pk
            )
            book.current = book.current and not others.exists()
            book.save(update_fields=["place_code", "current"])
        if books:
            append(
                by=by, at=at, verb=_VERB, stream=f"recoding:{recoding}", place_code=books[0].place_code,
                after={"rows": len(books), "books": True},
            )  # fmt: skip
    return len(books)
