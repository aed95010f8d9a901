"""A time of maintenance of a place and of everything below it: a drill, a refurbishment, a power cut that was announced."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7


class PlaceUpkeep(models.Model):
    """While it lasts (`lasts` holds the instant) readings of the things there are kept, and no warning is raised from
    them; also of those that are put up there meanwhile. An empty range never took place. Two may overlap:
    two places become one, and each had its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C")
    lasts = DateTimeRangeField()
    note = models.TextField(help_text="why: who finds no warning there wants to know")
    by_name = models.CharField(max_length=64, blank=True, default="")
    by_account = models.UUIDField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="place_upkeep_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(place_code__regex=r"^\d{9,30}$"), name="no_more_than_a_street_rests"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="a_place_rests_for_a_reason"),
            models.CheckConstraint(
                condition=Q(lasts__isempty=True) | Q(lasts__lower_inf=False, lasts__upper_inf=False),
                name="maintenance_of_a_place_ends_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_code} {self.lasts}"

    @property
    def stream(self) -> str:
        return f"upkeep:{self.id}"
