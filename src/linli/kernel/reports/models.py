"""一表通: a higher level asks for a table once; it fills itself from the facts, the neighbourhood signs and sends it.

What was signed is frozen (`Handing`, `Line`, `Basis`) with the facts every cell came from; a fact that is corrected later shows
beside it and changes nothing in it. **Row level security**: a sheet shows itself to staff of its place and above; lines of people
to those above only once they were sent (migrations/sight.sql).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account
from linli.kernel.registers.models import Entry

from .columns import Table, table_of


class Report(models.Model):
    """报表: a table that somebody asks for, once, with why and until when. What it asks is never changed."""

    class State(models.TextChoices):
        OPEN = "open", "收集中"
        CLOSED = "closed", "已收齐"
        WITHDRAWN = "withdrawn", "已撤回"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=80)
    reason = models.CharField(max_length=300, help_text="what it is for")
    basis = models.CharField(
        max_length=200, blank=True, default="", help_text="the law or document that asks for it"
    )
    place_code = models.CharField(max_length=30, db_collation="C", help_text="who asks")
    begins_on = models.DateField()
    ends_on = models.DateField()
    due_at = models.DateTimeField()
    asks: models.JSONField[Any, Any] = models.JSONField(help_text="columns.Table")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True, default="")
    keep_until = models.DateField(help_text="then what it says of persons is erased")

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "-asked_at"], name="report_by_place"),
            models.Index(fields=["due_at"], name="report_open", condition=Q(state="open")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(reason=""), name="a_table_says_what_it_is_for"),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="a_table_gives_time"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="a_period_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="what_ended_ended_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(end_reason=""), name="a_table_is_withdrawn_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        return f"report:{self.id}"

    @property
    def table(self) -> Table:
        return table_of(self.asks)


class Sheet(models.Model):
    """One neighbourhood's part of a report. `zeros` are columns of which somebody said that nobody is really nobody."""

    class State(models.TextChoices):
        OPEN = "open", "待填报"
        SIGNED = "signed", "已签字"
        SENT = "sent", "已报送"
        RETURNED = "returned", "被退回"
        ACCEPTED = "accepted", "已接收"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, db_index=False, related_name="sheets")
    place_code = models.CharField(max_length=30, db_collation="C")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    zeros = models.JSONField(default=dict, help_text="number of the column → who said so")
    cells = models.IntegerField(default=0)
    typed = models.IntegerField(default=0, help_text="cells that somebody had to fill in for this report")
    empty = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True, help_text="first")
    returned = models.CharField(max_length=300, blank=True, default="", help_text="why it was given back, lately")

    class Meta:
        indexes = [
            models.Index(fields=["place_code", "state"], name="sheet_by_place"),
            models.Index(fields=["report", "place_code"], name="sheet_of_report"),
        ]
        constraints = [
            # What was sent before two neighbourhoods became one stays beside what the one still owes.
            models.UniqueConstraint(
                fields=["report", "place_code"],
                condition=~Q(state__in=["sent", "accepted"]),
                name="a_neighbourhood_is_asked_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "accepted"]) | Q(sent_at__isnull=False),
                name="what_was_sent_was_sent_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(returned=""), name="it_is_given_back_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(cells__gte=0, typed__gte=0, empty__gte=0, typed__lte=F("cells"), empty__lte=F("cells")),
                name="there_are_no_more_filled_than_cells",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.place_code}"


class Filled(models.Model):
    """An entry that was made to fill a gap of a sheet: the next report has it by itself."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="filled")
    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.entry_id}"


class Handing(models.Model):
    """A sheet as it was signed, frozen; `number` counts, for it may be given back and signed again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sheet = models.ForeignKey(Sheet, models.CASCADE, db_index=False, related_name="handings")
    number = models.SmallIntegerField()
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    signed_name = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True, default="", help_text="why something is empty")
    sent_at = models.DateTimeField(null=True)
    digest = models.BinaryField(editable=False, help_text="SHA-256 of what was signed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="handings_are_numbered")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.number}"


class Line(models.Model):
    """One row that was signed. `cells` are values by column, null where there was none or where it is sealed (`sealed`, a list
    by column); `facts` the fact each came from. A line of counts has no subject."""

    handing = models.ForeignKey(Handing, models.CASCADE, db_index=False, related_name="lines")
    number = models.IntegerField()
    subject = models.UUIDField(null=True)
    label = models.CharField(max_length=120, blank=True, default="")
    cells: models.JSONField[Any, Any] = models.JSONField(default=list)
    facts: models.JSONField[Any, Any] = models.JSONField(default=list)
    sealed = models.BinaryField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="line_subject", condition=Q(subject__isnull=False))]
        constraints = [
            models.UniqueConstraint(fields=["handing", "number"], name="lines_are_numbered"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(cells=[], facts=[], sealed=None, label=""),
                name="an_erased_line_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handing_id} {self.number}"


class Basis(models.Model):
    """The facts of an element that a signed count was made of: their ids, sixteen bytes each, one after the other."""

    handing = models.ForeignKey(Handing, models.CASCADE, db_index=False, related_name="bases")
    element = models.CharField(max_length=64, db_collation="C")
    facts = models.BinaryField(editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handing", "element"], name="a_basis_is_there_once")]

    def __str__(self) -> str:
        return f"{self.handing_id} {self.element}"
