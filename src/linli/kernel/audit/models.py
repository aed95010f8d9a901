"""What happened: append-only, chained, partitioned by month. The tables are made in SQL (0001_audit.py).

One record is history, outbox and live feed at once. Its sensitive part (`before`, `after`, `note`,
`actor_name`, `address`) enters the chain only as a salted digest, so that what is past its time can be
erased and the chain still verifies: the digest stays as the tombstone.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Record(models.Model):
    id = models.UUIDField(primary_key=True)
    recorded_at = models.DateTimeField(help_text="when the database took it; the partition key")
    happened_at = models.DateTimeField(help_text="when it happened, as the verb was told")
    era = models.IntegerField(help_text="this database's life in one cluster, within which `tx` counts up")
    tx = models.CharField(max_length=20, help_text="the transaction (xid8): with `seq` the commit-safe order")
    seq = models.BigIntegerField()
    stream = models.TextField(help_text='what it happened to: "matter:<id>", "place:<id>", "account:<id>"')
    stream_seq = models.IntegerField()
    verb = models.TextField(help_text='"matters.accept"')
    actor_account = models.UUIDField(null=True)
    actor_post = models.UUIDField(null=True)
    actor_person = models.UUIDField(null=True)
    actor_role = models.TextField()
    actor_scope = models.TextField()
    actor_name = models.TextField(null=True)
    via = models.TextField()
    address = models.TextField(null=True)
    place_code = models.TextField(db_collation="C")
    unit_ids = ArrayField(models.UUIDField())
    person_ids = ArrayField(models.UUIDField())
    before: models.JSONField[Any, Any] = models.JSONField(null=True)
    after: models.JSONField[Any, Any] = models.JSONField(null=True)
    note = models.TextField(null=True)
    salt = models.BinaryField(null=True)
    digest = models.BinaryField()
    prev = models.BinaryField()
    hash = models.BinaryField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "audit_record"


class Head(models.Model):
    """The last link of each stream's chain: a record cut off the end of a stream is missed here."""

    stream = models.TextField(primary_key=True, db_collation="C")
    seq = models.IntegerField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_head"


class Follower(models.Model):
    """How far each follower has read, moved in the transaction of its own work."""

    name = models.TextField(primary_key=True)
    era = models.IntegerField(default=0)
    tx = models.CharField(max_length=20)
    seq = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    last_error = models.TextField(default="")
    retry_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "audit_follower"
