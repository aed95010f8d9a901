"""What a person chooses: to be reminded on this phone or not, quiet hours, topics switched off."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Invalid, NotFound, TooMany, look_as, looking_as
from linli.kernel.audit import append
from linli.kernel.people.models import Account
from linli.kernel.sealed import fingerprint, seal

from ..kinds import KINDS
from ..models import Preference, Subscription
from ..sending import may_push_to
from .core import whoever

MOST_BROWSERS = 10


def subscribe(*, by: Actor, at: datetime, endpoint: str, p256dh: str, auth: str, device: str = "") -> Subscription:
    """Remind this account through this browser from now on. A browser belongs to who switched it on last: on a shared
    phone nobody is told another's. Raises Invalid for an address that is no push service's."""
    account = whoever(by)
    if len(endpoint) > 1000 or not may_push_to(endpoint) or not _key(p256dh, 65) or not _key(auth, 16):
        raise Invalid(_("这个浏览器不能接收提醒。"), code="push")
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        print_ = fingerprint(f"push:{endpoint}")
        Account.objects.select_for_update().get(pk=account)
        if Subscription.objects.filter(account=account).exclude(endpoint_print=print_).count() >= MOST_BROWSERS:
            raise TooMany(_("已经在 %(n)d 台设备上开启了提醒，请先关闭不用的。") % {"n": MOST_BROWSERS})
        row, _made = Subscription.objects.update_or_create(
            endpoint_print=print_,
            defaults={
                "account_id": account,
                "endpoint_sealed": seal(endpoint),
                "p256dh": p256dh,
                "auth": auth,
                "device": device[:64],
                "at": at,
            },
        )
        _record(by, at, "subscribe", account, {"device": row.device})
    return row


def unsubscribe(*, by: Actor, at: datetime, endpoint: str) -> bool:
    """Stop reminding through this browser. Returns whether it was on for this account."""
    account = whoever(by)
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        gone, _rows = Subscription.objects.filter(
            account=account, endpoint_print=fingerprint(f"push:{endpoint}")
        ).delete()
        if gone:
            _record(by, at, "unsubscribe", account, {})
    return bool(gone)


def set_preference(
    *,
    by: Actor,
    at: datetime,
    quiet_from: time,
    quiet_until: time,
    by_sms: bool,
    off: Iterable[str],
) -> Preference:
    """Quiet hours (equal bounds: none), sms or not, topics switched off. Emergencies heed none of it."""
    account = whoever(by)
    chosen = {"quiet_from": quiet_from, "quiet_until": quiet_until, "by_sms": by_sms}
    topics = [name for name in KINDS if name in set(off)]
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        row, _made = Preference.objects.update_or_create(
            account_id=account, defaults={**chosen, "off": topics, "changed_at": at}
        )
        _record(by, at, "set_preference", account, {**{k: str(v) for k, v in chosen.items()}, "off": topics})
    return row


def switch_topic(*, by: Actor, at: datetime, kind: str, on: bool, account_id: UUID | None = None) -> Preference:
    """One topic on or off, with one tap. `account_id` is given by a signed link (`tokens`), for who is not signed in."""
    account = account_id or whoever(by)
    if kind not in KINDS:
        raise NotFound(_("没有这一类通知。"))
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        if not Account.objects.select_for_update().filter(pk=account, is_active=True).exists():
            raise NotFound(_("这个账号已停用。"))
        row, _made = Preference.objects.get_or_create(account_id=account, defaults={"changed_at": at})
        was = list(row.off)
        row.off = [name for name in KINDS if (name in was and name != kind) or (name == kind and not on)]
        if row.off != was:
            row.changed_at = at
            row.save()
            _record(by, at, "set_preference", account, {"off": row.off})
    return row


def _key(text: str, length: int) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == length
    except (binascii.Error, ValueError):
        return False


def _record(by: Actor, at: datetime, verb: str, account: UUID, after: dict[str, object]) -> None:
    persons = [by.person_id] if by.person_id and by.account_id == account else []
    append(by=by, at=at, verb=f"notices.{verb}", stream=f"account:{account}", person_ids=persons, after=after)
