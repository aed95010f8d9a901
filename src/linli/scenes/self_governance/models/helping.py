"""Help between neighbours in the time bank 时间银行: asked for, offered, agreed, said to be done by both; minutes move then."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person


class Request(models.Model):
    """求助: `minutes` are promised when a helper is chosen, and held in the asker's account until both say that it is done.
    `said_by_*` are the minutes each says; where they differ a second person decides."""

    class State(models.TextChoices):
        OPEN = "open", "找人帮忙"
        AGREED = "agreed", "已约好"
        DISPUTED = "disputed", "说法不一"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")
    place_code = models.CharField(
        max_length=30, db_collation="C", help_text="the asker's neighbourhood, not the door"
    )
    kind = models.CharField(max_length=32)
    what = models.CharField(max_length=200)
    lasts = DateTimeRangeField()
    minutes = models.IntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    helper = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    transfer = models.UUIDField(null=True, help_text="what is promised, in kernel/points")
    said_by_asker = models.IntegerField(null=True)
    said_by_helper = models.IntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    moved = models.IntegerField(null=True, help_text="the minutes that went over")
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "state"], name="request_by_place"),
            models.Index(fields=["person", "-asked_at"], name="request_of_person"),
        ]
        constraints = [
            ExclusionConstraint(
                name="nobody_helps_twice_at_once",
                expressions=[("helper", RangeOperators.EQUAL), ("lasts", RangeOperators.OVERLAPS)],
                condition=Q(helper__isnull=False) & ~Q(state="cancelled"),
            ),
            models.CheckConstraint(
                condition=Q(lasts__isempty=False, lasts__lower_inf=False, lasts__upper_inf=False),
                name="help_begins_and_ends",
            ),
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="help_is_a_minute_to_a_day"),
            models.CheckConstraint(
                condition=Q(helper=None) | ~Q(helper=F("person")), name="nobody_helps_themselves"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "disputed", "done"])
                | Q(helper__isnull=False, transfer__isnull=False, agreed_at__isnull=False),
                name="what_is_agreed_has_a_helper",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(moved__gte=0, ended_at__isnull=False, moved__lte=F("minutes")),
                name="no_more_minutes_go_over_than_were_promised",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(reason=""), name="a_dispute_is_decided_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def stream(self) -> str:
        return f"help:{self.id}"


class Offer(models.Model):
    """Somebody says that they could help; the asker chooses."""

    request = models.ForeignKey(Request, models.CASCADE, db_index=False, related_name="offers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    offered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="somebody_offers_once")]

    def __str__(self) -> str:
        return f"{self.request_id} {self.person_id}"
