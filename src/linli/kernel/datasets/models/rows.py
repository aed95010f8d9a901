"""The rows of data sets, and what is asked about those that may mean one thing or another.

Personal data: sensitive fields lie sealed in `sealed` and nowhere else; purpose, basis and time are those of the data
set. A row past its time is removed by the worker (`verbs.tidy`).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Person
from linli.kernel.things.models import Thing

from .intake import Job
from .sets import Dataset

SUBJECTS = ("place", "person", "thing")


class Doubt(models.Model):
    """One question for a person: which of these does it mean? Asked once for all rows that say the same."""

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        CHOSEN = "chosen", "已确认"
        NEITHER = "neither", "都不是"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="doubts", db_index=False)
    place_code = models.CharField(max_length=30, db_collation="C", help_text="of the data set")
    subject = models.CharField(max_length=8)
    said = models.TextField(blank=True, default="", help_text="an address or a key; '' for a person")
    said_sealed = models.BinaryField(null=True, editable=False, help_text="what a row said of a person")
    said_print = models.BinaryField(editable=False)
    reasons: models.JSONField[Any, Any] = models.JSONField(default=list, help_text="packed")
    candidates: models.JSONField[Any, Any] = models.JSONField(default=list, help_text="[{ref, score, reasons}]")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    chosen = models.CharField(max_length=40, blank=True, default="")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_name = models.CharField(max_length=64, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "asked_at"], name="doubts_open", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "subject", "said_print"], name="one_doubt_for_one_saying"),
            models.CheckConstraint(condition=Q(subject__in=SUBJECTS), name="a_doubt_is_about_something"),
            models.CheckConstraint(
                condition=Q(state="open", chosen="", decided_at=None)
                | Q(state="chosen", decided_at__isnull=False) & ~Q(chosen="")
                | Q(state="neither", chosen="", decided_at__isnull=False),
                name="a_doubt_is_open_or_decided",
            ),
            models.CheckConstraint(
                condition=~Q(subject="person") | Q(said=""), name="what_is_said_of_a_person_is_sealed"
            ),
        ]


class Row(models.Model):
    """One row of a data set, by its natural key; where it came from last, and what it was matched with."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="rows", db_index=False)
    key = models.CharField(max_length=300, db_collation="C")
    mark = models.BinaryField(editable=False, help_text="a fingerprint of all values: equal marks are equal rows")
    values: models.JSONField[Any, Any] = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C", help_text="the data set's where none is matched")
    lon = models.FloatField(null=True, help_text="WGS-84")
    lat = models.FloatField(null=True, help_text="WGS-84")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    thing = models.ForeignKey(Thing, models.SET_NULL, null=True, related_name="+", db_index=False)
    found: models.JSONField[Any, Any] = models.JSONField(default=dict, help_text="subject → {how, reasons}")
    place_doubt = models.ForeignKey(Doubt, models.SET_NULL, null=True, related_name="rows_place")
    person_doubt = models.ForeignKey(Doubt, models.SET_NULL, null=True, related_name="rows_person")
    thing_doubt = models.ForeignKey(Doubt, models.SET_NULL, null=True, related_name="rows_thing")
    job = models.ForeignKey(Job, models.PROTECT, related_name="+")
    line = models.IntegerField()
    first_job = models.ForeignKey(Job, models.PROTECT, related_name="+", db_index=False)
    came_at = models.DateTimeField(help_text="when it was last in a table, changed or not")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["dataset", "place_code"], name="rows_by_place"),
            models.Index(fields=["dataset", "came_at"], name="rows_by_time"),
            models.Index(fields=["place_code"], name="rows_at_place"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "key"], name="one_row_for_a_key"),
        ]
