"""What was sent of a notice and to whom, who opened it, and what a person chose."""

from __future__ import annotations

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Account, Person

from .notice import Notice

QUIET_FROM, QUIET_UNTIL = time(22), time(7)
SENT_BY = ("sms", "push")


class Mailing(models.Model):
    """One thing to be told to everybody a notice is for: published, corrected, lifted, withdrawn. Outbox of the verb.

    Written in the verb's own transaction. The worker walks the persons behind it in order of account (`reached`), a
    batch in a transaction with its deliveries: killed anywhere, the next goes on behind the last batch.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, db_index=False, related_name="mailings")
    version = models.SmallIntegerField()
    event = models.CharField(max_length=16)
    channel = models.CharField(max_length=8)
    urgent = models.BooleanField(default=False, help_text="of an emergency: before all others, at any hour")
    made_at = models.DateTimeField()
    reached = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-urgent", "made_at"], name="mailing_open", condition=Q(done_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "version", "event", "channel"], name="a_thing_is_told_once_on_a_channel"
            ),
            models.CheckConstraint(condition=Q(channel__in=SENT_BY), name="a_mailing_is_sent"),
        ]


class Subscription(models.Model):
    """A browser on somebody's phone that takes web push (RFC 8030): its address at the push service and its two keys.

    Purpose: to remind of notices. Basis: the person switched it on, and switches it off with the same switch. Removed
    when the service says that it is gone (404, 410), when the person signs it off, and with the account.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="push_subscriptions")
    endpoint_print = models.BinaryField(editable=False, help_text="of the address: one browser subscribes once")
    endpoint_sealed = models.BinaryField(editable=False)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint_print"], name="a_browser_subscribes_once")]


class Delivery(models.Model):
    """One message to one person through one channel (to one browser, for push). Personal; erased 90 days after the
    notice is over, when only counts stay.

    `claimed_until` is the lease of the worker that is sending it now. Who dies holding it has sent it or has not: when
    the lease is over it is sent again under the same `key`, by which the outside can tell that it is the same.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mailing = models.ForeignKey(Mailing, models.CASCADE, db_index=False, related_name="deliveries")
    notice = models.ForeignKey(Notice, models.CASCADE, db_index=False, related_name="deliveries")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, null=True, db_index=False, related_name="+")
    subscription = models.ForeignKey(Subscription, models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=8)
    target = models.UUIDField(help_text="the browser for push, the account for sms")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    error = models.CharField(max_length=120, blank=True, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-urgent", "due_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["notice", "channel", "state"], name="delivery_by_notice"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "target"], name="nobody_is_told_twice"),
            models.CheckConstraint(condition=Q(channel__in=SENT_BY), name="a_delivery_is_sent"),
        ]

    @property
    def key(self) -> str:
        """The same for every try of one message: the idempotency key outside."""
        return self.id.hex


class Opening(models.Model):
    """Somebody opened a notice: once, at the first time, through the first door. Personal, and erased like deliveries.

    Purpose: the reach of a notice is counted as opened. Nobody is shown who opened it; of staff who were asked to
    confirm, the list of who has not.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, db_index=False, related_name="openings")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, null=True, db_index=False, related_name="+")
    channel = models.CharField(max_length=8)
    version = models.SmallIntegerField()
    at = models.DateTimeField()
    put_away_at = models.DateTimeField(null=True, help_text="said 'read' on the banner of an emergency")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "account"], name="opened_once_by_a_person")]


class Shown(models.Model):
    """How long a screen without a person showed a notice, by day and kind of screen. Not 'opened': nobody signed in."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, models.CASCADE, db_index=False, related_name="shown")
    screen = models.CharField(max_length=8)
    display = models.CharField(max_length=40, help_text="which screen, as it is enrolled")
    day = models.DateField()
    times = models.IntegerField()
    seconds = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "display", "day"], name="a_screen_counts_a_day_once"),
            models.CheckConstraint(condition=Q(screen__in=["board", "tv", "command"]), name="a_screen_shows"),
        ]


class Tally(models.Model):
    """What is left when the rows of persons are erased: how many, per channel. `what`: told, sent, failed, dropped,
    opened, confirmed, people, accounts, households (see `queries.reach`)."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, models.CASCADE, db_index=False, related_name="tallies")
    channel = models.CharField(max_length=8)
    what = models.CharField(max_length=16)
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel", "what"], name="a_count_is_kept_once")]


class Preference(models.Model):
    """What a person chose: quiet hours (local time of the place; equal bounds: none), sms or not, topics switched off.

    No row: the usual. Emergencies heed none of it.
    """

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="notice_preference")
    quiet_from = models.TimeField(default=QUIET_FROM)
    quiet_until = models.TimeField(default=QUIET_UNTIL)
    by_sms = models.BooleanField(default=True)
    off = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    changed_at = models.DateTimeField()
