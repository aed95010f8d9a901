"""A place has another code: its things go along, in every state, a batch in a transaction, each with a record.

The part of the stream a thing's readings go through follows its place; readings know things by number and stay.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, require
from linli.kernel.audit.carrying import RECORDED, carry_rows, recorded, rows_left_behind
from linli.kernel.places import queries as places

from .models import PlaceUpkeep, Thing
from .shards import SHARDS

# A thing that somebody holds is left for the next round. crc32 is what `shards.shard_of` reckons.
_MOVE = f"""
WITH due AS MATERIALIZED (
  SELECT id, place_code FROM things_thing WHERE place_code >= %(root)s AND place_code < %(root)s || ':'
  ORDER BY place_code, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), named AS (
  SELECT id, place_code AS was, linli_recoded(place_code, %(olds)s, %(news)s, %(wholes)s) AS code FROM due
), moved AS (
  UPDATE things_thing t SET place_code = named.code, version = t.version + 1,
    shard = crc32(left(named.code, 12)::bytea) %% {SHARDS}
  FROM named WHERE t.id = named.id
  RETURNING t.id, named.was, t.place_code,
    CASE WHEN t.owner_id IS NULL THEN '{{}}'::uuid[] ELSE ARRAY[t.owner_id] END AS unit_ids, '{{}}'::uuid[] AS person_ids
)
{RECORDED}"""  # noqa: S608 - made of a number of ours and what stands written


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch of things; returns how many, 0 when none is left that nobody holds."""
    require(by, "*")
    values = recorded(
        stream="thing:", verb="things.recode", by=by, at=at, moves=moves, recoding=recoding, label=places.label
    ) | {"limit": limit}
    for root in moves.roots:
        with transaction.atomic():
            look_as(SYSTEM)
            with connection.cursor() as cursor:
                cursor.execute(_MOVE, {**values, "root": root})
                if cursor.rowcount:
                    return int(cursor.rowcount)
    verb = "things.recode_upkeep"
    return carry_rows(PlaceUpkeep, verb=verb, by=by, at=at, moves=moves, recoding=recoding, limit=limit)


def left_behind(moves: Moves) -> bool:
    """Whether a thing lies under an old code still."""
    look_as(SYSTEM)
    return rows_left_behind(Thing, moves) or rows_left_behind(PlaceUpkeep, moves)
