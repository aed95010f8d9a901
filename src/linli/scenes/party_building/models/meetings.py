"""三会一课: meetings that are planned, announced, attended and written down; and duties that were not met in time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.ids import uuid7
from linli.kernel.matters.models import Matter
from linli.kernel.people.models import Account

from .members import Member
from .organisations import Organisation


class MeetingKind(models.TextChoices):
    ASSEMBLY = "assembly", _("支部党员大会")
    COMMITTEE = "committee", _("支部委员会")
    GROUP = "group", _("党小组会")
    LECTURE = "lecture", _("党课")
    THEME = "theme", _("主题党日")


class Every(models.TextChoices):
    MONTH = "month", _("每月")
    QUARTER = "quarter", _("每季度")
    HALF = "half", _("每半年")
    YEAR = "year", _("每年")


class Cadence(models.Model):
    """How often meetings of a kind are owed at a place, where it differs from the rules; the nearest place wins."""

    place_code = models.CharField(max_length=30, db_collation="C")
    kind = models.CharField(max_length=16, choices=MeetingKind.choices)
    every = models.CharField(max_length=8, choices=Every.choices)
    times = models.SmallIntegerField(help_text="in each stretch; 0 where none is owed")
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place_code", "kind"], name="a_place_says_each_cadence_once"),
            models.CheckConstraint(
                condition=Q(times__range=(0, 12)), name="a_cadence_is_no_more_than_twelve_times"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_code} {self.kind}"


class Meeting(models.Model):
    """One meeting of a branch or a group. Counted when it was held with enough who were there (`quorate`)."""

    class State(models.TextChoices):
        PLANNED = "planned", _("计划中")
        ANNOUNCED = "announced", _("已通知")
        HELD = "held", _("已召开")
        CONFIRMED = "confirmed", _("记录已确认")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="meetings")
    kind = models.CharField(max_length=16, choices=MeetingKind.choices)
    title = models.CharField(max_length=80)
    agenda = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    venue = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    counts_for = models.DateField(help_text="the first day of the stretch it is owed for")
    state = models.CharField(max_length=16, choices=State.choices, default=State.PLANNED)
    planned_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    quorate = models.BooleanField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="", help_text="why it was cancelled")
    minutes = models.TextField(blank=True, default="")
    minutes_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    minutes_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "starts_at"], name="meeting_of_organisation"),
            models.Index(fields=["organisation", "kind", "counts_for"], name="meeting_for_duty"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_meeting_lasts"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | (Q(cancelled_at__isnull=False) & ~Q(reason="")),
                name="a_meeting_is_cancelled_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "confirmed"]) | Q(held_at__isnull=False, quorate__isnull=False),
                name="what_was_held_had_enough_or_not",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (Q(confirmed_at__isnull=False) & ~Q(minutes="")),
                name="what_is_confirmed_was_written",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("minutes_by")), name="nobody_confirms_their_own_minutes"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """A member who is expected at a meeting since it was announced, and what became of it."""

    class State(models.TextChoices):
        EXPECTED = "expected", _("应到")
        PRESENT = "present", _("到会")
        LATE = "late", _("迟到")
        LEAVE = "leave", _("请假")
        ABSENT = "absent", _("缺席")

    class How(models.TextChoices):
        CODE = "code", _("扫码")
        TICKED = "ticked", _("书记登记")

    meeting = models.ForeignKey(Meeting, models.CASCADE, db_index=False, related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, related_name="attendances")
    votes = models.BooleanField(help_text="a full member: counted for the quorum of an assembly")
    state = models.CharField(max_length=16, choices=State.choices, default=State.EXPECTED)
    how = models.CharField(max_length=8, choices=How.choices, blank=True, default="")
    at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=120, blank=True, default="", help_text="why the secretary ticked it")
    leave_asked_at = models.DateTimeField(null=True)
    leave_reason = models.CharField(max_length=120, blank=True, default="")
    leave_granted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="a_member_is_expected_once"),
            models.CheckConstraint(
                condition=~Q(how="ticked") | ~Q(reason=""), name="what_a_secretary_ticks_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["present", "late"]) | (Q(at__isnull=False) & ~Q(how="")),
                name="who_was_there_came_somehow",
            ),
            models.CheckConstraint(
                condition=~Q(state="leave") | Q(leave_granted=True), name="who_is_on_leave_was_granted_it"
            ),
            models.CheckConstraint(
                condition=Q(leave_asked_at=None, leave_granted=None) | ~Q(leave_reason=""),
                name="leave_is_asked_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.member_id}"


class Missed(models.Model):
    """A duty whose stretch is over without the meeting: it opened one matter, which ends when the meeting is made up for."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="missed")
    kind = models.CharField(max_length=16, choices=MeetingKind.choices)
    period = models.DateField(help_text="the first day of the stretch")
    period_end = models.DateField(help_text="its last day")
    found_at = models.DateTimeField()
    matter = models.OneToOneField(Matter, models.PROTECT, null=True, related_name="+")
    met_by = models.OneToOneField(Meeting, models.PROTECT, null=True, related_name="made_up")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "period"], name="a_duty_is_missed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.kind} {self.period}"
