"""What the desk itself keeps: the questions a person asks again and again."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account


class SavedFilter(models.Model):
    """A question under a name, for one account. `params` is what `kernel.matters.queries.filters` writes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, db_index=False, related_name="saved_filters")
    name = models.CharField(max_length=40)
    params: models.JSONField[Any, Any] = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="a_filter_has_one_name"),
            models.CheckConstraint(condition=~Q(name=""), name="a_filter_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ColumnOrder(models.Model):
    """Which columns of a table somebody takes away, in their own order; asked again, it is offered so."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, related_name="+")
    table = models.CharField(max_length=80)
    columns: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "table"], name="a_table_has_one_order")]

    def __str__(self) -> str:
        return self.table
