"""双报到: organisations and members report to the neighbourhood where they are, and do tasks there. And three lists: what is
there to give, what is needed, and what came together of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account

from .members import Member
from .organisations import Organisation


class Reported(models.Model):
    """报到: an organisation, or a member, at a neighbourhood, from one day to another. `pledge` is what a member says they
    will do there; it is shown on the board to who agreed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="reported")
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="reported")
    place_code = models.CharField(max_length=12, db_collation="C")
    since = models.DateField()
    until = models.DateField(null=True)
    offers = models.CharField(max_length=120, blank=True, default="", help_text="what they can do there")
    pledge = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="reported_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, member=None) | Q(organisation=None, member__isnull=False),
                name="an_organisation_or_a_member_reports",
            ),
            models.CheckConstraint(condition=Q(place_code__regex=r"^[0-9]{12}$"), name="one_reports_to_a_neighbourhood"),
            models.UniqueConstraint(
                fields=["organisation", "place_code"], condition=Q(until=None), name="an_organisation_reports_once_to_a_place"
            ),
            models.UniqueConstraint(fields=["member"], condition=Q(until=None), name="a_member_reports_to_one_place"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="who_reported_stays_a_while"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.place_code} {self.organisation_id or self.member_id}"


class Task(models.Model):
    """What a neighbourhood asks of who reported to it: how many are wanted, when."""

    class State(models.TextChoices):
        OPEN = "open", _("招募中")
        ENDED = "ended", _("已结束")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="tasks")
    place_code = models.CharField(max_length=12, db_collation="C")
    title = models.CharField(max_length=60)
    text = models.CharField(max_length=300, blank=True, default="")
    wanted = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place_code", "starts_at"], name="task_by_place")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_task_lasts"),
            models.CheckConstraint(condition=Q(wanted__range=(1, 200)), name="a_task_wants_somebody"),
        ]

    def __str__(self) -> str:
        return self.title


class Part(models.Model):
    """Somebody who reported takes part in a task; said done, and confirmed by the neighbourhood's organisation."""

    task = models.ForeignKey(Task, models.CASCADE, db_index=False, related_name="parts")
    reported = models.ForeignKey(Reported, models.CASCADE, related_name="parts")
    joined_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "reported"], name="one_takes_part_once"),
            models.CheckConstraint(condition=Q(confirmed_at=None) | Q(done_at__isnull=False), name="what_is_confirmed_was_done"),
            models.CheckConstraint(condition=Q(done_at=None) | ~Q(note=""), name="what_was_done_is_said"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.task_id} {self.reported_id}"


class What(models.TextChoices):
    VENUE = "venue", _("场地")
    PEOPLE = "people", _("人员")
    SKILL = "skill", _("专业服务")
    GOODS = "goods", _("物资")
    MONEY = "money", _("资金")
    EVENT = "event", _("活动")


class Listing(models.Model):
    """A line of the list of resources 资源清单 or of needs 需求清单. Of a resource `place_code` says how far it reaches."""

    class Side(models.TextChoices):
        RESOURCE = "resource", _("资源")
        NEED = "need", _("需求")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    side = models.CharField(max_length=8, choices=Side.choices)
    what = models.CharField(max_length=16, choices=What.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="listings")
    place_code = models.CharField(max_length=12, db_collation="C")
    title = models.CharField(max_length=60)
    text = models.CharField(max_length=300, blank=True, default="")
    since = models.DateField()
    until = models.DateField()
    closed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["side", "what", "place_code"], condition=Q(closed_at=None), name="listing_open")
        ]
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="a_listing_holds_a_while")]

    def __str__(self) -> str:
        return self.title


class Project(models.Model):
    """项目清单: a need that somebody took on, with a resource or without one of the list. Delivered with proof, then judged
    by who needed it."""

    class State(models.TextChoices):
        CLAIMED = "claimed", _("已认领")
        DELIVERED = "delivered", _("待评价")
        EVALUATED = "evaluated", _("已评价")
        GIVEN_BACK = "given_back", _("已退回")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    need = models.ForeignKey(Listing, models.PROTECT, related_name="projects")
    resource = models.ForeignKey(Listing, models.PROTECT, null=True, related_name="used")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="projects")
    state = models.CharField(max_length=16, choices=State.choices, default=State.CLAIMED)
    claimed_at = models.DateTimeField()
    due_on = models.DateField()
    delivered_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=300, blank=True, default="")
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    stars = models.SmallIntegerField(null=True)
    judged = models.CharField(max_length=300, blank=True, default="")
    evaluated_at = models.DateTimeField(null=True)
    given_back_for = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need"], condition=~Q(state="given_back"), name="a_need_is_taken_on_by_one"),
            models.CheckConstraint(
                condition=~Q(state__in=["delivered", "evaluated"])
                | (Q(delivered_at__isnull=False, files__len__gte=1) & ~Q(words="")),
                name="what_is_delivered_has_its_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state="evaluated") | Q(stars__range=(1, 5), evaluated_at__isnull=False),
                name="what_is_evaluated_has_its_stars",
            ),
            models.CheckConstraint(condition=~Q(state="given_back") | ~Q(given_back_for=""), name="a_project_is_given_back_for_a_reason"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.need_id}"
