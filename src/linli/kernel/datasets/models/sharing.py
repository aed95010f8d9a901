"""Who may have a data set of another unit: asked for, decided by the owner, ended by itself, each use written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Unit

from .sets import Dataset


class Share(models.Model):
    """A unit's access to some fields of a data set, within its own place, until a day."""

    class State(models.TextChoices):
        ASKED = "asked", "待审批"
        APPROVED = "approved", "已同意"
        REFUSED = "refused", "未同意"
        ENDED = "ended", "已收回"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="shares", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    place_code = models.CharField(max_length=30, db_collation="C", help_text="rows at and below it are given")
    purpose = models.CharField(max_length=500)
    asked: models.JSONField[Any, Any] = models.JSONField(help_text="names of fields")
    asked_until = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_name = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    granted: models.JSONField[Any, Any] = models.JSONField(
        default=list, help_text="names of fields, of those asked"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_name = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    ends_at = models.DateTimeField(null=True)
    key_print = models.BinaryField(null=True, unique=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-asked_at"], name="shares_of_a_unit"),
            models.Index(fields=["dataset", "-asked_at"], name="shares_of_a_set"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="nobody_grants_their_own_share"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None)
                | Q(state="refused", decided_at__isnull=False, key_print=None) & ~Q(reason="")
                | Q(state="approved", decided_at__isnull=False, ends_at__isnull=False) & ~Q(granted=[])
                | Q(state="ended", decided_at__isnull=False, key_print=None) & ~Q(reason=""),
                name="a_share_is_asked_or_decided",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__lte=F("asked_until")),
                name="a_share_ends_when_it_was_asked_to",
            ),
        ]

    def runs(self, at: datetime) -> bool:
        """Whether data may be taken: approved, and not over."""
        return self.state == self.State.APPROVED and self.ends_at is not None and at < self.ends_at


class Use(models.Model):
    """Somebody took data of a share: when, how, how many rows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    share = models.ForeignKey(Share, models.CASCADE, related_name="uses", db_index=False)
    at = models.DateTimeField()
    how = models.CharField(max_length=8, choices=(("download", "下载"), ("api", "接口")))
    rows = models.IntegerField()
    name = models.CharField(max_length=64, blank=True, default="")
    account_id = models.UUIDField(null=True)
    address = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["share", "-at"], name="uses_of_a_share")]
