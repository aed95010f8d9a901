"""One person registered twice: what makes it likely, and what was done about it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7

from .persons import Person


class Double(models.Model):
    """疑似重复: two registrations that may be one person. Found by comparing, decided by a person.

    `reasons` are names of words in `words.REASONS`; `confidence` is percent and says how the pair was ranked, not how
    likely it is: how often each reason was right is measured by what was decided (`queries.doubles.precision`).
    """

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        MERGED = "merged", "是同一个人"
        DIFFERENT = "different", "不是同一个人"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="+")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)
    confidence = models.SmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True, help_text="the account")
    decided_name = models.CharField(max_length=64, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["-confidence", "id"], name="doubles_to_decide", condition=Q(state="open"))]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="a_pair_is_asked_about_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="a_pair_has_one_order"),
            models.CheckConstraint(
                condition=Q(confidence__gte=1, confidence__lte=99), name="nothing_found_is_certain"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="a_pair_is_decided_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"


class Merging(models.Model):
    """合并: `alias` was the same person as `standing`, and leads there. All that is needed to part them again is here.

    `kept_sealed` is what the alias's card said; `taken_sealed` what the one who stands took over, before and after.
    `moved` are the keys of the rows that followed, by "table.column"; `stayed` those that could not, because the one
    who stands had the same already; `told` is what each room wants to remember.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alias = models.ForeignKey(Person, models.CASCADE, related_name="+")
    standing = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by_account = models.UUIDField(null=True)
    by_name = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=500)
    kept_sealed = models.BinaryField(null=True, editable=False)
    taken_sealed = models.BinaryField(null=True, editable=False)
    moved = models.JSONField(default=dict)
    stayed = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    parted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alias"], condition=Q(parted_at=None), name="an_alias_leads_to_one_person"
            ),
            models.CheckConstraint(condition=~Q(alias=F("standing")), name="nobody_is_merged_with_themselves"),
            models.CheckConstraint(
                condition=Q(parted_at=None) | Q(kept_sealed=None, taken_sealed=None),
                name="what_was_parted_keeps_no_card",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alias_id} → {self.standing_id}"


class Search(models.Model):
    """Whether a street is looked through for doubles, and when it was last."""

    street = models.CharField(max_length=9, db_collation="C", primary_key=True)
    on = models.BooleanField(default=True)
    looked_at = models.DateTimeField(null=True)
    persons = models.IntegerField(default=0)
    found = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.street
