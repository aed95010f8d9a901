"""Accounts are opened: one of each owner in a ledger, in the books of the community the owner lives or sits in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, NotFound, act, require
from linli.kernel.audit.ids import uuid7
from linli.kernel.declare import Ledger
from linli.kernel.people.models import Person, Unit
from linli.kernel.places import queries as places

from ..models import Account, Book, Owner
from ..models.books import HOLDERS
from .common import AWARDS, OWN, Side, ledger_of


def open_account(
    *,
    by: Actor,
    at: datetime,
    ledger: str,
    person_id: UUID | None = None,
    unit_id: UUID | None = None,
    place_code: str = "",
) -> Account:
    """The account of a person, a unit, or (with a place alone) the fund of the community there; the one that is there already.

    A person's books are those of the community they live in, or of `place_code` where nobody knows where they live.
    A person opens their own; else `points.award` at the place is asked. Raises Invalid, NotFound, NotAllowed.
    """
    declared = ledger_of(ledger)
    with act():
        if person_id is None or person_id != by.person_id:
            require(by, AWARDS)
        else:
            require(by, OWN)
        account, fresh = account_of(declared, at=at, person_id=person_id, unit_id=unit_id, place_code=place_code)
        if person_id is None or person_id != by.person_id:
            require(by, AWARDS, account.place_code)
        if fresh:
            audit.append(
                by=by, at=at, verb="points.open_account", stream=account.stream, place_code=account.place_code,
                person_ids=[person_id] if person_id else [], unit_ids=[unit_id] if unit_id else [],
                after={"ledger": ledger, "owner": account.owner},
            )  # fmt: skip
    return account


def account_of(
    declared: Ledger,
    *,
    at: datetime,
    person_id: UUID | None = None,
    unit_id: UUID | None = None,
    place_code: str = "",
) -> tuple[Account, bool]:
    """For a verb, inside its `act()`: the account, made when there is none; whether it was. Raises Invalid, NotFound."""
    if person_id is not None and unit_id is not None:
        raise ValueError("an account is a person's or a unit's")
    known = {"person_id": person_id} if person_id else {"unit_id": unit_id} if unit_id else None
    if known and (found := Account.objects.filter(ledger=declared.name, **known).first()):
        return found, False
    owner = Owner.PERSON if person_id else Owner.UNIT if unit_id else Owner.FUND
    where = place_code
    if person_id:
        person = Person.objects.filter(pk=person_id, erased_at=None).first()
        if person is None:
            raise NotFound(_("没有这个人的登记。"))
        where = person.place_code or place_code
    elif unit_id:
        unit = Unit.objects.filter(pk=unit_id, valid__contains=at).first()
        if unit is None:
            raise NotFound(_("没有这个单位，或者它已经撤销。"))
        where = place_code or unit.place_code
    book = book_at(declared, where, at)
    return _made(declared, book, owner, at, person_id=person_id, unit_id=unit_id, place_code=where)


def book_at(declared: Ledger, place_code: str, at: datetime) -> Book:
    """The books of the community a place lies in, with their own accounts. Raises Invalid."""
    code = places.now_called(place_code.strip()) if place_code.strip() else None
    if code is None:
        sentence = _("不知道账户归哪个社区，请说明地点。")
        raise Invalid(sentence, code="place", fields={"place_code": sentence})
    code = code[: declared.books]
    book = Book.objects.filter(ledger=declared.name, place_code=code, current=True).first()
    if book is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO points_book (id, ledger, place_code, current, opened_at) VALUES (%s, %s, %s, true, %s)"
                " ON CONFLICT DO NOTHING",
                [uuid7(), declared.name, code, at],
            )
        book = Book.objects.get(ledger=declared.name, place_code=code, current=True)
    return book


def book_account(declared: Ledger, book: Book, owner: Owner, at: datetime, other: Book | None = None) -> Account:
    """One of the accounts a community's books need, made when it is first needed."""
    found = Account.objects.filter(book=book, owner=owner, other=other).first()
    return (
        found
        or _made(declared, book, owner, at, other_id=other.id if other else None, place_code=book.place_code)[0]
    )


def side_of(account: Account) -> Side:
    return Side(
        account.id, account.ledger, account.owner, account.person_id, account.unit_id, account.book_id,
        account.place_code, account.forgotten_at is not None,
    )  # fmt: skip


def limits_of(declared: Ledger, owner: str) -> tuple[int | None, int | None]:
    """The lowest and highest balance of an account as the ledger declares them; what only counts has none."""
    if owner == Owner.CLEARING:
        return -declared.clearing, declared.clearing
    if owner in (Owner.ISSUE, Owner.EXPIRY):
        return None, None
    return (declared.lowest, declared.highest) if owner == Owner.PERSON else (0, None)


def _made(declared: Ledger, book: Book, owner: Owner, at: datetime, **given: Any) -> tuple[Account, bool]:
    lowest, highest = limits_of(declared, owner)
    account = Account(
        book=book,
        ledger=declared.name,
        owner=owner,
        lowest=lowest,
        highest=highest,
        opened_at=at,
        keeps_lots=declared.expires is not None and owner in HOLDERS,
        **given,
    )
    made = Account.objects.bulk_create([account], ignore_conflicts=True)[0]
    if Account.objects.filter(pk=made.pk).exists():
        return made, True
    same = {name: value for name, value in given.items() if name in ("person_id", "unit_id") and value}
    if not same:
        same = {"book": book, "owner": owner, "other_id": given.get("other_id")}
    return Account.objects.get(ledger=declared.name, **same), False
