"""Secrets of devices: told once, replaced with an overlap, revoked at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid

from ..models import Credential, Thing
from ..proofs import new_secret
from . import common

PERMISSION = "things.keys"
OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Issued:
    """A thing with its new secret, which is told once."""

    thing: Thing
    secret: str
    old_until: datetime | None = None


def issue(*, by: Actor, at: datetime, thing_id: UUID) -> Issued:
    """A secret for a thing that has none. Needs `things.keys`. Raises Conflict where it has one: that is `rotate`."""
    with common.act():
        thing = common.locked(thing_id, by, PERMISSION)
        common.must_be_in_use(thing)
        if _good(thing, at).filter(ends_at=None).exists():
            raise Conflict(_("这台设备已有密钥。要换，请用“更换”。"), code="has_one")
        secret = add_secret(thing, at)
        common.let_in([thing.key], at, "secret")
        common.record(by, at, "issue", thing)
    return Issued(thing, secret)


def rotate(*, by: Actor, at: datetime, thing_id: UUID, overlap: timedelta = OVERLAP) -> Issued:
    """A new secret in place of the old one, which is good for `overlap` still (nought to thirty days).

    One before that, which was on its way out already, ends now: never more than two are good. Needs `things.keys`.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        sentence = _("旧密钥最多再用 30 天。")
        raise Invalid(sentence, fields={"overlap": sentence})
    with common.act():
        thing = common.locked(thing_id, by, PERMISSION)
        common.must_be_in_use(thing)
        good = _good(thing, at)
        if not good.filter(ends_at=None).exists():
            raise Conflict(_("这台设备现在没有密钥，请先签发。"), code="has_none")
        good.exclude(ends_at=None).update(revoked_at=at)
        until = at + overlap
        if overlap:
            # One that was issued this very instant still ends after it began.
            good.filter(ends_at=None).update(ends_at=until)
        else:
            good.filter(ends_at=None).update(revoked_at=at)
        secret = add_secret(thing, at)
        common.let_in([thing.key], at, "secret")
        common.record(by, at, "rotate", thing, after={"old_until": until.isoformat()})
    return Issued(thing, secret, until)


def revoke(*, by: Actor, at: datetime, thing_id: UUID, reason: str = "") -> int:
    """No secret of this thing is good any more: it is lost, or in other hands. Returns how many were revoked.

    Needs `things.keys`. Raises Conflict where there is none.
    """
    note = common.one_line(reason, common.NOTE_LENGTH, "reason")
    with common.act():
        thing = common.locked(thing_id, by, PERMISSION)
        count = revoke_all(thing, at)
        if not count:
            raise Conflict(_("这台设备现在没有密钥。"), code="has_none")
        common.record(by, at, "revoke", thing, after={"revoked": count}, note=note or None)
    return count


def add_secret(thing: Thing, at: datetime) -> str:
    """Within a verb: one more secret. The database refuses a second without end."""
    secret, digest = new_secret()
    Credential.objects.create(thing=thing, digest=digest, issued_at=at)
    return secret


def revoke_all(thing: Thing, at: datetime) -> int:
    """Within a verb: every secret that is good stops to be."""
    return int(_good(thing, at).update(revoked_at=at))


def _good(thing: Thing, at: datetime) -> QuerySet[Credential]:
    return Credential.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), thing=thing, revoked_at=None)
