"""What somebody has: an account for each ledger, what of it can be spent, and what expires when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, holds, require

from ..models import Account, Lot, Owner
from ..verbs.common import OWN, READS
from ..verbs.days import midnight


@dataclass(frozen=True, slots=True)
class Expiring:
    """So much can be used through `last_day` and is gone after it."""

    last_day: date
    amount: int

    @property
    def last_at(self) -> datetime:
        """The last moment it can be used."""
        return midnight(self.last_day + timedelta(days=1)) - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Balance:
    """One account of somebody's. `expiring`: the next days on which something expires, the soonest first."""

    account: Account
    expiring: Sequence[Expiring]

    @property
    def available(self) -> int:
        return self.account.available


def mine(by: Actor, *, ledger: str | None = None) -> list[Balance]:
    """One's own accounts, by ledger. Two queries."""
    require(by, OWN)
    if by.person_id is None:
        return []
    found = Account.objects.filter(person_id=by.person_id, owner=Owner.PERSON)
    return _with_lots(found.filter(ledger=ledger) if ledger else found)


def of_person(person_id: UUID, *, by: Actor) -> list[Balance]:
    """A person's accounts, for staff at their place. Two queries; row level security says whether."""
    require(by, READS)
    return _with_lots(Account.objects.filter(person_id=person_id))


def of_unit(by: Actor) -> list[Balance]:
    """The till of one's own unit."""
    require(by, "points.till")
    return _with_lots(Account.objects.filter(unit_id=by.unit_id)) if by.unit_id else []


def one(account_id: UUID, *, by: Actor) -> Balance:
    """One account, with what expires. Raises NotFound."""
    return _with_lots([account_seen(account_id, by)])[0]


def account_seen(account_id: UUID, by: Actor) -> Account:
    """An account the reader may look at: their own, their unit's, or with `points.read` one in their scope."""
    account = Account.objects.select_related("book", "person", "unit", "other").filter(pk=account_id).first()
    if account is None:
        raise NotFound(_("没有这个积分账户，或者您不能看。"))
    own = account.person_id is not None and account.person_id == by.person_id and holds(by, OWN)
    till = account.unit_id is not None and account.unit_id == by.unit_id and holds(by, "points.till")
    if not (own or till):
        require(by, READS, account.place_code)
    return account


def _with_lots(accounts: Iterable[Account]) -> list[Balance]:
    rows = sorted(accounts, key=lambda account: account.ledger)
    lots = (
        Lot.objects.filter(account__in=rows, left__gt=0, expires_at__isnull=False)
        .values("account_id", day=TruncDate("expires_at", tzinfo=get_default_timezone()))
        .annotate(left=Sum("left"))
        .order_by("day")
    )
    soon: dict[UUID, list[Expiring]] = {}
    for lot in lots:
        soon.setdefault(lot["account_id"], []).append(Expiring(lot["day"] - timedelta(days=1), lot["left"]))
    return [Balance(row, soon.get(row.id, [])) for row in rows]
