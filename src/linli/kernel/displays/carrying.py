"""A place has another code: its screens go along, a batch in a transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor, Moves
from linli.kernel.audit.carrying import carry_rows, rows_left_behind

from .models import Display


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch; returns how many displays, 0 when none is left that nobody holds."""
    return carry_rows(Display, verb="displays.recode", by=by, at=at, moves=moves, recoding=recoding, limit=limit)


def left_behind(moves: Moves) -> bool:
    """Whether a display lies under an old code still."""
    return rows_left_behind(Display, moves)
