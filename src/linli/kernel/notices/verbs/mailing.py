"""From the outbox to one row a message: who is behind a mailing, in batches. The worker calls it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.people.models import Account

from ..audience import Recipient, batch
from ..models import Delivery, Mailing, Preference, Subscription
from ..models.delivery import QUIET_FROM, QUIET_UNTIL
from ..quiet import clear_of
from ..telling import why_not

STEP = 500
"""Persons in one transaction: a quarter of a second's work."""


def expand(*, at: datetime, limit: int = STEP) -> int:
    """Write the messages of the next batch of the next mailing, and how far it is, in one transaction.

    Returns how many persons were walked (at least 1 while there is a mailing to do). Emergencies first.
    """
    with transaction.atomic():
        look_as(SYSTEM)
        mailing = (
            Mailing.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("notice")
            .filter(done_at=None)
            .order_by("-urgent", "made_at")
            .first()
        )
        if mailing is None:
            return 0
        if why_not(mailing, at):  # withdrawn, over, or corrected by a later version that is told by itself
            people: list[Recipient] = []
        else:
            people = batch(mailing.notice, mailing.made_at, after=mailing.reached, limit=limit)
            Delivery.objects.bulk_create(_rows(mailing, people, at), ignore_conflicts=True)
        if len(people) < limit:
            mailing.done_at = at
        if people:
            mailing.reached = people[-1].account
        mailing.save(update_fields=["done_at", "reached"])
    return len(people) or 1


def _rows(mailing: Mailing, people: list[Recipient], at: datetime) -> Iterable[Delivery]:
    accounts = [one.account for one in people]
    chosen = {p.account_id: p for p in Preference.objects.filter(account__in=accounts)}
    ways = _browsers(accounts) if mailing.channel == "push" else _phones(accounts)
    for one in people:
        chose = chosen.get(one.account)
        if chose is not None and unwanted(mailing, chose):
            continue
        for target in ways.get(one.account, ()):
            yield Delivery(
                mailing=mailing,
                notice=mailing.notice,
                account_id=one.account,
                person_id=one.person,
                subscription_id=target if mailing.channel == "push" else None,
                channel=mailing.channel,
                target=target,
                urgent=mailing.urgent,
                due_at=at if mailing.urgent else may_ring(chose, at),
            )


def unwanted(mailing: Mailing, chose: Preference) -> bool:
    """Whether somebody does not want to be told of this, in this way. An emergency is told to everybody."""
    if mailing.urgent:
        return False
    return mailing.notice.kind in chose.off or (mailing.channel == "sms" and not chose.by_sms)


def may_ring(chose: Preference | None, at: datetime) -> datetime:
    """From when on somebody may be rung, by what they chose or the usual quiet hours."""
    begins, ends = (chose.quiet_from, chose.quiet_until) if chose else (QUIET_FROM, QUIET_UNTIL)
    return clear_of(at, begins, ends, zone())


def zone() -> ZoneInfo:
    """The places' time zone: one for all of an installation (LINLI_TIME_ZONE)."""
    return ZoneInfo(settings.TIME_ZONE)


def _browsers(accounts: list[UUID]) -> dict[UUID, list[UUID]]:
    ways: dict[UUID, list[UUID]] = {}
    for account, key in Subscription.objects.filter(account__in=accounts).values_list("account_id", "id"):
        ways.setdefault(account, []).append(key)
    return ways


def _phones(accounts: list[UUID]) -> dict[UUID, list[UUID]]:
    reachable = Account.objects.filter(pk__in=accounts, phone_sealed__isnull=False)
    return {key: [key] for key in reachable.values_list("id", flat=True)}
