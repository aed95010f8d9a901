"""Reminding somebody that they have a new message (kernel/messages): once, however many wait, and never what they say.

    claim_reminders → remind (the outside) → settle_reminder

As notices are sent: claimed under a lease, sent outside of any transaction, then written down; quiet hours are kept. A phone that
takes push is rung. Who has none, or no account at all, gets one sms where a message is owed to them (docs/rights.md) and a
phone number is known. A reminder that is done leaves no row: whether somebody was told is said by the message.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.messages.models import Message, Ring
from linli.kernel.people.models import Account, Person
from linli.kernel.people.sender import NotSent, Sender
from linli.kernel.sealed import unseal

from ..models import Preference, Subscription
from ..sending import Browser, Failed, Gone, Pusher, pusher
from .delivering import LEASE, PAUSES, TRIES, sms_way
from .mailing import may_ring

SMS_TEMPLATE = "message"
TOPIC = "messages"
TTL = 3 * 24 * 3600

_CLAIM = """
UPDATE told_ring r SET claimed_until = %(until)s, tries = r.tries + 1
FROM (SELECT id FROM told_ring WHERE due_at <= %(at)s AND (claimed_until IS NULL OR claimed_until <= %(at)s)
      ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) due
WHERE r.id = due.id RETURNING r.id
"""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One person, ready to be reminded: their browsers by key, and an sms for where none of them takes it."""

    ring: UUID
    asked_at: datetime
    browsers: Sequence[tuple[UUID, Callable[[], None]]]
    sms: Callable[[], None] | None


@dataclass(frozen=True, slots=True)
class Reminded:
    """What became of it: whether it went, after how many seconds to try again (None: no more), and browsers that are gone."""

    ring: UUID
    asked_at: datetime
    sent: bool
    again: int | None
    gone: tuple[UUID, ...] = ()


def claim_reminders(*, at: datetime, limit: int = 50) -> list[Reminder]:
    """Take what is due under a lease. Who has read everything meanwhile, or cannot be reached, is let be at once."""
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, {"at": at, "until": at + LEASE, "limit": limit})
            ids = [key for (key,) in cursor.fetchall()]
        rings = list(Ring.objects.select_related("person__account").filter(pk__in=ids))
        waiting = set(
            Message.objects.filter(person__in=[ring.person_id for ring in rings], read_at=None).values_list(
                "person_id", flat=True
            )
        )
        ways = _Ways(rings)
        return [
            task
            for ring in rings
            if (task := _prepare(ring, ways, at, unread=ring.person_id in waiting)) is not None
        ]


def remind(task: Reminder) -> Reminded:
    """Outside of any transaction, in any thread: touches no database."""
    sent, again, gone = False, None, []
    for key, push in task.browsers:
        try:
            push()
            sent = True
        except Gone:
            gone.append(key)
        except Failed as failed:
            again = again if failed.again is None else max(again or 0, failed.again)
        except Exception:
            again = again or 0
    if not sent and again is None and task.sms is not None:
        try:
            task.sms()
            sent = True
        except NotSent:
            again = 0
        except Exception:
            again = 0
    return Reminded(task.ring, task.asked_at, sent, again, tuple(gone))


def settle_reminder(done: Reminded, *, at: datetime) -> None:
    """Write down what became of it. What was asked for again while it went is due once more."""
    with transaction.atomic():
        look_as(SYSTEM)
        Subscription.objects.filter(pk__in=done.gone).delete()
        row = Ring.objects.select_for_update().filter(pk=done.ring).first()
        if row is None:
            return
        if row.asked_at > done.asked_at:
            row.due_at, row.tries = row.asked_at, 0
        elif done.sent or done.again is None or row.tries >= TRIES:
            row.delete()
            return
        else:
            pause = PAUSES[min(row.tries, len(PAUSES)) - 1]
            row.due_at = at + max(pause, timedelta(seconds=min(done.again, 6 * 3600)))
        row.claimed_until = None
        row.save(update_fields=["due_at", "tries", "claimed_until"])


class _Ways:
    """What leads to these persons: their browsers and what they chose, in two questions."""

    def __init__(self, rings: Sequence[Ring]) -> None:
        accounts = [ring.person.account_id for ring in rings if ring.person.account_id]
        self.push: Pusher | None = pusher()
        self.sms: Sender | None = sms_way()
        self.chosen = {row.account_id: row for row in Preference.objects.filter(account__in=accounts)}
        self.browsers: dict[UUID, list[Subscription]] = {}
        for row in Subscription.objects.filter(account__in=accounts).order_by("at"):
            self.browsers.setdefault(row.account_id, []).append(row)


def _prepare(ring: Ring, ways: _Ways, at: datetime, *, unread: bool) -> Reminder | None:
    account = ring.person.account
    chose = ways.chosen.get(account.id) if account else None
    browsers = ways.browsers.get(account.id, []) if account and account.is_active and ways.push else []
    sms = _sms(ring, account, chose, ways.sms)
    if not unread or not (browsers or sms):
        ring.delete()
        return None
    if (later := may_ring(chose, at)) > at:
        Ring.objects.filter(pk=ring.pk).update(due_at=later, claimed_until=None, tries=ring.tries - 1)
        return None
    assert ways.push is not None or not browsers
    language = account.language if account else settings.LANGUAGE_CODE
    pushes = [(row.id, _push(ways.push, row, language)) for row in browsers if ways.push]
    return Reminder(ring.id, ring.asked_at, pushes, sms)


def _push(push: Pusher, row: Subscription, language: str) -> Callable[[], None]:
    to = Browser(unseal(row.endpoint_sealed), row.p256dh, row.auth)
    with translation.override(language):
        said: dict[str, object] = {
            "title": _("邻里"),
            "body": _("您有一条新消息。"),
            "url": f"{reverse(settings.LINLI_MESSAGES_PAGE)}?via=push",
            "tag": TOPIC,
            "urgent": False,
            "off": "",
            "words": {"open": _("查看")},
        }
    return lambda: push(to, said, topic=TOPIC, ttl=TTL, urgent=False)


def _sms(
    ring: Ring, account: Account | None, chose: Preference | None, send: Sender | None
) -> Callable[[], None] | None:
    """For what is owed alone, and not to who wants none."""
    if send is None or not ring.owed or (chose is not None and not chose.by_sms):
        return None
    sealed = _number_of(ring.person, account)
    if sealed is None:
        return None
    phone, way = unseal(sealed), send
    link = f"{settings.LINLI_URL.rstrip('/')}{reverse(settings.LINLI_MESSAGES_PAGE)}" if settings.LINLI_URL else ""
    blanks = {"link": link, "key": ring.id.hex}
    return lambda: way(phone, SMS_TEMPLATE, blanks)


def _number_of(person: Person, account: Account | None) -> bytes | memoryview | None:
    """The number one signs in with; of who has no account, the one on their card."""
    if account is not None:
        return account.phone_sealed if account.is_active else None
    return person.phone_sealed
