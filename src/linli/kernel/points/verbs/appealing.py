"""A person objects to a line of theirs; another person than who decided it looks at it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, NotAllowed, NotFound, act, require

from ..models import Account, Appeal, Decision, Kind, State, Told, Transfer
from ..told import tell_decided
from .books import write
from .common import OWN, PARTOOK, REVIEWS, digest_of, ledger_of, sides, text_of, took_part
from .days import expires_at
from .orders import Order
from .reversing import reversal

REVERSIBLE = (Kind.DEDUCT, Kind.SPEND, Kind.GIVE, Kind.EXPIRE, Kind.MOVE, Kind.INHERIT)
"""What an upheld appeal undoes. Of an award the rest is given that was refused; an award that was reversed is given again."""


def appeal(*, by: Actor, at: datetime, transfer_id: UUID, text: str) -> Appeal:
    """Says why a line of one's own account, or an award that was refused or cut, is not right. Once a line.

    Raises NotFound, Invalid, Conflict (once: it was appealed before; nothing: there is nothing that could be put right).
    """
    require(by, OWN)
    why = text_of(text, 500, "text", needed=True)
    with act():
        found = Transfer.objects.filter(pk=transfer_id).first()
        own = None
        if found is not None and by.person_id is not None:
            own = Account.objects.filter(pk__in=[found.source_id, found.target_id], person=by.person_id).first()
        if found is None or own is None:
            raise NotFound(_("没有这一笔。"))
        if not can_be_appealed(found, own.id):
            raise Conflict(_("这一笔没有可以更正的。"), code="nothing")
        made, fresh = Appeal.objects.get_or_create(
            transfer=found, account=own, defaults={
                "place_code": own.place_code, "text": why, "made_at": at, "made_by": by.account_id,
                "against": found.by_account,
            },
        )  # fmt: skip
        if not fresh:
            raise Conflict(_("这一笔您已经申诉过。"), code="once")
        _record(by, at, "appeal", made, own, {"transfer": found.id}, note=why)
    return made


def can_be_appealed(found: Transfer, account_id: UUID) -> bool:
    """Whether an appeal about it could come to anything for this account."""
    if found.kind == Kind.AWARD and found.target_id == account_id:
        return found.asked > found.amount
    if found.kind == Kind.REVERSE and found.source_id == account_id:
        return found.reverses is not None and found.reverses.kind == Kind.AWARD
    return found.state == State.POSTED and found.kind in REVERSIBLE and found.source_id == account_id


def take_appeal(*, by: Actor, at: datetime, appeal_id: UUID) -> Appeal:
    """Somebody with `points.review` at the place takes it on: not who decided or had a part in it, not who objects. Raises NotFound, NotAllowed,
    Conflict."""
    with act():
        found = _held(appeal_id, by)
        if found.reviewer is not None and found.reviewer != by.account_id:
            raise Conflict(_("已由%(name)s复核。") % {"name": found.reviewer_name}, code="taken")
        if found.reviewer is None:
            found.reviewer, found.reviewer_name, found.taken_at = by.account_id, by.name[:64], at
            _saved(found)
            _record(by, at, "take_appeal", found, found.account, {"reviewer": by.name})
    return found


def decide_appeal(*, by: Actor, at: datetime, appeal_id: UUID, uphold: bool, answer: str) -> Appeal:
    """The reviewer decides, with reasons. Upheld, it is put right in the same transaction: what was taken is reversed, what
    caps held back is given, and so is again what was reversed. Raises NotFound, NotAllowed, Invalid, Conflict."""
    reasons = text_of(answer, 500, "answer", needed=True)
    with act():
        found = _held(appeal_id, by)
        if found.reviewer is None:
            found.reviewer, found.reviewer_name, found.taken_at = by.account_id, by.name[:64], at
        elif found.reviewer != by.account_id:
            raise Conflict(_("已由%(name)s复核。") % {"name": found.reviewer_name}, code="taken")
        found.state, found.decided_at, found.answer = Decision.REFUSED, at, reasons
        if uphold:
            found.came_of_it = _put_right(found, by, at, reasons)
            found.state = Decision.UPHELD
        _saved(found)
        after = {"state": found.state, "transfer": found.transfer_id, "came_of_it": found.came_of_it_id}
        _record(by, at, "decide_appeal", found, found.account, after, note=reasons)
        tell_decided(found, by=by, at=at)
    return found


def see_told(*, by: Actor, at: datetime) -> int:
    """One opened the page that says what was taken. Returns how much of it was new; nothing is recorded of looking."""
    require(by, OWN)
    with act():
        return (
            Told.objects.filter(account__person=by.person_id, seen_at=None).update(seen_at=at)
            if by.person_id
            else 0
        )


def _held(appeal_id: UUID, by: Actor) -> Appeal:
    require(by, REVIEWS)
    found = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("account", "transfer")
        .filter(pk=appeal_id)
        .first()
    )
    if found is None:
        raise NotFound(_("没有这个申诉。"))
    require(by, REVIEWS, found.place_code)
    if found.state != Decision.OPEN:
        raise Conflict(_("这个申诉已经有结论。"), code="state")
    if by.account_id is None or by.account_id == found.against:
        raise NotAllowed(_("经办的人不能复核，请换一个人。"), code="second")
    if took_part(by, found.transfer_id):
        raise NotAllowed(str(PARTOOK), code="second")
    if by.account_id == found.made_by or (by.person_id is not None and by.person_id == found.account.person_id):
        raise NotAllowed(_("不能复核自己的申诉。"), code="second")
    return found


def _saved(found: Appeal) -> None:
    try:
        found.save()
    except IntegrityError as error:  # the rows say again what was asked above
        raise NotAllowed(_("经办的人不能复核，请换一个人。"), code="second") from error


def _put_right(found: Appeal, by: Actor, at: datetime, reasons: str) -> Transfer:
    first, key = found.transfer, f"appeal:{found.id}"
    if first.kind not in (Kind.AWARD, Kind.REVERSE):
        return reversal(by=by, at=at, key=key, transfer_id=first.id, reason=reasons[:200], decided=True)
    undone = first.reverses  # of a reversal the award it took back, which is not taken back a second time
    award, amount = (undone, first.amount) if undone else (first, first.asked - first.amount)
    pair = sides(award.source_id, award.target_id)
    evidence = [*award.evidence, {"kind": "appeal", "ref": str(found.id)}]
    order = Order(
        kind=Kind.AWARD, source=pair[award.source_id], target=pair[award.target_id], amount=amount,
        event_at=at, at=at, key=key, digest=digest_of({"appeal": found.id}), expires_at=expires_at(ledger_of(first.ledger), at),
        rule=award.rule, text_id=award.text_id, reason=reasons[:200], evidence=evidence,
    )  # fmt: skip
    return write(order, by, "award", appeal=found.id).transfer


def _record(
    by: Actor,
    at: datetime,
    verb: str,
    found: Appeal,
    account: Account,
    after: dict[str, object],
    note: str | None = None,
) -> None:
    audit.append(
        by=by, at=at, verb=f"points.{verb}", stream=account.stream, place_code=account.place_code,
        person_ids=[account.person_id] if account.person_id else [], unit_ids=[account.unit_id] if account.unit_id else [],
        after={"appeal": found.id, **after}, note=note,
    )  # fmt: skip
