"""What is asked about shifts: to swap one 换班, to be away 请假, to take one that nobody has 补班."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Unit

from .shift import Shift


class Swap(models.Model):
    """A shift asked to be taken over by a colleague, for one of theirs (`back`) or for nothing."""

    class State(models.TextChoices):
        ASKED = "asked", "等同事答复"
        AGREED = "agreed", "等负责人决定"
        DONE = "done", "已换班"
        REFUSED = "refused", "同事没有同意"
        DENIED = "denied", "负责人没有同意"
        WITHDRAWN = "withdrawn", "已撤回"
        VOID = "void", "班有变动，作废"

    OPEN = ("asked", "agreed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, models.CASCADE, related_name="swaps")
    back = models.ForeignKey(Shift, models.CASCADE, null=True, related_name="+")
    asker = models.ForeignKey(Account, models.PROTECT, related_name="+")
    colleague = models.ForeignKey(Account, models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=16, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift"], condition=Q(state__in=["asked", "agreed"]), name="one_swap_of_a_shift_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(asker=F("colleague")), name="nobody_swaps_with_themselves"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("asker")) & ~Q(decided_by=F("colleague"))),
                name="nobody_decides_their_own_swap",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.state}"


class Leave(models.Model):
    """Somebody asks to be away. The reason is theirs and whoever decides: the table is closed to all other eyes."""

    class State(models.TextChoices):
        ASKED = "asked", "等负责人决定"
        GRANTED = "granted", "已准假"
        DENIED = "denied", "没有准假"
        WITHDRAWN = "withdrawn", "已撤回"

    class Kind(models.TextChoices):
        ANNUAL = "annual", "年休假"
        PERSONAL = "personal", "事假"
        SICK = "sick", "病假"
        OTHER = "other", "其他"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="leaves", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    lasts = DateTimeRangeField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    note = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=16, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_leave_at_a_time",
                expressions=[("account", RangeOperators.EQUAL), ("lasts", RangeOperators.OVERLAPS)],
                condition=Q(state__in=["asked", "granted"]),
            ),
            models.CheckConstraint(
                condition=Q(lasts__isempty=False, lasts__lower_inf=False, lasts__upper_inf=False),
                name="a_leave_begins_and_ends",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("account")), name="nobody_grants_their_own_leave"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"


class Cover(models.Model):
    """Somebody is asked to take a shift that nobody has. `takes` empty: no answer yet."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, models.CASCADE, db_index=False, related_name="covers")
    account = models.ForeignKey(Account, models.PROTECT, related_name="covers")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    takes = models.BooleanField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="it was settled otherwise before they answered")
    passed = models.BooleanField(default=False, help_text="they did not answer in time: the next was asked")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift", "account"], name="nobody_is_asked_twice"),
            models.UniqueConstraint(
                fields=["shift"], condition=Q(answered_at=None, closed_at=None), name="one_is_asked_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(takes=None, answered_at=None) | Q(takes__isnull=False, answered_at__isnull=False),
                name="an_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(passed=False) | Q(takes=None, closed_at__isnull=False),
                name="who_is_passed_said_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.takes}"
