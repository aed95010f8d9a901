"""A place has another code: its operations go along, and so do the spots of operations around it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as
from linli.kernel.audit.carrying import carry_rows, rows_left_behind
from linli.kernel.audit.verbs import append

from .models import Operation

_VERB = "operations.recode"
_SPOTS = """
SELECT id FROM operations_operation o
WHERE EXISTS (SELECT FROM unnest(o.spots) code, unnest(%s::text[]) root WHERE starts_with(code, root))
ORDER BY id LIMIT %s
"""


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch; returns how many rows, 0 when none is left that nobody holds."""
    moved = carry_rows(Operation, verb=_VERB, by=by, at=at, moves=moves, recoding=recoding, limit=limit)
    return moved or _carry_spots(by=by, at=at, moves=moves, recoding=recoding, limit=limit)


def left_behind(moves: Moves) -> bool:
    look_as(SYSTEM)
    return rows_left_behind(Operation, moves) or bool(_with_spots(moves, 1))


def _carry_spots(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """Spots lie beneath an operation's own place, which may keep its code: they are looked for by themselves."""
    with transaction.atomic():
        look_as(SYSTEM)
        rows = Operation.objects.select_for_update(skip_locked=True).filter(id__in=_with_spots(moves, limit))
        found = []
        for operation in rows:
            now = list(dict.fromkeys(moves.now(code) for code in operation.spots))
            if now != operation.spots:
                operation.spots = now
                operation.save(update_fields=["spots"])
                found.append(operation)
        if found:
            append(
                by=by, at=at, verb=_VERB, stream=f"recoding:{recoding}", place_code=found[0].place_code,
                after={"rows": len(found), "spots": True},
            )  # fmt: skip
    return len(found)


def _with_spots(moves: Moves, limit: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_SPOTS, [list(moves.roots), limit])
        return [id_ for (id_,) in cursor.fetchall()]
