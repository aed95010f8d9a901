"""The code on the screen of a meeting: another every twenty seconds, signed, and worth nothing a minute later.

A photo of it that is sent to somebody who is not there comes too late. Pure but for the signing key.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from linli.kernel.sealed import fingerprint

STEP = 20
"""Seconds for which a code is shown. It is taken while it is shown and while the next is: some people are slow."""


def code_of(meeting_id: UUID, at: datetime) -> str:
    """What the screen shows now: meeting, step and signature."""
    return _written(meeting_id, _step(at))


def meeting_in(code: str) -> UUID | None:
    """The meeting a code names, whether it holds or not; None for what is no code."""
    try:
        return UUID(code.strip().partition(".")[0])
    except ValueError:
        return None


def holds(code: str, at: datetime) -> bool:
    """Whether a code is one of the last two. One from ahead of the clock is none."""
    meeting_id = meeting_in(code)
    if meeting_id is None:
        return False
    return any(hmac.compare_digest(code.strip(), _written(meeting_id, _step(at) - back)) for back in (0, 1))


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def _written(meeting_id: UUID, step: int) -> str:
    return f"{meeting_id.hex}.{step}.{fingerprint(f'party:meeting:{meeting_id.hex}:{step}').hex()[:24]}"
