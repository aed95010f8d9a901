"""Statements that PostgreSQL plans once per connection instead of at every call.

Under row level security planning a queue or a detail takes three to four times as long as answering it. Meant
for the few questions every page and every API call asks, whose best plan does not depend on their values.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


class _Prepared(psycopg.Cursor[Any]):
    """Binds values on the server and asks for a prepared statement; Django's own cursors bind on the client."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> _Prepared:
        return super().execute(query, params, **{**options, "prepare": True})


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """A cursor of Django's connection whose statements are prepared; counted and traced like any other."""
    with connection.cursor():  # connects and checks the connection as Django always does
        raw: psycopg.Connection[Any] = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 5
    with connection._prepare_cursor(_Prepared(raw)) as cursor:  # type: ignore[attr-defined]
        yield cursor
