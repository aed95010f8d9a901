"""Places have other codes: emergencies go along, with the neighbourhoods their zones touch, and what residents answered;
a batch in a transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, require
from linli.kernel.audit.carrying import carry_rows, rows_left_behind
from linli.kernel.audit.verbs import append

from .models import Answer, Emergency

_UNDER = """
SELECT id FROM emergencies_emergency e
WHERE EXISTS (SELECT FROM unnest(array_append(e.inside, e.place_code)) code, unnest(%s::text[]) root
              WHERE starts_with(code, root))
ORDER BY id LIMIT %s
"""


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch; returns how many emergencies, 0 when none is left."""
    require(by, "*")
    verb = "emergencies.recode"
    answers = carry_rows(Answer, verb=verb, by=by, at=at, moves=moves, recoding=recoding, limit=limit)
    if answers:
        return answers
    with transaction.atomic():
        look_as(SYSTEM)
        found = list(Emergency.objects.select_for_update().filter(id__in=_under(moves, limit)))
        for emergency in found:
            emergency.place_code = moves.now(emergency.place_code)
            emergency.inside = sorted({moves.now(code) for code in emergency.inside})
            emergency.save(update_fields=["place_code", "inside"])
        if found:
            append(
                by=by, at=at, verb=verb, stream=f"recoding:{recoding}",
                place_code=found[0].place_code, after={"rows": len(found)},
            )  # fmt: skip
    return len(found)


def left_behind(moves: Moves) -> bool:
    """Whether an emergency lies under an old code still, or touches one."""
    look_as(SYSTEM)
    return bool(_under(moves, 1)) or rows_left_behind(Answer, moves)


def _under(moves: Moves, limit: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_UNDER, [list(moves.roots), limit])
        return [id_ for (id_,) in cursor.fetchall()]
