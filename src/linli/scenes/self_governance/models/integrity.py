"""A deduction of integrity points before it is one: proposed by one person, heard by the person it is about, decided by another."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person

from .signups import SignUp

HEARING = timedelta(days=7)
"""So long the person has to say something before it may be decided without their word."""


class Deduction(models.Model):
    """拟扣: somebody signed up, did not come, and one who organises says why points should be taken. Nothing is taken yet.

    `answer` is what the person says about it. `takes`: what the second person decided; `transfer` is then in kernel/points."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sign_up = models.OneToOneField(SignUp, models.PROTECT, related_name="deduction")
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    reason = models.CharField(max_length=200, help_text="what was verified, and how")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    takes = models.BooleanField(null=True)
    why = models.CharField(max_length=500, blank=True, default="")
    transfer = models.UUIDField(null=True, help_text="in kernel/points")

    class Meta:
        indexes = [
            models.Index(fields=["person", "-proposed_at"], name="deduction_of_person"),
            models.Index(fields=["proposed_at"], condition=Q(decided_at=None), name="deduction_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_deduction_says_what_was_verified"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(answer=""), name="an_answer_to_a_deduction_says_something"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | (Q(decided_by__isnull=False, takes__isnull=False) & ~Q(why="")),
                name="a_decided_deduction_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="a_deduction_is_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(transfer=None) | Q(takes__isnull=False, takes=True),
                name="only_what_was_decided_is_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sign_up_id} {self.reason[:20]}"

    @property
    def heard_until(self) -> datetime:
        """From when on it may be decided without the person's word."""
        return self.proposed_at + HEARING

    @property
    def stream(self) -> str:
        return f"deduction:{self.id}"
