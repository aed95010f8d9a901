"""Where a data set is fetched from, how often, and how the last time went."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from .sets import Dataset


class Source(models.Model):
    """The address of a data set's table. The secret is sealed and shown to nobody, also not to who wrote it."""

    dataset = models.OneToOneField(Dataset, models.CASCADE, primary_key=True, related_name="source")
    url = models.CharField(max_length=500)
    every = models.IntegerField(help_text="hours from one time to the next")
    header = models.CharField(max_length=64, blank=True, default="", help_text="the secret is sent under this name")
    secret = models.BinaryField(null=True, editable=False, help_text="sealed")
    set_at = models.DateTimeField()
    set_name = models.CharField(max_length=64)
    etag = models.CharField(max_length=200, blank=True, default="")
    modified = models.CharField(max_length=80, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256 of what came last")
    next_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="when it was last asked, however that went")
    came_at = models.DateTimeField(null=True, help_text="when something new last came")
    failures = models.IntegerField(default=0, help_text="in a row")
    fault: models.JSONField[Any, Any] = models.JSONField(null=True, help_text="why it failed last, packed")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="sources_to_ask")]
        constraints = [
            models.CheckConstraint(condition=Q(every__range=(1, 24 * 366)), name="a_source_is_asked_now_and_then"),
            models.CheckConstraint(condition=Q(secret=None) | ~Q(header=""), name="a_secret_has_its_header"),
            models.CheckConstraint(
                condition=Q(failures=0, fault=None) | Q(failures__gt=0, fault__isnull=False),
                name="a_source_that_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None) | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="a_source_is_in_somebodys_hands",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.url}"
