"""Appending many records at once: copied, then linked by set, one link of every stream to a statement.

The trigger of the table still digests and links each record itself and refuses one that does not follow the end of
its stream; what is saved is looking up and moving a stream's head for each record alone (by_set.sql).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from .lines import line

COLUMNS = (
    "id", "happened_at", "stream", "verb", "actor_account", "actor_post", "actor_person", "actor_role",
    "actor_scope", "actor_name", "via", "address", "place_code", "unit_ids", "person_ids", "before", "after",
    "note",
)  # fmt: skip
_STREAM = COLUMNS.index("stream")
_LIST = ", ".join(COLUMNS)
_LINK = f"""
INSERT INTO audit_record ({_LIST}, seq, stream_seq, prev)
SELECT {_LIST}, i.seq, coalesce(h.seq, 0) + 1, coalesce(h.hash, '')
FROM incoming_record i LEFT JOIN LATERAL (SELECT seq, hash FROM audit_head WHERE stream = i.stream OFFSET 0) h ON true
WHERE i.link = %s ORDER BY i.seq
"""  # noqa: S608 - made of our own column names

_SELECTED = f"""
INSERT INTO audit_record ({_LIST}, stream_seq, prev)
SELECT {", ".join("i." + name for name in COLUMNS)}, coalesce(h.seq, 0) + 1, coalesce(h.hash, '')
FROM ({{}}) i LEFT JOIN LATERAL (SELECT seq, hash FROM audit_head WHERE stream = i.stream OFFSET 0) h ON true
"""  # noqa: S608 - made of our own column names


@dataclass(slots=True)
class Records:
    """Records to append, in order, as lines for COPY. Making them asks no database."""

    streams: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    _links: dict[str, int] = field(default_factory=dict)

    def add_all(self, rows: Iterable[Sequence[Any]]) -> None:
        """Records with their values in the order of COLUMNS."""
        for row in rows:
            stream = row[_STREAM]
            link = self._links[stream] = self._links.get(stream, 0) + 1
            self.streams.append(stream)
            self.text.append(line((link, *row)))

    def keep(self, streams: Iterable[str]) -> None:
        """Only the records of these streams."""
        kept = set(streams)
        self.text = [text for stream, text in zip(self.streams, self.text, strict=True) if stream in kept]
        self.streams = [stream for stream in self.streams if stream in kept]

    @property
    def longest(self) -> int:
        """How many records the stream with the most of them has."""
        return max(self._links.values(), default=0)


def append_selected(select: str, values: Sequence[Any] = ()) -> None:
    """Append what a SELECT gives, in its order: rows of COLUMNS, no two of one stream. Its SQL is the caller's own.

    For records that say of rows just written what the rows themselves say. Belongs into the verb's transaction.
    """
    with connection.cursor() as cursor:
        # A head is found by its key whatever the statistics say (migration 0003).
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(_SELECTED.format(select), values)
        cursor.execute("RESET enable_seqscan")


def append_all(records: Records) -> None:
    """Append them in the order they were added; belongs into the verb's transaction."""
    if not records.text:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE incoming_record ON COMMIT DROP AS SELECT 0 AS link, seq, {_LIST}"  # noqa: S608
            " FROM audit_record WITH NO DATA;"
            "ALTER TABLE incoming_record ALTER seq SET DEFAULT nextval('audit_record_seq')"
        )
        with cursor.copy(f"COPY incoming_record (link, {_LIST}) FROM STDIN") as copy:
            copy.write("".join(records.text).encode())
        # A head is found by its key whatever the statistics say (migration 0003).
        cursor.execute("SET LOCAL enable_seqscan = off")
        for link in range(1, records.longest + 1):
            cursor.execute(_LINK, [link])
        cursor.execute("RESET enable_seqscan; DROP TABLE incoming_record")
