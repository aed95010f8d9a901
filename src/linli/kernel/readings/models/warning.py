"""Warnings 预警: what a rule found, who saw it, how it ended; and incidents, which hold many of them.

Written by the evaluator in the transaction that writes the reading, and by the verbs of the people who answer them.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.places.columns import prefix
from linli.kernel.things.models import Thing


class Severity(models.IntegerChoices):
    BLUE = 1, "蓝色"
    YELLOW = 2, "黄色"
    ORANGE = 3, "橙色"
    RED = 4, "红色"


class State(models.TextChoices):
    RAISED = "raised", "待确认"
    ACKNOWLEDGED = "acknowledged", "已确认"
    CLEARED = "cleared", "已恢复"
    CLOSED = "closed", "已关闭"


class Cause(models.TextChoices):
    """Why it was raised, as a person found it on the spot. The first is real, the others are false alarms."""

    REAL = "real", "属实"
    COOKING = "cooking", "油烟、蒸汽"
    DUST = "dust", "灰尘、虫"
    TEST = "test", "测试、演练"
    FAULT = "fault", "设备故障"
    LIMIT = "limit", "阈值不合适"
    OTHER = "other", "其他误报"


_STANDS = Q(state__in=("raised", "acknowledged"))
_OWED = Q(matter_id=None, closed_at=None) & ~Q(trouble="")


class Incident(models.Model):
    """A storm: warnings of one rule at one place within minutes. One person is sent, not a hundred."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C", help_text="what its members have in common")
    severity = models.SmallIntegerField(choices=Severity.choices)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField(help_text="when the last member came; after the rule's minutes it takes no more")
    closed_at = models.DateTimeField(null=True)
    members = models.IntegerField(default=0)
    matter_id = models.UUIDField(null=True, help_text="the matter it opened")

    class Meta:
        indexes = [
            models.Index(fields=["matter_id"], name="incident_of_matter", condition=Q(matter_id__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "place_code"],
                condition=Q(closed_at=None),
                name="one_open_incident_of_a_rule_at_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.place_code}"


class Warning(models.Model):  # noqa: A001 - the field's own word
    """One rule found one thing (or, of rules over several things, one place) to be so, from `raised_at` on.

    Instants are the readings' own; `recorded_at` is when the evaluator wrote it. `says` holds what the sentence is
    made of: quantity, value, limit, seconds.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.CharField(max_length=64)
    thing = models.ForeignKey(Thing, models.PROTECT, null=True, db_index=False, related_name="warnings")
    subject = models.CharField(max_length=32, db_collation="C", help_text="the thing's number, or a place code")
    place_code = models.CharField(max_length=30, db_collation="C")
    p4 = prefix(4)
    p6 = prefix(6)
    p9 = prefix(9)
    p12 = prefix(12)
    severity = models.SmallIntegerField(choices=Severity.choices)
    highest = models.SmallIntegerField(choices=Severity.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.RAISED)
    version = models.IntegerField(default=1)
    raised_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    times = models.IntegerField(default=1, help_text="how often it came back before it was closed")
    says: models.JSONField[Any, Any] = models.JSONField(default=dict)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.UUIDField(null=True)
    cleared_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=16, choices=Cause.choices, blank=True, default="")
    cause_note = models.TextField(blank=True, default="")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, db_index=False, related_name="warnings")
    matter_id = models.UUIDField(null=True)
    trouble = models.TextField(blank=True, default="", help_text="why its matter could not be opened")

    class Meta:
        indexes = [
            *[
                models.Index(fields=[p, "state", "raised_at", "id"], name=f"warning_{p}")
                for p in ("p4", "p6", "p9", "p12")
            ],
            # The queue: the gravest first, of these the oldest. What is closed is many, what stands is few.
            *[
                models.Index(
                    fields=[p, "-severity", "raised_at", "id"], name=f"warning_{p}_stands", condition=_STANDS
                )
                for p in ("p4", "p6", "p9", "p12")
            ],
            # A storm: which of its members stands for it in a list, among those that stand and among the others.
            models.Index(
                fields=["incident", "state", "raised_at", "id"],
                name="warning_of_incident_state",
                condition=Q(incident__isnull=False),
            ),
            models.Index(
                fields=["incident", "-severity", "raised_at", "id"],
                name="warning_of_incident_stands",
                condition=_STANDS & Q(incident__isnull=False),
            ),
            models.Index(fields=["id"], name="warning_owed", condition=_OWED),
            models.Index(fields=["thing", "raised_at"], name="warning_of_thing"),
            models.Index(fields=["rule", "raised_at"], name="warning_of_rule"),
            models.Index(fields=["matter_id"], name="warning_of_matter", condition=Q(matter_id__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"],
                condition=Q(closed_at=None),
                name="one_open_warning_of_a_rule_on_a_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="a_closed_warning_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="cleared") | Q(cleared_at__isnull=False), name="a_cleared_warning_says_when"
            ),
            models.CheckConstraint(condition=Q(severity__lte=F("highest")), name="highest_is_the_highest"),
            models.CheckConstraint(condition=Q(place_code__regex=r"^\d{6,30}$"), name="a_warning_is_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"

    @property
    def stream(self) -> str:
        return f"warning:{self.id}"


class RuleNumber(models.Model):
    """One number of a rule, as a place or a thing has set it. The thing wins, then the nearest place."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C", blank=True, default="")
    thing = models.ForeignKey(Thing, models.CASCADE, null=True, related_name="numbers")
    name = models.CharField(max_length=64)
    value = models.FloatField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(thing=None, place_code__regex=r"^\d{2,30}$") | Q(thing__isnull=False, place_code=""),
                name="a_number_holds_at_a_place_or_for_a_thing",
            ),
            models.UniqueConstraint(
                fields=["rule", "place_code", "name"], condition=Q(thing=None), name="a_place_sets_a_number_once"
            ),
            models.UniqueConstraint(
                fields=["rule", "thing", "name"],
                condition=Q(thing__isnull=False),
                name="a_thing_sets_a_number_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}.{self.name}"


class DeadLetter(models.Model):
    """What came and could not be read, whole or in part, with the reason; replayed when the codec is mended."""

    class Why(models.TextChoices):
        UNREADABLE = "unreadable", "读不懂"
        TOO_LARGE = "too_large", "太大"
        NO_VALUE = "no_value", "没有可用的数值"
        NOT_A_NUMBER = "not_a_number", "不是数"
        OUT_OF_RANGE = "out_of_range", "超出量程"
        UNIT = "unit", "单位不符"
        CLOCK = "clock", "时间不可信"
        FLOOD = "flood", "过于频繁"
        UNKNOWN = "unknown", "不认识的设备"
        TOPIC = "topic", "主题不符"
        REFUSED = "refused_by_database", "数据库不收"
        NOT_EVALUATED = "not_evaluated", "评估不了"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(help_text="when it was received")
    key = models.CharField(max_length=64, blank=True, default="", db_collation="C")
    thing = models.ForeignKey(Thing, models.CASCADE, null=True, db_index=False)
    place_code = models.CharField(max_length=30, db_collation="C", blank=True, default="")
    via = models.CharField(max_length=16, help_text="mqtt, http, bridge")
    topic = models.CharField(max_length=255, blank=True, default="")
    codec = models.CharField(max_length=32, blank=True, default="")
    why = models.CharField(max_length=32, choices=Why.choices)
    says = models.CharField(max_length=200, blank=True, default="", help_text="which field, which value")
    payload = models.BinaryField(help_text="as it came, at most 64 KiB of it")
    size = models.IntegerField()
    settled_at = models.DateTimeField(null=True, help_text="replayed, or put aside by a person")
    outcome = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="dead_letter_at"),
            models.Index(fields=["thing", "at"], name="dead_letter_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.why}"
