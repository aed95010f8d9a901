"""The second factor: time-based one-time passwords (RFC 6238), 30 seconds, six digits, SHA-1.

SHA-1 because every authenticator app speaks it; its weakness against collisions does not touch an HMAC.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30
DIGITS = 6
DRIFT = 1
"""How many steps a phone's clock may be off, either way."""


def new_secret() -> str:
    """20 random bytes in base32, as RFC 4226 (4, R6) recommends and authenticator apps take."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def provisioning_uri(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth:// address that an authenticator scans."""
    return _machine(secret).get_provisioning_uri(account, issuer)


def code_at(secret: str, at: datetime) -> str:
    """The code an authenticator shows at a time."""
    return _machine(secret).generate(int(at.timestamp())).decode()


def matching_step(secret: str, code: str, at: datetime, after: int | None) -> int | None:
    """The step a code belongs to, or None. Steps up to `after` were used already and do not count."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    now = int(at.timestamp()) // STEP
    machine = _machine(secret)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if after is not None and step <= after:
            continue
        try:
            machine.verify(code.encode(), step * STEP)
        except InvalidToken:
            continue
        return step
    return None


def _machine(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)  # noqa: S303 - see above
