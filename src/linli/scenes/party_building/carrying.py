"""A place has another code: what party building keeps there goes along, a batch in a transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, Actor, Moves, look_as
from linli.kernel.audit.carrying import carry_rows, rows_left_behind
from linli.kernel.audit.verbs import append

from .models import Cadence, Listing, Organisation, Owners, Reported, Station, Task, Wish

_TABLES = (Organisation, Cadence, Reported, Task, Listing, Wish, Station, Owners)
# Where two places became one, what each of them said or had is there twice: one cadence stays, the second reporting ends.
_TWICE = (
    """DELETE FROM party_cadence c WHERE EXISTS (SELECT FROM party_cadence o WHERE o.kind = c.kind AND o.id <> c.id
       AND (o.id < c.id OR o.place_code = linli_recoded(c.place_code, %(olds)s, %(news)s, %(wholes)s))
       AND linli_recoded(o.place_code, %(olds)s, %(news)s, %(wholes)s) = linli_recoded(c.place_code, %(olds)s, %(news)s, %(wholes)s)
       AND c.place_code <> linli_recoded(c.place_code, %(olds)s, %(news)s, %(wholes)s))""",
    """UPDATE party_reported r SET until = greatest(since, %(day)s) WHERE until IS NULL AND organisation_id IS NOT NULL
       AND r.place_code <> linli_recoded(r.place_code, %(olds)s, %(news)s, %(wholes)s)
       AND EXISTS (SELECT FROM party_reported o WHERE o.organisation_id = r.organisation_id AND o.until IS NULL AND o.id <> r.id
         AND (o.id < r.id OR o.place_code = linli_recoded(o.place_code, %(olds)s, %(news)s, %(wholes)s))
         AND linli_recoded(o.place_code, %(olds)s, %(news)s, %(wholes)s) = linli_recoded(r.place_code, %(olds)s, %(news)s, %(wholes)s))""",
)


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch of one table; returns how many rows, 0 when none is left that nobody holds."""
    _once_only(by=by, at=at, moves=moves, recoding=recoding)
    for table in _TABLES:
        verb = f"party.recode_{table._meta.model_name}"
        if count := carry_rows(table, verb=verb, by=by, at=at, moves=moves, recoding=recoding, limit=limit):
            return count
    return 0


def left_behind(moves: Moves) -> bool:
    look_as(SYSTEM)
    return any(rows_left_behind(table, moves) for table in _TABLES)


def _once_only(*, by: Actor, at: datetime, moves: Moves, recoding: UUID) -> None:
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            count = 0
            for text in _TWICE:
                cursor.execute(text, {**moves.arrays(), "day": at.date()})
                count += cursor.rowcount
        if count:
            append(
                by=by, at=at, verb="party.recode_once", stream=f"recoding:{recoding}", place_code=moves.now(moves.roots[0]),
                after={"rows": count},
            )  # fmt: skip
