"""A place has another code: what is known there goes along, and so do the elements and forms that were added there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM, Actor, Moves, look_as
from linli.kernel.audit.carrying import carry_rows, rows_left_behind

from .models import Conflict, Contest, Entry, Fact, LocalElement, LocalForm, Site, Visit

_VERB = "registers.recode"
_TABLES = (LocalElement, LocalForm, Site, Entry, Fact, Conflict, Contest, Visit)


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch; returns how many rows, 0 when none is left that nobody holds."""
    for table in _TABLES:
        moved = carry_rows(table, verb=_VERB, by=by, at=at, moves=moves, recoding=recoding, limit=limit)
        if moved:
            return moved
    return 0


def left_behind(moves: Moves) -> bool:
    look_as(SYSTEM)
    return any(rows_left_behind(table, moves) for table in _TABLES)
