"""What is kept for devices that listen: sessions that outlast a connection, what waits to be told, what is told anew.

Sessions and commands belong to a thing by its number; nothing here is about a person.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.kernel.things.models import Thing


class Session(models.Model):
    """A client of a thing that connected with clean session 0: its subscriptions outlast the connection, and us."""

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(
        Thing, models.CASCADE, to_field="no", db_column="thing", related_name="+", db_index=False
    )
    client = models.CharField(max_length=128, db_collation="C")
    filters = models.JSONField(default=dict, help_text="topic filter: QoS granted")
    since = models.DateTimeField(help_text="when it was last connected")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thing", "client"], name="a_client_has_one_session"),
            models.CheckConstraint(condition=~Q(client=""), name="a_session_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.client}"


class Command(models.Model):
    """A message on its way down to a thing. Removed when its client has acknowledged it, or when it is too old.

    With a session: that session's own. Without one: for whoever of the thing is connected, and when it `waits`, for
    whoever subscribes next. An order lies here once for each session that listens and once for the thing, until one of its
    clients has acknowledged it.
    """

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(
        Thing, models.CASCADE, to_field="no", db_column="thing", related_name="+", db_index=False
    )
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, db_column="session", related_name="+", db_index=False
    )
    order = models.UUIDField(null=True, help_text="things.models.Order that is told with it")
    topic = models.TextField()
    payload = models.BinaryField()
    qos = models.SmallIntegerField()
    waits = models.BooleanField(default=False)
    tried = models.BooleanField(default=False, help_text="sent before, and the connection ended unanswered")
    at = models.DateTimeField()
    until = models.DateTimeField(help_text="told no more after this")

    class Meta:
        indexes = [
            models.Index(fields=["thing", "id"], name="command_of_thing"),
            models.Index(fields=["session", "id"], name="command_of_session"),
            models.Index(fields=["until"], name="command_until"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(qos__in=(0, 1)), name="a_command_is_sent_once_or_until_acknowledged"
            ),
            models.CheckConstraint(condition=Q(session=None) | Q(waits=False), name="what_waits_is_nobodys_yet"),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.topic}"


class Kept(models.Model):
    """The last message of a topic that was to be kept (retained): whoever subscribes is told it at once."""

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(
        Thing, models.CASCADE, to_field="no", db_column="thing", related_name="+", db_index=False
    )
    topic = models.TextField()
    payload = models.BinaryField()
    qos = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thing", "topic"], name="a_topic_keeps_one_message"),
            models.CheckConstraint(condition=Q(qos__in=(0, 1)), name="what_is_kept_has_a_quality"),
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} {self.topic}"
