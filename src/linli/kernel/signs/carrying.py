"""Places have other codes: suggestions and settings go along, a batch in a transaction; looks are of their night."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, under
from linli.kernel.audit.carrying import carry_rows, rows_left_behind

from .models import Setting, Suggestion


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch; returns how many rows, 0 when none is left that nobody holds."""
    if count := carry_rows(
        Suggestion, verb="signs.recode_suggestion", by=by, at=at, moves=moves, recoding=recoding, limit=limit
    ):
        return count
    with transaction.atomic():
        look_as(SYSTEM)
        return _settings(moves)


def _settings(moves: Moves) -> int:
    """A place that has a setting of its own under the new code keeps it."""
    old = list(Setting.objects.select_for_update().filter(under(moves.roots)))
    for row in old:
        code = moves.now(row.place_code)
        if not Setting.objects.filter(sign=row.sign, place_code=code).exists():
            Setting.objects.create(
                sign=row.sign, place_code=code, off=row.off, raises=row.raises, reason=row.reason, set_at=row.set_at,
                set_name=row.set_name,
            )  # fmt: skip
        row.delete()
    return len(old)


def left_behind(moves: Moves) -> bool:
    """Whether a suggestion lies under an old code still."""
    return rows_left_behind(Suggestion, moves)
