"""Lines of a table about those who are not registered: they wait until somebody has seen them, and go in parts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account

from .facts import Entry


class Waiting(models.Model):
    """What is left of one table, for whoever took it in. `total` lines waited; of `done` it is known what came of them.
    `begun_at` is when somebody said that they shall be registered. A day later it is gone (`verbs.waiting.forget_waiting`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    about = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    heads: models.JSONField[Any, Any] = models.JSONField(default=list)
    observed_at = models.DateTimeField()
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    entry = models.ForeignKey(Entry, models.SET_NULL, db_index=False, null=True, related_name="+")
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    registered = models.IntegerField(default=0)
    facts = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    refused_sealed = models.BinaryField(null=True, help_text="lines that were refused, with their sentences")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(registered__gte=0, registered__lte=F("done"), done__lte=F("total")),
                name="no_more_came_in_than_waited",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(begun_at__isnull=False), name="what_ended_waiting_was_begun"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WaitingPart(models.Model):
    """Some lines, sealed: whoever is in them is not registered yet. Gone in the transaction that registers them."""

    waiting = models.ForeignKey(Waiting, models.CASCADE, db_index=False, related_name="parts")
    number = models.IntegerField(help_text="of its first line")
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["waiting", "number"], name="lines_wait_once")]

    def __str__(self) -> str:
        return f"{self.waiting_id} {self.number}"
