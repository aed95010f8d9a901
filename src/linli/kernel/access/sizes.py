"""What the planner knows of how much there is."""

from __future__ import annotations

from django.db import connection


def know_the_size(written: int, table: str, *others: str) -> None:
    """After a batch larger than all that was there: let the planner see it, or it plans on for a small table.

    A statement in the same transaction else walks through all that was just written once for each row; autovacuum
    comes when it is committed, and a minute later.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = %s::regclass", [table])
        if written > cursor.fetchone()[0]:
            cursor.execute(f"ANALYZE {', '.join((table, *others))}")
