"""Sending what is due. Claimed under a lease, sent outside of any transaction, and then written down.

    claim → (the outside) → settle

Rows are claimed with SKIP LOCKED, so any number of workers may send. A worker that is killed between the claim and what
it writes down leaves its rows claimed until the lease is over; then they are sent again under the same key. So nothing
is lost, and what may be said twice is what the outside had taken when we died: push services replace a waiting message
by its topic and the phone by its tag, an sms provider by the key where it knows one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.people.sender import NotSent, Sender
from linli.kernel.people.sender import sender as sms_sender
from linli.kernel.sealed import unseal

from ..models import Delivery, Preference, Subscription, Version
from ..sending import Browser, Failed, Gone, Pusher, pusher
from ..telling import message, sms_blanks, why_not
from ..tokens import off_address
from .mailing import may_ring, unwanted

LEASE = timedelta(minutes=2)
TRIES = 6
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
URGENT_PAUSES = (
    timedelta(seconds=15),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
)
SMS_TEMPLATE = "notice"

_CLAIM = """
UPDATE notices_delivery d SET claimed_until = %(until)s, tries = d.tries + 1
FROM (SELECT id FROM notices_delivery
      WHERE state = 'waiting' AND due_at <= %(at)s AND (claimed_until IS NULL OR claimed_until <= %(at)s)
      ORDER BY urgent DESC, due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) due
WHERE d.id = due.id RETURNING d.id
"""


@dataclass(frozen=True, slots=True)
class Task:
    """One message, ready to go: everything the outside needs, nothing of the database. `send` raises Gone, Failed."""

    delivery: UUID
    send: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it: "sent", "gone", or a failure with when to try again (None: never)."""

    delivery: UUID
    outcome: str
    error: str = ""
    again: int | None = None


def claim(*, at: datetime, limit: int = 50) -> list[Task]:
    """Take what is due under a lease. What is not to be said any more, or not at this hour, is settled at once."""
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, {"at": at, "until": at + LEASE, "limit": limit})
            ids = [key for (key,) in cursor.fetchall()]
        rows = list(
            Delivery.objects.select_related(
                "mailing__notice__unit", "account", "subscription", "account__notice_preference"
            ).filter(pk__in=ids)
        )
        wanted = {(row.notice_id, row.mailing.version) for row in rows}
        versions = {(v.notice_id, v.number): v for v in Version.objects.filter(notice__in={n for n, _v in wanted})}
        tasks = []
        ways = Ways(pusher(), sms_way())
        for row in rows:
            if task := _prepare(row, versions[row.notice_id, row.mailing.version], ways, at):
                tasks.append(task)
    return tasks


def run(task: Task) -> Result:
    """Outside of any transaction, in any thread: touches no database."""
    try:
        task.send()
    except Gone:
        return Result(task.delivery, "gone")
    except Failed as failed:
        return Result(task.delivery, "failed", failed.words, failed.again)
    except NotSent as refused:
        return Result(task.delivery, "failed", refused.code, 0)
    except Exception as error:
        return Result(task.delivery, "failed", type(error).__name__, 0)
    return Result(task.delivery, "sent")


def settle(result: Result, *, at: datetime) -> None:
    """Write down what became of it."""
    with transaction.atomic():
        look_as(SYSTEM)
        row = Delivery.objects.select_for_update(of=("self",)).filter(pk=result.delivery).first()
        if row is None or row.state != Delivery.State.WAITING:
            return
        row.claimed_until, row.error = None, result.error[:120]
        if result.outcome == "sent":
            row.state, row.sent_at = Delivery.State.SENT, at
        elif result.outcome == "gone":
            row.state, row.error = Delivery.State.FAILED, "gone"
            if row.subscription_id is not None:
                Subscription.objects.filter(pk=row.subscription_id).delete()
            row.subscription_id = None
        elif result.again is None or row.tries >= TRIES:
            row.state = Delivery.State.FAILED
        else:
            pause = (URGENT_PAUSES if row.urgent else PAUSES)[min(row.tries, len(PAUSES)) - 1]
            row.due_at = at + max(pause, timedelta(seconds=min(result.again, 6 * 3600)))
        row.save()


def deliver(*, at: datetime, limit: int = 50) -> int:
    """One round by itself, one after the other: what tests and a small house need. Returns how many were claimed."""
    tasks = claim(at=at, limit=limit)
    for task in tasks:
        settle(run(task), at=at)
    return len(tasks)


@dataclass(frozen=True, slots=True)
class Ways:
    """What messages leave by; None where it is not set up."""

    push: Pusher | None
    sms: Sender | None


def sms_way() -> Sender | None:
    """What an sms leaves by; None where none is set up."""
    try:
        return sms_sender()
    except NotSent:
        return None


def _prepare(row: Delivery, version: Version, ways: Ways, at: datetime) -> Task | None:
    chose = getattr(row.account, "notice_preference", None)
    if why := why_not(row.mailing, at) or _unwanted(row, chose):
        _put_down(row, Delivery.State.DROPPED, why)
        return None
    if not row.urgent and (later := may_ring(chose, at)) > at:  # it was put off, or the hours were changed since
        Delivery.objects.filter(pk=row.pk).update(due_at=later, claimed_until=None, tries=row.tries - 1)
        return None
    if row.channel == "push":
        return _push(row, version, ways.push, at)
    return _sms_task(row, version, ways.sms, at)


def _push(row: Delivery, version: Version, push: Pusher | None, at: datetime) -> Task | None:
    browser = row.subscription
    if push is None or browser is None:
        _put_down(row, Delivery.State.FAILED, "not set up" if push is None else "gone")
        return None
    to = Browser(unseal(browser.endpoint_sealed), browser.p256dh, browser.auth)
    said = message(row.mailing, version, row.account.language, at)
    body = said.as_push(row.mailing.notice, off_address(row.account_id, row.mailing.notice.kind))
    topic, ttl, urgent = row.notice_id.hex, said.ttl, row.urgent
    return Task(row.id, lambda: push(to, body, topic=topic, ttl=ttl, urgent=urgent))


def _sms_task(row: Delivery, version: Version, send: Sender | None, at: datetime) -> Task | None:
    if send is None or row.account.phone_sealed is None:
        _put_down(row, Delivery.State.FAILED, "not set up" if send is None else "gone")
        return None
    phone = unseal(row.account.phone_sealed)
    blanks: Mapping[str, str] = {**sms_blanks(row.mailing, version, row.account.language, at), "key": row.key}
    return Task(row.id, lambda: send(phone, SMS_TEMPLATE, blanks))


def _unwanted(row: Delivery, chose: Preference | None) -> str:
    return "switched off" if chose is not None and unwanted(row.mailing, chose) else ""


def _put_down(row: Delivery, state: str, why: str) -> None:
    Delivery.objects.filter(pk=row.pk).update(state=state, error=why, claimed_until=None)
