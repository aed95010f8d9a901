"""Followers read what was committed, in an order that skips nothing, each with a durable cursor.

A serial number alone would skip: number 7 may commit after number 8 was read. So a follower reads only
records of transactions older than every transaction still running (`pg_snapshot_xmin`), ordered by
transaction and number. Its cursor moves in the transaction of its own work: it may die anywhere.

Transaction ids count up within one cluster only. A database brought into another one goes on in a new era
(eras.sql), and what was written in an earlier era is all committed.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from linli.kernel.access import SYSTEM, look_as

from .models import Record

_COLUMNS = ", ".join(f"r.{field.column}" for field in Record._meta.concrete_fields)
READABLE = "(r.era < (SELECT audit_present_era()) OR r.tx < (SELECT pg_snapshot_xmin(pg_current_snapshot())))"
"""The condition on a record `r` that nothing before it in the order can still be committed."""
_AHEAD = f"""
SELECT era, tx::text, seq FROM (
  SELECT r.era, r.tx, r.seq FROM audit_record r
  WHERE (r.era, r.tx, r.seq) > (%s, %s::xid8, %s) AND {READABLE}
  ORDER BY r.era, r.tx, r.seq LIMIT %s
) ahead ORDER BY era DESC, ahead.tx DESC, seq DESC LIMIT 1
"""  # noqa: S608 - made of our own condition
_NEXT = f"""
SELECT {_COLUMNS} FROM audit_record r
WHERE (r.era, r.tx, r.seq) > (%s, %s::xid8, %s) AND (r.era, r.tx, r.seq) <= (%s, %s::xid8, %s) AND r.verb = ANY(%s)
ORDER BY r.era, r.tx, r.seq LIMIT %s
"""  # noqa: S608 - made of our own column names
_BEGIN = """
INSERT INTO audit_follower (name, era, tx)
VALUES (%(name)s, CASE WHEN %(now)s THEN audit_present_era() ELSE 0 END,
        CASE WHEN %(now)s THEN pg_snapshot_xmin(pg_current_snapshot())::text::xid8 ELSE '0'::xid8 END)
ON CONFLICT DO NOTHING
"""


_WAITING = """
SELECT count(*) FROM (
  SELECT FROM audit_record r WHERE (r.era, r.tx, r.seq) > (
    SELECT coalesce(max(era), 0), coalesce(max(tx), '0'::xid8), coalesce(max(seq), 0) FROM audit_follower
    WHERE name = %s)
  LIMIT %s) waiting
"""


AHEAD = 20_000
"""How far a follower looks for records of its verbs at once: years of history are passed in minutes, not in hours."""
Cursor = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Follower:
    """A name (its cursor's key) and what to do with a batch of records of its verbs, inside one transaction.

    One whose work on a record may be great has `slowly` instead of `handle`: it is given each record alone and returns
    None when it is through with it, else how much it did of it for now; that is kept, and the record comes again. The
    records behind it wait.
    """

    name: str
    verbs: frozenset[str]
    handle: Callable[[Sequence[Record]], None] | None = None
    from_now: bool = False
    slowly: Callable[[Record, datetime], int | None] | None = None


def step(follower: Follower, *, at: datetime, limit: int = 500) -> int:
    """Let a follower read its next batch. Returns how much was done; 0 when another process has its turn.

    When `handle` fails nothing of the batch is kept, the cursor stays, and it is tried again after a pause
    that doubles up to ten minutes.
    """
    try:
        with transaction.atomic():
            return _step(follower, at=at, limit=limit)
    except Exception:
        _note_failure(follower, at=at, error=traceback.format_exc(limit=3))
        raise


def waiting(name: str, most: int = 1000) -> int:
    """How many records a follower has still to read, counted up to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [name, most])
        return int(cursor.fetchone()[0])


def _step(follower: Follower, *, at: datetime, limit: int) -> int:
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, {"name": follower.name, "now": follower.from_now})
        cursor.execute(
            "SELECT era, tx::text, seq FROM audit_follower WHERE name = %s AND (retry_at IS NULL OR retry_at <= %s)"
            " FOR UPDATE SKIP LOCKED",
            [follower.name, at],
        )
        here: Cursor | None = cursor.fetchone()
        if here is None:
            return 0
        cursor.execute(_AHEAD, [*here, AHEAD])
        ahead: Cursor | None = cursor.fetchone()
        if ahead is None:
            return 0
        records = list(Record.objects.raw(_NEXT, [*here, *ahead, list(follower.verbs), limit]))
        through, more = _work(follower, records, at)
        there: Cursor | None = _place_of(records[through - 1]) if through else None
        if more is None and len(records) < limit:
            there = ahead
        if there is not None:
            cursor.execute(
                "UPDATE audit_follower SET era = %s, tx = %s::xid8, seq = %s, moved_at = %s, failures = 0,"
                " last_error = '', retry_at = NULL WHERE name = %s",
                [*there, at, follower.name],
            )
    return through + (more or 0) + (there is not None)


def _place_of(record: Record) -> Cursor:
    return record.era, str(record.tx), record.seq


def _work(follower: Follower, records: Sequence[Record], at: datetime) -> tuple[int, int | None]:
    """How many records it is through with, and how much it did of the next; None when it is through with all."""
    if records and follower.handle is not None:
        follower.handle(records)
    if follower.slowly is not None:
        for position, record in enumerate(records):
            more = follower.slowly(record, at)
            look_as(SYSTEM)
            if more is not None:
                return position, more
    return len(records), None


def _note_failure(follower: Follower, *, at: datetime, error: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT failures FROM audit_follower WHERE name = %s", [follower.name])
        failures = (cursor.fetchone() or [0])[0] + 1
        cursor.execute(
            "UPDATE audit_follower SET failures = %s, last_error = %s, retry_at = %s WHERE name = %s",
            [failures, error, at + timedelta(seconds=min(600, 2**failures)), follower.name],
        )


def horizon() -> Cursor:
    """Where a follower stands that has read all that is committed by now; what runs still comes behind it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_present_era(), pg_snapshot_xmin(pg_current_snapshot())::text")
        era, tx = cursor.fetchone()
    return era, tx, 0


def pass_to(name: str, here: Cursor) -> None:
    """A follower need not read what lies before `here`: its work on it has been done otherwise. It never goes back."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, {"name": name, "now": False})
        cursor.execute(
            "UPDATE audit_follower SET era = %(era)s, tx = %(tx)s::xid8, seq = %(seq)s"
            " WHERE name = %(name)s AND (era, tx, seq) < (%(era)s, %(tx)s::xid8, %(seq)s)",
            {"name": name, "era": here[0], "tx": here[1], "seq": here[2]},
        )
