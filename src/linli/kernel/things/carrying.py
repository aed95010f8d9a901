"""A place has another code: its things go along, in every state, a batch in a transaction, each with a record.

The part of the stream a thing's readings go through follows its place; readings know things by number and stay.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as, require, under
from linli.kernel.places import queries as places

from .models import Thing
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
  RETURNING t.id, named.was, t.place_code, t.owner_id
)
INSERT INTO audit_record (id, happened_at, stream, verb, actor_role, actor_scope, actor_name, via, place_code,
  unit_ids, person_ids, before, after)
SELECT uuidv7(), %(at)s, 'thing:' || m.id, 'things.recode', %(role)s, %(scope)s, %(name)s, %(via)s, m.place_code,
  CASE WHEN m.owner_id IS NULL THEN '{{}}'::uuid[] ELSE ARRAY[m.owner_id] END, '{{}}',
  jsonb_build_object('place_code', m.was),
  jsonb_build_object('place_code', m.place_code, 'recoding', %(recoding)s::text, 'place', (
    SELECT n.label FROM unnest(%(news)s::text[], %(labels)s::text[]) n(code, label) WHERE starts_with(m.place_code, n.code)
    ORDER BY length(n.code) DESC LIMIT 1))
FROM moved m ORDER BY m.id
"""  # noqa: S608 - made of a number of ours


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch of things; returns how many, 0 when none is left that nobody holds."""
    require(by, "*")
    arrays = moves.arrays()
    values = {
        **arrays,
        "labels": [places.label(code) for code in arrays["news"]],
        "at": at,
        "recoding": str(recoding),
        "limit": limit,
        "role": by.role.value,
        "scope": by.scope,
        "name": by.name or None,
        "via": by.via.value,
    }
    for root in moves.roots:
        with transaction.atomic():
            look_as(SYSTEM)
            with connection.cursor() as cursor:
                cursor.execute(_MOVE, {**values, "root": root})
                if cursor.rowcount:
                    return int(cursor.rowcount)
    return 0


def left_behind(moves: Moves) -> bool:
    """Whether a thing lies under an old code still."""
    look_as(SYSTEM)
    return bool(moves.roots) and Thing.objects.filter(under(moves.roots)).exists()
