"""An order 指令: a declared command that somebody sent to a thing, and how far it has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7

from .thing import Thing


class Order(models.Model):
    """Sent down by whoever brings the things' connections (`things.downward`), which says here how far it came.

    `every`: seconds at which the device reports once it has acknowledged it; `followed_at`: when the register took that over.
    `told_at`: it was first sent on a connection of the device; while it is not acknowledged it is sent again on the next.
    `answered_at`: the device has acknowledged that it has it.
    """

    class Stands(models.TextChoices):
        WAITING = "waiting", "等设备上线"
        TOLD = "told", "已发给设备，等它确认"
        ANSWERED = "answered", "设备已确认收到"
        WITHDRAWN = "withdrawn", "已撤回"
        EXPIRED = "expired", "过期，没有送达"
        UNANSWERED = "unanswered", "过期：发过，设备没有确认"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thing = models.ForeignKey(Thing, models.CASCADE, db_index=False, related_name="orders")
    command = models.CharField(max_length=64)
    parameters: models.JSONField[Any, Any] = models.JSONField(default=dict)
    sent_at = models.DateTimeField()
    until = models.DateTimeField(help_text="told no more after this")
    by_name = models.CharField(max_length=64, blank=True, default="")
    by_account = models.UUIDField(null=True)
    told_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    every = models.IntegerField(null=True)
    followed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["thing", "-id"], name="order_of_thing"),
            models.Index(fields=["by_account"], name="order_by_account", condition=Q(by_account__isnull=False)),
            models.Index(
                fields=["answered_at"],
                name="order_to_follow",
                condition=Q(every__isnull=False, answered_at__isnull=False, followed_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("sent_at")), name="an_order_has_its_time"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(told_at__isnull=False), name="who_answers_was_told"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(answered_at=None), name="what_arrived_is_not_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(followed_at=None) | Q(every__isnull=False, answered_at__isnull=False),
                name="what_the_device_has_is_followed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.command}"

    def stands(self, at: datetime) -> Stands:
        """How far it is at an instant."""
        if self.answered_at is not None:
            return self.Stands.ANSWERED
        if self.withdrawn_at is not None:
            return self.Stands.WITHDRAWN
        if self.until <= at:
            return self.Stands.EXPIRED if self.told_at is None else self.Stands.UNANSWERED
        return self.Stands.TOLD if self.told_at is not None else self.Stands.WAITING
