"""What sources or people do not agree on: conflicts, decisions, contests."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person
from linli.kernel.places.columns import prefix

from .facts import ABOUT, Fact


class Conflict(models.Model):
    """Facts about one element of one subject that differ, and that the rule alone does not settle. At most one is open."""

    class Why(models.TextChoices):
        LATER = "later", "较新的说法来自较弱的来源"
        UNAWARE = "unaware", "填写时没有看到已有的说法"

    class End(models.TextChoices):
        OPEN = "", "待定"
        DECIDED = "decided", "已认定"
        SETTLED = "settled", "已自行一致"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about = models.CharField(max_length=10, choices=ABOUT)
    subject = models.UUIDField()
    element = models.CharField(max_length=64, db_collation="C")
    place_code = models.CharField(max_length=30, db_collation="C")
    p6 = prefix(6)
    p9 = prefix(9)
    p12 = prefix(12)
    why = models.CharField(max_length=10, choices=Why.choices)
    opened_at = models.DateTimeField()
    end = models.CharField(max_length=10, choices=End.choices, blank=True, default=End.OPEN)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            *[
                models.Index(fields=[p, "opened_at", "id"], name=f"conflict_open_{p}", condition=Q(end=""))
                for p in ("p6", "p9", "p12")
            ],
            models.Index(fields=["place_code"], name="conflict_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "element"], condition=Q(end=""), name="one_conflict_is_open"
            ),
            models.CheckConstraint(
                condition=Q(end="", ended_at=None) | (~Q(end="") & Q(ended_at__isnull=False)),
                name="a_conflict_that_ended_ended_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.subject}"


class Decision(models.Model):
    """认定: a person said which fact is in force, and why. It holds over all that was known then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.UUIDField()
    element = models.CharField(max_length=64, db_collation="C")
    fact = models.ForeignKey(Fact, models.CASCADE, related_name="decisions")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["subject", "element", "-at"], name="decision_subject")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_decision_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.element} {self.subject}"


class Contest(models.Model):
    """异议: a person says that a fact about them is wrong. Answered by one, and after a refusal once more by another."""

    class State(models.TextChoices):
        OPEN = "open", "待答复"
        CORRECTED = "corrected", "已更正"
        REFUSED = "refused", "未更正"
        AGAIN = "again", "待复核"
        UPHELD = "upheld", "复核维持"
        GONE = "gone", "内容已消除"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fact = models.ForeignKey(Fact, models.CASCADE, related_name="contests")
    person = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    p6 = prefix(6)
    p9 = prefix(9)
    p12 = prefix(12)
    reason_sealed = models.BinaryField(
        null=True, editable=False, help_text="what the person says; gone with the fact"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=500, blank=True, default="")
    again_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    review = models.CharField(max_length=500, blank=True, default="")
    corrected_to = models.ForeignKey(Fact, models.SET_NULL, null=True, db_index=False, related_name="+")

    class Meta:
        indexes = [
            *[
                models.Index(
                    fields=[p, "opened_at", "id"],
                    name=f"contest_open_{p}",
                    condition=Q(state__in=["open", "again"]),
                )
                for p in ("p6", "p9", "p12")
            ],
            models.Index(fields=["person", "-opened_at"], name="contest_person"),
            models.Index(fields=["place_code"], name="contest_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fact"], condition=Q(state__in=["open", "again"]), name="a_fact_is_contested_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False) & ~Q(answer="")),
                name="an_answer_to_a_contest_has_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(state="upheld") | (Q(reviewed_at__isnull=False) & ~Q(review="")),
                name="a_review_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("answered_by")), name="another_person_reviews"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact_id} {self.state}"
