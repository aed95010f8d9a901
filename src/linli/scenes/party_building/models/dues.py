"""党费: rate tables with the day from which they hold, what each member declared, what is owed each month, what came in.

Whole fen. Dues are no points and never meet them: other tables, other verbs.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account

from .members import Member
from .organisations import Organisation


class Category(models.TextChoices):
    WORKING = "working", _("按月领取工资")
    RETIRED = "retired", _("离退休")
    FARMING = "farming", _("农民")
    WITHOUT = "without", _("学生、下岗失业、抚恤救济或低保")


class RateTable(models.Model):
    """Rates in force from a month on, until the next table. Once something was reckoned by it nothing of it changes."""

    name = models.CharField(max_length=80)
    since = models.DateField(unique=True, help_text="the first of a month")
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(since__day=1), name="rates_change_with_a_month")]

    def __str__(self) -> str:
        return self.name


class Bracket(models.Model):
    """Of who earns more than `above` fen (and no more than the next bracket says): so many hundredths of a percent of the
    whole base, or a flat sum."""

    table = models.ForeignKey(RateTable, models.CASCADE, db_index=False, related_name="brackets")
    category = models.CharField(max_length=16, choices=Category.choices)
    above = models.BigIntegerField(default=0)
    per_myriad = models.IntegerField(null=True)
    flat = models.IntegerField(null=True, help_text="fen a month")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "category", "above"], name="a_bracket_begins_once"),
            models.CheckConstraint(
                condition=Q(per_myriad__range=(1, 10_000), flat=None) | Q(per_myriad=None, flat__gt=0),
                name="a_bracket_is_a_share_or_a_sum",
            ),
            models.CheckConstraint(condition=Q(above__gte=0), name="a_bracket_begins_at_nought_or_above"),
        ]

    def __str__(self) -> str:
        return f"{self.category} > {self.above}"


class Declared(models.Model):
    """What a member declared as base from a month on. What somebody earns lies sealed."""

    member = models.ForeignKey(Member, models.CASCADE, db_index=False, related_name="declared")
    since = models.DateField(help_text="the first of a month")
    category = models.CharField(max_length=16, choices=Category.choices)
    base_sealed = models.BinaryField(editable=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "since"], name="a_base_is_declared_once_a_month"),
            models.CheckConstraint(condition=Q(since__day=1), name="a_base_changes_with_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.since}"


class Due(models.Model):
    """What one member owes for one month, and how it came out. `paid` is what a trigger sums of the payments."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, db_index=False, related_name="dues")
    branch = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="dues")
    month = models.DateField()
    table = models.ForeignKey(RateTable, models.PROTECT, related_name="dues")
    declared = models.ForeignKey(Declared, models.PROTECT, related_name="dues")
    owed = models.BigIntegerField()
    paid = models.BigIntegerField(default=0, editable=False)
    paid_on = models.DateField(null=True, help_text="when the last of it came")
    waived = models.BigIntegerField(default=0)
    waived_for = models.CharField(max_length=200, blank=True, default="")
    waived_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    waived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["branch", "month"], name="due_of_branch")]
        constraints = [
            models.UniqueConstraint(fields=["member", "month"], name="dues_are_owed_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="dues_are_of_a_month"),
            models.CheckConstraint(condition=Q(owed__gte=0, paid__gte=0), name="dues_are_never_negative"),
            models.CheckConstraint(
                condition=Q(waived=0, waived_for="", waived_at=None)
                | (Q(waived__gt=0, waived__lte=F("owed"), waived_at__isnull=False) & ~Q(waived_for="")),
                name="dues_are_waived_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.month}"

    @property
    def missing(self) -> int:
        """Fen that are still to come."""
        return max(0, self.owed - self.waived - self.paid)


class Payment(models.Model):
    """Money that came in. What was booked wrongly is undone for a reason, never changed."""

    class How(models.TextChoices):
        CASH = "cash", _("现金")
        BANK = "bank", _("转账")
        ONLINE = "online", _("线上")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    due = models.ForeignKey(Due, models.PROTECT, db_index=False, related_name="payments")
    key = models.UUIDField(unique=True, help_text="of the form: sent twice it is one payment")
    amount = models.BigIntegerField()
    on = models.DateField()
    how = models.CharField(max_length=8, choices=How.choices)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_for = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["due"], name="payment_of_due")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_for="") | (Q(undone_at__isnull=False) & ~Q(undone_for="")),
                name="a_payment_is_undone_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_id} {self.amount}"
