"""A notice and its versions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.ids import uuid7
from linli.kernel.files.models import File
from linli.kernel.people.models import Account, Unit

SCREENS = ("phone", "board", "tv", "desk", "command")
CHANNELS = (*SCREENS, "sms", "push")


class Level(models.TextChoices):
    PLAIN = "plain", _("一般")
    IMPORTANT = "important", _("重要")
    EMERGENCY = "emergency", _("紧急")


class Audience(models.TextChoices):
    """To whom. Never by health, belief, party or income: there is no column for it."""

    EVERYONE = "everyone", _("所有人")
    RESIDENTS = "residents", _("登记的住户")
    VOLUNTEERS = "volunteers", _("志愿者")
    STAFF = "staff", _("工作人员")


class State(models.TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("待发布")
    PUBLISHED = "published", _("已发布")
    LIFTED = "lifted", _("已解除")
    WITHDRAWN = "withdrawn", _("已撤下")
    EXPIRED = "expired", _("已到期")


class Hazard(models.TextChoices):
    """CAP 1.2, `category`: what an emergency is about."""

    MET = "Met", _("气象")
    GEO = "Geo", _("地质")
    SAFETY = "Safety", _("公共安全")
    FIRE = "Fire", _("火灾")
    HEALTH = "Health", _("公共卫生")
    ENV = "Env", _("环境")
    TRANSPORT = "Transport", _("交通")
    INFRA = "Infra", _("设施")
    OTHER = "Other", _("其他")


class Urgency(models.TextChoices):
    """CAP 1.2, `urgency`."""

    IMMEDIATE = "Immediate", _("马上行动")
    EXPECTED = "Expected", _("一小时内")
    FUTURE = "Future", _("不久以后")


class Severity(models.TextChoices):
    """CAP 1.2, `severity`."""

    EXTREME = "Extreme", _("特别严重")
    SEVERE = "Severe", _("严重")
    MODERATE = "Moderate", _("较重")
    MINOR = "Minor", _("一般")


class Certainty(models.TextChoices):
    """CAP 1.2, `certainty`."""

    OBSERVED = "Observed", _("已经发生")
    LIKELY = "Likely", _("很可能")
    POSSIBLE = "Possible", _("可能")


BEFORE = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED)
SHOWN = (State.PUBLISHED, State.LIFTED)


class Notice(models.Model):
    """One notice. What it says stands in its versions; here is who says it, to whom, where, when and how far it is.

    `roles` and `unit_ids` narrow an audience of staff, `age_from` one of residents: from 60 on only, for services of
    old age, with `age_purpose` that everybody who gets it is shown. `starts_at` None: at once when approved. An
    emergency carries what a CAP 1.2 alert needs; `drill` is CAP's status Exercise.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C")
    unit = models.ForeignKey(Unit, models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=16)
    level = models.CharField(max_length=16, choices=Level.choices)
    drill = models.BooleanField(default=False)
    audience = models.CharField(max_length=16, choices=Audience.choices)
    roles = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    unit_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    age_from = models.SmallIntegerField(null=True)
    age_purpose = models.CharField(max_length=120, blank=True, default="")
    channels = ArrayField(models.CharField(max_length=8))
    confirm = models.BooleanField(default=False, help_text="staff are asked to confirm that they read it")
    hazard = models.CharField(max_length=16, choices=Hazard.choices, blank=True, default="")
    urgency = models.CharField(max_length=16, choices=Urgency.choices, blank=True, default="")
    severity = models.CharField(max_length=16, choices=Severity.choices, blank=True, default="")
    certainty = models.CharField(max_length=16, choices=Certainty.choices, blank=True, default="")
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    standing = models.SmallIntegerField(
        default=0, help_text="the version everybody reads; 0 before it was published"
    )
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    written_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, related_name="+")
    decided_at = models.DateTimeField(null=True)
    returned_why = models.TextField(blank=True, default="")
    published_by = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, related_name="+")
    published_at = models.DateTimeField(null=True)
    at_once = models.BooleanField(
        default=False, help_text="published without a second person, who looks afterwards"
    )
    reviewed_by = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_words = models.TextField(blank=True, default="")
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_words = models.TextField(blank=True, default="")
    next_tick_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True, help_text="rows of persons are erased; only counts are left")
    changes = models.IntegerField(default=0, help_text="how often a verb changed it: what a page was drawn from")

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "-published_at"], name="notice_by_place"),
            models.Index(
                fields=["place_code"], name="notice_standing", condition=Q(state__in=["published", "lifted"])
            ),
            models.Index(fields=["next_tick_at"], name="notice_due", condition=Q(next_tick_at__isnull=False)),
            models.Index(fields=["ended_at"], name="notice_to_count", condition=Q(counted_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(place_code__regex=r"^\d{2,27}$"), name="a_notice_is_for_a_place"),
            models.CheckConstraint(
                condition=Q(channels__contained_by=list(CHANNELS)) & ~Q(channels=[]), name="a_notice_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="a_notice_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("submitted_by")) & ~Q(decided_by=F("written_by")),
                name="nobody_approves_their_own_notice",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("published_by")),
                name="nobody_reviews_what_they_published",
            ),
            models.CheckConstraint(
                condition=~Q(level=Level.EMERGENCY, at_once=False) | Q(standing=0) | Q(decided_by__isnull=False),
                name="an_emergency_was_approved_or_published_at_once",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.EMERGENCY) | Q(at_once=False), name="only_an_emergency_goes_at_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.LIFTED) | Q(level=Level.EMERGENCY), name="only_an_emergency_is_lifted"
            ),
            models.CheckConstraint(
                condition=Q(state__in=BEFORE, standing=0, published_at=None)
                | Q(state__in=[*SHOWN, State.EXPIRED], standing__gt=0, published_at__isnull=False)
                | Q(state=State.WITHDRAWN),
                name="what_is_published_has_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*BEFORE, State.PUBLISHED], ended_at=None)
                | Q(state__in=[State.LIFTED, State.WITHDRAWN, State.EXPIRED], ended_at__isnull=False),
                name="what_is_over_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(level=Level.EMERGENCY)
                | ~Q(hazard="") & ~Q(urgency="") & ~Q(severity="") & ~Q(certainty=""),
                name="an_emergency_can_become_an_alert",
            ),
            models.CheckConstraint(
                condition=Q(age_from=None)
                | Q(audience=Audience.RESIDENTS, age_from__gte=60, age_from__lte=100) & ~Q(age_purpose=""),
                name="age_only_for_services_of_old_age",
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.STAFF) | Q(roles=[], unit_ids=[], confirm=False),
                name="only_staff_are_picked_and_asked_to_confirm",
            ),
        ]

    @property
    def stream(self) -> str:
        return f"notice:{self.id}"


