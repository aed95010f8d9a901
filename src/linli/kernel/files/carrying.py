"""A place has another code: files sent from it go along, a batch in a transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from linli.kernel import audit
from linli.kernel.access import Actor, Moves, require

_MOVE = """
WITH due AS MATERIALIZED (
  SELECT id, place_code FROM files_file WHERE place_code >= %(root)s AND place_code < %(root)s || ':'
  LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE files_file f SET place_code = linli_recoded(due.place_code, %(olds)s, %(news)s, %(wholes)s)
FROM due WHERE f.id = due.id
"""
_LEFT = "SELECT EXISTS (SELECT FROM files_file WHERE place_code >= %s AND place_code < %s || ':')"


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch; returns how many files, 0 when none is left that nobody holds."""
    require(by, "*")
    for root in moves.roots:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_MOVE, {**moves.arrays(), "root": root, "limit": limit})
            if count := cursor.rowcount:
                audit.append(
                    by=by,
                    at=at,
                    verb="files.recode",
                    stream=f"recoding:{recoding}",
                    place_code=moves.now(root),
                    after={"rows": count, "from": root},
                )
                return int(count)
    return 0


def left_behind(moves: Moves) -> bool:
    """Whether a file lies under an old code still."""
    with connection.cursor() as cursor:
        for root in moves.roots:
            cursor.execute(_LEFT, [root, root])
            if cursor.fetchone()[0]:
                return True
    return False
