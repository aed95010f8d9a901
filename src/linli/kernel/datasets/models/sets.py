"""The catalogue: what data sets there are, whose they are and what for. It names nobody and is for all staff to read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Unit

from ..declared import Declared, read


class Dataset(models.Model):
    """One data set. `declaration` is the whole TOML; title and days stand beside it for lists."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    place_code = models.CharField(
        max_length=30, db_collation="C", help_text="where its rows lie that match no place"
    )
    declaration = models.TextField()
    version = models.IntegerField(default=1)
    every = models.IntegerField(help_text="days from one delivery to the next")
    keeps = models.IntegerField(help_text="days a row is kept after it last came")
    created_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True, help_text="when rows last came in")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=r"^[a-z][a-z0-9-]*$"), name="a_data_set_has_a_plain_name"
            ),
            models.CheckConstraint(condition=Q(every__gt=0, keeps__gt=0), name="a_data_set_has_its_days"),
            models.CheckConstraint(condition=Q(place_code__regex=r"^\d+$"), name="a_data_set_lies_somewhere"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def declared(self) -> Declared:
        return read(self.declaration)

    def late_by(self, at: datetime) -> timedelta | None:
        """By how much the next delivery is late; None while it is not. Counted from the beginning while none came."""
        due = (self.arrived_at or self.created_at) + timedelta(days=self.every)
        return at - due if at > due else None


class OwnCount(models.Model):
    """How many rows one of Linli's own data sets has: counted by the worker, true at `counted_at`."""

    name = models.CharField(max_length=40, primary_key=True)
    rows = models.BigIntegerField()
    latest_at = models.DateTimeField(null=True, help_text="of the newest row")
    counted_at = models.DateTimeField()
