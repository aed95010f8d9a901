"""Sensitive columns: encrypted at rest, found by a keyed fingerprint (docs/rights.md, 6).

The lowest floor but one: any room may have something to seal. It knows two secrets of the settings and nothing
of who or what it seals.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@cache
def _box() -> MultiFernet:
    """The first key encrypts; older keys still decrypt, so keys can be changed without a stop."""
    return MultiFernet([Fernet(key) for key in settings.LINLI_COLUMN_KEYS])


def seal(text: str) -> bytes:
    return _box().encrypt(text.encode())


def unseal(token: bytes | memoryview) -> str:
    return _box().decrypt(bytes(token)).decode()


def fingerprint(text: str) -> bytes:
    """32 bytes by which equal values are found without being readable: HMAC-SHA-256 under the index key."""
    return hmac.digest(settings.LINLI_INDEX_KEY.encode(), text.encode(), hashlib.sha256)