class VersionState(models.TextChoices):
    PENDING = "pending", _("未生效")
    STANDING = "standing", _("现行")
    PAST = "past", _("已更正")
    REFUSED = "refused", _("未采用")


class Version(models.Model):
    """What a notice says. One that was published is never changed (a trigger holds it): the next takes its place, and
    `why` says what was corrected."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, db_index=False, related_name="versions")
    number = models.SmallIntegerField()
    state = models.CharField(max_length=16, choices=VersionState.choices, default=VersionState.PENDING)
    title = models.CharField(max_length=60)
    body = models.TextField(help_text="plain paragraphs, an empty line between two")
    title_en = models.CharField(max_length=160, blank=True, default="")
    body_en = models.TextField(blank=True, default="")
    picture = models.ForeignKey(File, models.PROTECT, null=True, db_index=False, related_name="+")
    why = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, related_name="+")
    stands_at = models.DateTimeField(null=True, help_text="since when it was read by everybody")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="versions_are_numbered"),
            models.UniqueConstraint(
                fields=["notice"], condition=Q(state="standing"), name="one_version_stands_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["notice"], condition=Q(state="pending"), name="one_version_waits_at_a_time"
            ),
            models.CheckConstraint(condition=Q(number=1) | ~Q(why=""), name="a_correction_says_what_it_corrects"),
            models.CheckConstraint(condition=~Q(title=""), name="a_notice_has_a_title"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("by")), name="nobody_approves_their_own_version"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "refused"], stands_at=None)
                | Q(state__in=["standing", "past"], stands_at__isnull=False),
                name="a_version_that_stood_says_since_when",
            ),
        ]
