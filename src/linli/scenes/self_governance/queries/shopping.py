"""A customer's card and a shop's counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from linli.kernel.access import Actor, as_system, require
from linli.kernel.places import queries as places
from linli.kernel.points import queries as books
from linli.kernel.points.queries import Balance
from linli.kernel.points.queries.statement import Line, masked

from ..models import Card, Charge, Keeper, Settlement, Shop
from ..points import CARD
from ..verbs.common import JOINS, READS
from ..verbs.spending import kept_shop


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own card: what is on it, what waits for one's agreement, the latest lines, where it is taken nearby."""

    card: Card | None
    balance: Balance | None
    waiting: Sequence[Charge]
    lines: Sequence[Line]
    shops: Sequence[Shop]


def mine(by: Actor, *, at: datetime) -> Mine:
    require(by, JOINS)
    card = Card.objects.filter(person=by.person_id).first()
    balance = next(iter(books.mine(by, ledger=CARD.name)), None)
    waiting = Charge.objects.filter(person=by.person_id, state="asked", lapses_at__gt=at).select_related(
        "shop__unit"
    )
    lines = books.statement(balance.account.id, by=by, limit=12).lines if balance else ()
    near = (card.place_code if card else "")[:9]
    return Mine(card, balance, list(waiting.order_by("asked_at")), lines, list(open_shops(near)[:12]))


def open_shops(scope: str) -> QuerySet[Shop]:
    """Where points are taken in a scope: public."""
    return (
        Shop.objects.select_related("unit")
        .filter(closed_at=None, place_code__startswith=scope)
        .order_by("unit__name")
    )


def kept(by: Actor) -> list[Shop]:
    """The shops at whose counter one stands; none for a proxy."""
    if by.person_id is None or by.on_behalf:
        return []
    ids = Keeper.objects.filter(person=by.person_id).values_list("shop_id", flat=True)
    return list(Shop.objects.select_related("unit").filter(pk__in=list(ids), closed_at=None).order_by("unit__name"))


@dataclass(frozen=True, slots=True)
class Row:
    """A charge as the shop sees it: the customer's name masked."""

    charge: Charge
    customer: str


@dataclass(frozen=True, slots=True)
class Counter:
    shop: Shop
    rows: Sequence[Row]
    today: int
    month: int


def counter(by: Actor, shop_id: UUID, *, at: datetime) -> Counter:
    """What a shop asked for lately, and what it took today and this month. Raises NotFound, Conflict (closed)."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    with as_system():
        shop = kept_shop(by, shop_id)
        rows = Charge.objects.filter(shop=shop).select_related("person")
        lately = list(rows.filter(asked_at__gt=at - timedelta(days=7)).order_by("-asked_at")[:30])
        sums = rows.filter(state="paid").aggregate(
            today=Sum("amount", filter=Q(settled_at__gte=midnight)),
            month=Sum("amount", filter=Q(settled_at__gte=midnight.replace(day=1))),
        )
        return Counter(
            shop,
            [Row(one, masked(one.person.name)) for one in lately],
            sums["today"] or 0,
            sums["month"] or 0,
        )


@dataclass(frozen=True, slots=True)
class Partner:
    """A shop as the desk sees it: months to settle, not who came. `last`: what was settled last."""

    shop: Shop
    place: str
    keepers: int
    taken: int
    last: Settlement | None


def partners(by: Actor, *, at: datetime) -> list[Partner]:
    """Shops in the actor's scope, with what they took in the month before this one."""
    require(by, READS)
    shops = Shop.objects.select_related("unit").annotate(n=Count("keepers"))
    if by.scope != "*":
        shops = shops.filter(place_code__startswith=by.scope or "-")
    found = list(shops.order_by("closed_at", "unit__name")[:200])
    labels = places.labels({one.place_code for one in found})
    this = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before = (this - timedelta(days=1)).replace(day=1)
    with as_system():
        paid = Charge.objects.filter(shop__in=found, state="paid", settled_at__gte=before, settled_at__lt=this)
        taken = {row["shop"]: row["sum"] for row in paid.values("shop").annotate(sum=Sum("amount")).order_by()}
    last = {one.shop_id: one for one in Settlement.objects.filter(shop__in=found).order_by("month")}
    return [
        Partner(one, labels.get(one.place_code, ""), getattr(one, "n"), taken.get(one.pk, 0), last.get(one.pk))  # noqa: B009
        for one in found
    ]
