"""The nightly look, street by street, and what a place sets otherwise."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Look(models.Model):
    """One sign was looked for in one street on one day: written in the transaction that raised what it found."""

    pk = models.CompositePrimaryKey("sign", "street", "day")
    sign = models.CharField(max_length=64)
    street = models.CharField(max_length=9, db_collation="C")
    day = models.DateField(help_text="the local day before which everything was looked at")
    made_at = models.DateTimeField()
    looked = models.IntegerField(help_text="places of which something was known")
    raised = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["day"], name="looks_of_a_day")]

    def __str__(self) -> str:
        return f"{self.sign} {self.street} {self.day}"


class Setting(models.Model):
    """A place that has a sign switched off, or asks for more or less evidence; the longest prefix decides."""

    pk = models.CompositePrimaryKey("sign", "place_code")
    sign = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C")
    off = models.BooleanField(default=False)
    raises = models.FloatField(null=True, help_text="evidence a suggestion needs; null is what the sign declares")
    reason = models.CharField(max_length=500)
    set_at = models.DateTimeField()
    set_name = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(raises=None) | Q(raises__gt=0), name="a_sign_needs_some_evidence"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_setting_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.sign} {self.place_code}"
