"""What is read of a record, where it stands in the order, and how it is told."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import psycopg
from django.conf import settings

from linli.kernel.audit.followers import READABLE

Cursor = tuple[int, int, int]
"""Era, transaction, number: a place in the order of the records, as audit.followers reads them."""
START: Cursor = (0, 0, 0)
MOST = 1000
"""So many records are read at a time."""

_COLUMNS = """era, tx::text, seq, stream, verb, place_code, unit_ids::text[], person_ids::text[],
  CASE WHEN verb IN ('matters.merge', 'matters.unmerge', 'matters.link')
    THEN coalesce(after->'into'->>'id', after->>'from', after->'other'->>'id') END"""
_NEXT = f"""
SELECT {_COLUMNS}, {READABLE}, extract(epoch FROM clock_timestamp() - recorded_at)::float8
FROM audit_record r WHERE (r.era, r.tx, r.seq) > (%s, %s::xid8, %s)
ORDER BY r.era, r.tx, r.seq LIMIT {MOST}
"""  # noqa: S608 - no value from outside
_LAST = f"""
SELECT {_COLUMNS} FROM audit_record r WHERE (r.era, r.tx, r.seq) <= (%s, %s::xid8, %s)
ORDER BY r.era DESC, r.tx DESC, r.seq DESC LIMIT %s
"""  # noqa: S608 - no value from outside
_NOW = "SELECT audit_present_era(), pg_snapshot_xmin(pg_current_snapshot())::text"


class Record(NamedTuple):
    """`other`: the matter it was merged into, taken out of or linked to, whose page shows it as well."""

    cursor: Cursor
    stream: str
    verb: str
    place_code: str
    units: Sequence[str]
    persons: Sequence[str]
    other: str | None = None


class Ahead(NamedTuple):
    """What can be told now, and how long (in seconds) what is committed already has waited for transactions that were
    begun before it and still run; None when nothing waits."""

    records: list[Record]
    waits: float | None
    more: bool


@asynccontextmanager
async def connected() -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A connection that sees everything: what each page may be told is decided here, by `Eyes.see`."""
    given = settings.DATABASES["default"]
    connection = await psycopg.AsyncConnection.connect(
        dbname=given["NAME"],
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
        host=given["HOST"] or None,
        port=given["PORT"] or None,
        options="-c plan_cache_mode=force_generic_plan",
        autocommit=True,
        prepare_threshold=1,
        # A database that went away without a word is noticed, and not waited for as long as TCP would.
        connect_timeout=5,
        tcp_user_timeout=10_000,
    )
    try:
        await connection.execute("SELECT set_config('linli.sees', '*', false)")
        yield connection
    finally:
        await connection.close()  # at once: one that hangs would not answer a rollback either


async def now(connection: psycopg.AsyncConnection[Any]) -> Cursor:
    """Where whoever begins to read now begins: everything before it is decided and stays as it is."""
    row = await (await connection.execute(_NOW)).fetchone()
    return (row[0], int(row[1]), 0) if row else START


async def ahead(connection: psycopg.AsyncConnection[Any], cursor: Cursor) -> Ahead:
    """What follows a place in the order, at most `MOST` records."""
    rows = await (await connection.execute(_NEXT, _asked(cursor))).fetchall()
    told = next((n for n, row in enumerate(rows) if not row[9]), len(rows))
    waits = max((row[10] for row in rows[told:]), default=None)
    return Ahead([_record(row) for row in rows[:told]], waits, told == MOST)


async def last(connection: psycopg.AsyncConnection[Any], cursor: Cursor, most: int) -> list[Record]:
    """The last so many records up to a place in the order, oldest first."""
    rows = await (await connection.execute(_LAST, [*_asked(cursor), most])).fetchall()
    return [_record(row) for row in reversed(rows)]


def event(record: Record) -> bytes:
    """One record as a server-sent event (WHATWG HTML, 9.2); its id is the place in commit order.

    It has no name of its own: what it is about is said in its data, so that a room that is new needs no word here.
    """
    topic, _, subject = record.stream.partition(":")
    told = {"topic": topic, "id": subject, "verb": record.verb}
    if record.other:
        told["other"] = record.other
    return b"id: %s\ndata: %s\n\n" % (named(record.cursor), json.dumps(told).encode())


def said(name: str, cursor: Cursor | None = None) -> bytes:
    """What is said about the stream itself: `here`, `behind`, `again`. With a cursor, everything up to it was told."""
    place = b"id: %s\n" % named(cursor) if cursor is not None else b""
    return b"event: %s\n%sdata: {}\n\n" % (name.encode(), place)


def named(cursor: Cursor) -> bytes:
    return b"%d-%d-%d" % cursor


def cursor_of(text: str) -> Cursor | None:
    """The place an event's id names; None for anything else."""
    found = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,18})-([0-9]{1,18})", text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _asked(cursor: Cursor) -> list[Any]:
    return [cursor[0], str(cursor[1]), cursor[2]]


def _record(row: tuple[Any, ...]) -> Record:
    return Record((row[0], int(row[1]), row[2]), row[3], row[4], row[5], tuple(row[6]), tuple(row[7]), row[8])
