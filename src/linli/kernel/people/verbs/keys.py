"""API keys of partners: shown once, kept as a fingerprint, changed and revoked by the security administrator."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, covers, require
from linli.kernel.sealed import fingerprint

from ..models import Account, ApiKey
from .common import act, clean_name, clean_scope, stream_of

PREFIX = "lk_"
"""Lets secret scanners recognise a key of ours in a text."""


def issue_key(
    *, by: Actor, at: datetime, name: str, place_code: str, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A key for a partner's program within a place. Returns it and its plain text, which is told once.

    Needs `keys.change` over the place. The partner account of this name is made when there is none.
    """
    name, code = clean_name(name), clean_scope(place_code)
    require(by, "keys.change", code)
    if expires_at is not None and expires_at <= at:
        sentence = _("到期时间应在将来。")
        raise Invalid(sentence, fields={"expires_at": sentence})
    with act():
        account = _partner(name)
        key, plain = _new_key(account, name, code, expires_at)
        _record(by, at, "issue_key", key, expires_at=expires_at)
    return key, plain


def rotate_key(
    *, by: Actor, at: datetime, key_id: UUID, overlap: timedelta = timedelta(hours=24)
) -> tuple[ApiKey, str]:
    """A new key in place of an old one, which still works for `overlap` so that nothing stands still.

    What was granted for a time is not granted for ever by this: the new key ends when the old one would have.
    """
    with act():
        old = _live_key(key_id, by, at)
        ends, expires_at = at + overlap, old.expires_at
        old.expires_at = min(expires_at, ends) if expires_at else ends
        old.save(update_fields=["expires_at"])
        key, plain = _new_key(old.account, old.name, old.place_code, expires_at)
        _record(by, at, "rotate_key", key, expires_at=expires_at)
    return key, plain


def revoke_key(*, by: Actor, at: datetime, key_id: UUID) -> ApiKey:
    """The key stops working now."""
    with act():
        key = _live_key(key_id, by, at)
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        _record(by, at, "revoke_key", key, expires_at=key.expires_at)
    return key


def touch_key(*, key_id: UUID, at: datetime) -> None:
    """Note that a key is in use; no record, it is no act. Gateways call it at most once a minute a key."""
    ApiKey.objects.filter(pk=key_id).update(last_used_at=at)


def _partner(name: str) -> Account:
    account = Account.objects.filter(kind=Account.Kind.PARTNER, name=name).first()
    if account is None:
        account = Account(kind=Account.Kind.PARTNER, name=name)
        account.username = f"partner:{account.id}"
        account.set_unusable_password()
        account.save()
    if not account.is_active:
        raise Conflict(_("这个合作方的账号已停用。"))
    return account


def _new_key(account: Account, name: str, code: str, expires_at: datetime | None) -> tuple[ApiKey, str]:
    plain = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        account=account, name=name, key_print=fingerprint(f"key:{plain}"), place_code=code, expires_at=expires_at
    )
    return key, plain


def _live_key(key_id: UUID, by: Actor, at: datetime) -> ApiKey:
    require(by, "keys.change")
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("account").filter(pk=key_id).first()
    if key is None or not covers(by, key.place_code):
        raise NotFound(_("没有这个密钥。"))
    if key.revoked_at or (key.expires_at and key.expires_at <= at):
        raise Conflict(_("这个密钥已经失效。"))
    return key


def _record(by: Actor, at: datetime, verb: str, key: ApiKey, *, expires_at: datetime | None) -> None:
    audit.append(
        by=by,
        at=at,
        verb=f"people.{verb}",
        stream=stream_of(key.account_id),
        place_code=key.place_code,
        after={"key": str(key.id), "name": key.name, "place_code": key.place_code, "expires_at": expires_at},
    )
