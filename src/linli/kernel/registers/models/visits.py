"""走访: who is to be visited when, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account
from linli.kernel.places.columns import prefix

from .facts import ABOUT, Entry


class Visit(models.Model):
    """A visit that is due on a day, and how it ended. `account` is who goes; nobody: whoever works there."""

    class Outcome(models.TextChoices):
        DUE = "", "待走访"
        MET = "met", "已见面"
        ABSENT = "absent", "不在家"
        DECLINED = "declined", "不愿接受走访"
        DROPPED = "dropped", "已取消"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.CharField(max_length=64)
    about = models.CharField(max_length=10, choices=ABOUT)
    subject = models.UUIDField()
    place_code = models.CharField(max_length=30, db_collation="C")
    p6 = prefix(6)
    p9 = prefix(9)
    p12 = prefix(12)
    due_on = models.DateField()
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.DUE)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True, default="")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="visit")

    class Meta:
        indexes = [
            *[
                models.Index(fields=[p, "due_on", "id"], name=f"visit_due_{p}", condition=Q(outcome=""))
                for p in ("p6", "p9", "p12")
            ],
            models.Index(fields=["subject"], name="visit_subject"),
            models.Index(fields=["place_code"], name="visit_place"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "subject"], condition=Q(outcome=""), name="one_visit_of_a_kind_is_due"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="a_visit_that_ended_ended_some_time",
            ),
            models.CheckConstraint(condition=Q(entry=None) | Q(outcome="met"), name="who_was_not_met_said_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.due_on}"
