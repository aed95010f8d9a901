"""Somebody gets points by a rule, or loses some by one: the rule's text, its caps and the evidence go with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, act, require
from linli.kernel.declare import PointsRule

from ..models import Account, Kind, Owner, State, Told, TookPart, Transfer
from ..told import tell_taken
from .books import write, write_each
from .common import (
    AWARDS,
    DEDUCTS,
    Evidence,
    digest_of,
    evidence_of,
    happened,
    is_system,
    key_of,
    ledger_of,
    text_of,
)
from .days import day_and_month, expires_at
from .opening import account_of, book_account, side_of
from .orders import Asked, Caps, Order
from .texts import rule_of, text_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One of several awards: by which rule, for whom, for how much, on what evidence. `key` as in `award`."""

    key: str | UUID
    rule: str
    person_id: UUID | None = None
    unit_id: UUID | None = None
    place_code: str = ""
    quantity: int = 1
    evidence: Sequence[Evidence] = ()
    event_at: datetime | None = None
    reason: str = ""


def award(
    *,
    by: Actor,
    at: datetime,
    key: str | UUID,
    rule: str,
    person_id: UUID | None = None,
    unit_id: UUID | None = None,
    place_code: str = "",
    quantity: int = 1,
    evidence: Sequence[Evidence] = (),
    event_at: datetime | None = None,
    reason: str = "",
) -> Transfer:
    """Gives a person or a unit what a rule says, `quantity` times; their account is opened when they have none.

    What caps and the account's highest balance do not leave is not given: the transfer's `amount` is below `asked` and
    `why_less` says why; where nothing is left its state is `refused`, no error, and the person may appeal. Caps count
    in the local day and month of `event_at`. The same `key` with the same content is the same award. Needs
    `points.award` at the account's place. Raises Invalid (rule, quantity, evidence), NotFound, NotAllowed, Conflict.
    """
    one = Award(
        key=key, rule=rule, person_id=person_id, unit_id=unit_id, place_code=place_code, quantity=quantity,
        evidence=evidence, event_at=event_at, reason=reason,
    )  # fmt: skip
    return award_each(by=by, at=at, awards=[one])[0]


def award_each(*, by: Actor, at: datetime, awards: Iterable[Award]) -> list[Transfer]:
    """Several awards in one transaction, all or none, each as `award` gives it and each with a record of its own.

    Whoever awards several at once calls this once, not `award` in a loop: all accounts are held in one order, so that two
    who do so never hold each other up for good.
    """
    with act():
        made = [_ordered(one, by=by, at=at, takes=False) for one in awards]
        return [one.transfer for one in write_each([Asked(order, by, "award") for order, _pair in made])]


def deduct(
    *,
    by: Actor,
    at: datetime,
    key: str | UUID,
    rule: str,
    person_id: UUID | None = None,
    unit_id: UUID | None = None,
    quantity: int = 1,
    evidence: Sequence[Evidence] = (),
    event_at: datetime | None = None,
    reason: str = "",
    took_part: Collection[UUID] = (),
) -> Transfer:
    """Takes from somebody what a rule says, never below their lowest balance. The person is told and may appeal.

    `took_part`: accounts of those who had a part in it beside `by`, such as who proposed it; none of them reviews it later.
    Needs `points.deduct` at the account's place, evidence of a kind the rule names, and an account that is there.
    Raises as `award`; Conflict where there is nothing to take from.
    """
    one = Award(
        key=key, rule=rule, person_id=person_id, unit_id=unit_id, quantity=quantity, evidence=evidence, event_at=event_at,
        reason=reason,
    )  # fmt: skip
    others = sorted(set(took_part) - {by.account_id})
    with act():
        order, pair = _ordered(one, by=by, at=at, takes=True, others=others)
        written = write(order, by, "deduct", **({"took_part": others} if others else {}))
        if written.fresh:
            TookPart.objects.bulk_create(TookPart(transfer=written.transfer, account=one) for one in others)
        if written.fresh and written.transfer.state == State.POSTED:
            Told.objects.create(account=pair[0], transfer=written.transfer, at=at)
            tell_taken(written.transfer, pair[0].person_id, by=by, at=at)
        return written.transfer


def _ordered(
    one: Award, *, by: Actor, at: datetime, takes: bool, others: Sequence[UUID] = ()
) -> tuple[Order, tuple[Account, Account]]:
    name, rule = key_of(one.key), rule_of(one.rule, takes=takes)
    permission = DEDUCTS if takes else AWARDS
    require(by, permission)
    ledger = ledger_of(rule.ledger)
    amount = _amount(rule, one.quantity, ledger.single)
    if one.person_id is None and one.unit_id is None:
        sentence = _("请选择给谁记积分。")
        raise Invalid(sentence, fields={"person_id": sentence})
    if takes and not Account.objects.filter(**_whose(one), ledger=rule.ledger).exists():
        raise Conflict(_("此人没有积分可扣。"), code="lowest")
    account, _fresh = account_of(
        ledger, at=at, person_id=one.person_id, unit_id=one.unit_id, place_code=one.place_code
    )
    if not is_system(by):
        require(by, permission, account.place_code)
        if by.person_id is not None and by.person_id == account.person_id:
            raise Conflict(_("不能给自己记积分。"), code="self")
    happened_at = happened(one.event_at, at)
    evidence = evidence_of(one.evidence, rule.evidence)
    reason = text_of(one.reason, 200, "reason")
    issue = book_account(ledger, account.book, Owner.ISSUE, at)
    source, target = (account, issue) if takes else (issue, account)
    day_begins, day_ends, month_begins, month_ends = day_and_month(happened_at)
    order = Order(
        kind=Kind.DEDUCT if takes else Kind.AWARD, source=side_of(source), target=side_of(target), amount=amount,
        event_at=happened_at, at=at, key=name, digest=digest_of({
            "rule": rule.name, "account": account.id, "quantity": one.quantity, "evidence": evidence,
            "event_at": one.event_at, "reason": reason, **({"took_part": others} if others else {}),
        }),
        expires_at=expires_at(ledger, happened_at), rule=rule.name, text_id=text_now(rule, at), reason=reason,
        evidence=evidence, partly=True,
        caps=Caps(day_begins, day_ends, month_begins, month_ends, rule.daily, rule.monthly, rule.ever),
    )  # fmt: skip
    return order, (source, target)


def _whose(one: Award) -> dict[str, UUID | None]:
    return {"person_id": one.person_id} if one.person_id else {"unit_id": one.unit_id}


def _amount(rule: PointsRule, quantity: object, most: int) -> int:
    """The rule's amount so many times. Raises Invalid."""
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        sentence = _("数量要是大于零的整数。")
    elif quantity > 1 and not rule.per:
        sentence = _("这条规则一次一份，不按数量计。")
    elif rule.amount * quantity > most:
        sentence = _("一次的数量太大。")
    else:
        return rule.amount * quantity
    raise Invalid(sentence, fields={"quantity": sentence})
