"""Followers read what was committed, in an order that skips nothing, each with a durable cursor.

A serial number alone would skip: number 7 may commit after number 8 was read. So a follower reads only
records of transactions older than every transaction still running (`pg_snapshot_xmin`), ordered by
transaction and number. Its cursor moves in the transaction of its own work: it may die anywhere.
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
_NEXT = f"""
SELECT {_COLUMNS} FROM audit_record r
WHERE (r.tx, r.seq) > (%s::xid8, %s) AND r.tx < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY r.tx, r.seq LIMIT %s
"""  # noqa: S608 - made of our own column names


_WAITING = """
SELECT count(*) FROM (
  SELECT FROM audit_record r WHERE (r.tx, r.seq) > (
    SELECT coalesce(max(tx), '0'::xid8), coalesce(max(seq), 0) FROM audit_follower WHERE name = %s)
  LIMIT %s) waiting
"""


@dataclass(frozen=True, slots=True)
class Follower:
    """A name (its cursor's key) and what to do with a batch of records, inside one transaction."""

    name: str
    handle: Callable[[Sequence[Record]], None]
    from_now: bool = False


def step(follower: Follower, *, at: datetime, limit: int = 500) -> int:
    """Let a follower read its next batch. Returns how many records; 0 when another process has its turn.

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
        cursor.execute(
            "INSERT INTO audit_follower (name, tx) VALUES (%s, CASE WHEN %s THEN"
            " pg_snapshot_xmin(pg_current_snapshot())::text::xid8 ELSE '0'::xid8 END) ON CONFLICT DO NOTHING",
            [follower.name, follower.from_now],
        )
        cursor.execute(
            "SELECT tx::text, seq FROM audit_follower WHERE name = %s AND (retry_at IS NULL OR retry_at <= %s)"
            " FOR UPDATE SKIP LOCKED",
            [follower.name, at],
        )
        row = cursor.fetchone()
        if row is None:
            return 0
        records = list(Record.objects.raw(_NEXT, [row[0], row[1], limit]))
        if not records:
            return 0
        follower.handle(records)
        last = records[-1]
        cursor.execute(
            "UPDATE audit_follower SET tx = %s::xid8, seq = %s, moved_at = %s, failures = 0, last_error = '',"
            " retry_at = NULL WHERE name = %s",
            [str(last.tx), last.seq, at, follower.name],
        )
    return len(records)


def _note_failure(follower: Follower, *, at: datetime, error: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT failures FROM audit_follower WHERE name = %s", [follower.name])
        failures = (cursor.fetchone() or [0])[0] + 1
        cursor.execute(
            "UPDATE audit_follower SET failures = %s, last_error = %s, retry_at = %s WHERE name = %s",
            [failures, error, at + timedelta(seconds=min(600, 2**failures)), follower.name],
        )
