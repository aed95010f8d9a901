"""A position in a column, encrypted: where a photo was taken says where a person was (docs/rights.md, 6)."""

from __future__ import annotations

import json
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

from linli.kernel.files.kinds import Position


@cache
def _box() -> MultiFernet:
    """The first key encrypts; older keys still decrypt, so keys can be changed without a stop."""
    return MultiFernet([Fernet(key) for key in settings.LINLI_COLUMN_KEYS])


def seal(position: Position) -> bytes:
    return _box().encrypt(json.dumps([position.lon, position.lat]).encode())


def unseal(token: bytes | memoryview) -> Position:
    lon, lat = json.loads(_box().decrypt(bytes(token)))
    return Position(lon, lat)
