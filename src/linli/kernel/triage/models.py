"""What triage keeps: decisions it learns from, models and how good they were, where it is switched off, topics.

No text of a report is stored here: a decision points at its matter, and what is erased there is gone for learning too.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7


class Decision(models.Model):
    """A matter staff decided about: the kind it has since, and what a model that had not seen it would have said."""

    matter_id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C")
    decided_at = models.DateTimeField()
    suggested = models.CharField(
        max_length=64, blank=True, default="", help_text="the likeliest kind; '' not asked"
    )
    confidence = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-decided_at", "matter_id"], name="triage_decided")]
        constraints = [
            models.CheckConstraint(
                condition=Q(suggested="", confidence=None) | (~Q(suggested="") & Q(confidence__range=(0, 1))),
                name="a_suggestion_has_a_confidence",
            )
        ]


class ModelVersion(models.Model):
    """A trained model. At most one is in force; the others say why they are not by their figures."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    trained_at = models.DateTimeField()
    content = models.BinaryField(help_text="triage.store; empty for a model that was not put in force")
    examples = models.IntegerField()
    held_out = models.IntegerField(help_text="decisions kept back to measure it")
    accuracy = models.FloatField(help_text="on those kept back, before it learned from them as well")
    before = models.FloatField(help_text="accuracy of the model it would replace on the same")
    figures: models.JSONField[Any, Any] = models.JSONField(help_text="measure.Figures, by kind")
    in_force = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["in_force"], condition=Q(in_force=True), name="one_model_in_force"),
            models.CheckConstraint(condition=Q(in_force=False) | ~Q(content=b""), name="what_is_in_force_is_kept"),
        ]


class Beginning(models.Model):
    """The model begun from hints, kept because making it takes many seconds; `mark` changes with every hint."""

    mark = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()


class Switch(models.Model):
    """Whether suggestions are shown at a place and below; the longest prefix decides, "" is everywhere."""

    place_code = models.CharField(max_length=30, db_collation="C", primary_key=True)
    on = models.BooleanField()


class TopicSheet(models.Model):
    """The hot topics of a scope over some days, computed by the worker; asked for when somebody looks."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C", help_text="the scope: a prefix")
    days = models.SmallIntegerField()
    wanted_at = models.DateTimeField(null=True, help_text="asked for and not computed since")
    taken_at = models.DateTimeField(null=True, help_text="a worker computes it; void after some minutes")
    computed_at = models.DateTimeField(null=True)
    texts = models.IntegerField(default=0)
    wordless = models.IntegerField(default=0, help_text="of them: say nothing but the name of a category")
    cut = models.BooleanField(default=False, help_text="there were more texts than are read")
    topics: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place_code", "days"], name="one_sheet_for_a_scope"),
            models.CheckConstraint(condition=Q(days__gt=0), name="a_sheet_looks_back"),
        ]
        indexes = [
            models.Index(fields=["wanted_at"], name="triage_wanted", condition=Q(wanted_at__isnull=False)),
        ]
