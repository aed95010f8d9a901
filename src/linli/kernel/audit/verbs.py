"""Writing history down. Every verb of every room ends with one `append` in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from linli.kernel.access import Actor, as_system, require
from linli.kernel.access.prepared import ask

from .ids import uuid7

_encoder = DjangoJSONEncoder(ensure_ascii=False)

_INSERT = """
INSERT INTO audit_record (id, happened_at, stream, verb, actor_account, actor_post, actor_person, actor_role,
  actor_scope, actor_name, via, address, place_code, unit_ids, person_ids, before, after, note)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# What all of one act have in common is said once, what differs as columns: the statement is the same however many there are.
_INSERT_EACH = """
INSERT INTO audit_record (id, happened_at, stream, verb, actor_account, actor_post, actor_person, actor_role,
  actor_scope, actor_name, via, address, place_code, unit_ids, person_ids, before, after, note)
SELECT e.id, %s::timestamptz, e.stream, %s::text, %s::uuid, %s::uuid, %s::uuid, %s::text, %s::text, %s::text, %s::text, %s::text,
  e.place_code, e.unit_ids::uuid[], e.person_ids::uuid[], e.before, e.after, e.note
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::jsonb[], %s::text[]) WITH ORDINALITY
  AS e(id, stream, place_code, unit_ids, person_ids, before, after, note, n)
ORDER BY e.n
"""
_AT_ONCE = 200
"""Records in one statement: what is done once for each statement, by triggers too, is done once for all of them."""

SAYS = r"concat_ws(E'\n', r.note, r.before, r.after) ~* %s"
"""The condition on a record `r` that a pattern of PostgreSQL's regular expressions is found in its contents."""
_ERASE = (
    "UPDATE audit_record r SET before = NULL, after = NULL, note = NULL, salt = NULL, actor_name = NULL,"
    " address = NULL, erased_at = %s WHERE {} AND erased_at IS NULL"
)


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
    entry = Entry(stream, place_code, tuple(unit_ids), tuple(person_ids), before, after, note)
    values = _values(entry, by, at, verb)
    ask(_INSERT, values)
    record_id: UUID = values[0]
    return record_id


@dataclass(frozen=True, slots=True)
class Entry:
    """What one record says beside who, when and which verb."""

    stream: str
    place_code: str = ""
    unit_ids: tuple[UUID, ...] = ()
    person_ids: tuple[UUID, ...] = ()
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    note: str | None = None


def append_each(entries: Iterable[Entry], *, by: Actor, at: datetime, verb: str) -> None:
    """One act that concerns several, each in a history of its own: a record in each, in one statement."""
    common = (at, verb, *_actor(by))
    rest = iter(entries)
    while some := list(islice(rest, _AT_ONCE)):
        ask(_INSERT_EACH, (*common, *zip(*map(_columns, some), strict=True)))


def _columns(entry: Entry) -> tuple[str | UUID | None, ...]:
    """A record's own part, as one row of the columns it is sent in."""
    return (
        uuid7(),
        entry.stream,
        entry.place_code,
        _set(entry.unit_ids),
        _set(entry.person_ids),
        _json(entry.before),
        _json(entry.after),
        entry.note,
    )


def _set(ids: Iterable[UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def _actor(by: Actor) -> tuple[UUID | str | None, ...]:
    return (
        by.account_id,
        by.post_id,
        by.person_id,
        by.role.value,
        by.scope,
        by.name or None,
        by.via.value,
        by.address or None,
    )


def _values(entry: Entry, by: Actor, at: datetime, verb: str) -> tuple[Any, ...]:
    return (
        uuid7(),
        at,
        entry.stream,
        verb,
        *_actor(by),
        entry.place_code,
        list(entry.unit_ids),
        list(entry.person_ids),
        _json(entry.before),
        _json(entry.after),
        entry.note,
    )


def erase(
    *, at: datetime, streams: Iterable[str] = (), accounts: Iterable[UUID] = (), saying: str | None = None
) -> int:
    """Erase what records say, and keep that they were: the digest stays as tombstone, the chain still verifies.

    All records of the streams (with `saying`, only those in whose contents that pattern is found), and all that a
    person left anywhere through one of the accounts. For data past its time and for people who asked to be forgotten.
    Needs the system's eyes. Returns how many were erased.
    """
    with connection.cursor() as cursor:
        of_streams = f"stream = ANY(%s) AND (%s::text IS NULL OR {SAYS})"
        cursor.execute(_ERASE.format(of_streams), [at, list(streams), saying, saying])
        count = int(cursor.rowcount)
        # The condition on the person is the index's own (0004): without it every record would be read.
        cursor.execute(_ERASE.format("actor_account = ANY(%s) AND actor_person IS NOT NULL"), [at, list(accounts)])
        return count + int(cursor.rowcount)


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


def ring() -> None:
    """Wake whoever listens to the live feed: for records that were written quietly (`linli.quiet`, 0008). The worker calls it
    when it has read some."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('linli_audit', '')")


def add_months(ahead: int = 13) -> None:
    """Make the partitions of this month and the months ahead. The worker calls it daily."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_add_month((date_trunc('month', now()) + make_interval(months => n))::date)"
            " FROM generate_series(0, %s) n",
            [ahead],
        )


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else _encoder.encode(dict(value))
