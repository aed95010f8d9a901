"""What the pages of duty share: days from addresses, words, whom one may choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from linli.kernel.duty import wall
from linli.kernel.duty.models import Shift
from linli.parts.duty import WORDS as SHARED

WORDS: dict[str, Any] = {**SHARED, "midnight": wall.midnight}


def day_in(text: str, otherwise: date) -> date:
    """A day of an address; another one where it is none, or lies in another age."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if 2000 <= found.year <= 2100 else otherwise


def people(known: Mapping[UUID, str]) -> list[tuple[str, str]]:
    return [(str(account), name) for account, name in sorted(known.items(), key=lambda one: one[1])]


def by_day(shifts: Iterable[Shift]) -> dict[date, list[Shift]]:
    found: dict[date, list[Shift]] = {}
    for shift in shifts:
        found.setdefault(shift.day, []).append(shift)
    return found
