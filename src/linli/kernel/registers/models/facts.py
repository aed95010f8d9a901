"""Entries, and the facts they wrote."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account
from linli.kernel.places.columns import prefix

ABOUT = (("person", "人"), ("household", "户"), ("place", "地点"), ("thing", "设备"))
SOURCES = (
    ("department", "部门数据"),
    ("visit", "走访"),
    ("staff", "录入"),
    ("resident", "本人填报"),
    ("import", "导入"),
    ("correction", "异议更正"),
)


class State(models.TextChoices):
    IN_FORCE = "in_force", "现行"
    BESIDE = "beside", "并存"
    REJECTED = "rejected", "不采用"
    ERASED = "erased", "已消除"


class Site(models.Model):
    """A place as a subject: it keeps its id when the place gets another code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(place_code__regex=r"^\d{6,30}$"), name="a_site_is_somewhere"),
        ]
        indexes = [models.Index(fields=["place_code"], name="site_place")]

    def __str__(self) -> str:
        return self.place_code


class Entry(models.Model):
    """Somebody filled in a form about a subject. `observed_at` is when it was so, `recorded_at` when it reached us. An import,
    or an office's table, is one entry for the whole of it and has no subject. `key` is a phone's: sent twice it is one entry, by `digest`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.CharField(max_length=64)
    version = models.IntegerField()
    about = models.CharField(max_length=10, choices=ABOUT)
    subject = models.UUIDField(null=True)
    place_code = models.CharField(max_length=30, db_collation="C")
    p6 = prefix(6)
    p9 = prefix(9)
    p12 = prefix(12)
    source = models.CharField(max_length=12, choices=SOURCES)
    source_name = models.CharField(max_length=120, blank=True, default="", help_text="which table, which office")
    author = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, related_name="+")
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True, default="")
    key = models.UUIDField(null=True)
    digest = models.BinaryField(null=True, editable=False)

    class Meta:
        indexes = [
            *[models.Index(fields=[p, "form", "-recorded_at"], name=f"entry_{p}") for p in ("p6", "p9", "p12")],
            models.Index(fields=["subject", "-observed_at"], name="entry_subject"),
            models.Index(fields=["place_code"], name="entry_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "key"], condition=Q(key__isnull=False), name="an_entry_is_written_once"
            ),
            models.CheckConstraint(
                condition=Q(key=None) | Q(digest__isnull=False), name="what_may_come_twice_is_known_again"
            ),
            models.CheckConstraint(
                condition=Q(subject__isnull=False) | Q(source__in=["import", "department"]),
                name="only_a_table_has_many_subjects",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.observed_at}"


class Fact(models.Model):
    """One element of one subject. `seen_at` is when it was last seen to be so: `observed_at`, or the latest confirmation.
    `unaware_of` is the fact that was in force when this one arrived and that its author had not seen."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about = models.CharField(max_length=10, choices=ABOUT)
    subject = models.UUIDField()
    element = models.CharField(max_length=64, db_collation="C")
    place_code = models.CharField(max_length=30, db_collation="C")
    value: models.JSONField[Any, Any] = models.JSONField(null=True)
    sealed = models.BinaryField(null=True, editable=False)
    print = models.BinaryField(null=True, editable=False, help_text="by which equal sealed values are found")
    source = models.CharField(max_length=12, choices=SOURCES)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="facts")
    author = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False, related_name="+")
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    keep_until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.BESIDE)
    unaware_of = models.UUIDField(null=True)
    contested = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "element"], name="fact_subject"),
            # Of a place all that holds for an element lies side by side; nothing is sorted within it, so that one range
            # serves every level (docs/adr/0032).
            models.Index(fields=["element", "place_code"], name="fact_in_force", condition=Q(state="in_force")),
            models.Index(fields=["place_code"], name="fact_place"),
            models.Index(fields=["print"], name="fact_print", condition=Q(print__isnull=False)),
            models.Index(fields=["keep_until"], name="fact_kept", condition=~Q(state="erased")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "element"], condition=Q(state="in_force"), name="one_fact_is_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state="erased", value__isnull=True, sealed=None, print=None, erased_at__isnull=False)
                | (~Q(state="erased") & Q(erased_at=None)),
                name="what_is_erased_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(state="erased")
                | Q(value__isnull=False, sealed=None, print=None)
                | Q(value__isnull=True, sealed__isnull=False, print__isnull=False),
                name="a_fact_says_one_thing_open_or_sealed",
            ),
            models.CheckConstraint(condition=Q(seen_at__gte=F("observed_at")), name="a_fact_is_seen_when_observed"),
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.subject}"


class Confirmation(models.Model):
    """还是这样: somebody looked again and it was still so. No new value."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fact = models.ForeignKey(Fact, models.CASCADE, db_index=False, related_name="confirmations")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="confirmations")
    observed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fact", "entry"], name="an_entry_confirms_a_fact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.fact_id} {self.observed_at}"
