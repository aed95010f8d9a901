"""Who lives where, and with whom."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from linli.kernel.audit.ids import uuid7

from .accounts import Account

ERASED = "已注销"
"""The name of somebody who asked to be forgotten: what is left of a person is this tombstone."""
MERGED = "已并入"
"""The name of a registration that was somebody else's second one: it leads to the one that stands (`Merging`)."""


class Household(models.Model):
    """Who lives together at one home."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place_code = models.CharField(max_length=30, db_collation="C", db_index=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)


class Person(models.Model):
    """A person. Phone and identity number are sealed; the prints find an equal one without opening any."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.OneToOneField(Account, models.SET_NULL, null=True, related_name="person")
    name = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C", blank=True, default="")
    birth_year = models.SmallIntegerField(null=True)
    phone_print = models.BinaryField(null=True, editable=False)
    phone_sealed = models.BinaryField(null=True, editable=False)
    identity_print = models.BinaryField(null=True, editable=False)
    identity_sealed = models.BinaryField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    erased_at = models.DateTimeField(null=True, help_text="since when this row is nobody: forgotten, or merged")
    leads_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="aliases", help_text="the person this one turned out to be"
    )

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "id"], name="person_by_place"),
            models.Index(fields=["phone_print"], name="person_by_phone"),
            models.Index(fields=["name", "place_code"], name="person_by_name", condition=Q(erased_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["identity_print"],
                condition=Q(identity_print__isnull=False),
                name="one_person_per_identity_number",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(
                    name__in=(ERASED, MERGED),
                    account=None,
                    birth_year=None,
                    phone_print=None,
                    phone_sealed=None,
                    identity_print=None,
                    identity_sealed=None,
                ),
                name="an_erased_person_is_a_tombstone",
            ),
            models.CheckConstraint(
                condition=Q(leads_to=None) | Q(erased_at__isnull=False, name=MERGED),
                name="an_alias_says_nothing_itself",
            ),
            models.CheckConstraint(
                condition=Q(leads_to=None) | ~Q(leads_to=F("id")), name="nobody_leads_to_themselves"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Residence(models.Model):
    """A person in a household, from one day to another."""

    class Relation(models.TextChoices):
        HEAD = "head", "户主"
        SPOUSE = "spouse", "配偶"
        CHILD = "child", "子女"
        PARENT = "parent", "父母"
        TENANT = "tenant", "租客"
        OTHER = "other", "其他"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="residences")
    household = models.ForeignKey(Household, models.CASCADE, related_name="residences")
    relation = models.CharField(max_length=16, choices=Relation.choices)
    valid = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="nobody_twice_in_a_household",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("household", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]
