"""督办单: an order from a higher level about one matter, and the written answer it demands by a date.

Who must answer is the unit it is addressed to, or else whoever leads the matter. An order keeps the place of its matter
(a trigger carries it along), so that each level finds its own by one index, and has a clock of its own: a matter may be
merged or withdrawn while somebody still owes an answer.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Unit
from linli.kernel.places.columns import prefix

from .matter import Matter


class Phase(models.IntegerChoices):
    """How far an order has come. What waits and is past its date is late; that is no phase, it is the hour."""

    WAITING = 0, "待回复"
    ANSWERED = 1, "待销号"
    SETTLED = 2, "已销号"
    WITHDRAWN = 3, "已撤单"


_PHASE = Case(
    When(settled_at__isnull=False, withdrawn=True, then=Value(Phase.WITHDRAWN.value)),
    When(settled_at__isnull=False, then=Value(Phase.SETTLED.value)),
    When(replied_at__isnull=False, then=Value(Phase.ANSWERED.value)),
    default=Value(Phase.WAITING.value),
)


class Order(models.Model):
    """One order. What was sent back stands in `SentBack`; here is the answer that is to be judged, if there is one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="orders")
    place_code = models.CharField(max_length=30, db_collation="C", help_text="the matter's, kept by a trigger")
    p4 = prefix(4)
    p6 = prefix(6)
    p9 = prefix(9)
    p12 = prefix(12)

    # from whom
    level = models.SmallIntegerField(help_text="access.Level of who orders")
    automatic = models.BooleanField(default=False, help_text="given by the clock when a date passed")
    text = models.TextField()
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    by_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, db_index=False, related_name="+", help_text="the unit of who gave it"
    )
    batch = models.UUIDField(null=True, help_text="given at once about several matters")
    passed_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="passed",
        help_text="the order it passes down",
    )

    # to whom, by when
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, db_index=False, related_name="orders", help_text="who must reply"
    )
    addressed = models.BooleanField(default=False, help_text="to this unit, whoever handles the matter")
    since = models.DateTimeField(help_text="from when the time to answer runs: ordered, or sent back")
    reply_due = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, help_text="when the clock saw the date come near")
    missed_at = models.DateTimeField(null=True, help_text="when the clock saw that no reply had come")
    urged = models.SmallIntegerField(
        default=0, db_default=0, help_text="how often a person reminded who must reply"
    )
    urged_at = models.DateTimeField(null=True)
    next_tick_at = models.DateTimeField(null=True)

    # what came of it
    reply = models.TextField(blank=True, default="")
    reply_files = ArrayField(models.UUIDField(), default=list, db_default=[])
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    returned = models.SmallIntegerField(default=0, db_default=0, help_text="how often an answer was sent back")
    settled_at = models.DateTimeField(null=True, help_text="when it was over: accepted, or withdrawn")
    settled_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawn = models.BooleanField(default=False, db_default=False)
    withdrawn_words = models.TextField(blank=True, default="", db_default="")
    phase = models.GeneratedField(
        expression=_PHASE, output_field=models.SmallIntegerField(choices=Phase.choices), db_persist=True
    )

    class Meta:
        indexes = [
            *[
                models.Index(fields=[p, "phase", "reply_due", "id"], name=f"order_{p}_list")
                for p in ("p4", "p6", "p9", "p12")
            ],
            models.Index(fields=["unit", "phase", "reply_due", "id"], name="order_unit_list"),
            models.Index(fields=["next_tick_at", "id"], name="order_tick", condition=Q(next_tick_at__isnull=False)),
            models.Index(fields=["batch"], name="order_batch", condition=Q(batch__isnull=False)),
            models.Index(fields=["passed_from"], name="order_passed", condition=Q(passed_from__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(replied_at__isnull=False) | Q(withdrawn=True),
                name="an_order_ends_answered_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(settled_at__isnull=False), name="withdrawn_is_over"
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=False)
                | Q(settled_at__isnull=False)
                | Q(missed_at__isnull=False)
                | Q(next_tick_at__isnull=False),
                name="an_order_that_waits_is_watched",
            ),
            models.CheckConstraint(
                condition=Q(replied_at=None, settled_at=None) | Q(next_tick_at=None),
                name="an_answered_order_has_no_clock",
            ),
            models.CheckConstraint(condition=~Q(passed_from=F("id")), name="not_passed_from_itself"),
        ]

    @property
    def waits(self) -> bool:
        return self.replied_at is None and self.settled_at is None


class SentBack(models.Model):
    """An answer that was not enough: what it said, whether it was in time, why it went back, and the new date."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="sent_back")
    order = models.ForeignKey(Order, models.CASCADE, related_name="sent_back")
    reply = models.TextField()
    reply_files = ArrayField(models.UUIDField(), default=list)
    replied_at = models.DateTimeField()
    replied_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    due_before = models.DateTimeField()
    reason = models.TextField()
    returned_at = models.DateTimeField()
    returned_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    due_after = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_after__gt=F("returned_at")), name="sent_back_with_a_date_to_come"
            )
        ]
