"""What a person is told, what they object to, who looks at it again; and periods that are closed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7

from .books import Account, Book
from .transfers import Transfer


class Told(models.Model):
    """告知: a deduction, told to its person in the transaction that took it; and when they opened it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="told")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], condition=Q(seen_at=None), name="told_and_not_seen")]


class TookPart(models.Model):
    """经手: who had a part in a deduction beside whoever decided it, such as proposing it. They do not review it, nor reverse it
    (a trigger says so: migrations/took_part.sql). Never changed."""

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, models.PROTECT, db_index=False, related_name="took_part")
    account = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "account"], name="who_took_part_is_named_once"),
        ]


class Decision(models.TextChoices):
    OPEN = "open", "待复核"
    UPHELD = "upheld", "已支持"
    REFUSED = "refused", "未支持"


class Appeal(models.Model):
    """申诉: a person objects to a line of theirs, or to an award that was refused. Another person than who decided looks at it.

    `against` is the account of whoever decided it. Upheld, `came_of_it` is the reversal, or the award that was owed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    transfer = models.ForeignKey(Transfer, models.PROTECT, db_index=False, related_name="appeals")
    account = models.ForeignKey(Account, models.PROTECT, related_name="appeals")
    place_code = models.CharField(max_length=30, db_collation="C")
    text = models.CharField(max_length=500, null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    against = models.UUIDField(null=True)
    reviewer = models.UUIDField(null=True)
    reviewer_name = models.CharField(max_length=64, blank=True, default="")
    taken_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=Decision.choices, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, null=True, blank=True, default="")
    came_of_it = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="+")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "made_at"], condition=Q(state="open"), name="appeal_to_decide"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "account"], name="a_line_is_appealed_once"),
            models.CheckConstraint(
                condition=Q(reviewer=None) | Q(against=None) | ~Q(reviewer=F("against")),
                name="nobody_reviews_what_they_decided",
            ),
            models.CheckConstraint(
                condition=Q(reviewer=None) | Q(made_by=None) | ~Q(reviewer=F("made_by")),
                name="nobody_reviews_their_own_appeal",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | (
                    Q(decided_at__isnull=False, reviewer__isnull=False)
                    & (~Q(answer="") | Q(erased_at__isnull=False))
                ),
                name="a_decision_has_a_reviewer_and_reasons",
            ),
            models.CheckConstraint(
                condition=Q(state="upheld", came_of_it__isnull=False) | (~Q(state="upheld") & Q(came_of_it=None)),
                name="what_is_upheld_is_put_right",
            ),
        ]


class Period(models.Model):
    """账期: what happened in a book before `ends_at` is closed. `sums` are what moved in it by kind, and the balances then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, db_index=False, related_name="periods")
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField()
    closed_by = models.UUIDField(null=True)
    sums: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "ends_at"], name="a_period_is_closed_once"),
            models.CheckConstraint(
                condition=Q(begins_at=None) | Q(begins_at__lt=F("ends_at")), name="a_period_lasts"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("closed_at")), name="a_period_is_over_when_it_is_closed"
            ),
        ]
