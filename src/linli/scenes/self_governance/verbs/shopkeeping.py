"""The desk enrols partner shops, names who keeps them, closes them, and settles what they took."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import SYSTEM, Actor, Conflict, NotFound, covers, require
from linli.kernel.people.models import Person, Unit
from linli.kernel.people.named import person_named
from linli.kernel.people.verbs import add_unit
from linli.kernel.places import queries as places
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Owner
from linli.kernel.points.verbs.opening import book_account

from ..models import Charge, Keeper, Settlement, Shop
from ..points import CARD
from .common import ORGANISES, REVIEWS, act, text_of, wrong


def enrol_shop(
    *,
    by: Actor,
    at: datetime,
    name: str,
    place_code: str,
    offers: str,
    keeper_name: str,
    keeper_phone: str,
    single: int = 300,
    daily: int = 600,
) -> Shop:
    """商户入驻: a shop at a place, what it offers for points, and who stands at its counter: a registered person, who then
    has the shop's page on their phone. Raises Invalid by field, Conflict (the name is taken there)."""
    require(by, ORGANISES)
    called, said = text_of(name, 64, "name"), text_of(offers, 200, "offers")
    if not 1 <= single <= daily <= CARD.single:
        raise wrong("daily", _("一次的上限不能超过一天的上限，一天最多 %(n)d 分。") % {"n": CARD.single})
    with act():
        code = places.now_called(place_code.strip())
        if code is None:
            raise wrong("place_code", _("没有这个地点。"))
        places.require_at(by, ORGANISES, code)
        keeper = _registered(keeper_name, keeper_phone)
        unit = add_unit(by=SYSTEM, at=at, name=called, kind=Unit.Kind.COMPANY, place_code=code[:12])
        shop = Shop.objects.create(
            unit=unit,
            place_code=code,
            offers=said,
            single=single,
            daily=daily,
            opened_at=at,
            opened_by_id=by.account_id,
        )
        Keeper.objects.create(shop=shop, person=keeper, since=at)
        points.open_account(by=SYSTEM, at=at, ledger=CARD.name, unit_id=unit.id)
        _record(by, at, "enrol_shop", shop, after={"name": called, "single": single, "daily": daily})
    return shop


def add_keeper(*, by: Actor, at: datetime, shop_id: UUID, keeper_name: str, keeper_phone: str) -> Keeper:
    """One more person at the counter. Raises NotFound, Invalid, Conflict."""
    with act():
        shop = _held(shop_id, by, ORGANISES)
        keeper = _registered(keeper_name, keeper_phone)
        try:
            with transaction.atomic():
                made = Keeper.objects.create(shop=shop, person=keeper, since=at)
        except IntegrityError:
            raise Conflict(_("此人已经在这家店收积分。"), code="again") from None
        _record(by, at, "add_keeper", shop, persons=[keeper.id])
    return made


def close_shop(*, by: Actor, at: datetime, shop_id: UUID, reason: str) -> Shop:
    """不再收积分, with why. What it took stays to be settled."""
    why = text_of(reason, 200, "reason")
    with act():
        shop = _held(shop_id, by, ORGANISES)
        shop.closed_at, shop.reason = at, why
        shop.save(update_fields=["closed_at", "reason"])
        _record(by, at, "close_shop", shop, note=why)
    return shop


def settle_shop(*, by: Actor, at: datetime, shop_id: UUID, month: date) -> Settlement:
    """结算一个月: what was paid less what was paid back, one net figure, out of the shop's till; once. Not before the month
    is over. Needs `volunteering.review`, so that it is not who enrols. Raises NotFound, Conflict."""
    first = month.replace(day=1)
    if first >= timezone.localtime(at).date().replace(day=1):
        raise wrong("month", _("这个月还没有结束。"))
    with act():
        shop = _held(shop_id, by, REVIEWS)
        if by.account_id is not None and by.account_id == shop.opened_by_id:
            raise Conflict(_("结算要由登记商户以外的人来做。"), code="two-persons")
        taken = paid_in(shop, first).aggregate(sum=Sum("amount"), n=Count("id"))
        net = taken["sum"] or 0
        moved = None
        if net:
            till = points.open_account(by=SYSTEM, at=at, ledger=CARD.name, unit_id=shop.unit_id)
            issue = book_account(CARD, till.book, Owner.ISSUE, at)
            moved = points.transfer(
                by=SYSTEM, at=at, key=f"settled:{shop.unit_id}:{first}", source_id=till.id, target_id=issue.id,
                amount=net, kind="move", basis=_("商户 %(month)s 结算") % {"month": f"{first:%Y-%m}"},
            )  # fmt: skip
        try:
            with transaction.atomic():
                made = Settlement.objects.create(
                    shop=shop, place_code=shop.place_code, month=first, points=net, charges=taken["n"], made_at=at,
                    made_by_id=by.account_id, transfer=moved.id if moved else None,
                )  # fmt: skip
        except IntegrityError:
            raise Conflict(_("这个月已经结算过。"), code="again") from None
        _record(by, at, "settle_shop", shop, after={"month": first, "points": net})
    return made


def paid_in(shop: Shop, month: date):  # type: ignore[no-untyped-def]
    """What was paid in a local month and not paid back."""
    zone = timezone.get_current_timezone()
    begins = datetime.combine(month, datetime.min.time(), zone)
    after = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    ends = datetime.combine(after, datetime.min.time(), zone)
    return Charge.objects.filter(shop=shop, state="paid", settled_at__gte=begins, settled_at__lt=ends)


def _held(shop_id: UUID, by: Actor, permission: str) -> Shop:
    require(by, permission)
    shop = Shop.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=shop_id).first()
    if shop is None or not covers(by, shop.place_code):
        raise NotFound(_("没有这家店，或者不在您的管辖范围内。"))
    return shop


def _registered(name: str, phone: str) -> Person:
    person = person_named(name, phone)
    if person is None:
        raise wrong("keeper_phone", _("没有姓名和手机号都相符的登记居民。请核对，或者请对方先在手机上登记。"))
    return person


def _record(
    by: Actor, at: datetime, verb: str, shop: Shop, *, persons: list[UUID] | None = None, **what: object
) -> None:
    audit.append(
        by=by, at=at, verb=f"self_governance.{verb}", stream=f"shop:{shop.unit_id}", place_code=shop.place_code,
        unit_ids=[shop.unit_id], person_ids=persons or [], **what,  # type: ignore[arg-type]
    )  # fmt: skip
