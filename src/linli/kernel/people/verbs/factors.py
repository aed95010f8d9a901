"""The second factor: an authenticator on the owner's phone, and ten recovery codes on paper."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, as_system, require
from linli.kernel.sealed import fingerprint, seal, unseal

from .. import guard, totp
from ..models import Account, RecoveryCode
from .common import act, clean_reason, end_sessions, locked_account, require_over, stream_of, themselves
from .doors import enter

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def check_factor(*, by: Actor, at: datetime, account_id: UUID, code: str, device: str = "") -> Account:
    """Finish signing in with a code of the authenticator, or with a recovery code. Records the sign-in.

    `at` is real time: the authenticator has no other. A code works once. Raises Invalid (wrong or used),
    TooMany (five wrong ones lock for a quarter of an hour).
    """
    subject = str(account_id)
    left = guard.spend(guard.FACTOR, subject, at, address=by.address, account_id=account_id)
    with act():
        account = locked_account(account_id)
        how = _use(account, _plain(code), at) if account.is_active else ""
        if how:
            enter(account, by=by, at=at, how=how, device=device)
        else:
            verb = "people.lock" if left == 0 else "people.sign_in_failed"
            after = {"what": "factor", "left": left}
            audit.append(by=by, at=at, verb=verb, stream=stream_of(account_id), after=after)
    if how:
        guard.forgive(guard.FACTOR, subject, address=by.address)
        return account
    if left == 0:
        raise guard.too_many(guard.FACTOR.locks)
    raise Invalid(_("验证码不对，或者已经用过。"), fields={"code": _("验证码不对，或者已经用过。")}, code="factor")


def enrol_second_factor(
    *, by: Actor, at: datetime, account_id: UUID, secret: str, code: str, entering: str | None = None
) -> tuple[Account, list[str]]:
    """Bind an authenticator to one's own account, proved by a code it shows.

    `entering` names the device when this finishes a sign-in, which is then part of the same record.

    Returns ten recovery codes, told once. Raises Conflict when a factor is bound already: only the security
    administrator takes it off. Raises Invalid for a code that does not belong to the secret.
    """
    if by.account_id != account_id:
        raise NotAllowed(_("只能为自己的账号绑定验证器。"))
    guard.spend(guard.FACTOR, str(account_id), at, address=by.address, account_id=account_id)
    with act():
        account = locked_account(account_id)
        if account.has_factor:
            raise Conflict(_("这个账号已经绑定了验证器。"))
        step = totp.matching_step(secret, _plain(code), at, None)
        if step is None:
            sentence = _("验证码不对。请看手机上验证器里“邻里”这一条现在显示的六位数字。")
            raise Invalid(sentence, fields={"code": sentence}, code="factor")
        account.factor_sealed = seal(secret)
        account.factor_step = step
        account.save(update_fields=["factor_sealed", "factor_step"])
        codes = _new_recovery_codes(account)
        after = {"device": entering} if entering is not None else None
        if entering is not None:
            account.last_login = at
            account.save(update_fields=["last_login"])
        _record(themselves(by, account), at, "enrol_second_factor", account, after=after)
    guard.forgive(guard.FACTOR, str(account_id), address=by.address)
    return account, codes


def renew_recovery_codes(*, by: Actor, at: datetime, account_id: UUID) -> list[str]:
    """Ten new recovery codes for oneself, told once; the old ones end."""
    if by.account_id != account_id:
        raise NotAllowed(_("只能为自己的账号换恢复码。"))
    with act():
        account = locked_account(account_id)
        if not account.has_factor:
            raise Conflict(_("这个账号还没有绑定验证器。"))
        codes = _new_recovery_codes(account)
        _record(by, at, "renew_recovery_codes", account)
    return codes


def reset_second_factor(*, by: Actor, at: datetime, account_id: UUID, reason: str) -> Account:
    """Take the factor off an account whose owner lost phone and paper. Needs `accounts.unlock`.

    Its sessions end, and the next sign-in binds a new one.
    """
    require(by, "accounts.unlock")
    reason = clean_reason(reason)
    with act():
        account = locked_account(account_id)
        require_over(by, "accounts.unlock", account, at)
        if account.id == by.account_id:
            raise Conflict(_("自己的验证器要请另一位安全管理员解除。"))
        account.factor_sealed = account.factor_step = None
        account.save(update_fields=["factor_sealed", "factor_step"])
        account.recovery_codes.all().delete()
        end_sessions(account.id)
        _record(by, at, "reset_second_factor", account, note=reason)
    return account


def codes_left(account_id: UUID) -> int:
    """How many recovery codes are unused."""
    with as_system():
        return RecoveryCode.objects.filter(account_id=account_id, used_at=None).count()


def _use(account: Account, code: str, at: datetime) -> str:
    """Use the code up. Returns how it proved the account ("totp", "recovery"), or "". The row is locked."""
    if account.factor_sealed is None:
        return ""
    step = totp.matching_step(unseal(account.factor_sealed), code, at, account.factor_step)
    if step is not None:
        account.factor_step = step
        account.save(update_fields=["factor_step"])
        return "totp"
    unused = Q(account=account, code_print=fingerprint(f"recovery:{code}"), used_at=None)
    return "recovery" if RecoveryCode.objects.filter(unused).update(used_at=at) else ""


def _new_recovery_codes(account: Account) -> list[str]:
    account.recovery_codes.all().delete()
    codes = ["".join(secrets.choice(_LETTERS) for _n in range(10)) for _c in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, code_print=fingerprint(f"recovery:{code}")) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _plain(code: str) -> str:
    return code.replace(" ", "").replace("-", "").strip().lower()


def _record(
    by: Actor,
    at: datetime,
    verb: str,
    account: Account,
    *,
    after: dict[str, str] | None = None,
    note: str | None = None,
) -> None:
    audit.append(by=by, at=at, verb=f"people.{verb}", stream=stream_of(account.id), after=after, note=note)
