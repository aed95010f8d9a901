"""The volunteer record 志愿者档案 (志愿服务条例 art. 19): identity, service, training, commendation, evaluation; certificates.

Service and evaluation stand in the sign-ups, identity in the register of persons: nothing is written down twice.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person, Unit

from .signups import SignUp


class Volunteer(models.Model):
    """A person who is a volunteer, since when, and what they say they can."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="+")
    place_code = models.CharField(
        max_length=30, db_collation="C", help_text="where they live: says who may see the row"
    )
    since = models.DateTimeField()
    skills = ArrayField(models.CharField(max_length=32), default=list, blank=True)

    def __str__(self) -> str:
        return str(self.person_id)


class Training(models.Model):
    """培训: what somebody learned, in which skill, for how long it holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    title = models.CharField(max_length=80)
    skill = models.CharField(max_length=32, blank=True, default="")
    held_on = models.DateField()
    minutes = models.IntegerField()
    expires_on = models.DateField(null=True, help_text="the first day on which it holds no more")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gt=F("held_on")), name="a_training_holds_for_a_while"
            ),
            models.CheckConstraint(condition=Q(minutes__range=(1, 60_000)), name="a_training_takes_time"),
            models.UniqueConstraint(fields=["person", "title", "held_on"], name="a_training_is_recorded_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Commendation(models.Model):
    """表彰: who praised whom for what, and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    title = models.CharField(max_length=80)
    what = models.CharField(max_length=200)
    given_on = models.DateField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "title", "given_on"], name="a_commendation_is_recorded_once")
        ]

    def __str__(self) -> str:
        return self.title


class Certificate(models.Model):
    """志愿服务记录证明: what was certified by the day it was issued, with a number and a hash over all it says. It never
    changes (sight.sql); hours that were corrected later are found when somebody verifies it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")
    place_code = models.CharField(max_length=30, db_collation="C")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    since = models.DateField()
    until = models.DateField()
    minutes = models.IntegerField()
    contents = models.JSONField(help_text="name and lines, as they are printed")
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["person", "-issued_at"], name="certificate_of_person")]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="a_certificate_says_something"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="a_certificate_is_of_a_time"),
        ]

    def __str__(self) -> str:
        return self.number


class Line(models.Model):
    """One service on a certificate, with the minutes it had on that day."""

    certificate = models.ForeignKey(Certificate, models.CASCADE, db_index=False, related_name="lines")
    sign_up = models.ForeignKey(SignUp, models.PROTECT, related_name="+")
    minutes = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "sign_up"], name="a_service_is_once_on_a_certificate")
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.minutes}"
