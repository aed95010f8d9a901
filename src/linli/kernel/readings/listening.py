"""Since when devices have been listened to. An intake says every second that it listens (`note`).

When every intake was away, nothing could be heard: silence is counted from when the first of them came back. The breaks
are kept for a year (`breaks.sql`): whoever looks back must not take them for silence.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from linli.kernel.access.prepared import read

PATIENCE = timedelta(seconds=15)
"""A gap as long as this between two notes is a break."""

NOTE = """
INSERT INTO readings_listening (since, heard_at) VALUES (%s, %s)
ON CONFLICT (id) DO UPDATE SET heard_at = greatest(readings_listening.heard_at, excluded.heard_at),
  since = CASE WHEN excluded.heard_at > readings_listening.heard_at + %s::interval THEN excluded.heard_at
    ELSE readings_listening.since END
"""
"""For asynchronous callers: two instants (the same) and PATIENCE."""


def note(at: datetime) -> None:
    """Somebody listens at this moment."""
    read(NOTE, [at, at, f"{PATIENCE.total_seconds()} seconds"])


def heard() -> tuple[datetime, datetime] | None:
    """Since when without a break, and when somebody last said so; None while nobody ever listened."""
    rows = read("SELECT since, heard_at FROM readings_listening")
    return (rows[0][0], rows[0][1]) if rows else None


def breaks(begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """When nobody listened between two instants, in order."""
    found = "SELECT began, ended FROM readings_break WHERE ended > %s AND began < %s ORDER BY began"
    return [(began, ended) for began, ended in read(found, [begin, end])]
