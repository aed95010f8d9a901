"""An activity 志愿活动 and its shifts: what is to do, where, when, for how many."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Unit


class Activity(models.Model):
    """`kind` and `skills` are names of kinds.py. `lon` and `lat` (WGS-84): where one checks in, within `near_m` metres;
    without them no position is asked."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "招募中"
        CLOSED = "closed", "已结束"
        CANCELLED = "cancelled", "已取消"

    class Minors(models.TextChoices):
        NO = "no", "只限成年人"
        CONSENT = "consent", "监护人同意后可以参加"
        WITH = "with", "监护人陪同下可以参加"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=80)
    what = models.TextField(help_text="what one does there, and what to bring")
    kind = models.CharField(max_length=32)
    skills = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    minors = models.CharField(max_length=16, choices=Minors.choices, default=Minors.NO)
    place_code = models.CharField(max_length=30, db_collation="C")
    meet = models.CharField(max_length=120, blank=True, default="", help_text="where one meets, in words")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    near_m = models.IntegerField(default=300)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="", help_text="why it was cancelled")
    summary = models.TextField(blank=True, default="", help_text="what came of it, in words")

    class Meta:
        indexes = [models.Index(fields=["place_code", "state"], name="activity_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["published", "closed"]) | Q(published_at__isnull=False),
                name="what_is_joined_was_published",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | (Q(cancelled_at__isnull=False) & ~Q(reason="")),
                name="an_activity_is_cancelled_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="what_is_closed_says_when"
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="an_activity_is_on_this_earth",
            ),
            models.CheckConstraint(condition=Q(near_m__range=(50, 5000)), name="near_is_50_m_to_5_km"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        return f"activity:{self.id}"


class Shift(models.Model):
    """One time of an activity, half open. `taken` is kept by a trigger of the sign-ups (sight.sql) and never more than
    `seats`; `lasts` does not change once somebody signed up: it is cancelled, and another one made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    activity = models.ForeignKey(Activity, models.CASCADE, db_index=False, related_name="shifts")
    lasts = DateTimeRangeField()
    seats = models.SmallIntegerField()
    taken = models.SmallIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    over_at = models.DateTimeField(null=True, help_text="when the worker closed it: who came, who did not")

    class Meta:
        indexes = [models.Index(fields=["activity", "lasts"], name="shift_of_activity")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lasts__isempty=False, lasts__lower_inf=False, lasts__upper_inf=False),
                name="a_time_begins_and_ends",
            ),
            models.CheckConstraint(condition=Q(seats__range=(1, 500)), name="a_time_has_seats"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("seats")), name="no_more_volunteers_than_seats"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(reason=""), name="a_time_is_cancelled_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.lasts}"

    @property
    def starts_at(self) -> datetime:
        at: datetime = self.lasts.lower
        return at

    @property
    def ends_at(self) -> datetime:
        at: datetime = self.lasts.upper
        return at

    @property
    def free(self) -> int:
        return self.seats - self.taken
