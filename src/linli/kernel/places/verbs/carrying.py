"""A change of codes as it is carried through the rooms: begun, counted, finished. The follower calls these.

Nothing here moves a row of another room; it only says that rows are being moved, so that eyes see both codes.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from linli.kernel import access, audit
from linli.kernel.access import Actor, Moves
from linli.kernel.audit.models import Record
from linli.kernel.places.models import Place, Recoding
from linli.kernel.places.recoding import moves_of

# Whoever began before the act was committed may still write an old code. Sessions of other roles show no times; ours do.
_OTHERS_ARE_THROUGH = """
SELECT NOT EXISTS (SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < %s)
"""


def begin_carrying(*, by: Actor, record: Record) -> Recoding:
    """The recoding of an act, begun; one for an act from before there were any. Codes that stand again are let be."""
    access.require(by, "*")
    recoding, _made = Recoding.objects.get_or_create(
        record=record.id, defaults={"at": record.happened_at, "moves": moves_of(record).as_json()}
    )
    if recoding.seen_at is None:
        recoding.moves = _without_standing(Moves.of_json(recoding.moves)).as_json()
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            recoding.seen_at = cursor.fetchone()[0]
        recoding.save(update_fields=["moves", "seen_at"])
    return recoding


def note_carried(*, by: Actor, recoding: Recoding, room: str, count: int) -> None:
    """So many more rows of a room lie under their new code."""
    access.require(by, "*")
    recoding.carried = recoding.carried | {room: recoding.carried.get(room, 0) + count}
    recoding.save(update_fields=["carried"])


def others_are_through(recoding: Recoding) -> bool:
    """Whether nobody is left who may have read the places before the act, and may yet write an old code."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS_ARE_THROUGH, [recoding.seen_at])
        return bool(cursor.fetchone()[0])


def finish_carrying(*, by: Actor, at: datetime, recoding: Recoding) -> None:
    """Every room is through: nothing lies under an old code any more, and the record says how much was moved."""
    access.require(by, "*")
    recoding.finished_at = at
    recoding.save(update_fields=["finished_at"])
    moves = Moves.of_json(recoding.moves)
    audit.append(
        by=by,
        at=at,
        verb="places.carried",
        stream=f"recoding:{recoding.id}",
        place_code=next(iter([*moves.trees.values(), *moves.rests.values()]), ""),
        after={"act": str(recoding.record), "moves": recoding.moves, "carried": recoding.carried},
    )


def _without_standing(moves: Moves) -> Moves:
    """Old codes that were given to a place again (by an import, before that was refused) are that place's now."""
    old = [*moves.trees, *moves.rests]
    standing = set(Place.objects.filter(code__in=old, valid_to=None).values_list("code", flat=True))
    return Moves(
        {o: n for o, n in moves.trees.items() if o not in standing},
        {o: n for o, n in moves.rests.items() if o not in standing},
        {o: n for o, n in moves.parts.items() if o not in standing},
    )
