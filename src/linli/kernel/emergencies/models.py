"""Emergencies 应急: one incident under one command, with its zone, its tasks and its clock.

What happened and who said what is the audit stream `emergency:<id>`: append-only and chained, so it is the log.
The words of CAP 1.2 (OASIS Common Alerting Protocol) are kept as CAP spells them, in lower case.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person, Unit
from linli.kernel.places.columns import prefix


class State(models.TextChoices):
    DECLARED = "declared", "已启动"
    RESPONDING = "responding", "响应中"
    CONTROLLED = "controlled", "已控制"
    ENDED = "ended", "已结束"
    REVIEWED = "reviewed", "已复盘"


STANDS = (State.DECLARED, State.RESPONDING, State.CONTROLLED)


class Grade(models.IntegerChoices):
    """响应级别 (国家突发事件总体应急预案): who commands. A smaller number is graver."""

    FIRST = 1, "一级响应"
    SECOND = 2, "二级响应"
    THIRD = 3, "三级响应"
    FOURTH = 4, "四级响应"


class Category(models.TextChoices):
    """CAP `category`."""

    FIRE = "fire", "火灾"
    RESCUE = "rescue", "救援"
    SAFETY = "safety", "公共安全"
    SECURITY = "security", "治安"
    HEALTH = "health", "卫生"
    MET = "met", "气象"
    GEO = "geo", "地质"
    ENV = "env", "环境"
    INFRA = "infra", "市政设施"
    TRANSPORT = "transport", "交通"
    CBRNE = "cbrne", "危险化学品"
    OTHER = "other", "其他"


class Urgency(models.TextChoices):
    """CAP `urgency`: how soon people must act."""

    IMMEDIATE = "immediate", "立即行动"
    EXPECTED = "expected", "一小时内行动"
    FUTURE = "future", "近期行动"
    PAST = "past", "已不需要行动"
    UNKNOWN = "unknown", "不明"


class Severity(models.TextChoices):
    """CAP `severity`."""

    EXTREME = "extreme", "特别严重"
    SEVERE = "severe", "严重"
    MODERATE = "moderate", "中等"
    MINOR = "minor", "轻微"
    UNKNOWN = "unknown", "不明"


class Certainty(models.TextChoices):
    """CAP `certainty`."""

    OBSERVED = "observed", "已确认发生"
    LIKELY = "likely", "很可能"
    POSSIBLE = "possible", "可能"
    UNLIKELY = "unlikely", "不大可能"
    UNKNOWN = "unknown", "不明"


NEAREST, FARTHEST = 10, 50_000
"""Metres a circle may have as its radius."""


def _times(state: str, *, responding: str = "", controlled: str = "", ended: str = "", reviewed: str = "") -> Q:
    """Which instants a state has ("yes"), has not ("no"), or may have ("")."""
    condition = Q(state=state)
    for name, has in (
        ("responding", responding),
        ("controlled", controlled),
        ("ended", ended),
        ("reviewed", reviewed),
    ):
        if has:
            condition &= Q(**{f"{name}_at__isnull": has == "no"})
    return condition


class Emergency(models.Model):
    """One incident. `zone` is a GeoJSON Polygon or MultiPolygon (WGS-84); a circle keeps its centre and radius besides.

    `place_code` is the least place that holds all of it, and who commands it has that place in scope. `inside` are the
    codes of the neighbourhoods the zone touches: whoever works in one of them sees the emergency.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.IntegerField(default=1)

    # what; event, urgency, severity, certainty and instruction are CAP's
    event = models.CharField(max_length=80)
    category = models.CharField(max_length=16, choices=Category.choices)
    grade = models.SmallIntegerField(choices=Grade.choices)
    drill = models.BooleanField(default=False, help_text="CAP status Exercise: nothing has happened")
    urgency = models.CharField(max_length=16, choices=Urgency.choices)
    severity = models.CharField(max_length=16, choices=Severity.choices)
    certainty = models.CharField(max_length=16, choices=Certainty.choices)
    instruction = models.TextField(blank=True, default="", help_text="what people inside shall do")
    gather = models.CharField(max_length=120, blank=True, default="", help_text="where people inside shall go")
    until = models.DateTimeField(
        null=True, help_text="expected to last so long (CAP expires); lifted it is by hand"
    )

    # where
    place_code = models.CharField(max_length=30, db_collation="C")
    p4 = prefix(4)
    p6 = prefix(6)
    p9 = prefix(9)
    p12 = prefix(12)
    inside = ArrayField(models.CharField(max_length=30, db_collation="C"))
    area = models.CharField(max_length=200, help_text="the zone in words (CAP areaDesc)")
    zone: models.JSONField[Any, Any] = models.JSONField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    radius = models.FloatField(null=True, help_text="metres")
    drawn = models.BooleanField(default=False, help_text="the zone was drawn by hand: neither a circle nor a place")

    # from what, and whose
    warning_id = models.UUIDField(null=True)
    matter_id = models.UUIDField(null=True)
    commander = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", help_text="whose command it is")
    unit_ids = ArrayField(models.UUIDField(), default=list, help_text="units with a task: they see it")
    notice_ids = ArrayField(models.UUIDField(), default=list, help_text="what residents were told; lifted with it")

    # how far
    state = models.CharField(max_length=16, choices=State.choices, default=State.DECLARED)
    declared_at = models.DateTimeField()
    responding_at = models.DateTimeField(null=True)
    controlled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    lessons = models.TextField(blank=True, default="", help_text="what was learnt, in the after-action review")
    # what residents had answered when it ended: three numbers are left of it
    asked = models.IntegerField(null=True, help_text="registered inside")
    safe = models.IntegerField(null=True)
    helped = models.IntegerField(null=True, help_text="asked for help")

    class Meta:
        indexes = [
            models.Index(fields=["state", "declared_at"], name="emergency_stands", condition=Q(ended_at=None)),
            models.Index(fields=["p4", "-declared_at"], name="emergency_lately"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(event="") & ~Q(area=""), name="an_emergency_says_what_and_where"),
            models.CheckConstraint(condition=Q(place_code__regex=r"^\d{2,30}$"), name="an_emergency_is_somewhere"),
            models.CheckConstraint(
                condition=Q(zone__type__in=["Polygon", "MultiPolygon"], zone__has_key="coordinates"),
                name="a_zone_is_an_area",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None, radius=None)
                | Q(lon__isnull=False, lat__isnull=False, radius__isnull=False)
                & Q(lon__range=(-180, 180), lat__range=(-90, 90), radius__range=(NEAREST, FARTHEST)),
                name="a_circle_is_whole",
            ),
            models.CheckConstraint(
                condition=_times("declared", responding="no", controlled="no", ended="no", reviewed="no")
                | _times("responding", responding="yes", controlled="no", ended="no", reviewed="no")
                | _times("controlled", responding="yes", controlled="yes", ended="no", reviewed="no")
                | _times("ended", ended="yes", reviewed="no")
                | _times("reviewed", ended="yes", reviewed="yes"),
                name="a_state_has_its_instants",
            ),
            models.CheckConstraint(
                condition=(Q(responding_at=None) | Q(responding_at__gte=F("declared_at")))
                & (Q(controlled_at=None) | Q(controlled_at__gte=F("responding_at")))
                & (Q(ended_at=None) | Q(ended_at__gte=F("declared_at")))
                & (Q(reviewed_at=None) | Q(reviewed_at__gte=F("ended_at"))),
                name="an_emergency_runs_forward",
            ),
            models.CheckConstraint(condition=~Q(state="reviewed") | ~Q(lessons=""), name="a_review_says_something"),
            models.UniqueConstraint(
                fields=["warning_id"],
                condition=Q(warning_id__isnull=False, ended_at=None),
                name="a_warning_is_declared_once",
            ),
            models.UniqueConstraint(
                fields=["matter_id"],
                condition=Q(matter_id__isnull=False, ended_at=None),
                name="a_matter_is_declared_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.place_code}"

    @property
    def stream(self) -> str:
        return f"emergency:{self.id}"

    @property
    def stands(self) -> bool:
        return self.state in STANDS

    @property
    def is_place(self) -> bool:
        """Whether its zone is a place, whole."""
        return self.radius is None and not self.drawn


class Answer(models.Model):
    """A resident inside says how they are; a later word takes the place of the earlier one.

    Purpose: to find who needs help in this emergency, and who has not been heard of. Basis: the emergency (PIPL art. 13,
    4). Read only by those on duty for it; erased by the verb that ends it, which keeps three numbers.
    """

    class Kind(models.TextChoices):
        SAFE = "safe", "我平安"
        HELP = "help", "我需要帮助"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    emergency = models.ForeignKey(Emergency, models.CASCADE, db_index=False, related_name="answers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=200, blank=True, default="")
    place_code = models.CharField(max_length=30, db_collation="C", help_text="their home")
    at = models.DateTimeField()
    said_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", help_text="who said it for them"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["emergency", "person"], name="a_person_answers_once"),
            models.CheckConstraint(condition=Q(kind__in=["safe", "help"]), name="an_answer_is_one_of_two"),
            models.CheckConstraint(
                condition=Q(said_by=None) | ~Q(said_by=F("person")) & Q(kind="safe"),
                name="for_another_one_says_only_that_they_are_safe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.emergency_id} {self.kind}"


class Task(models.Model):
    """Who does what until when. A unit, or somebody named in words who has no unit here (消防救援站, 供电公司)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    emergency = models.ForeignKey(Emergency, models.CASCADE, db_index=False, related_name="tasks")
    text = models.CharField(max_length=500)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    who = models.CharField(max_length=64, blank=True, default="")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    photo = models.BooleanField(default=False, help_text="done only with a photo")
    asked_at = models.DateTimeField(
        null=True, help_text="a call for help: since when its unit is asked; None: no more"
    )
    passed = ArrayField(
        models.UUIDField(), default=list, blank=True, help_text="units that did not take it in time"
    )
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", help_text="who took it")
    taken_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    files = ArrayField(models.UUIDField(), default=list, blank=True, help_text="proof")
    result = models.TextField(blank=True, default="")
    dropped_at = models.DateTimeField(null=True)
    matter_id = models.UUIDField(null=True, help_text="the matter it became")
    answer = models.OneToOneField(
        Answer, models.SET_NULL, null=True, related_name="task", help_text="the call for help it came from"
    )

    class Meta:
        indexes = [
            models.Index(fields=["emergency", "due_at"], name="task_of_emergency"),
            models.Index(fields=["asked_at"], name="task_asked", condition=Q(asked_at__isnull=False)),
            models.Index(fields=["matter_id"], name="task_of_matter", condition=Q(matter_id__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_task_says_what"),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, who="") | Q(unit=None) & ~Q(who=""), name="a_task_is_somebodys"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("set_at")), name="a_task_is_due_later"),
            models.CheckConstraint(
                condition=Q(done_at=None, result="") | Q(done_at__gte=F("set_at"), dropped_at=None) & ~Q(result=""),
                name="a_task_done_says_how",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None) | Q(dropped_at__gte=F("set_at"), done_at=None),
                name="dropped_is_not_done",
            ),
            models.CheckConstraint(
                condition=Q(account=None, taken_at=None, arrived_at=None)
                | Q(account__isnull=False, taken_at__gte=F("set_at"))
                & (Q(arrived_at=None) | Q(arrived_at__gte=F("taken_at"))),
                name="a_task_is_taken_and_then_one_is_there",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(photo=False) | Q(files__len__gte=1), name="a_task_shows_its_photo"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None
