"""消息, what waits to ring, and what somebody does not want to be rung for.

**Who sees which rows (row level security).** A message is seen by its person alone, and by the system; no staff sees one, wherever
they work. What was told is not changed (a trigger): only that it was read.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Person


class Message(models.Model):
    """Something told to one person, once: `print` is of its kind and what it is about.

    Purpose: that somebody knows what was decided or done about them. Basis: the act that is told (PIPL arts 7, 24, 44). Kept
    for a year (`keeping.KEPT`); what it says stays where it came from, for as long as it is kept there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="messages")
    print = models.BinaryField(editable=False)
    said_sealed = models.BinaryField(editable=False, help_text="kind, fields and where it leads")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="message_by_person"),
            models.Index(fields=["person"], name="message_unread", condition=Q(read_at=None)),
            models.Index(fields=["at"], name="message_by_age"),
        ]
        constraints = [models.UniqueConstraint(fields=["person", "print"], name="nobody_is_told_the_same_twice")]


class Ring(models.Model):
    """Somebody has something new to read and is to be reminded: one row a person, however many messages wait.

    Written beside the message, taken by who sends reminders (kernel/notices) under the lease `claimed_until`. `asked_at` is when the
    latest message came: a row that was asked for again while it was being sent is not done. `owed`: one of them is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    owed = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="ring_due")]


class Choice(models.Model):
    """What somebody does not want to be rung for: names of kinds, sealed. No row: nothing is switched off.

    Purpose: to leave them in peace. Basis: they chose it. Ends with the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    off_sealed = models.BinaryField(editable=False)
    changed_at = models.DateTimeField()
