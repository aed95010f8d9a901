"""Places have other codes: weights and reports go along. Turns and counts follow the matters, by the records of these.

Where the new place has weights of its own, those of the place that went stay as what they were: nobody asks for them,
and a report says by which weights it was made.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, require, under
from linli.kernel.audit.carrying import carry_rows
from linli.kernel.audit.verbs import append

from .models import Report, Weights


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch; returns how many rows, 0 when none is left."""
    require(by, "*")
    if count := _carry_weights(by, at, moves, recoding):
        return count
    # What is only waited for would be a second of its month; whoever still wants it asks again.
    with transaction.atomic():
        look_as(SYSTEM)
        Report.objects.filter(under(moves.roots), made_at=None).delete()
    return carry_rows(
        Report, verb="figures.recode_reports", by=by, at=at, moves=moves, recoding=recoding, limit=limit
    )


def _carry_weights(by: Actor, at: datetime, moves: Moves, recoding: UUID) -> int:
    """All versions of one place, under its new code, unless that has weights already."""
    with transaction.atomic():
        look_as(SYSTEM)
        for code in Weights.objects.filter(under(moves.roots)).values_list("place_code", flat=True).distinct():
            new = moves.now(code)
            if new == code or Weights.objects.filter(place_code=new).exists():
                continue
            count = Weights.objects.filter(place_code=code).update(place_code=new)
            append(
                by=by, at=at, verb="figures.recode_weights", stream=f"recoding:{recoding}", place_code=new,
                after={"rows": count, "from": code},
            )  # fmt: skip
            return count
    return 0


def left_behind(moves: Moves) -> bool:
    """Whether a report lies under an old code still."""
    look_as(SYSTEM)
    return bool(moves.roots) and Report.objects.filter(under(moves.roots)).exists()
