"""Forecasts as they were made: of a kind of matter below a place, for the weeks after one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q


class ForecastRun(models.Model):
    """The forecasts of one week: made by one worker, in one transaction."""

    week = models.DateField(primary_key=True, help_text="the Monday of the first week that is forecast")
    taken_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    series = models.IntegerField(default=0, help_text="how many were looked at")
    beaten = models.IntegerField(default=0, help_text="in how many the model was better than every naive one")


class Forecast(models.Model):
    """One series: its last weeks, what may come, and how wrong each method was."""

    pk = models.CompositePrimaryKey("place_code", "kind")
    place_code = models.CharField(max_length=12, db_collation="C")
    kind = models.CharField(max_length=64, blank=True, help_text="'' is every kind together")
    week = models.DateField()
    made_at = models.DateTimeField()
    method = models.CharField(max_length=8)
    points: models.JSONField[Any, Any] = models.JSONField(help_text="[[mean, low, high]], a week each")
    past: models.JSONField[Any, Any] = models.JSONField(help_text="counts of the weeks before, the last one last")
    mase: models.JSONField[Any, Any] = models.JSONField(help_text="by method")
    mae: models.JSONField[Any, Any] = models.JSONField(help_text="by method, matters a week")
    beaten = models.BooleanField(help_text="the model was better than every naive method, on both halves")
    held = models.FloatField(help_text="share of the trials within the interval")
    trials = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(beaten=True, method="model") | Q(beaten=False) & ~Q(method="model"),
                name="what_does_not_beat_naive_is_not_shown",
            )
        ]
