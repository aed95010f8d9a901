"""Passwords: tried at the door, changed by their owner, reset by the system's administrator."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, as_system, require

from .. import guard
from ..models import Account
from .accounts import new_password
from .common import act, end_sessions, locked_account, require_over, stream_of, themselves

UNKNOWN = "account:unknown"
"""The stream of tries with user names nobody has."""


def check_password(*, by: Actor, at: datetime, username: str, password: str) -> Account:
    """The staff account whose password this is. Signing in goes on with its second factor.

    A name nobody has, a wrong password and a resident's name take the same time and give the same sentence.
    Raises Invalid (wrong), TooMany (five wrong ones in a quarter of an hour from one address lock the name
    for a quarter there), NotAllowed (right, but the account is disabled). A failure is recorded; success is
    recorded by the sign-in it leads to.
    """
    name = username.strip().lower()[:64]
    with as_system():
        account = Account.objects.filter(username=name, kind=Account.Kind.STAFF).first()
    left = _spend(name, by, at, account)
    if not _matches(account, password):
        _record_failure(by, at, account, left)
        if left == 0:
            raise guard.too_many(guard.PASSWORD.locks)
        raise Invalid(_("用户名或密码不对。"), fields={"password": _("用户名或密码不对。")}, code="password")
    assert account is not None
    guard.forgive(guard.PASSWORD, name, address=by.address)
    guard.give_back(guard.PASSWORD_ANYWHERE, name)
    guard.give_back(guard.PASSWORD_ADDRESS, guard.network(by.address))
    if not account.is_active:
        raise NotAllowed(_("这个账号已停用，请联系您单位的安全管理员。"), code="disabled")
    return account


def set_password(
    *, by: Actor, at: datetime, account_id: UUID, password: str, current: str | None, session: str | None = None
) -> Account:
    """Change one's own password. Every other session of the account ends; `session` stays.

    `current` is None only for the first sign-in, when it was proved a moment ago (`must_change_password`).
    Raises Invalid with what the policy asks for.
    """
    if by.account_id != account_id:
        raise NotAllowed(_("只能修改自己的密码。"))
    if current is not None:
        _prove_current(by, at, account_id, current)
    with act():
        account = locked_account(account_id)
        if current is None and not account.must_change_password:
            raise NotAllowed(_("请先填写现在的密码。"))
        _check_policy(account, password)
        account.set_password(password)
        account.must_change_password = False
        account.save(update_fields=["password", "must_change_password"])
        ended = end_sessions(account.id, keep=session)
        _record(themselves(by, account), at, "set_password", account, {"sessions_ended": ended})
    return account


def reset_password(*, by: Actor, at: datetime, account_id: UUID) -> tuple[Account, str]:
    """A new first password for somebody who forgot theirs, told once. Needs `accounts.change`.

    The second factor stays, so whoever resets the password still cannot sign in with it; that factor is the
    security administrator's to reset (`reset_second_factor`), who in turn resets no password.
    """
    require(by, "accounts.change")
    with act():
        account = locked_account(account_id)
        require_over(by, "accounts.change", account, at)
        if account.kind != Account.Kind.STAFF or account.id == by.account_id:
            raise Conflict(_("这个账号的密码不能这样重置。"))
        password = new_password()
        account.set_password(password)
        account.must_change_password = True
        account.save(update_fields=["password", "must_change_password"])
        ended = end_sessions(account.id)
        _record(by, at, "reset_password", account, {"sessions_ended": ended})
    return account, password


def _spend(name: str, by: Actor, at: datetime, account: Account | None) -> int:
    account_id = account.id if account else None
    guard.spend(guard.PASSWORD_ADDRESS, guard.network(by.address), at)
    left = guard.spend(guard.PASSWORD, name, at, address=by.address, account_id=account_id)
    guard.spend(guard.PASSWORD_ANYWHERE, name, at, account_id=account_id)
    return left


def _matches(account: Account | None, password: str) -> bool:
    """Hashes once in either case, so that time does not tell which names exist."""
    if account is None or not account.has_usable_password():
        make_password(password)
        return False
    with as_system():  # an old hash is renewed here, which writes the account
        return account.check_password(password)


def _prove_current(by: Actor, at: datetime, account_id: UUID, current: str) -> None:
    subject = str(account_id)
    guard.spend(guard.PASSWORD, subject, at, address=by.address, account_id=account_id)
    with as_system():
        account = Account.objects.get(pk=account_id)
        right = account.check_password(current)
    if not right:
        raise Invalid(_("现在的密码不对。"), fields={"current": _("现在的密码不对。")})
    guard.forgive(guard.PASSWORD, subject, address=by.address)


def _check_policy(account: Account, password: str) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        sentence = " ".join(error.messages)
        raise Invalid(sentence, fields={"password": sentence}, code="policy") from None
    if account.check_password(password):
        sentence = _("新密码不能和现在的一样。")
        raise Invalid(sentence, fields={"password": sentence}, code="policy")


def _record_failure(by: Actor, at: datetime, account: Account | None, left: int) -> None:
    """A failed try; the one that locks says so."""
    verb = "people.lock" if left == 0 else "people.sign_in_failed"
    stream = stream_of(account.id) if account else UNKNOWN
    with act():
        audit.append(by=by, at=at, verb=verb, stream=stream, after={"what": "password", "left": left})


def _record(by: Actor, at: datetime, verb: str, account: Account, after: dict[str, object]) -> None:
    audit.append(by=by, at=at, verb=f"people.{verb}", stream=stream_of(account.id), after=after)
