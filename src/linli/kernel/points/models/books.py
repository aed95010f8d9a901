"""Whose points there are: a community's books, the accounts in them, and the text of each rule as it stood."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.declare.points import MOST as MOST
from linli.kernel.people.models import Person, Unit


class Book(models.Model):
    """账簿: what one community keeps in one ledger. Its accounts add up to nought.

    Where places were merged, two books lie at one place; new accounts are opened in the `current` one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ledger = models.CharField(max_length=40)
    place_code = models.CharField(max_length=30, db_collation="C")
    current = models.BooleanField(default=True)
    closed_before = models.DateTimeField(
        null=True, help_text="nothing that happened before this is posted any more"
    )
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "place_code"],
                condition=Q(current=True),
                name="one_current_book_of_a_ledger_at_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {self.place_code}"


class Owner(models.TextChoices):
    """What an account is: somebody's, or one of those a community's books need."""

    PERSON = "person", "个人"
    UNIT = "unit", "单位"
    FUND = "fund", "社区公益池"
    ISSUE = "issue", "发放"
    EXPIRY = "expiry", "到期"
    CLEARING = "clearing", "社区间往来"


HOLDERS = (Owner.PERSON, Owner.UNIT, Owner.FUND)
"""Whose points expire, where a ledger says so: they are kept in lots."""


class Account(models.Model):
    """账户: one of each owner in a ledger. Only an entry moves `balance` and `version` (migrations/one_call.sql).

    `reserved` is what pending transfers will take, `arriving` what they will bring: both count against the limits from
    the moment they are promised, so that a promise can always be kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, db_index=False, related_name="accounts")
    ledger = models.CharField(max_length=40)
    owner = models.CharField(max_length=16, choices=Owner.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, db_index=False, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, db_index=False, related_name="+")
    other = models.ForeignKey(Book, models.PROTECT, null=True, related_name="+", help_text="of a clearing account")
    place_code = models.CharField(max_length=30, db_collation="C")
    balance = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    arriving = models.BigIntegerField(default=0)
    lowest = models.BigIntegerField(null=True)
    highest = models.BigIntegerField(null=True)
    version = models.BigIntegerField(default=0, help_text="how many entries there are")
    keeps_lots = models.BooleanField(default=False, help_text="what comes is kept in lots, because it expires")
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True, help_text="when the last entry was written")
    forgotten_at = models.DateTimeField(null=True, help_text="its person asked to be forgotten; the books stay")

    class Meta:
        indexes = [
            models.Index(fields=["book", "owner"], name="account_by_book"),
            models.Index(fields=["place_code", "ledger"], name="account_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "ledger"],
                condition=Q(person__isnull=False),
                name="one_account_a_person_and_ledger",
            ),
            models.UniqueConstraint(
                fields=["unit", "ledger"], condition=Q(unit__isnull=False), name="one_account_a_unit_and_ledger"
            ),
            models.UniqueConstraint(
                fields=["book", "owner"],
                condition=Q(owner__in=["fund", "issue", "expiry"]),
                name="one_account_of_its_kind_in_a_book",
            ),
            models.UniqueConstraint(
                fields=["book", "other"], condition=Q(other__isnull=False), name="one_clearing_account_a_neighbour"
            ),
            models.CheckConstraint(
                condition=(Q(owner="person") & (Q(person__isnull=False) | Q(forgotten_at__isnull=False)))
                | (~Q(owner="person") & Q(person=None)),
                name="a_persons_account_has_its_person",
            ),
            models.CheckConstraint(
                condition=Q(owner="unit", unit__isnull=False) | (~Q(owner="unit") & Q(unit=None)),
                name="a_units_account_has_its_unit",
            ),
            models.CheckConstraint(
                condition=(Q(owner="clearing", other__isnull=False) & ~Q(other=F("book")))
                | (~Q(owner="clearing") & Q(other=None)),
                name="a_clearing_account_has_its_neighbour",
            ),
            models.CheckConstraint(
                condition=Q(lowest=None) | Q(balance__gte=F("lowest") + F("reserved")),
                name="an_account_keeps_its_lowest",
            ),
            models.CheckConstraint(
                condition=Q(highest=None) | Q(balance__lte=F("highest") - F("arriving")),
                name="an_account_keeps_its_highest",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, arriving__gte=0, version__gte=0),
                name="what_is_promised_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(keeps_lots=False) | Q(owner__in=["person", "unit", "fund"]), name="who_holds_keeps_lots"
            ),
            models.CheckConstraint(
                condition=~Q(owner__in=["person", "unit", "fund", "clearing"]) | Q(lowest__isnull=False),
                name="whoever_holds_points_has_a_lowest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {self.owner} {self.balance}"

    @property
    def stream(self) -> str:
        return f"points:{self.id}"

    @property
    def available(self) -> int:
        """What can be spent now."""
        return self.balance - self.reserved


class RuleText(models.Model):
    """A rule as it stood when points were first given by it: numbers, caps and text in every language. Never changed.

    The version is the declaration's; where somebody changed a declaration and forgot the version, the revision counts on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.CharField(max_length=40)
    version = models.IntegerField()
    revision = models.IntegerField(default=1)
    says: models.JSONField[Any, Any] = models.JSONField()
    digest = models.BinaryField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "version", "revision"], name="a_rules_text_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.version}.{self.revision}"
