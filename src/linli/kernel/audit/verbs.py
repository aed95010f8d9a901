"""Writing history down. Every verb of every room ends with one `append` in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from linli.kernel.access import Actor, as_system, require

from .ids import uuid7

_encoder = DjangoJSONEncoder(ensure_ascii=False)

_INSERT = """
INSERT INTO audit_record (id, happened_at, stream, verb, actor_account, actor_post, actor_person, actor_role,
  actor_scope, actor_name, via, address, place_code, unit_ids, person_ids, before, after, note)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def append(
    *,
    by: Actor,
    at: datetime,
    verb: str,
    stream: str,
    place_code: str = "",
    unit_ids: Iterable[UUID] = (),
    person_ids: Iterable[UUID] = (),
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> UUID:
    """Append one record and return its id.

    `place_code`, `unit_ids` and `person_ids` say who may see it: whoever has the place in scope, the units
    and the persons concerned. `before` and `after` hold only what changed. The database adds the time of
    recording and the link to the record before it in the same stream.
    """
    record_id = uuid7()
    with connection.cursor() as cursor:
        values: tuple[Any, ...] = (
            record_id,
            at,
            stream,
            verb,
            by.account_id,
            by.post_id,
            by.person_id,
            by.role.value,
            by.scope,
            by.name or None,
            by.via.value,
            by.address or None,
            place_code,
            list(unit_ids),
            list(person_ids),
            _jsonb(before),
            _jsonb(after),
            note,
        )
        cursor.execute(_INSERT, values)
    return record_id


def erase(*, streams: Iterable[str], at: datetime) -> int:
    """Erase what the records of these streams say, and keep that they were: the digest stays as tombstone.

    For data past its time and for people who asked to be forgotten. Needs the system's eyes. Returns how many.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_record SET before = NULL, after = NULL, note = NULL, salt = NULL, actor_name = NULL,"
            " address = NULL, erased_at = %s WHERE stream = ANY(%s) AND erased_at IS NULL",
            [at, list(streams)],
        )
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class Mended:
    """The era that began, and how many records are read in it that were numbered before it."""

    era: int
    strays: int


def mend(*, by: Actor, at: datetime) -> Mended | None:
    """Begin a new era where the order needs one (`queries.order`); None where nothing was to mend.

    Followers go on from where they stood: what they still owed of the old era, then the new one. Waits for
    whoever is writing a record.
    """
    require(by, "system.check")
    with transaction.atomic(), as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT new_era, strays FROM audit_mend()")
        row = cursor.fetchone()
        if row is None:
            return None
        mended = Mended(*row)
        after = {"era": mended.era, "strays": mended.strays}
        append(by=by, at=at, verb="audit.mend", stream="audit:order", after=after)
    return mended


def add_months(ahead: int = 13) -> None:
    """Make the partitions of this month and the months ahead. The worker calls it daily."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_add_month((date_trunc('month', now()) + make_interval(months => n))::date)"
            " FROM generate_series(0, %s) n",
            [ahead],
        )


def _jsonb(value: Mapping[str, Any] | None) -> Jsonb | None:
    return None if value is None else Jsonb(dict(value), dumps=_encoder.encode)
