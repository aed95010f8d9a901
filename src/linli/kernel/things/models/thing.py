"""A thing 物: a device at a place, of a declared model, with its owner and what it proves itself with."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Unit
from linli.kernel.places.columns import prefix


class State(models.TextChoices):
    """What a thing is. `MAINTAINED` is never stored: it is shown while a maintenance lasts (`Upkeep`), which ends itself.

    `ASKING`: it hangs where it shall, and nobody has agreed to it (`models.agreement`); it is not listened to.
    """

    WAITING = "waiting", "待安装"
    ASKING = "asking", "待同意"
    WORKING = "working", "在用"
    MAINTAINED = "maintained", "维护中"
    RETIRED = "retired", "已停用"


class Thing(models.Model):
    """One device. `no` is what readings know it by, small and never given twice; `key` is what it calls itself.

    `shard` is which part of the stream its readings go through (`things.shards`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    no = models.IntegerField(unique=True, db_default=models.expressions.RawSQL("nextval('things_no')", ()))
    key = models.CharField(
        max_length=64, unique=True, db_collation="C", help_text="MQTT user name; what it says it is"
    )
    model = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    version = models.IntegerField(default=1)

    place_code = models.CharField(max_length=30, db_collation="C")
    p4 = prefix(4)
    p6 = prefix(6)
    p9 = prefix(9)
    p12 = prefix(12)
    shard = models.SmallIntegerField()
    lon = models.FloatField(null=True, help_text="WGS-84, degrees")
    lat = models.FloatField(null=True, help_text="WGS-84, degrees")
    spot = models.CharField(max_length=120, blank=True, default="", help_text="where exactly: 三楼走廊东侧")
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="things")
    every = models.IntegerField(null=True, help_text="seconds between reports, where it is not the model's")

    registered_at = models.DateTimeField()
    installed_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    changed_tx = models.BigIntegerField(
        db_default=0, editable=False, help_text="the transaction that wrote it last, set by a trigger (stamps.sql)"
    )

    class Meta:
        indexes = [
            *[models.Index(fields=[p, "model", "key"], name=f"thing_{p}") for p in ("p4", "p6", "p9", "p12")],
            models.Index(fields=["place_code"], name="thing_place"),
            models.Index(fields=["changed_tx"], name="thing_changed"),
            models.Index(fields=["lon", "lat"], name="thing_position"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"), name="a_key_is_plain"
            ),
            models.CheckConstraint(condition=Q(place_code__regex=r"^\d{6,30}$"), name="a_thing_is_somewhere"),
            models.CheckConstraint(condition=Q(shard__range=(0, 15)), name="a_thing_has_a_shard"),
            models.CheckConstraint(condition=~Q(name=""), name="a_thing_has_a_name"),
            models.CheckConstraint(condition=Q(every=None) | Q(every__gte=1), name="a_thing_reports_now_and_then"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="a_thing_stands_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(state="retired", retired_at__isnull=False) | (~Q(state="retired") & Q(retired_at=None)),
                name="retired_means_retired",
            ),
            models.CheckConstraint(condition=~Q(state="maintained"), name="maintenance_is_a_time_that_ends_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"

    @property
    def stream(self) -> str:
        return f"thing:{self.id}"


class Slot(models.Model):
    """Where in a reading's values a quantity of a model stands. Given once and never again to another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    model = models.CharField(max_length=64)
    quantity = models.CharField(max_length=64)
    slot = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "quantity"], name="a_quantity_has_one_slot"),
            models.UniqueConstraint(fields=["model", "slot"], name="a_slot_has_one_quantity"),
            models.CheckConstraint(condition=Q(slot__gte=0), name="slots_count_from_nought"),
        ]

    def __str__(self) -> str:
        return f"{self.model}.{self.quantity}"


class Credential(models.Model):
    """A secret a device proves itself with, kept as a digest only. Two may be valid while one replaces the other."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="credentials")
    digest = models.BinaryField(
        help_text="SHA-256 of a secret of at least 128 random bits: no dictionary reaches it"
    )
    issued_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, help_text="when a rotated one stops to be good")
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    changed_tx = models.BigIntegerField(db_default=0, editable=False, help_text="as Thing.changed_tx")

    class Meta:
        indexes = [models.Index(fields=["changed_tx"], name="credential_changed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("issued_at")), name="a_credential_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["thing"],
                condition=Q(ends_at=None, revoked_at=None),
                name="a_thing_has_one_credential_without_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.issued_at}"


class Claim(models.Model):
    """A code on the device's label with which whoever installs it makes it known: used once, then it is history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="claims")
    digest = models.BinaryField(unique=True)
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thing"], condition=Q(used_at=None), name="a_thing_waits_for_one_claim"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.issued_at}"


class Upkeep(models.Model):
    """What was done to a thing, and when: installed, moved, battery changed, repaired; or a time of maintenance.

    While a maintenance lasts (`lasts` holds the instant) readings are kept, and no warning is raised from them.
    """

    class What(models.TextChoices):
        INSTALL = "install", "安装"
        MOVE = "move", "移位"
        BATTERY = "battery", "换电池"
        REPAIR = "repair", "维修"
        CHECK = "check", "巡检"
        MAINTENANCE = "maintenance", "维护"
        REMOVE = "remove", "拆除"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thing = models.ForeignKey(Thing, models.CASCADE, db_index=False, related_name="upkeep")
    what = models.CharField(max_length=16, choices=What.choices)
    lasts = DateTimeRangeField()
    by_name = models.CharField(max_length=64, blank=True, default="")
    by_account = models.UUIDField(null=True)
    note = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["thing", "id"], name="upkeep_of_thing"),
            models.Index(fields=["by_account"], name="upkeep_by_account", condition=Q(by_account__isnull=False)),
        ]
        constraints = [
            ExclusionConstraint(
                name="one_maintenance_at_a_time",
                condition=Q(what="maintenance"),
                expressions=[("thing", RangeOperators.EQUAL), ("lasts", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.what}"


class Stranger(models.Model):
    """Who knocked and is not known: an unknown device, or a wrong secret. Kept to be claimed, or to be blocked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64, db_collation="C")
    why = models.CharField(max_length=32, help_text="unknown, secret, retired, waiting, agreement, topic")
    address = models.CharField(max_length=64, blank=True, default="")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.IntegerField(default=1)
    sample = models.TextField(blank=True, default="", help_text="the last payload it tried, shortened")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "why"], condition=Q(settled_at=None), name="a_stranger_is_noted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.why}"
