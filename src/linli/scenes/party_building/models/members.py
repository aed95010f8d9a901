"""Members 党员 and those on the way to it. That somebody is one is itself sensitive (PIPL art. 28, docs/rights.md 6).

So a row says of nobody who it is: name, numbers and the link to the register of persons lie sealed in `card_sealed`, and
prints of this room's own find an equal one. What is told of a member stands in a history of its own (`member:<id>`).
→ docs/adr/0039
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account

from .organisations import Organisation


class Stage(models.TextChoices):
    APPLICANT = "applicant", _("入党申请人")
    ACTIVIST = "activist", _("入党积极分子")
    PROSPECT = "prospect", _("发展对象")
    PROBATIONARY = "probationary", _("预备党员")
    FULL = "full", _("正式党员")


ORDER = list(Stage)
PAYS = (Stage.PROBATIONARY, Stage.FULL)
"""Who is a member, attends and pays dues (预备党员从支部大会通过其为预备党员之日起交纳党费)."""


class Member(models.Model):
    """Somebody in exactly one branch, as long as they are not gone: `branch` is never empty and there is no second.

    While a transfer is under way they stay where they were; a deferred trigger lets `branch` change with a received
    transfer alone.
    """

    class Gone(models.TextChoices):
        MOVED = "moved", _("转出本系统")
        DIED = "died", _("去世")
        LEFT = "left", _("退党")
        EXPELLED = "expelled", _("除名或开除")
        STOPPED = "stopped", _("不再培养")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    branch = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="members")
    branch_since = models.DateField()
    group = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="group_members")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    stage_since = models.DateField()
    probation_until = models.DateField(null=True)
    card_sealed = models.BinaryField(editable=False)
    identity_print = models.BinaryField(editable=False)
    person_print = models.BinaryField(null=True, editable=False)
    registered_at = models.DateTimeField()
    gone_on = models.DateField(null=True)
    gone = models.CharField(max_length=16, choices=Gone.choices, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["branch", "stage"], condition=Q(gone_on=None), name="member_of_branch")]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_print"], condition=Q(gone_on=None), name="one_membership_per_identity_number"
            ),
            models.UniqueConstraint(
                fields=["person_print"], condition=Q(gone_on=None), name="one_membership_per_person"
            ),
            models.CheckConstraint(
                condition=Q(gone_on=None, gone="") | (Q(gone_on__isnull=False) & ~Q(gone="")),
                name="who_is_gone_went_for_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(stage="probationary") & Q(probation_until__gt=F("stage_since")))
                | (~Q(stage="probationary") & Q(probation_until=None)),
                name="probation_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def stream(self) -> str:
        return f"member:{self.id}"


class Entry(models.Model):
    """A stage was entered on a day, by a resolution."""

    member = models.ForeignKey(Member, models.CASCADE, db_index=False, related_name="entries")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    since = models.DateField()
    resolution = models.CharField(max_length=120, blank=True, default="", help_text="which meeting, which approval")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "stage"], name="a_stage_is_entered_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.stage}"


class Transfer(models.Model):
    """组织关系转接: a letter from one branch to another, or to one outside. Received, sent back or taken back; until it is
    received the member is where they were. What nobody received in time has `expired`."""

    class State(models.TextChoices):
        OPEN = "open", _("待接收")
        RECEIVED = "received", _("已接收")
        SENT_BACK = "sent_back", _("已退回")
        TAKEN_BACK = "taken_back", _("已撤回")
        EXPIRED = "expired", _("已过期")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, db_index=False, related_name="transfers")
    number = models.CharField(max_length=24, unique=True)
    from_branch = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    to_branch = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    to_outside = models.CharField(
        max_length=120, blank=True, default="", help_text="an organisation that is not here"
    )
    why = models.CharField(max_length=200)
    opened_on = models.DateField()
    opened_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    valid_until = models.DateField(help_text="its last day")
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(state="open"), name="one_letter_at_a_time"),
            models.CheckConstraint(
                condition=Q(to_branch__isnull=False, to_outside="") | (Q(to_branch=None) & ~Q(to_outside="")),
                name="a_letter_goes_to_one_branch",
            ),
            models.CheckConstraint(
                condition=Q(to_branch=None) | ~Q(to_branch=F("from_branch")), name="a_letter_goes_elsewhere"
            ),
            models.CheckConstraint(condition=Q(valid_until__gt=F("opened_on")), name="a_letter_is_valid_a_while"),
            models.CheckConstraint(
                condition=Q(state="open", decided_on=None) | (~Q(state="open") & Q(decided_on__isnull=False)),
                name="what_is_decided_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="received") | Q(decided_on__lte=F("valid_until")),
                name="an_expired_letter_is_not_received",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent_back") | ~Q(decision=""), name="a_letter_is_sent_back_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number
