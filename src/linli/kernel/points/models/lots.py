"""Lots 批次: what was got together and expires together. They are a ledger of their own beneath a balance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7

from .books import Account
from .transfers import Transfer


class Lot(models.Model):
    """What an account got by one transfer, and how much of it is left. What is given on keeps its age."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="lots")
    transfer = models.ForeignKey(Transfer, models.PROTECT, db_constraint=False, related_name="+")
    earned_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    amount = models.BigIntegerField()
    left = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                F("account"),
                F("expires_at").asc(nulls_last=True),
                F("earned_at"),
                F("id"),
                condition=Q(left__gt=0),
                name="lot_in_order",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(left__gte=0, left__lte=F("amount")), name="a_lot_is_spent_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_lot_holds_something"),
        ]

    def __str__(self) -> str:
        return f"{self.left}/{self.amount}"


class LotMove(models.Model):
    """A transfer took some of a lot (below nought) or gave it back. What is left is the amount and all its moves."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, db_constraint=False, related_name="moves")
    transfer = models.ForeignKey(Transfer, models.PROTECT, db_constraint=False, related_name="+")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="a_lot_moves_by_something")]

    def __str__(self) -> str:
        return f"{self.amount:+d}"


class Due(models.Model):
    """When the worker looks at a lot. A row of its own, so that the worker holds nothing that spenders wait for."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    at = models.DateTimeField(db_index=True)
