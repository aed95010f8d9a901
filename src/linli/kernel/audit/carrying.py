"""Places have other codes: rows of a table that lie under the old ones go along, for rooms that keep nothing else there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, require, under

from .verbs import append

_MOVE = """
WITH due AS MATERIALIZED (
  SELECT {key}, place_code FROM {table} WHERE place_code >= %(root)s AND place_code < %(root)s || ':'
  LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE {table} t SET place_code = linli_recoded(due.place_code, %(olds)s, %(news)s, %(wholes)s)
FROM due WHERE t.{key} = due.{key}
"""


def carry_rows(
    table: type[Model], *, verb: str, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int
) -> int:
    """One batch in a transaction, with one record; returns how many rows, 0 when none is left that nobody holds."""
    require(by, "*")
    move = _MOVE.format(table=table._meta.db_table, key=table._meta.pk.column)
    for root in moves.roots:
        with transaction.atomic():
            look_as(SYSTEM)
            with connection.cursor() as cursor:
                cursor.execute(move, {**moves.arrays(), "root": root, "limit": limit})
                count = int(cursor.rowcount)
            if count:
                append(
                    by=by,
                    at=at,
                    verb=verb,
                    stream=f"recoding:{recoding}",
                    place_code=moves.now(root),
                    after={"rows": count, "from": root},
                )
                return count
    return 0


def rows_left_behind(table: type[Model], moves: Moves) -> bool:
    """Whether a row lies under an old code still."""
    return bool(moves.roots) and table._default_manager.filter(under(moves.roots)).exists()
