"""What hangs on a matter: who works on it, what was asked, what stopped it, what was ordered."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.files.models import File
from linli.kernel.people.models import Account, Unit

from .matter import Matter


def _belongs(name: str, *, db_index: bool = True) -> models.ForeignKey[Matter]:
    return models.ForeignKey(Matter, models.CASCADE, db_index=db_index, related_name=name)


class Assignment(models.Model):
    """A unit's part in a matter: one leads (主办), any number help (协办), each by a date of its own."""

    class Part(models.TextChoices):
        LEAD = "lead", "主办"
        HELP = "help", "协办"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = _belongs("assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, db_index=False, related_name="assignments")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    part = models.CharField(max_length=8, choices=Part.choices)
    task = models.TextField(blank=True, default="")
    due_at = models.DateTimeField()
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True, default="")
    given_back_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    # on the spot
    went_at = models.DateTimeField(null=True, help_text="whoever holds it said: I go")
    arrived_at = models.DateTimeField(null=True, help_text="and: I am here")
    found_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=16, blank=True, default="", db_default="", help_text="readings.Cause")
    found = models.TextField(blank=True, default="", db_default="", help_text="what was found there, in words")

    class Meta:
        indexes = [models.Index(fields=["unit", "due_at"], name="assignment_of_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(part="lead", given_back_at=None, replaced_at=None),
                name="one_unit_leads",
            ),
            models.UniqueConstraint(
                fields=["matter", "unit"],
                condition=Q(given_back_at=None, replaced_at=None),
                name="a_unit_has_one_part",
            ),
            models.CheckConstraint(
                condition=Q(found_at=None, cause="") | Q(found_at__isnull=False) & ~Q(cause=""),
                name="what_was_found_has_a_cause",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.finished_at is None and self.given_back_at is None and self.replaced_at is None


class Question(models.Model):
    """Something the reporter was asked, and the answer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = _belongs("questions")
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    pauses = models.BooleanField(default=False)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter"], condition=Q(answered_at=None), name="one_question_at_a_time")
        ]


class Pause(models.Model):
    """A time in which the clock stood still, and the arithmetic by which the date moved."""

    class Reason(models.TextChoices):
        REPORTER = "reporter", "等待当事人补充"
        WEATHER = "weather", "天气原因"
        PROCEDURE = "procedure", "法定程序期间"
        THIRD_PARTY = "third_party", "等待第三方"
        WORKS = "works", "需列入工程计划"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = _belongs("pauses")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    words = models.TextField(blank=True, default="")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    due_before = models.DateTimeField()
    due_after = models.DateTimeField(null=True)
    arithmetic: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter"], condition=Q(until_at=None), name="paused_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="a_pause_runs_forward"
            ),
        ]


class Request(models.Model):
    """Something that needs approval: more time (延期), or writing the matter off (核销)."""

    class What(models.TextChoices):
        EXTENSION = "extension", "延期"
        WRITE_OFF = "write_off", "核销"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = _belongs("requests")
    what = models.CharField(max_length=16, choices=What.choices)
    span = models.CharField(max_length=32, blank=True, default="", help_text='how much more: "3 working_day"')
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decision = models.TextField(blank=True, default="")
    arithmetic: models.JSONField[Any, Any] = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "what"], condition=Q(decided_at=None), name="one_open_request_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, granted=None) | Q(decided_at__isnull=False, granted__isnull=False),
                name="a_decision_decides",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(asked_by=None) | ~Q(decided_by=F("asked_by")),
                name="nobody_grants_their_own_request",
            ),
        ]


class Link(models.Model):
    """Two matters that belong together without being one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = _belongs("links", db_index=False)
    other = models.ForeignKey(Matter, models.CASCADE, related_name="linked_from")
    words = models.CharField(max_length=200, blank=True, default="")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "other"], name="linked_once"),
            models.CheckConstraint(condition=~Q(matter=F("other")), name="not_linked_to_itself"),
        ]


class Attachment(models.Model):
    """A file shown with a matter: with the report, as proof of the work, of the check, or with an answer."""

    class Purpose(models.TextChoices):
        REPORT = "report", "上报"
        ANSWER = "answer", "补充"
        PROOF = "proof", "处置结果"
        CHECK = "check", "核查"
        COMMENT = "comment", "备注"
        ORDER = "order", "督办回复"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = _belongs("attachments", db_index=False)
    file = models.ForeignKey(File, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    for_reporter = models.BooleanField(default=True, help_text="whether the reporter sees it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "file"], name="attached_once")]
