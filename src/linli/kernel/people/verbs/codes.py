"""Residents sign in by phone: a one-time code of six digits, for five minutes, with five tries."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed
from linli.kernel.sealed import fingerprint, seal

from .. import guard
from ..models import Account, OneTimeCode, Person
from ..numbers import mask_phone, mobile
from ..sender import NotSent, sender
from .common import act, clean_name, known_place, stream_of, themselves
from .doors import enter

LIVES = timedelta(minutes=5)
TRIES = 5
RESEND = timedelta(seconds=60)
SIGN_IN_CODE = "sign-in-code"


@dataclass(frozen=True, slots=True)
class Sent:
    """A code on its way. `shown` is the code itself where a demo has no SMS provider, else None."""

    phone: str
    masked: str
    expires_at: datetime
    shown: str | None


def send_code(*, by: Actor, at: datetime, phone: str) -> Sent:
    """Send a sign-in code to a phone; the code sent before, if any, ends.

    Says nothing about whether the phone has an account. Raises Invalid (no mobile number), TooMany (within
    60 seconds of the last, ten a day to a phone, 120 an hour from an address), NotSent (provider).
    """
    digits = clean_mobile(phone)
    send = sender()
    _wait_for_resend(digits, at)
    guard.spend(guard.CODES_FROM_ADDRESS, guard.network(by.address), at)
    guard.spend(guard.CODES_TO_PHONE, digits, at)
    code = f"{secrets.randbelow(10**6):06d}"
    expires_at = at + LIVES
    with transaction.atomic():
        _keep(digits, code, at, expires_at)
        audit.append(
            by=by,
            at=at,
            verb="people.send_code",
            stream=stream_of_phone(digits),
            after={"phone": mask_phone(digits)},
        )
    if send is None:
        return Sent(digits, mask_phone(digits), expires_at, code)
    try:
        send(digits, SIGN_IN_CODE, {"code": code, "minutes": str(LIVES.seconds // 60)})
    except NotSent:
        OneTimeCode.objects.filter(phone_print=fingerprint(digits)).delete()
        raise
    return Sent(digits, mask_phone(digits), expires_at, None)


def check_code(*, by: Actor, at: datetime, phone: str, code: str, device: str = "") -> Account | None:
    """Use a code up: the resident's account, signed in and recorded, or None when the phone has none yet.

    None means that `register_resident` may follow: the phone is proved. Raises Invalid (wrong, used, too old
    or five times wrong), TooMany (sixty wrong from one address in a quarter of an hour), NotAllowed
    (disabled).
    """
    digits = clean_mobile(phone)
    guard.spend(guard.GUESSES_FROM_ADDRESS, guard.network(by.address), at)
    with act():
        account = Account.objects.filter(phone_print=fingerprint(digits), kind=Account.Kind.RESIDENT).first()
        why = _try(digits, code, at)
        if why:
            stream = stream_of(account.id) if account else stream_of_phone(digits)
            after = {"what": "code", "phone": mask_phone(digits)}
            audit.append(by=by, at=at, verb="people.sign_in_failed", stream=stream, after=after)
        elif account and account.is_active:
            enter(account, by=by, at=at, how="code", device=device)
    if why:
        raise Invalid(why, fields={"code": why}, code="code")
    guard.give_back(guard.GUESSES_FROM_ADDRESS, guard.network(by.address))
    guard.forgive(guard.CODES_TO_PHONE, digits)
    if account and not account.is_active:
        raise NotAllowed(_("这个账号已停用，请联系您的居村委会。"), code="disabled")
    return account


def register_resident(
    *, by: Actor, at: datetime, phone: str, name: str, place_code: str = "", device: str = ""
) -> Account:
    """The account and the person of a phone that was proved a moment ago.

    A person the neighbourhood already has under this name and phone is this person: nobody is kept twice.
    Raises Invalid (name, place that does not exist).
    Raises Conflict when the phone has an account by now.
    """
    digits, name = clean_mobile(phone), clean_name(name)
    place_code = known_place(place_code, "address") if place_code else ""
    try:
        with act():
            account = Account(
                kind=Account.Kind.RESIDENT,
                username=f"resident:{fingerprint(digits).hex()[:32]}",
                name=name,
                phone_print=fingerprint(digits),
                phone_sealed=seal(digits),
                last_login=at,
            )
            account.set_unusable_password()
            account.save()
            person, known = _person_of(digits, name, place_code)
            person.account = account
            person.save()
            after = {"name": name, "phone": mask_phone(digits), "known": known, "device": device}
            audit.append(
                by=themselves(by, account),
                at=at,
                verb="people.register_resident",
                stream=stream_of(account.id),
                place_code=person.place_code,
                person_ids=[person.id],
                after=after,
            )
    except IntegrityError:
        raise Conflict(_("这个手机号已经注册，请重新登录。")) from None
    return account


def clean_mobile(text: str) -> str:
    digits = mobile(text)
    if digits is None:
        sentence = _("请填写 11 位手机号。")
        raise Invalid(sentence, fields={"phone": sentence})
    return digits


def _wait_for_resend(digits: str, at: datetime) -> None:
    last = OneTimeCode.objects.filter(phone_print=fingerprint(digits)).values_list("sent_at", flat=True).first()
    if last and at < last + RESEND:
        raise guard.too_many(last + RESEND - at)


def _keep(digits: str, code: str, at: datetime, expires_at: datetime) -> None:
    OneTimeCode.objects.update_or_create(
        phone_print=fingerprint(digits),
        defaults={
            "code_print": _code_print(digits, code),
            "sent_at": at,
            "expires_at": expires_at,
            "tries": 0,
            "used_at": None,
        },
    )


def _try(digits: str, code: str, at: datetime) -> str:
    """Count the try and use the code up when it is right. Returns why not, as a sentence, or ""."""
    row = OneTimeCode.objects.select_for_update().filter(phone_print=fingerprint(digits)).first()
    if row is None or row.used_at or row.expires_at <= at or row.tries >= TRIES:
        return _("验证码已失效，请重新获取。")
    row.tries += 1
    if hmac.compare_digest(bytes(row.code_print), _code_print(digits, code.strip())):
        row.used_at = at
    row.save(update_fields=["tries", "used_at"])
    if row.used_at:
        return ""
    left = TRIES - row.tries
    return _("验证码不对，还可以试 %(n)s 次。") % {"n": left} if left else _("验证码已失效，请重新获取。")


def _code_print(digits: str, code: str) -> bytes:
    """Bound to its phone and keyed: a million codes are quickly tried against a plain hash."""
    return fingerprint(f"code:{digits}:{code}")


def stream_of_phone(digits: str) -> str:
    """The history of a phone that has no account: a fingerprint, nothing to read."""
    return f"phone:{fingerprint(digits).hex()[:32]}"


def _person_of(digits: str, name: str, place_code: str) -> tuple[Person, bool]:
    known = Person.objects.select_for_update().filter(
        phone_print=fingerprint(digits), name=name, account=None, erased_at=None
    )
    person = known.first()
    if person:
        return person, True
    return (
        Person(name=name, place_code=place_code, phone_print=fingerprint(digits), phone_sealed=seal(digits)),
        False,
    )
