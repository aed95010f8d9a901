"""Two communities settle what one owes the other: net, in one transfer through both books."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, act, require

from ..models import Account, Kind, Owner, Transfer
from .books import write
from .common import SETTLES, digest_of, key_of, ledger_of, text_of, whole_amount
from .opening import book_account, side_of
from .orders import Order


def settle(
    *, by: Actor, at: datetime, key: str | UUID, clearing_id: UUID, reason: str, amount: int | None = None
) -> Transfer:
    """What one community owes another (all of it, or `amount`) is settled: what came in is issued there, what went out is
    withdrawn here, and both clearing accounts go towards nought. `clearing_id` is either of the two; `reason` says what was
    agreed. Needs `points.settle` at both places. Reversible. Raises NotFound, NotAllowed, Invalid, Conflict (nothing).
    """
    require(by, SETTLES)
    name, why = key_of(key), text_of(reason, 200, "reason", needed=True)
    with act():
        one = Account.objects.select_related("book", "other").filter(pk=clearing_id, owner=Owner.CLEARING).first()
        if one is None or one.other is None:
            raise NotFound(_("没有这个往来账户。"))
        declared = ledger_of(one.ledger)
        two = book_account(declared, one.other, Owner.CLEARING, at, one.book)
        for place in (one.place_code, two.place_code):
            require(by, SETTLES, place)
        ordered = sorted((one, two), key=lambda account: account.pk)
        list(Account.objects.select_for_update(no_key=True).filter(pk__in=[a.pk for a in ordered]).order_by("pk"))
        one.refresh_from_db()
        two.refresh_from_db()
        owing, owed = (one, two) if one.balance > 0 else (two, one)
        # The same key again finds nothing left to settle; what it was then is the answer.
        known = Transfer.objects.filter(ledger=one.ledger, key=name, kind=Kind.SETTLE).first()
        if known is not None and {known.source_id, known.target_id} == {one.pk, two.pk}:
            return known
        if owing.balance <= 0:
            raise Conflict(_("两个社区之间没有要结算的。"), code="nothing")
        much = owing.balance if amount is None else whole_amount(amount, declared)
        if much > owing.balance:
            sentence = _("结算的比欠的多。")
            raise Invalid(sentence, fields={"amount": sentence})
        order = Order(
            kind=Kind.SETTLE, source=side_of(owing), target=side_of(owed), amount=much, event_at=at, at=at, key=name,
            digest=digest_of({"settles": sorted([str(one.pk), str(two.pk)]), "reason": why}), reason=why,
            via=(book_account(declared, owing.book, Owner.ISSUE, at).pk, book_account(declared, owed.book, Owner.ISSUE, at).pk),
        )  # fmt: skip
        return write(order, by, "settle").transfer
