"""One matter 事: what, where, whose, how far, and by when.

States, legs and stages are the field's own (上报→受理→派遣→处置→核查→结案, and 预警→提醒→督办). Pausing (挂起)
is not a state: a matter may be paused in any, and its clock stands still meanwhile.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person, Unit
from linli.kernel.places.columns import prefix


class State(models.TextChoices):
    REPORTED = "reported", "待受理"
    ACCEPTED = "accepted", "待派遣"
    ASSIGNED = "assigned", "处置中"
    DONE = "done", "待核查"
    VERIFIED = "verified", "待结案"
    CLOSED = "closed", "已办结"
    DECLINED = "declined", "不予受理"
    WRITTEN_OFF = "written_off", "已核销"
    MERGED = "merged", "已并案"
    WITHDRAWN = "withdrawn", "已撤回"


ERASED_WORDS = "上报人已注销，原文已删除。"
"""What stands instead of the words of a matter whose reporter was forgotten."""

OPEN = (State.REPORTED, State.ACCEPTED, State.ASSIGNED, State.DONE, State.VERIFIED)
FINAL = (State.CLOSED, State.DECLINED, State.WRITTEN_OFF, State.MERGED, State.WITHDRAWN)


class Leg(models.TextChoices):
    """Which clock is running: until the answer, until it is done, until it is checked and closed."""

    ANSWER = "answer", "答复"
    FINISH = "finish", "办理"
    SETTLE = "settle", "核查结案"
    NONE = "", "无"


class Stage(models.IntegerChoices):
    """How far the running leg has come on the way 预警—提醒—督办."""

    CALM = 0, "正常"
    WARNED = 1, "预警"
    REMINDED = 2, "提醒"
    SUPERVISED = 3, "督办"


class Urgency(models.TextChoices):
    NORMAL = "normal", "一般"
    URGENT = "urgent", "紧急"
    CRITICAL = "critical", "非常紧急"


LISTED: tuple[tuple[str, str, Q], ...] = (
    ("paused", "paused_at", Q(paused_at__isnull=False)),
    ("returned", "opened_at", Q(given_back__gte=2)),
    ("reopened", "opened_at", Q(reopened__gte=1)),
    ("extended", "opened_at", Q(extended__gte=1)),
    ("extended_again", "opened_at", Q(extended__gte=2)),
    ("unmerged", "opened_at", Q(unmerged__gte=1)),
)
"""(name, the date it is sorted by, what belongs to it): each list of a supervisor has an index of just its matters."""


class Matter(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=24, unique=True)
    version = models.IntegerField(default=1)

    # what
    kind = models.CharField(max_length=64)
    department = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    body = models.TextField()
    urgency = models.CharField(max_length=16, choices=Urgency.choices, default=Urgency.NORMAL)
    public = models.BooleanField(default=False, help_text="may be listed without names (Open311)")

    # what anybody may read of it: written or approved by staff, never the reporter's words as they came
    public_words = models.TextField(blank=True, default="", db_default="")
    public_address = models.CharField(max_length=200, blank=True, default="", db_default="")
    public_reply = models.TextField(blank=True, default="", db_default="")
    published_at = models.DateTimeField(null=True)

    # from whom
    source = models.CharField(
        max_length=32, help_text="the door it came in by: phone, desk, open311, import:<name>"
    )
    source_key = models.CharField(max_length=120, blank=True, default="")
    reporter = models.ForeignKey(Person, models.SET_NULL, null=True, db_index=False, related_name="reported")
    contact_sealed = models.BinaryField(null=True, editable=False, help_text="name and phone of a reporter, sealed")
    person_ids = ArrayField(models.UUIDField(), default=list, help_text="who it is about or from: they see it")
    reporter_left_at = models.DateTimeField(null=True, help_text="asked to be forgotten; the words go at the end")
    words_erased_at = models.DateTimeField(null=True)
    anonymous = models.BooleanField(default=False, help_text="who reported it is told to nobody who handles it")

    # where
    place_code = models.CharField(max_length=30, db_collation="C")
    p4 = prefix(4)
    p6 = prefix(6)
    p9 = prefix(9)
    p12 = prefix(12)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    address = models.CharField(max_length=200, blank=True, default="")

    # how far
    state = models.CharField(max_length=16, choices=State.choices, default=State.REPORTED)
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="accepted or declined, whichever came")
    assigned_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)

    # whose
    lead_unit = models.ForeignKey(Unit, models.PROTECT, null=True, db_index=False, related_name="leads")
    lead_account = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, related_name="handles")
    unit_ids = ArrayField(models.UUIDField(), default=list, help_text="every unit that leads or helps: they see it")

    # by when
    answer_due = models.DateTimeField()
    finish_due = models.DateTimeField()
    finish_span = models.CharField(max_length=32, help_text='as promised: "5 working_day"')
    leg = models.CharField(max_length=8, choices=Leg.choices, default=Leg.ANSWER, blank=True)
    leg_from = models.DateTimeField(null=True)
    leg_span = models.CharField(max_length=32, blank=True, default="")
    due_at = models.DateTimeField(null=True, help_text="when the running leg is over")
    order_at = models.DateTimeField(help_text="what a queue is sorted by: due_at while open, ended_at after")
    stage = models.SmallIntegerField(choices=Stage.choices, default=Stage.CALM)
    climbed = models.SmallIntegerField(default=0, help_text="the level 督办 has reached (access.Level), 0 none")
    next_tick_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)

    # how it ended
    outcome = models.CharField(max_length=32, blank=True, default="", help_text="a reason the kind declares")
    reply = models.TextField(blank=True, default="", help_text="what the reporter is told")
    rating = models.SmallIntegerField(null=True)
    rating_words = models.TextField(blank=True, default="")
    rated_at = models.DateTimeField(null=True)
    reopened = models.SmallIntegerField(default=0)
    given_back = models.SmallIntegerField(default=0)
    extended = models.SmallIntegerField(default=0)
    unmerged = models.SmallIntegerField(default=0, db_default=0, help_text="how often a merger was undone")
    ever_late = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="duplicates")
    state_before = models.CharField(max_length=16, blank=True, default="", help_text="to undo a merger")
    part_of = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="parts")

    class Meta:
        indexes = [
            *[
                models.Index(fields=[p, "state", "order_at", "id"], name=f"matter_{p}_queue")
                for p in ("p4", "p6", "p9", "p12")
            ],
            models.Index(fields=["lead_unit", "state", "order_at", "id"], name="matter_unit_queue"),
            models.Index(fields=["reporter", "opened_at"], name="matter_mine", condition=Q(reporter__isnull=False)),
            models.Index(
                fields=["next_tick_at", "id"], name="matter_tick", condition=Q(next_tick_at__isnull=False)
            ),
            models.Index(fields=["p12", "opened_at"], name="matter_lately_near"),
            models.Index(fields=["p4", "opened_at", "id"], name="matter_public_lately", condition=Q(public=True)),
            models.Index(
                fields=["id"],
                name="matter_words_owed",
                condition=Q(reporter_left_at__isnull=False, words_erased_at=None),
            ),
            models.Index(fields=["merged_into"], name="matter_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["part_of"], name="matter_part", condition=Q(part_of__isnull=False)),
            # What a supervisor looks into (queries/lists.py): few rows each. The columns after the date are no order,
            # they let the index itself leave out what a question narrows.
            *[
                models.Index(
                    fields=["p6", by, "id", "p9", "p12", "kind", "lead_unit"],
                    name=f"matter_{name}",
                    condition=condition,
                )
                for name, by, condition in LISTED
            ],
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=~Q(source_key=""), name="a_report_is_taken_once"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="a_matter_says_what"),
            models.CheckConstraint(condition=Q(place_code__regex=r"^\d{6,30}$"), name="a_matter_is_somewhere"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="a_position_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at=None) | Q(state__in=FINAL, ended_at__isnull=False),
                name="ended_means_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=FINAL) | Q(next_tick_at=None, due_at=None, leg=""),
                name="what_ended_has_no_clock",
            ),
            models.CheckConstraint(
                condition=~Q(state="assigned") | Q(lead_unit__isnull=False), name="what_is_assigned_has_a_lead"
            ),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="merged_into_what"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="not_merged_into_itself"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="rating_1_to_5"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("opened_at")), name="not_ended_before_opened"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, public_words="", public_address="", public_reply="")
                | Q(published_at__isnull=False, public=True),
                name="published_is_what_staff_approved",
            ),
            models.CheckConstraint(
                condition=Q(reporter_left_at=None) | Q(reporter=None, contact_sealed=None),
                name="who_was_forgotten_is_not_named",
            ),
            models.CheckConstraint(
                condition=Q(words_erased_at=None)
                | Q(title=ERASED_WORDS, body=ERASED_WORDS, reply="", rating_words="", public_words=""),
                name="erased_words_are_a_tombstone",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(state__in=OPEN), name="only_what_is_open_is_paused"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def stream(self) -> str:
        return f"matter:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
