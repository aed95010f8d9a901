"""How rows come in: a job with the table as it was sent, and its lines while it runs."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7

from .sets import Dataset


class Job(models.Model):
    """One table, taken in. Its content is sealed, and gone as soon as the job has ended.

    Lines are read in batches and stored; when all are read, one transaction makes rows of them. Whoever is killed
    before leaves lines, from which the next worker goes on; nobody ever sees half a table.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "没有完成"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="jobs", db_index=False)
    place_code = models.CharField(max_length=30, db_collation="C")
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was sent")
    content = models.BinaryField(null=True, editable=False, help_text="sealed; gone when the job has ended")
    declaration = models.TextField(help_text="as it was when the table was sent")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    queued_at = models.DateTimeField()
    queued_by = models.UUIDField(null=True)
    queued_name = models.CharField(max_length=64, blank=True, default="")
    taken_at = models.DateTimeField(null=True, help_text="by a worker, anew with each batch")
    taken_by = models.UUIDField(null=True)
    position = models.IntegerField(default=0, help_text="the last line that was read")
    about = models.IntegerField(default=0, help_text="how many lines there are, roughly")
    ended_at = models.DateTimeField(null=True)
    fault: models.JSONField[Any, Any] = models.JSONField(null=True, help_text="why it failed, packed")
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict, help_text="intake.tallying.Counts")

    class Meta:
        indexes = [
            models.Index(fields=["dataset", "-queued_at"], name="jobs_of_a_set"),
            models.Index(fields=["queued_at"], name="jobs_to_do", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at=None)
                | Q(state__in=["done", "failed"], ended_at__isnull=False, content=None),
                name="a_job_that_ended_keeps_no_content",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | Q(fault__isnull=False), name="a_job_that_failed_says_why"
            ),
        ]


class Line(models.Model):
    """One line of a table: what became of it. Taken lines go when their job has ended, refused ones stay to be told."""

    class State(models.TextChoices):
        TAKEN = "taken", "采用"
        DOUBLED = "doubled", "重复"
        REFUSED = "refused", "拒绝"

    pk = models.CompositePrimaryKey("job_id", "number")
    job = models.ForeignKey(Job, models.CASCADE, related_name="lines", db_index=False)
    number = models.IntegerField()
    state = models.CharField(max_length=8, choices=State.choices)
    key = models.CharField(max_length=300, blank=True, default="", db_collation="C")
    mark = models.BinaryField(null=True, editable=False, help_text="a fingerprint of all values")
    faults: models.JSONField[Any, Any] = models.JSONField(default=list, help_text="packed")
    values: models.JSONField[Any, Any] = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True, editable=False)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    found: models.JSONField[Any, Any] = models.JSONField(default=dict, help_text="what matching said, by subject")

    class Meta:
        indexes = [
            models.Index(fields=["job", "key"], name="lines_by_key"),
            models.Index(fields=["job", "number"], name="lines_refused", condition=~Q(state="taken")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(faults=[]), name="a_refused_line_says_why")
        ]
