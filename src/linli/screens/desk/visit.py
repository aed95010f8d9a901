"""Who stands at the counter, and what for: said once, kept for a quarter of an hour of work, written into each look.

A visit opens the persons who were found in it, and no others: an address typed by hand asks for the purpose again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest

LASTS = 15 * 60
_KEY = "counter"


def begin(request: HttpRequest, purpose: str, persons: Iterable[UUID] = ()) -> None:
    request.session[_KEY] = {"purpose": purpose, "persons": [str(p) for p in persons], "at": time.time()}


def admit(request: HttpRequest, *persons: UUID) -> None:
    """Others come along: who was just registered, who lives in the same household."""
    visit = _fresh(request)
    if visit is not None:
        visit["persons"] = [*visit["persons"], *(str(p) for p in persons)][-60:]
        request.session[_KEY] = visit


def purpose_for(request: HttpRequest, person_id: UUID) -> str:
    """What was said for this person; "" when nobody said it, or it is too long ago."""
    visit = _fresh(request)
    if visit is None or str(person_id) not in visit["persons"]:
        return ""
    request.session[_KEY] = {**visit, "at": time.time()}
    return str(visit["purpose"])


def purpose_now(request: HttpRequest) -> str:
    """What the visit is for, to begin the next form with."""
    visit = _fresh(request)
    return str(visit["purpose"]) if visit else ""


def end(request: HttpRequest) -> None:
    """The next one comes: nothing of the last one stays on the screen or in the session."""
    request.session.pop(_KEY, None)


def _fresh(request: HttpRequest) -> dict[str, Any] | None:
    visit = request.session.get(_KEY)
    return visit if visit and time.time() - visit["at"] < LASTS else None
