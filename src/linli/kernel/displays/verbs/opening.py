"""A screen that nobody knows yet opens its page: it gets a key, and a code to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from linli.kernel.access import Actor
from linli.kernel.people import guard

from .. import codes
from ..models import Display, Kind, State
from .common import act, record


@dataclass(frozen=True, slots=True)
class Shown:
    """What a waiting screen is given: the key for its cookie, the code to show and when that ends."""

    display: Display
    key: str
    code: str
    until: datetime


def show_code(*, by: Actor, at: datetime, kind: str, key: str = "") -> Shown:
    """A new code for a waiting screen, which ends the one before it; a screen without a key gets one.

    Nobody needs to be signed in: a code opens nothing before somebody who may has confirmed it. Raises TooMany.
    """
    guard.spend(codes.SHOWN, guard.network(by.address), at)
    with act():
        display = _waiting(Kind(kind), key)
        fresh = display is None
        if display is None:
            key = codes.new_key()
            display = Display(kind=Kind(kind), key_print=codes.key_print(key), made_at=at)
        code = _give_code(display, at)
        record(by, at, "open" if fresh else "show_code", display, after={"kind": display.kind})
    return Shown(display, key, code, at + codes.LIVES)


def _waiting(kind: Kind, key: str) -> Display | None:
    if not key:
        return None
    found = Display.objects.select_for_update().filter(kind=kind, key_print=codes.key_print(key))
    return found.filter(state=State.WAITING).first()


def _give_code(display: Display, at: datetime) -> str:
    """Codes that two screens draw at once are told apart by the constraint; then one draws again."""
    while True:
        code = codes.new_code()
        display.code_print, display.code_until = codes.code_print(code), at + codes.LIVES
        try:
            with transaction.atomic():
                display.save()
        except IntegrityError:
            continue
        return code
