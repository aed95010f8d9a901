"""Points are spent at partner shops: the shop asks with a code it has read, the customer agrees on their own phone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound, require
from linli.kernel.audit.ids import uuid7
from linli.kernel.people import guard
from linli.kernel.points import verbs as points

from .. import cards
from ..models import Card, Charge, Keeper, Shop
from ..points import CARD
from .common import JOINS, act, living, text_of, wrong
from .promises import call_off

ANSWER = timedelta(minutes=15)
"""So long the customer has to agree; what was read without a network, a day from then."""
READS = guard.Limit("card-codes", 60, timedelta(minutes=15), timedelta(minutes=15))


def signing_key() -> Any:
    return cards.key_of(settings.SECRET_KEY)


def take_card(*, by: Actor, at: datetime) -> Card:
    """领卡: one's own, the one that is there already. Opens the account its points are in."""
    require(by, JOINS)
    with act():
        person = living(by.person_id)
        card, new = Card.objects.get_or_create(
            person=person, defaults={"since": at, "place_code": person.place_code}
        )
        if new:
            points.open_account(
                by=SYSTEM, at=at, ledger=CARD.name, person_id=person.id, place_code=person.place_code
            )
            _record(by, at, "take_card", f"card:{person.id}", person.place_code, [person.id])
    return card


def change_card(*, by: Actor, at: datetime) -> Card:
    """换卡: another number from now on; every code of the old one is void. The points stay."""
    require(by, JOINS)
    with act():
        card = Card.objects.select_for_update().filter(person=by.person_id).first()
        if card is None:
            raise NotFound(_("您还没有积分卡。"))
        card.number, card.since = uuid7(), at
        card.save(update_fields=["number", "since"])
        _record(by, at, "change_card", f"card:{card.person_id}", card.place_code, [card.person_id])
    return card


def ask_points(
    *, by: Actor, at: datetime, shop_id: UUID, code: str, amount: int, what: str, scanned_at: datetime | None = None
) -> Charge:
    """收积分: whoever keeps the shop asks, with a code read now or (`scanned_at`) without a network within a day. One code is
    one charge. Nothing moves before the customer agrees. The same code from the same shop for the same is the same charge.

    Raises NotFound, Invalid (code, amount), Conflict (used, limits, too few points), TooMany.
    """
    said = text_of(what, 80, "what")
    guard.spend(READS, f"shop:{shop_id}", at, account_id=by.account_id)
    known = cards.read(signing_key().public_key(), code)
    if known is None:
        raise wrong("code", _("这不是积分卡的码。"))
    read_at = scanned_at or at
    if not cards.in_time(known, read_at, at):
        raise wrong("code", _("这个码已经过时：请顾客打开积分卡，扫正在显示的码。"))
    with act():
        shop = kept_shop(by, shop_id)
        card = Card.objects.select_for_update().filter(number=known.card).first()
        if card is None:
            raise wrong("code", _("这张卡已经换过或注销。"))
        if before := Charge.objects.filter(nonce=known.nonce).first():
            return _again(before, shop, amount, said)
        _must_be_another(by, card)
        _within_limits(shop, card, amount, at)
        charge_id, lapses = uuid7(), (at if scanned_at is None else at + cards.OFFLINE) + ANSWER
        source = points.open_account(
            by=SYSTEM, at=at, ledger=CARD.name, person_id=card.person_id, place_code=card.place_code
        )
        till = points.open_account(by=SYSTEM, at=at, ledger=CARD.name, unit_id=shop.unit_id)
        promised = points.transfer(
            by=SYSTEM, at=at, key=f"charge:{charge_id}", source_id=source.id, target_id=till.id, amount=amount,
            kind="spend", reason=said, pending=True, lapses_at=lapses,
        )  # fmt: skip
        try:
            with transaction.atomic():
                charge = Charge.objects.create(
                    id=charge_id, shop=shop, person_id=card.person_id, place_code=shop.place_code, amount=amount,
                    what=said, nonce=known.nonce, scanned_at=read_at, asked_at=at, asked_by_id=by.account_id,
                    lapses_at=lapses, transfer=promised.id,
                )  # fmt: skip
        except IntegrityError:
            raise Conflict(_("这个码已经用过。"), code="used") from None
        _record_charge(by, at, "ask_points", charge, after={"amount": amount, "what": said})
    return charge


def agree_charge(*, by: Actor, at: datetime, charge_id: UUID) -> Charge:
    """确认: the customer, on their own phone; a proxy does not spend for them. Again: it stays paid."""
    with act():
        charge = _own_charge(charge_id, by)
        if charge.state == Charge.State.PAID:
            return charge
        _must_wait(charge, at)
        points.post(by=SYSTEM, at=at, transfer_id=charge.transfer)
        _set(charge, Charge.State.PAID, at)
        _record_charge(by, at, "agree_charge", charge, after={"amount": charge.amount})
    return charge


def refuse_charge(*, by: Actor, at: datetime, charge_id: UUID) -> Charge:
    """不同意: what was held is free again."""
    with act():
        charge = _own_charge(charge_id, by)
        _must_wait(charge, at)
        call_off(charge.transfer, at)
        _set(charge, Charge.State.REFUSED, at)
        _record_charge(by, at, "refuse_charge", charge)
    return charge


