"""What a street or a neighbourhood adds to the catalogue without code: elements and forms of its own."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account

from .facts import ABOUT


class LocalElement(models.Model):
    """An element that a place declared for itself and all below it. What it asks is never changed, so that facts keep their
    meaning: one that should ask something else is another element. Retired, its facts stay readable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=64, unique=True, db_collation="C")
    place_code = models.CharField(max_length=30, db_collation="C")
    label = models.CharField(max_length=40)
    about = models.CharField(max_length=10, choices=ABOUT)
    type = models.CharField(max_length=12)
    unit = models.CharField(max_length=12, blank=True, default="")
    digits = models.SmallIntegerField(default=0)
    choices: models.JSONField[Any, Any] = models.JSONField(default=list, help_text="[code, label] of each")
    purpose = models.CharField(max_length=200)
    basis = models.CharField(max_length=200)
    keep_days = models.IntegerField()
    sensitivity = models.CharField(max_length=10)
    owner = models.CharField(max_length=64, help_text="the unit that answers for it")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="local_element_place")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(basis="") & ~Q(owner="") & ~Q(label="") & Q(keep_days__gte=1),
                name="an_element_says_why_and_how_long",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class LocalForm(models.Model):
    """One version of a place's own form; what it asks is `layout`: [{label, asks: [{element, required, when, values, own}]}].
    A change is a new row with the next version: what was filled in keeps the form it was filled in on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=64, db_collation="C")
    version = models.IntegerField()
    place_code = models.CharField(max_length=30, db_collation="C")
    label = models.CharField(max_length=40)
    about = models.CharField(max_length=10, choices=ABOUT)
    visit = models.BooleanField(default=False)
    every_days = models.IntegerField(null=True)
    layout: models.JSONField[Any, Any] = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    current = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="local_form_place")]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="a_form_has_each_version_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(current=True), name="one_version_of_a_form_is_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.version}"
