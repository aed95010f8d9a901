"""The points card 累时积分炫卡 and the partner shops where points are spent. Balances stand in kernel/points alone."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person, Unit


class Card(models.Model):
    """Somebody's card. Its code is made anew each minute (cards.py); `number` says no name. A new card, as after a loss,
    is another number: codes of the old one are refused from then on."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    number = models.UUIDField(default=uuid7, unique=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.number)


class Shop(models.Model):
    """A partner shop: a unit that takes points. `single` and `daily`: the most one customer spends there at once, and in a
    local day."""

    unit = models.OneToOneField(Unit, models.PROTECT, primary_key=True, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    offers = models.CharField(max_length=200, help_text="what one gets there for points, in words")
    single = models.IntegerField()
    daily = models.IntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(single__gte=1, daily__gte=F("single")), name="a_shop_has_its_limits"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(reason=""), name="a_shop_is_closed_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit_id)


class Keeper(models.Model):
    """Whoever stands at a shop's counter: a registered person on their own phone."""

    shop = models.ForeignKey(Shop, models.CASCADE, db_index=False, related_name="keepers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "person"], name="somebody_keeps_a_shop_once")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.person_id}"


class Charge(models.Model):
    """A shop asks for points, the customer agrees on their own phone. `nonce` is that of the code: one code, one charge.

    `scanned_at` is when the shop read the code, which may have been without a network; nothing moves before the customer
    agrees. The transfer is promised with the charge and kept, called off or reversed with it.
    """

    class State(models.TextChoices):
        ASKED = "asked", "等顾客确认"
        PAID = "paid", "已付"
        REFUSED = "refused", "顾客没有同意"
        LAPSED = "lapsed", "过时作废"
        REFUNDED = "refunded", "已退"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shop = models.ForeignKey(Shop, models.PROTECT, db_index=False, related_name="charges")
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C", help_text="the shop's")
    amount = models.IntegerField()
    what = models.CharField(max_length=80)
    nonce = models.CharField(max_length=24, unique=True)
    scanned_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    lapses_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.ASKED)
    settled_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="", help_text="why it was paid back")
    transfer = models.UUIDField(help_text="in kernel/points")

    class Meta:
        indexes = [
            models.Index(fields=["shop", "-asked_at"], name="charge_of_shop"),
            models.Index(fields=["person", "-asked_at"], name="charge_of_person"),
            models.Index(fields=["lapses_at"], condition=Q(state="asked"), name="charge_lapses"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=1), name="a_charge_is_above_nought"),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "refused", "lapsed", "refunded"]) | Q(settled_at__isnull=False),
                name="an_answered_charge_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="refunded") | (Q(refunded_at__isnull=False) & ~Q(reason="")),
                name="points_are_paid_back_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.amount} {self.state}"

    @property
    def stream(self) -> str:
        return f"charge:{self.id}"


class Settlement(models.Model):
    """结算: what a shop took in a month, less what it paid back, goes out of its till, once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shop = models.ForeignKey(Shop, models.PROTECT, db_index=False, related_name="settlements")
    place_code = models.CharField(max_length=30, db_collation="C")
    month = models.DateField(help_text="its first day")
    points = models.IntegerField()
    charges = models.IntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    transfer = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "month"], name="a_month_is_settled_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_settled_month_is_its_first_day"),
            models.CheckConstraint(condition=Q(points__gte=0, charges__gte=0), name="a_settlement_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.month} {self.points}"