def refund(*, by: Actor, at: datetime, charge_id: UUID, reason: str) -> Charge:
    """退: the shop gives all of it back, with why; once. Points go back to the lots they came from.

    Raises NotFound, Conflict (not paid; its month is settled), Invalid.
    """
    why = text_of(reason, 200, "reason")
    with act():
        charge = Charge.objects.select_for_update().select_related("shop").filter(pk=charge_id).first()
        if charge is None:
            raise NotFound(_("没有这一笔。"))
        kept_shop(by, charge.shop_id)
        if charge.state == Charge.State.REFUNDED:
            return charge
        if charge.state != Charge.State.PAID:
            raise Conflict(_("这一笔没有付成，不用退。"), code="state")
        if charge.shop.settlements.filter(month=month_of(charge.settled_at or at)).exists():
            raise Conflict(_("那个月已经结算，请到居委会办理。"), code="settled")
        points.reverse(by=SYSTEM, at=at, key=f"refund:{charge.id}", transfer_id=charge.transfer, reason=why)
        charge.state, charge.refunded_at, charge.reason = Charge.State.REFUNDED, at, why
        charge.save(update_fields=["state", "refunded_at", "reason"])
        _record_charge(by, at, "refund", charge, after={"amount": charge.amount}, note=why)
    return charge


def lapse_charges(*, at: datetime, limit: int = 200) -> int:
    """What nobody agreed to in time is void. The worker calls it each minute."""
    with act():
        late = Charge.objects.select_for_update(skip_locked=True).filter(state="asked", lapses_at__lte=at)
        rows = list(late.order_by("lapses_at")[:limit])
        for charge in rows:
            call_off(charge.transfer, at)
            _set(charge, Charge.State.LAPSED, at)
            _record_charge(SYSTEM, at, "lapse_charge", charge)
    return len(rows)


def kept_shop(by: Actor, shop_id: UUID) -> Shop:
    """A shop at whose counter the actor stands. Raises NotFound, Conflict (closed)."""
    keeps = by.person_id is not None and not by.on_behalf
    if not keeps or not Keeper.objects.filter(shop=shop_id, person=by.person_id).exists():
        raise NotFound(_("没有这家店，或者您不在这家店收积分。"))
    shop = Shop.objects.select_related("unit").get(pk=shop_id)
    if shop.closed_at is not None:
        raise Conflict(_("这家店已经不收积分：%(why)s") % {"why": shop.reason}, code="closed")
    return shop


def month_of(at: datetime) -> date:
    return timezone.localtime(at).date().replace(day=1)


def _again(before: Charge, shop: Shop, amount: int, what: str) -> Charge:
    if (before.shop_id, before.amount, before.what) == (shop.unit_id, amount, what):
        return before
    raise Conflict(_("这个码已经用过。"), code="used")


def _must_be_another(by: Actor, card: Card) -> None:
    if card.person_id == by.person_id:
        raise NotAllowed(_("不能在自己的店里收自己的积分。"), code="two-persons")


def _within_limits(shop: Shop, card: Card, amount: int, at: datetime) -> None:
    if not 1 <= amount <= shop.single:
        words = _("一次 1 到 %(n)d 分。") % {"n": shop.single}
        raise Invalid(words, fields={"amount": words})
    begins = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Charge.objects.filter(
        shop=shop, person=card.person_id, asked_at__gte=begins, state__in=("asked", "paid")
    )
    spent = today.aggregate(sum=Sum("amount"))["sum"] or 0
    if spent + amount > shop.daily:
        left = max(0, shop.daily - spent)
        raise Conflict(_("这位顾客今天在这家店还能用 %(n)d 分。") % {"n": left}, code="daily")


def _own_charge(charge_id: UUID, by: Actor) -> Charge:
    require(by, JOINS)
    charge = Charge.objects.select_for_update().filter(pk=charge_id).first()
    if charge is None or by.person_id is None or charge.person_id != by.person_id:
        raise NotFound(_("没有这一笔。"))
    if by.on_behalf:
        raise NotAllowed(_("积分要由本人确认使用。"), code="own")
    return charge


def _must_wait(charge: Charge, at: datetime) -> None:
    if charge.state != Charge.State.ASKED:
        raise Conflict(_("这一笔已经处理过。"), code="state")
    if at >= charge.lapses_at:
        raise Conflict(_("这一笔已经过时，请店家重新扫码。"), code="late")


def _set(charge: Charge, state: str, at: datetime) -> None:
    charge.state, charge.settled_at = state, at
    charge.save(update_fields=["state", "settled_at"])


def _record_charge(by: Actor, at: datetime, verb: str, charge: Charge, **what: Any) -> None:
    persons = [charge.person_id]
    audit.append(
        by=by, at=at, verb=f"self_governance.{verb}", stream=charge.stream, place_code="",
        unit_ids=[charge.shop_id], person_ids=persons, **what,
    )  # fmt: skip


def _record(by: Actor, at: datetime, verb: str, stream: str, place: str, persons: list[UUID], **what: Any) -> None:
    audit.append(
        by=by, at=at, verb=f"self_governance.{verb}", stream=stream, place_code=place, person_ids=persons, **what
    )
