"""Places have other codes: data sets, their rows and what is shared of them go along, a batch in a transaction.

Forecasts of a place that went are dropped: the next week's are made of the matters where they lie now. What was published
stays as people have read it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, under
from linli.kernel.audit.carrying import carry_rows, rows_left_behind

from .models import Dataset, Doubt, Forecast, Job, Row, Share

TABLES = (Dataset, Job, Doubt, Row, Share)


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch of one table; returns how many rows, 0 when none is left that nobody holds."""
    for table in TABLES:
        verb = f"datasets.recode_{table._meta.model_name}"
        if count := carry_rows(table, verb=verb, by=by, at=at, moves=moves, recoding=recoding, limit=limit):
            return count
    with transaction.atomic():
        look_as(SYSTEM)
        Forecast.objects.filter(under(moves.roots)).delete()
    return 0


def left_behind(moves: Moves) -> bool:
    """Whether a row lies under an old code still."""
    return any(rows_left_behind(table, moves) for table in TABLES)
