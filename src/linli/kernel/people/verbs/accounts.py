"""Accounts of staff: made by the system's administrator, stopped by the security administrator."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, require
from linli.kernel.sealed import fingerprint, seal

from ..models import Account
from ..numbers import mask_phone, mobile
from .common import act, clean_name, clean_reason, end_sessions, locked_account, require_over, stream_of

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
_EASY = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """A password to tell somebody once: twelve characters that cannot be misread, 59 bits."""
    groups = ("".join(secrets.choice(_EASY) for _n in range(4)) for _g in range(3))
    return "-".join(groups)


def create_account(
    *, by: Actor, at: datetime, username: str, name: str, phone: str = "", email: str = ""
) -> tuple[Account, str]:
    """A staff account without any post, and its first password, told once; it must be changed at sign-in.

    Needs `accounts.change`. Raises Invalid (user name or phone), Conflict (the user name is taken).
    """
    require(by, "accounts.change")
    username = clean_username(username)
    name = clean_name(name)
    digits = _clean_mobile(phone)
    with act():
        if Account.objects.filter(username=username).exists():
            raise Conflict(_("用户名“%(username)s”已经有人用了。") % {"username": username})
        account = Account(
            kind=Account.Kind.STAFF,
            username=username,
            name=name,
            email=email.strip(),
            phone_print=fingerprint(digits) if digits else None,
            phone_sealed=seal(digits) if digits else None,
            must_change_password=True,
        )
        password = new_password()
        account.set_password(password)
        account.save()
        after = {"username": username, "name": name, "phone": mask_phone(digits) if digits else ""}
        _record(by, at, "create_account", account, after=after)
    return account, password


def disable_account(*, by: Actor, at: datetime, account_id: UUID, reason: str) -> Account:
    """No way in any more; every session ends now. Needs `accounts.disable`."""
    return _switch(by, at, account_id, reason, active=False)


def enable_account(*, by: Actor, at: datetime, account_id: UUID, reason: str) -> Account:
    """The way in is open again. Needs `accounts.disable`. What was erased stays closed: Conflict."""
    return _switch(by, at, account_id, reason, active=True)


def unlock_account(*, by: Actor, at: datetime, account_id: UUID, reason: str) -> Account:
    """Forget the failed tries that lock an account before its quarter of an hour is over."""
    require(by, "accounts.unlock")
    reason = clean_reason(reason)
    with act():
        account = locked_account(account_id)
        require_over(by, "accounts.unlock", account, at)
        count = account.tallies.all().delete()[0]
        _record(by, at, "unlock_account", account, after={"tallies": count}, note=reason)
    return account


def clean_username(text: str) -> str:
    username = text.strip().lower()
    if not _USERNAME.fullmatch(username):
        sentence = _("用户名用 3 到 32 个小写字母、数字、点、横线，以字母或数字开头。")
        raise Invalid(sentence, fields={"username": sentence})
    return username


def _clean_mobile(text: str) -> str:
    digits = mobile(text) if text.strip() else ""
    if digits is None:
        raise Invalid(_("手机号应是 11 位数字。"), fields={"phone": _("手机号应是 11 位数字。")})
    return digits


def _switch(by: Actor, at: datetime, account_id: UUID, reason: str, *, active: bool) -> Account:
    require(by, "accounts.disable")
    reason = clean_reason(reason)
    verb = "enable_account" if active else "disable_account"
    with act():
        account = locked_account(account_id)
        require_over(by, "accounts.disable", account, at)
        if account.id == by.account_id:
            raise Conflict(_("不能停用或启用自己的账号。"))
        if account.is_active == active or account.username.startswith("erased:"):
            raise Conflict(_("账号已经是这个状态。"))
        account.is_active = active
        account.save(update_fields=["is_active"])
        if not active:
            end_sessions(account.id)
        _record(by, at, verb, account, before={"active": not active}, after={"active": active}, note=reason)
    return account


def _record(
    by: Actor,
    at: datetime,
    verb: str,
    account: Account,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    note: str | None = None,
) -> None:
    audit.append(
        by=by, at=at, verb=f"people.{verb}", stream=stream_of(account.id), before=before, after=after, note=note
    )
