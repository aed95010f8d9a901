"""Agreements 同意书: what somebody agreed to before a device at their home, or one that knows them, may work.

A text is kept once, whole, as it was read; an agreement is of one thing; a signature is one person's. What is left when
readings were erased is an `Erasure`: that it was done, when, why and how much, and nothing of what they said.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Person

from .thing import Thing


class PersonalModel(models.Model):
    """A model of device that works only under an agreement, as the scenes declare it: what the triggers ask."""

    model = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.model


class AgreementText(models.Model):
    """The words somebody agreed to, in both languages. Never changed: other words have another digest."""

    digest = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of both")
    model = models.CharField(max_length=64)
    version = models.IntegerField()
    zh = models.TextField()
    en = models.TextField()
    first_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="a_text_is_its_digest"),
            models.CheckConstraint(condition=~Q(zh="") & ~Q(en=""), name="a_text_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.version}"


class Why(models.TextChoices):
    """Why an agreement ended. What the device said about the people is erased, whichever it was."""

    WITHDRAWN = "withdrawn", "已收回"
    DECLINED = "declined", "本人不同意"
    EXPIRED = "expired", "到期"
    MOVED = "moved", "设备移到别处"
    LEFT = "left", "人已搬走"
    DIED = "died", "人已去世"
    RETIRED = "retired", "设备停用"
    ERASED = "erased", "本人注销"
    CHANGED = "changed", "换新的同意书"
    NEVER_ASKED = "never_asked", "从未征得同意"


class Agreement(models.Model):
    """Of one thing. Offered, then in force from `begun_at` to `until` or to its end; one at a time of a thing.

    `shared`: each who signs agrees for themselves, and it holds while one of them does (`declare.Whose.EACH`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="agreements")
    text = models.ForeignKey(AgreementText, models.PROTECT, db_index=False, related_name="+")
    shared = models.BooleanField(default=False)
    offered_at = models.DateTimeField()
    offered_by = models.UUIDField(null=True, help_text="account")
    begun_at = models.DateTimeField(null=True)
    since = models.DateTimeField(
        null=True, help_text="from when what it says is taken, where it follows on another without a gap"
    )
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=16, choices=Why.choices, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["until"], name="agreement_until", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["thing"], condition=Q(ended_at=None), name="one_agreement_of_a_thing_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, why="") | (Q(ended_at__isnull=False) & ~Q(why="")),
                name="an_ended_agreement_says_why",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("offered_at"))
                & (Q(begun_at=None) | Q(begun_at__gte=F("offered_at"), begun_at__lt=F("until"))),
                name="an_agreement_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(since__lte=F("begun_at")), name="what_follows_on_something_came_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.offered_at}"


class Signature(models.Model):
    """One person's agreement: in their own account, or on paper of which the photo is kept.

    `guardian` agrees for a child under fourteen, or for whoever cannot decide for themselves (PIPL art. 31). Whoever is
    forgotten leaves an empty one.
    """

    class Form(models.TextChoices):
        OWN = "own", "本人在手机上"
        PAPER = "paper", "在家签的纸质同意书"
        COUNTER = "counter", "在窗口签的纸质同意书"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="agreements")
    guardian = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    form = models.CharField(max_length=16, choices=Form.choices, blank=True, default="")
    file = models.UUIDField(null=True, help_text="the photo of the signed paper")
    signed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    renewed_at = models.DateTimeField(null=True, help_text="agreed to go on when this one ends")
    renewed_text = models.CharField(max_length=64, blank=True, default="", help_text="digest of the words of that")
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "person"], condition=Q(withdrawn_at=None), name="nobody_signs_twice"
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, form="", file=None)
                | (Q(signed_at__isnull=False, form="own", file=None))
                | (
                    Q(signed_at__isnull=False, form__in=("paper", "counter"))
                    & (Q(file__isnull=False) | Q(forgotten_at__isnull=False))
                ),
                name="what_is_signed_is_in_writing",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None, person__isnull=False)
                | Q(forgotten_at__isnull=False, person=None, guardian=None, file=None),
                name="a_signature_is_somebodys_or_forgotten",
            ),
            models.CheckConstraint(
                condition=Q(guardian=None) | ~Q(person=F("guardian")), name="nobody_is_their_own_guardian"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.form}"


class Erasure(models.Model):
    """What a thing had said was erased: a tombstone. Written after the erasing, in its transaction, so that numbers follow
    the order in which these commit. `again_at`: when the worker looked once more for what was still on its road."""

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="erasures")
    no = models.IntegerField(help_text="Thing.no")
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, db_index=False, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=16, choices=Why.choices)
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict, help_text="rows erased, by kind")
    again_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="erasure_owed", condition=Q(again_at=None))]

    def __str__(self) -> str:
        return f"{self.no} {self.at}"
