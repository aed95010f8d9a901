"""线索: a suggestion that a person inspects a place. It names no person, and nothing happens until somebody decides."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.matters.models import Matter
from linli.kernel.places.columns import prefix


class State(models.TextChoices):
    OPEN = "open", "待研判"
    INSPECTING = "inspecting", "核查中"
    CONFIRMED = "confirmed", "属实"
    NOT_FOUND = "not_found", "未发现"
    UNSETTLED = "unsettled", "没有结论"
    DISMISSED = "dismissed", "不采纳"
    FADED = "faded", "已消退"


LIVE = (State.OPEN, State.INSPECTING)
INSPECTED = (State.INSPECTING, State.CONFIRMED, State.NOT_FOUND, State.UNSETTLED)
ENDED = tuple(state for state in State if state not in LIVE)


class Suggestion(models.Model):
    """One sign at one place. `evidence` holds every number it rests on, with period and source, as it was when it was last
    looked at; from the decision on it stays as the person who decided saw it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sign = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C")
    p9 = prefix(9)
    p12 = prefix(12)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    version = models.IntegerField(default=1)
    weight = models.FloatField(help_text="the evidence of all indications together")
    raises = models.FloatField(help_text="what was asked for when it was made")
    evidence: models.JSONField[Any, Any] = models.JSONField(
        help_text="signs.evidence.Said, one for each indication"
    )
    made_at = models.DateTimeField()
    looked_at = models.DateTimeField(help_text="when the evidence was last reckoned")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_name = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    matter = models.OneToOneField(Matter, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, help_text="dismissed, faded, or its inspection has come to an end")
    rests_until = models.DateTimeField(null=True)
    contested_at = models.DateTimeField(null=True, help_text="somebody who lives there says it is not so")
    contested_by = models.UUIDField(null=True)
    contest = models.CharField(max_length=2000, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_name = models.CharField(max_length=64, blank=True, default="")
    answer = models.CharField(max_length=2000, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["p9", "state", "-weight", "id"], name="suggestions_of_a_street"),
            models.Index(fields=["p12", "state", "-weight", "id"], name="suggestions_of_a_hood"),
            models.Index(fields=["sign", "place_code", "-made_at"], name="suggestions_of_a_place"),
            models.Index(fields=["sign", "state"], name="suggestions_of_a_sign"),
            models.Index(
                fields=["place_code"], name="suggestions_contested",
                condition=Q(contested_at__isnull=False, answered_at=None),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["sign", "place_code"], condition=Q(state__in=LIVE), name="one_live_suggestion_of_a_sign_at_a_place"
            ),
            models.CheckConstraint(condition=Q(place_code__regex=r"^\d{15,30}$"), name="a_suggestion_is_of_a_place"),
            models.CheckConstraint(condition=Q(weight__gt=0) & ~Q(evidence=[]), name="a_suggestion_has_its_evidence"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, matter=None)
                | Q(state="faded", decided_at=None, matter=None)
                | Q(state="dismissed", decided_at__isnull=False, matter=None) & ~Q(reason="")
                | Q(state__in=INSPECTED, decided_at__isnull=False, matter__isnull=False),
                name="a_person_decides_about_a_suggestion",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, ended_at=None, rests_until=None)
                | Q(state__in=ENDED, ended_at__isnull=False, rests_until__isnull=False),
                name="what_has_ended_rests",
            ),
            models.CheckConstraint(
                condition=Q(contested_at=None, contest="")
                | Q(contested_at__isnull=False, decided_at__isnull=False) & ~Q(contest=""),
                name="only_what_was_decided_is_contested",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False, contested_at__isnull=False) & ~Q(answer="") & ~Q(answered_by=F("decided_by")),
                name="a_second_person_answers",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.sign} {self.place_code}"

    @property
    def stream(self) -> str:
        return f"sign:{self.id}"
