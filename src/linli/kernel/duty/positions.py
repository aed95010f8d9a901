"""Where somebody on duty was, as it is kept: sealed, and how long."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.kernel.sealed import seal, unseal

KEPT = timedelta(hours=24)
"""Older positions are erased by the worker, each minute; nothing shows them before that either."""
OFTEN = timedelta(seconds=20)
"""A phone that sends more often is not written down more often."""
FRESH = timedelta(minutes=15)
"""An older one is not called where somebody is, but where they were last."""


@dataclass(frozen=True, slots=True)
class Point:
    """WGS-84 degrees, metres of doubt (None where the phone did not say), and when."""

    lon: float
    lat: float
    doubt: int | None
    at: datetime


def closed(lon: float, lat: float, doubt: int | None) -> bytes:
    """To five digits, a metre: more would say more than anybody needs."""
    return seal(json.dumps([round(lon, 5), round(lat, 5), doubt]))


def opened(sealed: bytes | memoryview, at: datetime) -> Point:
    lon, lat, doubt = json.loads(unseal(sealed))
    return Point(lon, lat, doubt, at)
