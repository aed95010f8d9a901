"""A sign-up 报名: one person, or the leader of a group, for one shift; from joining to certified hours."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person

from .activities import Shift


class SignUp(models.Model):
    """`heads`: how many come with the leader of a group, the leader among them; 1 is a single person. `lasts` is the
    shift's, written by a trigger. `minutes` are what was certified. `unverified`: nobody said when they left."""

    class State(models.TextChoices):
        APPLIED = "applied", "等监护人同意"
        WAITING = "waiting", "候补"
        IN = "in", "已报名"
        CANCELLED = "cancelled", "已取消"
        ARRIVED = "arrived", "服务中"
        LEFT = "left", "待认定"
        NO_SHOW = "no_show", "未到"
        CERTIFIED = "certified", "已认定"
        APPEALED = "appealed", "复核中"

    class By(models.TextChoices):
        CODE = "code", "扫码"
        HAND = "hand", "组织者登记"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, models.PROTECT, db_index=False, related_name="sign_ups")
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")
    place_code = models.CharField(
        max_length=30, db_collation="C", help_text="the activity's: says who may see the row"
    )
    lasts = DateTimeRangeField(null=True, editable=False)
    heads = models.SmallIntegerField(default=1)
    group_name = models.CharField(max_length=64, blank=True, default="")
    guardian = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    guardian_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=State.choices)
    joined_at = models.DateTimeField()
    moved_up_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    in_at = models.DateTimeField(null=True)
    in_by = models.CharField(max_length=8, choices=By.choices, blank=True, default="")
    out_at = models.DateTimeField(null=True)
    unverified = models.BooleanField(default=False)
    minutes = models.IntegerField(null=True)
    certified_at = models.DateTimeField(null=True)
    certified_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True, default="", help_text="why other minutes than were served")
    stars = models.SmallIntegerField(null=True, help_text="how the organiser found it, 1 to 5")

    class Meta:
        indexes = [
            models.Index(fields=["shift", "state", "joined_at"], name="sign_up_of_shift"),
            models.Index(fields=["person", "-joined_at"], name="sign_up_of_person"),
        ]
        constraints = [
            ExclusionConstraint(
                name="nobody_serves_twice_at_once",
                expressions=[("person", RangeOperators.EQUAL), ("lasts", RangeOperators.OVERLAPS)],
                condition=~Q(state__in=["cancelled", "no_show"]),
            ),
            models.CheckConstraint(condition=Q(heads__range=(1, 200)), name="a_group_is_1_to_200"),
            models.CheckConstraint(condition=Q(heads=1) | ~Q(group_name=""), name="a_group_has_a_name"),
            models.CheckConstraint(
                condition=Q(out_at=None) | Q(in_at__isnull=False, out_at__gte=F("in_at")),
                name="a_volunteer_who_leaves_had_come",
            ),
            models.CheckConstraint(
                condition=~Q(state="arrived") | Q(in_at__isnull=False, out_at=None), name="who_serves_has_come"
            ),
            models.CheckConstraint(condition=~Q(state="left") | Q(out_at__isnull=False), name="who_left_says_when"),
            models.CheckConstraint(
                condition=Q(minutes=None, certified_at=None)
                | Q(minutes__gte=0, certified_at__isnull=False, certified_by__isnull=False),
                name="minutes_are_certified_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="certified") | Q(minutes__isnull=False), name="what_is_certified_has_minutes"
            ),
            models.CheckConstraint(
                condition=Q(guardian=None) | ~Q(guardian=F("person")), name="no_volunteer_is_their_own_guardian"
            ),
            models.CheckConstraint(condition=Q(stars=None) | Q(stars__range=(1, 5)), name="stars_are_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.person_id} {self.state}"

    @property
    def stream(self) -> str:
        return f"signup:{self.id}"


class Appeal(models.Model):
    """复核: a volunteer contests what was certified, or that they did not come; somebody else decides, with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sign_up = models.ForeignKey(SignUp, models.CASCADE, db_index=False, related_name="appeals")
    text = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    minutes_before = models.IntegerField(null=True)
    first_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    minutes_after = models.IntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign_up"], condition=Q(decided_at=None), name="one_appeal_at_a_time"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(first_by=None) | ~Q(decided_by=F("first_by")),
                name="an_appeal_is_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | (Q(decided_by__isnull=False, minutes_after__gte=0) & ~Q(reason="")),
                name="a_decided_appeal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(minutes_after=None)
                | Q(minutes_before=None)
                | Q(minutes_after__gte=F("minutes_before")),
                name="nobody_loses_by_asking",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sign_up_id} {self.text[:20]}"
