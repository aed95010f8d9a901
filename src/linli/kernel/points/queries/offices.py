"""What an office looks at: its books, whose accounts are in them, appeals to decide, what communities owe each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, holds, require

from ..models import Account, Appeal, Book, Decision, Owner, Period, TookPart
from ..verbs.common import READS, REVIEWS

MOST = 100


@dataclass(frozen=True, slots=True)
class BookRow:
    """A community's books: what was given out, who holds how much of it, what expired; and how far they are closed."""

    book: Book
    held: Mapping[str, int]
    people: int

    @property
    def given(self) -> int:
        """All that was ever given out and not taken back."""
        return -self.held.get(Owner.ISSUE, 0)


def books(by: Actor) -> list[BookRow]:
    """The books of the communities in the reader's scope. Two queries; row level security says which."""
    require(by, READS)
    sums = (
        Account.objects.values("book_id", "owner")
        .annotate(total=Sum("balance"), n=Count("pk"))
        .order_by("book_id")[: 20 * MOST]
    )
    held: dict[UUID, dict[str, int]] = {}
    people: dict[UUID, int] = {}
    for row in sums:
        held.setdefault(row["book_id"], {})[row["owner"]] = row["total"]
        if row["owner"] == Owner.PERSON:
            people[row["book_id"]] = row["n"]
    found = Book.objects.filter(pk__in=held).order_by("ledger", "place_code", "opened_at")
    return [BookRow(book, held[book.pk], people.get(book.pk, 0)) for book in found[:MOST]]


def book(book_id: UUID, *, by: Actor) -> BookRow:
    """One of them. Raises NotFound."""
    found = next((row for row in books(by) if row.book.pk == book_id), None)
    if found is None:
        raise NotFound(_("没有这个账本，或者不在您的管辖范围内。"))
    return found


def periods(book_id: UUID) -> list[Period]:
    """Closed periods, the latest first."""
    return list(Period.objects.filter(book=book_id).order_by("-ends_at")[:24])


def accounts(by: Actor, *, book_id: UUID | None = None, text: str = "") -> list[Account]:
    """Accounts of persons, units and funds, those that moved last first; of a name when one is asked. One query."""
    require(by, READS)
    found = Account.objects.select_related("person", "unit").filter(
        owner__in=[Owner.PERSON, Owner.UNIT, Owner.FUND]
    )
    if book_id is not None:
        found = found.filter(book=book_id)
    if text:
        found = found.filter(Q(person__name__startswith=text) | Q(unit__name__contains=text))
    return list(found.order_by("-moved_at", "pk")[:MOST])


def appeals(by: Actor, *, decided: bool = False) -> list[Appeal]:
    """Appeals to decide, the longest waiting first; or those that were, the latest first. `partook`: the reader had a part in
    what it is about. One query."""
    require(by, READS)
    parts = TookPart.objects.filter(
        transfer=OuterRef("transfer"), account__in=[by.account_id] if by.account_id else []
    )
    found = Appeal.objects.select_related("transfer__text", "account__person", "account__unit").annotate(
        partook=Exists(parts)
    )
    if decided:
        return list(found.exclude(state=Decision.OPEN).order_by("-decided_at")[:MOST])
    return list(found.filter(state=Decision.OPEN).order_by("made_at")[:MOST])


def to_decide(by: Actor) -> int:
    """How many appeals wait for somebody with the reader's post."""
    return Appeal.objects.filter(state=Decision.OPEN).count() if holds(by, REVIEWS) else 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two communities of a ledger: `owing` owes `owed` so much, at most `limit`."""

    ledger: str
    clearing_id: UUID
    owing: str
    owed: str
    amount: int
    limit: int


def clearing(by: Actor) -> Sequence[Pair]:
    """What communities owe each other, one line a pair. One query."""
    require(by, READS)
    found = (
        Account.objects.filter(owner=Owner.CLEARING)
        .select_related("book", "other")
        .order_by("ledger", "place_code", "pk")
    )
    seen: set[frozenset[UUID]] = set()
    pairs = []
    for one in found[: 2 * MOST]:
        both = frozenset((one.book_id, one.other_id or one.book_id))
        if both in seen or one.other is None:
            continue
        seen.add(both)
        ends = (one.book.place_code, one.other.place_code)
        owing, owed = ends if one.balance >= 0 else reversed(ends)
        pairs.append(Pair(one.ledger, one.pk, owing, owed, abs(one.balance), one.highest or 0))
    return pairs
