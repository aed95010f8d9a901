"""Where things are: places with codes, boundaries, addresses and a time of validity.

A row keeps its id and its code for life. When the name or the boundary changes from a date on, what it was
before is kept as a closed row beside it; when the code changes, the row is closed and a new one begins. A
`Succession` leads from the one to the other, so a code can be asked for at any date.

Places are public data: there is no row level security on these tables.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.places.codes import LONGEST, Level


class Place(models.Model):
    """One place for one span of time; `valid_to` is the first day it no longer is, null while it is.

    `level` and `parent_code` are generated from the code by the database, so they cannot disagree with it; a
    deferred foreign key (migration 0002) holds `parent` to the row that has exactly the parent's code.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=LONGEST, db_collation="C")
    level = models.GeneratedField(
        expression=Func(F("code"), function="places_level"),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    parent_code = models.GeneratedField(
        expression=Func(F("code"), function="places_parent"),
        output_field=models.CharField(max_length=LONGEST, db_collation="C", null=True),
        db_persist=True,
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="children")
    name = models.CharField(max_length=64)
    aliases = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    bigrams = models.GeneratedField(
        expression=Func(F("code"), F("name"), F("aliases"), function="places_bigrams"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )
    lon = models.FloatField(null=True, help_text="WGS-84, degrees")
    lat = models.FloatField(null=True, help_text="WGS-84, degrees")
    boundary: models.JSONField[Any, Any] = models.JSONField(null=True, help_text="GeoJSON geometry, WGS-84")
    road = models.CharField(max_length=64, blank=True, default="")
    lane = models.CharField(max_length=16, blank=True, default="")
    number = models.CharField(max_length=16, blank=True, default="")
    building = models.CharField(max_length=16, blank=True, default="")
    unit = models.CharField(max_length=16, blank=True, default="")
    room = models.CharField(max_length=16, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=128, blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["parent", "code"], name="place_by_parent"),
            models.Index(fields=["level", "code"], name="place_by_level"),
            models.Index(fields=["road", "lane", "number"], condition=~Q(road=""), name="place_by_road"),
            GinIndex(fields=["bigrams"], name="place_by_bigrams"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[1-9][0-9]+$"), name="a_code_is_digits"),
            models.CheckConstraint(condition=Q(level__isnull=False), name="a_code_has_the_length_of_a_level"),
            models.CheckConstraint(condition=Q(name__regex="[^[:space:]]"), name="a_place_has_a_name"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="a_place_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="a_point_is_whole_and_on_the_globe",
            ),
            models.CheckConstraint(
                condition=Q(boundary__isnull=True)
                | Q(boundary__type="Polygon", boundary__has_key="coordinates")
                | Q(boundary__type="MultiPolygon", boundary__has_key="coordinates"),
                name="a_boundary_is_a_polygon",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="one_place_of_a_code_without_end"
            ),
            models.UniqueConstraint(fields=["id", "code"], name="a_place_and_its_code"),
            ExclusionConstraint(
                name="one_place_of_a_code_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"

    @property
    def kind(self) -> Level:
        """The level as the pure rooms know it, with its words."""
        return Level(self.level)


class Succession(models.Model):
    """What became of a place on a day: which row followed it, and how."""

    class Kind(models.TextChoices):
        RENAME = "rename", "更名"
        RECODE = "recode", "换码"
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"
        REDRAW = "redraw", "调整边界"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    predecessor = models.ForeignKey(Place, models.PROTECT, db_index=False, related_name="successions")
    successor = models.ForeignKey(Place, models.PROTECT, related_name="origins")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateField()
    heir = models.BooleanField(default=True, help_text="took what lay at the place itself; of a split, one part")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="a_succession_is_told_once"),
            models.UniqueConstraint(fields=["predecessor"], condition=Q(heir=True), name="a_place_has_one_heir"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="no_place_succeeds_itself"),
            models.CheckConstraint(
                condition=Q(kind__in=["rename", "recode", "merge", "split", "redraw"]),
                name="a_succession_has_a_known_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class Recoding(models.Model):
    """One act that gave places other codes, and whether every room has carried its rows over.

    Written with the act itself: from that moment on, whoever saw the old codes sees the new ones as well, and the
    other way round, until it is finished (`access.moves.also`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.UUIDField(unique=True, help_text="the audit record of the act")
    at = models.DateTimeField()
    moves: models.JSONField[Any, Any] = models.JSONField(help_text="access.moves.Moves")
    seen_at = models.DateTimeField(null=True, help_text="by the database's clock: the follower began")
    carried: models.JSONField[Any, Any] = models.JSONField(default=dict, help_text="rows carried over, by room")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], condition=Q(finished_at=None), name="recoding_open")]

    def __str__(self) -> str:
        return f"{self.record} {self.at}"


class Stamp(models.Model):
    """One row that changes whenever any place does: what caches compare, and what place verbs lock.

    A trigger writes it (migration 0002). The transaction's id stands beside the count, because a count alone
    comes back after a rollback, with other places behind it.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    tx = models.CharField(max_length=20)
    count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_stamp")]

    def __str__(self) -> str:
        return f"{self.tx}.{self.count}"
