"""What devices said, as it is stored. The tables are made in SQL (migrations/tables.sql): most are partitioned by day.

`values` of a reading stand in the slots of the thing's model (`things.models.Slot`); NULL where it said nothing.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Intake(models.Model):
    """A batch that was acknowledged and waits to be evaluated: `entries` is `linli.kernel.readings.wire` packed.

    The evaluator removes it in the transaction that writes what was in it. That is its position: nothing is skipped
    when batches commit out of order.
    """

    id = models.BigAutoField(primary_key=True)
    shard = models.SmallIntegerField()
    received_at = models.DateTimeField()
    entries = models.BinaryField()

    class Meta:
        managed = False
        db_table = "readings_intake"


class Reading(models.Model):
    """What a thing said of one instant. Partitioned by day of `at`; unique by thing and instant."""

    pk = models.CompositePrimaryKey("thing", "at")
    thing = models.IntegerField(help_text="Thing.no")
    at = models.DateTimeField(help_text="by the device's clock, where it is to be believed")
    received_at = models.DateTimeField()
    flags = models.SmallIntegerField(help_text="wire.Flag")
    values = ArrayField(models.FloatField(null=True))

    class Meta:
        managed = False
        db_table = "readings_reading"


class Latest(models.Model):
    """The present state of a thing, one row: what it said last, when it last changed, when it was last heard."""

    thing = models.IntegerField(primary_key=True)
    at = models.DateTimeField(null=True, help_text="of the last reading in order")
    received_at = models.DateTimeField(null=True, help_text="when it was last heard, whatever it said")
    changed_at = models.DateTimeField(null=True, help_text="when a value last differed from the one before")
    values = ArrayField(models.FloatField(null=True))
    repeats = ArrayField(
        models.BigIntegerField(), help_text="digests of its last messages without a time of their own"
    )

    class Meta:
        managed = False
        db_table = "readings_latest"


class RuleState(models.Model):
    """How far a rule is with a thing or a place, where it is not at rest; `due_at` is when its timer runs out."""

    pk = models.CompositePrimaryKey("rule", "subject")
    rule = models.TextField()
    subject = models.TextField()
    shard = models.SmallIntegerField()
    state = models.BinaryField(help_text="msgpack of the machine's state")
    due_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "readings_state"


class Tally(models.Model):
    """How many readings of a thing and a day met with what (`wire.Met`): repeated, late, skewed …"""

    pk = models.CompositePrimaryKey("thing", "day", "what")
    thing = models.IntegerField()
    day = models.DateField()
    what = models.TextField()
    n = models.IntegerField()

    class Meta:
        managed = False
        db_table = "readings_tally"


class Rolled(models.Model):
    """The columns minute, hour and day share. `mean` is sum / n."""

    pk = models.CompositePrimaryKey("thing", "slot", "at")
    thing = models.IntegerField()
    slot = models.SmallIntegerField()
    at = models.DateTimeField(help_text="when the span begins")
    n = models.IntegerField()
    least = models.FloatField()
    sum = models.FloatField()
    most = models.FloatField()
    last = models.FloatField()

    class Meta:
        abstract = True


class Minute(Rolled):
    class Meta:
        managed = False
        db_table = "readings_minute"


class Hour(Rolled):
    class Meta:
        managed = False
        db_table = "readings_hour"


class Day(Rolled):
    """Days are local days of the installation's time zone."""

    class Meta:
        managed = False
        db_table = "readings_day"
