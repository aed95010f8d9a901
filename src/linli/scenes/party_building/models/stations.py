"""家门口服务站: what a neighbourhood offers near one's door, when it is open, who is there, and how many came. Nobody who came
is written down."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from .organisations import Organisation


class Station(models.Model):
    """One station. `shut_until`: the last day it is closed for a reason that is said at its door."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="stations")
    name = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C")
    address = models.CharField(max_length=120)
    phone = models.CharField(max_length=24, blank=True, default="")
    lon = models.FloatField(null=True, help_text="WGS-84, degrees")
    lat = models.FloatField(null=True)
    services = ArrayField(models.CharField(max_length=40), default=list)
    shut_until = models.DateField(null=True)
    shut_for = models.CharField(max_length=120, blank=True, default="")
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="station_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(ended_on=None), name="stations_differ_by_name"
            ),
            models.CheckConstraint(condition=Q(services__len__range=(1, 20)), name="a_station_offers_something"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="a_station_lies_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(shut_until=None, shut_for="") | (Q(shut_until__isnull=False) & ~Q(shut_for="")),
                name="a_station_is_shut_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Opening(models.Model):
    """Open each week from minute to minute of a day (Monday is 1). That two never overlap is kept by stations.sql."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="openings")
    weekday = models.SmallIntegerField()
    opens = models.SmallIntegerField(help_text="minutes after midnight")
    closes = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7), opens__gte=0, closes__lte=1440, opens__lt=F("closes")),
                name="a_station_opens_before_it_closes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.weekday}"


class Watch(models.Model):
    """Who is on duty at a station on a day, by the name that hangs at its door."""

    station = models.ForeignKey(Station, models.CASCADE, db_index=False, related_name="watches")
    day = models.DateField()
    begins = models.SmallIntegerField(help_text="minutes after midnight")
    ends = models.SmallIntegerField()
    who = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "day", "begins", "who"], name="somebody_is_on_a_watch_once"),
            models.CheckConstraint(
                condition=Q(begins__gte=0, ends__lte=1440, begins__lt=F("ends")),
                name="a_watch_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.day}"


class Visits(models.Model):
    """How many came on a day for a service. A number and nothing else."""

    station = models.ForeignKey(Station, models.CASCADE, db_index=False, related_name="visits")
    day = models.DateField()
    service = models.CharField(max_length=40)
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "day", "service"], name="visits_of_a_day_are_one_number"),
            models.CheckConstraint(condition=Q(count__range=(0, 100_000)), name="visits_are_counted_from_nought"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.day} {self.count}"
