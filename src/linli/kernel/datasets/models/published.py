"""Statistics for everybody: tables of matters by kind and place, small cells left out before they are stored."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from linli.kernel.audit.ids import uuid7


class Publication(models.Model):
    """One published table. What was left out is not in it: `cells` has null there, and so have all copies of it.

    No two tables of a place speak of the same days, not even when one was withdrawn: people have read it, and what is
    left out of one could be worked out from the other.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C")
    title = models.CharField(max_length=80)
    first = models.DateField()
    last = models.DateField()
    rows: models.JSONField[Any, Any] = models.JSONField(help_text="kinds of matter; '' is all others")
    columns: models.JSONField[Any, Any] = models.JSONField(help_text="codes of places")
    cells: models.JSONField[Any, Any] = models.JSONField(help_text="rows of counts with totals; null is left out")
    least = models.SmallIntegerField(help_text="counts from 1 to one less are left out")
    left_out = models.IntegerField()
    published_at = models.DateTimeField()
    published_name = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["-published_at"], name="published_latest", condition=Q(withdrawn_at=None))]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="a_published_time_runs_forward"),
            models.CheckConstraint(condition=Q(least__gte=3), name="small_is_at_least_below_three"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(reason=""), name="what_is_withdrawn_says_why"
            ),
            ExclusionConstraint(
                name="no_two_tables_of_the_same_days",
                expressions=[
                    ("place_code", RangeOperators.EQUAL),
                    (
                        Func(F("first"), F("last"), models.Value("[]"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]  # fmt: skip
