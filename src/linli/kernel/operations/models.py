"""A joint operation 联合行动: several units, one lead, a shared plan, and what came of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.matters.models import Matter
from linli.kernel.people.models import Account, Unit


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    ANNOUNCED = "announced", "已通知"
    RUNNING = "running", "进行中"
    ENDED = "ended", "已结束"
    REPORTED = "reported", "已总结"
    CANCELLED = "cancelled", "已取消"


OPEN = (State.DRAFT, State.ANNOUNCED, State.RUNNING, State.ENDED)


class Operation(models.Model):
    """At a place and, of what lies below it, at `spots`. `lead` is one person of `lead_unit`, who runs it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=80)
    purpose = models.TextField(help_text="what it is for, and what it is measured by")
    place_code = models.CharField(max_length=30, db_collation="C")
    spots = ArrayField(models.CharField(max_length=30), default=list, blank=True, help_text="codes of places below")
    meet = models.CharField(max_length=120, blank=True, default="", help_text="where those who take part meet")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lead_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    lead = models.ForeignKey(Account, models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="", help_text="why it was cancelled")
    summary = models.TextField(blank=True, default="", help_text="what came of it, in words")

    class Meta:
        indexes = [models.Index(fields=["place_code", "starts_at"], name="operation_by_place")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_operation_lasts"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | (Q(cancelled_at__isnull=False) & ~Q(reason="")),
                name="an_operation_is_cancelled_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(began_at__isnull=False, announced_at__isnull=False),
                name="what_runs_was_announced",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ended", "reported"])
                | Q(began_at__isnull=False, ended_at__gte=F("began_at")),
                name="what_ended_had_begun",
            ),
            models.CheckConstraint(
                condition=~Q(state="reported") | (Q(reported_at__isnull=False) & ~Q(summary="")),
                name="a_report_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        return f"operation:{self.id}"


class Party(models.Model):
    """A unit that takes part; the leading one among them."""

    operation = models.ForeignKey(Operation, models.CASCADE, db_index=False, related_name="parties")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["operation", "unit"], name="a_unit_takes_part_once")]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.unit_id}"


class Step(models.Model):
    """One line of the plan: whose, until when, with a photo or without. Done, or not done and why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, models.CASCADE, db_index=False, related_name="steps")
    number = models.SmallIntegerField()
    title = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    photo = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True, default="")
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    undone = models.CharField(max_length=200, blank=True, default="", help_text="why it was not done")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "number"], name="steps_are_numbered"),
            models.CheckConstraint(condition=Q(done_at=None) | Q(undone=""), name="what_is_done_needs_no_excuse"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(photo=False) | Q(files__len__gte=1), name="a_photo_was_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Line(models.Model):
    """A line of the operation's log."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, models.CASCADE, db_index=False, related_name="lines")
    at = models.DateTimeField()
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=500)
    key = models.UUIDField(null=True, help_text="of what a phone kept: sent twice it is one line")

    class Meta:
        indexes = [models.Index(fields=["operation", "at"], name="line_of_operation")]
        constraints = [models.UniqueConstraint(fields=["operation", "key"], name="a_line_is_written_once")]

    def __str__(self) -> str:
        return self.text


class Linked(models.Model):
    """A matter the operation is about (`before`), or that came of it."""

    operation = models.ForeignKey(Operation, models.CASCADE, db_index=False, related_name="linked")
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="+")
    came_of_it = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["operation", "matter"], name="a_matter_is_linked_once")]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.matter_id}"
