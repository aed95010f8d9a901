"""A shift 班: one person's duty from one instant to another. Without a person it is a gap that everybody sees."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account

from .roster import Roster, Slot

GRACE = timedelta(minutes=30)
"""So long after its end a shift that nobody checked out of goes on; then it is closed at its end, unverified."""


class Stands(StrEnum):
    """How a shift stands at an instant."""

    CANCELLED = "cancelled"
    OPEN = "open"  # nobody has it: a gap
    UNFILLED = "unfilled"  # it is over and nobody had it
    PLANNED = "planned"
    DUE = "due"  # it has begun, and whoever has it did not say they are there
    ON = "on"
    DONE = "done"
    UNVERIFIED = "unverified"  # closed at its end: nobody said they left
    MISSED = "missed"  # it is over, and nobody came


class Shift(models.Model):
    """`lasts` is half open; `day` the local day it begins on. Nobody has two at once, whatever the roster.

    `published_at` empty: a draft that only those who plan see, and that counts for nothing. A published shift is never
    removed: it is cancelled for a reason, or loses its person and is a gap. `shared_at` and `unshared_at`: from when to
    when the position of whoever serves it was taken, with their knowledge.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster = models.ForeignKey(Roster, models.PROTECT, related_name="shifts", db_index=False)
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, related_name="shifts", db_index=False)
    place_code = models.CharField(max_length=30, db_collation="C")
    day = models.DateField()
    lasts = DateTimeRangeField()
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="shifts", db_index=False)
    published_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="", help_text="why it was cancelled, or lost its person")
    in_at = models.DateTimeField(null=True)
    out_at = models.DateTimeField(null=True)
    unverified = models.BooleanField(default=False)
    shared_at = models.DateTimeField(null=True)
    unshared_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["roster", "day"], name="shift_of_roster"),
            models.Index(fields=["account", "day"], name="shift_of_account"),
            models.Index(fields=["place_code", "day"], name="shift_by_place"),
            models.Index(fields=["in_at"], name="shift_served_now", condition=Q(in_at__isnull=False, out_at=None)),
        ]
        constraints = [
            ExclusionConstraint(
                name="nobody_is_on_two_shifts_at_once",
                expressions=[("account", RangeOperators.EQUAL), ("lasts", RangeOperators.OVERLAPS)],
                condition=Q(account__isnull=False, cancelled_at=None),
                deferrable=Deferrable.IMMEDIATE,  # two colleagues change places in one act
            ),
            models.CheckConstraint(
                condition=Q(lasts__isempty=False, lasts__lower_inf=False, lasts__upper_inf=False),
                name="a_shift_begins_and_ends",
            ),
            models.CheckConstraint(
                condition=Q(in_at=None) | Q(account__isnull=False, published_at__isnull=False, cancelled_at=None),
                name="who_is_there_was_expected",
            ),
            models.CheckConstraint(
                condition=Q(out_at=None) | Q(in_at__isnull=False, out_at__gte=F("in_at")),
                name="who_leaves_had_come",
            ),
            models.CheckConstraint(
                condition=Q(unverified=False) | Q(out_at__isnull=False), name="what_is_unverified_is_over"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(reason=""), name="a_shift_is_cancelled_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(shared_at=None) | Q(in_at__isnull=False, shared_at__gte=F("in_at")),
                name="positions_only_on_duty",
            ),
            models.CheckConstraint(
                condition=Q(unshared_at=None) | Q(shared_at__isnull=False), name="sharing_began_before_it_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.lasts}"

    @property
    def stream(self) -> str:
        return f"shift:{self.id}"

    @property
    def starts_at(self) -> datetime:
        at: datetime = self.lasts.lower
        return at

    @property
    def ends_at(self) -> datetime:
        at: datetime = self.lasts.upper
        return at

    @property
    def sharing(self) -> bool:
        """Whether the position of whoever serves it is taken now."""
        return self.shared_at is not None and self.unshared_at is None and self.out_at is None

    def stands(self, at: datetime) -> Stands:
        if self.cancelled_at is not None:
            return Stands.CANCELLED
        over = self.ends_at <= at
        if self.account_id is None:
            return Stands.UNFILLED if over else Stands.OPEN
        if self.out_at is not None:
            return Stands.UNVERIFIED if self.unverified else Stands.DONE
        if self.in_at is not None:
            return Stands.ON
        if over:
            return Stands.MISSED
        return Stands.DUE if self.starts_at <= at else Stands.PLANNED
