"""How a partner's program proves itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from linli.kernel.audit.ids import uuid7

from .accounts import Account

SOON = timedelta(days=30)


class ApiKey(models.Model):
    """A partner's key for a gateway; only its fingerprint is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="keys")
    name = models.CharField(max_length=64)
    key_print = models.BinaryField(unique=True, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(place_code__regex=r"^\d{2,}$"), name="a_key_has_a_scope")]

    def state(self, at: datetime) -> str:
        """Whether it works: live, ending (within a month), expired or revoked."""
        if self.revoked_at:
            return "revoked"
        if self.expires_at and self.expires_at <= at:
            return "expired"
        return "ending" if self.expires_at and self.expires_at <= at + SOON else "live"
