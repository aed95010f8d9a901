"""业委会: what the neighbourhood does to help owners found a committee, elect it in time, and hand over at the end. Votes are not
held here; what came of one is a record."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.audit.ids import uuid7
from linli.kernel.matters.models import Matter
from linli.kernel.people.models import Account

from .organisations import Organisation


class Seat(models.TextChoices):
    CHAIR = "chair", _("主任")
    VICE = "vice", _("副主任")
    MEMBER = "member", _("委员")
    ALTERNATE = "alternate", _("候补委员")


class RecordKind(models.TextChoices):
    OWNERS = "owners", _("业主大会会议")
    COMMITTEE = "committee", _("业委会会议")
    DECISION = "decision", _("决定")
    RESULT = "result", _("表决结果")
    NOTICE = "notice", _("公告")


class Handed(models.TextChoices):
    """What a committee whose term is over hands to the next (指导规则 art. 48)."""

    SEAL = "seal", _("印章")
    ACCOUNTS = "accounts", _("账目和财务凭证")
    PAPERS = "papers", _("档案资料")
    GOODS = "goods", _("其他财物")


class Owners(models.Model):
    """The owners of one property area and the organisation that supports them. One for an area: the verb sees to it, for two areas
    may become one when places get other codes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="owners")
    name = models.CharField(max_length=64)
    place_code = models.CharField(max_length=30, db_collation="C")
    begun_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="owners_by_place")]

    def __str__(self) -> str:
        return self.name


class OwnersStep(models.Model):
    """A step of founding that was taken (`founding.STEPS`), on which day."""

    owners = models.ForeignKey(Owners, models.CASCADE, db_index=False, related_name="steps")
    kind = models.CharField(max_length=16)
    on = models.DateField()
    note = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owners", "kind"], name="a_step_of_founding_is_taken_once")]

    def __str__(self) -> str:
        return f"{self.owners_id} {self.kind}"


class OwnersTerm(models.Model):
    """届. `matter`: what was opened because its end came near and no election had been held."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owners = models.ForeignKey(Owners, models.CASCADE, db_index=False, related_name="terms")
    number = models.SmallIntegerField()
    elected_on = models.DateField()
    ends_on = models.DateField()
    filed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    matter = models.OneToOneField(Matter, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["ends_on"], condition=Q(ended_on=None), name="owners_term_ending")]
        constraints = [
            models.UniqueConstraint(fields=["owners", "number"], name="terms_of_owners_are_numbered"),
            models.UniqueConstraint(fields=["owners"], condition=Q(ended_on=None), name="one_term_of_owners_runs"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("elected_on")), name="a_term_of_owners_lasts"),
            models.CheckConstraint(
                condition=Q(filed_on=None) | Q(filed_on__gte=F("elected_on")),
                name="a_term_is_filed_when_it_was_elected",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("elected_on")),
                name="a_term_of_owners_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owners_id} {self.number}"


class OwnersMember(models.Model):
    """Who was elected, by the name that was posted for the owners (公示). No link with the register of persons."""

    term = models.ForeignKey(OwnersTerm, models.CASCADE, related_name="members")
    name = models.CharField(max_length=40)
    position = models.CharField(max_length=16, choices=Seat.choices)
    left_on = models.DateField(null=True)
    left_for = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term"], condition=Q(position="chair", left_on=None), name="one_chairs_the_owners_committee"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None, left_for="") | (Q(left_on__isnull=False) & ~Q(left_for="")),
                name="who_leaves_a_committee_leaves_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term_id} {self.position}"


class HandOver(models.Model):
    """One thing a term that is over handed to the next, signed for by whom."""

    term = models.ForeignKey(OwnersTerm, models.CASCADE, db_index=False, related_name="handed")
    what = models.CharField(max_length=16, choices=Handed.choices)
    on = models.DateField()
    received_by = models.CharField(max_length=40)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "what"], name="a_thing_is_handed_over_once")]

    def __str__(self) -> str:
        return f"{self.term_id} {self.what}"


class OwnersRecord(models.Model):
    """A meeting, a decision, or what came of a vote that was held elsewhere. Published, the owners' neighbourhood reads it, and it
    is changed no more. Of a result: which item of art. 278, and areas (0.01 m²) and heads of all, of who took part, of who was for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owners = models.ForeignKey(Owners, models.CASCADE, db_index=False, related_name="records")
    kind = models.CharField(max_length=16, choices=RecordKind.choices)
    title = models.CharField(max_length=80)
    text = models.TextField(blank=True, default="")
    on = models.DateField()
    made_at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    item = models.SmallIntegerField(null=True)
    area_all = models.BigIntegerField(null=True)
    area_in = models.BigIntegerField(null=True)
    area_for = models.BigIntegerField(null=True)
    heads_all = models.IntegerField(null=True)
    heads_in = models.IntegerField(null=True)
    heads_for = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["owners", "-on"], name="record_of_owners")]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind="result", item__range=(1, 9), area_all__gt=0, heads_all__gt=0)
                    & Q(area_in__range=(0, F("area_all")), area_for__range=(0, F("area_in")))
                    & Q(heads_in__range=(0, F("heads_all")), heads_for__range=(0, F("heads_in")))
                )
                | (
                    ~Q(kind="result")
                    & Q(item=None, area_all=None, area_in=None, area_for=None, heads_all=None, heads_in=None, heads_for=None)
                ),
                name="a_result_has_its_numbers",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title
