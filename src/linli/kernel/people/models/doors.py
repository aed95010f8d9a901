"""What stands at the door: sessions, one-time codes, and tallies of tries."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from .accounts import Account


class Session(AbstractBaseSession):
    """Django's session, with what its owner needs to recognise it and end it. Written by `people.sessions`."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, db_index=False, related_name="sessions")
    device = models.CharField(max_length=80, blank=True, default="")
    address = models.CharField(max_length=64, blank=True, default="")
    signed_in_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    eyes = ArrayField(
        models.TextField(), null=True, help_text="what row level security compares for the actor it remembers"
    )

    class Meta:
        indexes = [models.Index(fields=["account", "-last_seen_at"], name="session_by_account")]


class OneTimeCode(models.Model):
    """The one live code of a phone; a new one replaces it. Neither phone nor code can be read here."""

    phone_print = models.BinaryField(primary_key=True, editable=False)
    code_print = models.BinaryField(editable=False)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class Tally(models.Model):
    """How often something was tried: a user name's password, an account's factor, codes to a phone.

    `subject` is a fingerprint, also of names nobody has: a name that exists and one that does not are
    counted alike. `address` is "" where tries from everywhere count together.
    """

    what = models.CharField(max_length=32)
    subject = models.BinaryField(editable=False)
    address = models.CharField(max_length=64, blank=True, default="")
    account = models.ForeignKey(Account, models.CASCADE, null=True, db_index=False, related_name="tallies")
    count = models.PositiveIntegerField()
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["what", "subject", "address"], name="one_tally_of_a_subject")
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(account__isnull=False), name="tally_by_account"),
            models.Index(fields=["since"], name="tally_by_age"),
        ]
