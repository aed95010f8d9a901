"""Codes that change: shown on the organiser's phone or at the place, and of no use when their moment is over.

A code is an HMAC over what it is for and the step of time it was made in; nothing is stored. One is for coming, another for
leaving, so that the same picture shown twice never signs out whom it has just signed in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

STEP = timedelta(seconds=30)
GRACE = timedelta(seconds=10)
"""So long a code of the step before still holds: a camera needs a moment."""
DIGITS = 6


def step_of(at: datetime) -> int:
    return int(at.timestamp() // STEP.total_seconds())


def left(at: datetime) -> int:
    """Seconds until the code on show becomes another."""
    return int(STEP.total_seconds() - at.timestamp() % STEP.total_seconds()) or 1


def typed(key: bytes, about: str, at: datetime) -> str:
    """Six digits for whoever has no camera."""
    return _digits(_digest(key, about, step_of(at)))


def scanned(key: bytes, about: str, at: datetime) -> str:
    """Sixteen letters for a QR code."""
    return _letters(_digest(key, about, step_of(at)))


def holds(key: bytes, about: str, given: str, at: datetime) -> bool:
    """Whether this code, typed or scanned, is that of this moment."""
    plain = given.strip().replace(" ", "").upper()
    known = False
    for step in _steps(at):
        digest = _digest(key, about, step)
        for right in (_digits(digest), _letters(digest)):
            known |= hmac.compare_digest(plain.encode(), right.encode())
    return known


def was(key: bytes, about: str, given: str, at: datetime, minutes: int = 60) -> bool:
    """Whether a scanned code was that of an earlier moment: told apart from a wrong one, to say so."""
    plain, here = given.strip().upper(), step_of(at)
    back = int(minutes * 60 // STEP.total_seconds())
    return any(
        hmac.compare_digest(plain.encode(), _letters(_digest(key, about, here - n)).encode())
        for n in range(1, back)
    )


def _steps(at: datetime) -> set[int]:
    return {step_of(at), step_of(at - GRACE)}


def _digest(key: bytes, about: str, step: int) -> bytes:
    return hmac.digest(key, f"{about}|{step}".encode(), hashlib.sha256)


def _letters(digest: bytes) -> str:
    return base64.b32encode(digest[:10]).decode()


def _digits(digest: bytes) -> str:
    return str(int.from_bytes(digest[-8:], "big") % 10**DIGITS).zfill(DIGITS)
