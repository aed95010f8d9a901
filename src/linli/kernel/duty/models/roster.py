"""A roster 值班表: whose duty is planned, for which place, in which shifts of the day."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Unit

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


def every_day() -> list[int]:
    return list(EVERY_DAY)


class Roster(models.Model):
    """Of a unit, for a place. `head_decides`: a swap two colleagues agree on waits for whoever leads them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rosters")
    place_code = models.CharField(max_length=30, db_collation="C")
    name = models.CharField(max_length=64)
    head_decides = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="roster_by_place", condition=Q(ended_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(ended_at=None), name="one_roster_of_a_name_in_a_unit"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_roster_has_a_name"),
            models.CheckConstraint(condition=~Q(place_code=""), name="a_roster_is_of_a_place"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"roster:{self.id}"


class Slot(models.Model):
    """A shift of the day 班次 as the roster stores it: 早班 08:00 to 16:00 from Monday to Friday, one person at least.

    Times are those of the clock on the wall; one that ends before it begins ends on the next day. Changing one is
    ending it and adding another, so that what was planned keeps what it was planned by.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster = models.ForeignKey(Roster, models.CASCADE, db_index=False, related_name="slots")
    name = models.CharField(max_length=16)
    begins = models.TimeField()
    ends = models.TimeField()
    days = ArrayField(models.SmallIntegerField(), default=every_day, help_text="1 is Monday")
    need = models.SmallIntegerField(default=1, help_text="persons at the least")
    since = models.DateField()
    until = models.DateField(null=True, help_text="the first day on which it is no more")

    class Meta:
        indexes = [models.Index(fields=["roster", "begins"], name="slot_of_roster")]
        constraints = [
            models.CheckConstraint(condition=~Q(begins=F("ends")), name="a_slot_is_no_whole_day"),
            models.CheckConstraint(condition=Q(need__gte=1, need__lte=20), name="a_slot_needs_somebody"),
            models.CheckConstraint(
                condition=Q(days__len__gte=1, days__contained_by=EVERY_DAY), name="a_slot_has_days_of_the_week"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="a_slot_begins_first"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.begins:%H:%M}-{self.ends:%H:%M}"

    @property
    def overnight(self) -> bool:
        return self.ends < self.begins

    def falls_on(self, day: date) -> bool:
        return day.isoweekday() in self.days and self.since <= day and (self.until is None or day < self.until)


class Month(models.Model):
    """A month of a roster that was published: from then on its shifts are seen by those who serve them, and count."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster = models.ForeignKey(Roster, models.CASCADE, db_index=False, related_name="months")
    month = models.DateField(help_text="its first day")
    published_at = models.DateTimeField()
    by_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster", "month"], name="a_month_is_published_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_is_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.month:%Y-%m}"
