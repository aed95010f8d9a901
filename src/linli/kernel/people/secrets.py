"""Sensitive columns: encrypted at rest, found by a keyed fingerprint, masked by default (docs/rights.md, 6)."""

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


def mask_phone(phone: str) -> str:
    """13912345678 → 139****5678"""
    return phone[:3] + "*" * max(0, len(phone) - 7) + phone[-4:] if len(phone) >= 7 else "*" * len(phone)


def mask_name(name: str) -> str:
    """王小明 → 王**"""
    return name[:1] + "*" * max(0, len(name) - 1)
