"""Organisations 党组织: a tree from the city's committee down to a group of a branch, and who leads each for how long.

Which organisations there are is public. Who belongs to them is not: see `members`.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Unit


class Kind(models.TextChoices):
    """党章 ch. 5: a committee, a general branch, a branch; and the groups a branch divides into."""

    COMMITTEE = "committee", _("党委")
    GENERAL = "general", _("党总支")
    BRANCH = "branch", _("党支部")
    GROUP = "group", _("党小组")


class Organisation(models.Model):
    """One organisation. `unit` is how its secretary works here: a post in that unit sees this organisation and what lies
    below it. A trigger keeps `path` (every organisation above it, and itself) and the order of kinds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=64)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = ArrayField(models.UUIDField(), editable=False, default=list)
    unit = models.OneToOneField(Unit, models.PROTECT, null=True, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    residential = models.BooleanField(
        default=True, help_text="of a village or neighbourhood: its terms last longer"
    )
    founded_on = models.DateField()
    dissolved_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place_code", "kind"], name="organisation_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], condition=Q(dissolved_on=None), name="organisations_differ_by_name"
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(dissolved_on__gt=F("founded_on")), name="an_organisation_lasts"
            ),
            models.CheckConstraint(
                condition=Q(kind="group", unit=None) | (~Q(kind="group") & Q(unit__isnull=False)),
                name="all_but_groups_work_here_as_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"party:{self.id}"


class Term(models.Model):
    """届: a committee was elected on a day and holds until another; put off only with the approval of those above."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False, related_name="terms")
    number = models.SmallIntegerField()
    elected_on = models.DateField()
    due_on = models.DateField(help_text="the next election is held by then")
    put_off_to = models.DateField(null=True)
    put_off_for = models.CharField(max_length=200, blank=True, default="")
    put_off_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="terms_are_numbered"),
            models.CheckConstraint(condition=Q(due_on__gt=F("elected_on")), name="a_term_lasts"),
            models.CheckConstraint(
                condition=Q(put_off_to=None, put_off_for="") | (Q(put_off_to__gt=F("due_on")) & ~Q(put_off_for="")),
                name="an_election_is_put_off_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("elected_on")), name="a_term_ends_after_its_election"
            ),
            ExclusionConstraint(
                name="one_term_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    (
                        Func(
                            F("elected_on"), F("ended_on"), Value("[)"), function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.number}"


class Position(models.TextChoices):
    SECRETARY = "secretary", _("书记")
    DEPUTY = "deputy", _("副书记")
    ORGANISATION = "organisation", _("组织委员")
    PUBLICITY = "publicity", _("宣传委员")
    DISCIPLINE = "discipline", _("纪检委员")
    MEMBER = "member", _("委员")


class Office(models.Model):
    """A member in the committee of a term."""

    term = models.ForeignKey(Term, models.CASCADE, db_index=False, related_name="offices")
    member = models.ForeignKey("party.Member", models.PROTECT, related_name="offices")
    position = models.CharField(max_length=16, choices=Position.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term", "member", "position"], name="an_office_is_held_once"),
            models.UniqueConstraint(
                fields=["term"], condition=Q(position="secretary"), name="a_term_has_one_secretary"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term_id} {self.position}"
