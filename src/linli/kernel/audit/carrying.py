"""Places have other codes: rows of a table that lie under the old ones go along.

Rooms that keep nothing else there let `carry_rows` do it, one record for a batch. Those whose rows have a history each write
the move themselves as `moved` (id, was, place_code, unit_ids, person_ids) and put `RECORDED` after it: a record for each.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
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
RECORDED = """
INSERT INTO audit_record (id, happened_at, stream, verb, actor_role, actor_scope, actor_name, via, place_code,
  unit_ids, person_ids, before, after)
SELECT uuidv7(), %(at)s, %(stream)s::text || m.id, %(verb)s, %(role)s, %(scope)s, %(name)s, %(via)s, m.place_code,
  m.unit_ids, m.person_ids, jsonb_build_object('place_code', m.was),
  jsonb_build_object('place_code', m.place_code, 'recoding', %(recoding)s::text, 'place', (
    SELECT n.label FROM unnest(%(news)s::text[], %(labels)s::text[]) n(code, label) WHERE starts_with(m.place_code, n.code)
    ORDER BY length(n.code) DESC LIMIT 1))
FROM moved m ORDER BY m.id
"""


def recorded(
    *, stream: str, verb: str, by: Actor, at: datetime, moves: Moves, recoding: UUID, label: Callable[[str], str]
) -> dict[str, Any]:
    """What `RECORDED` and a move before it ask for; `label` names a place."""
    arrays = moves.arrays()
    return {
        **arrays,
        "labels": [label(code) for code in arrays["news"]],
        "stream": stream,
        "verb": verb,
        "at": at,
        "recoding": str(recoding),
        "role": by.role.value,
        "scope": by.scope,
        "name": by.name or None,
        "via": by.via.value,
    }


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
