"""Reading history, and proving that nobody rewrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from linli.kernel.access import as_system

from .models import Record
from .verbs import SAYS

_BROKEN = """
WITH linked AS (
  SELECT r.*, lag(r.hash, 1, '\\x'::bytea) OVER w AS before_hash, lag(r.stream_seq, 1, 0) OVER w AS before_seq
  FROM audit_record r WINDOW w AS (PARTITION BY r.stream ORDER BY r.stream_seq)
)
SELECT l.stream, l.stream_seq, CASE
    WHEN l.stream_seq <> l.before_seq + 1 THEN 'missing'
    WHEN l.prev <> l.before_hash THEN 'unlinked'
    WHEN l.erased_at IS NULL AND audit_digest(r) <> r.digest THEN 'content'
    ELSE 'altered' END
FROM linked l JOIN audit_record r ON r.id = l.id AND r.recorded_at = l.recorded_at
WHERE l.stream_seq <> l.before_seq + 1 OR l.prev <> l.before_hash
   OR audit_link(r) <> r.hash OR (r.erased_at IS NULL AND audit_digest(r) <> r.digest)
ORDER BY 1, 2
LIMIT 100
"""

_CUT = """
SELECT h.stream, h.seq, 'cut off' FROM audit_head h
LEFT JOIN audit_record r ON r.stream = h.stream AND r.stream_seq = h.seq
WHERE r.id IS NULL OR r.hash <> h.hash
UNION ALL
SELECT stream, max(stream_seq), 'headless' FROM audit_record r
WHERE NOT EXISTS (SELECT FROM audit_head h WHERE h.stream = r.stream) GROUP BY stream
LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where a chain does not hold.

    `fault`: missing (a number is left out), unlinked (does not follow the record before it), content (what
    it says was changed), altered (who, when or where was changed), cut off (the end of the stream is gone),
    headless (the stream has no head).
    """

    stream: str
    seq: int
    fault: str


def verify() -> Iterator[Break]:
    """Walk every stream's chain, in the database; yields the breaks, nothing when all is well."""
    with as_system(), connection.cursor() as cursor:
        for query in (_BROKEN, _CUT):
            cursor.execute(query)
            for stream, seq, fault in cursor.fetchall():
                yield Break(stream, seq, fault)


_SAYING = f"""
SELECT r.* FROM unnest(%s::text[]) s(stream) JOIN audit_record r ON r.stream = s.stream
WHERE r.erased_at IS NULL AND {SAYS} ORDER BY r.stream, r.stream_seq
"""  # noqa: S608 - made of our own condition


def saying(streams: Iterable[str], pattern: str) -> list[Record]:
    """The records of these streams in whose contents a pattern is found, as far as the looker sees them."""
    return list(Record.objects.raw(_SAYING, [list(streams), pattern]))


def story(stream: str) -> QuerySet[Record]:
    """What happened to one thing, first to last."""
    return Record.objects.filter(stream=stream).order_by("stream_seq")
