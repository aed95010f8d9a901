"""Statements that PostgreSQL plans once per connection instead of at every call.

Under row level security planning a queue or a detail takes three to four times as long as answering it. Meant
for the few questions every page and every API call asks, whose best plan does not depend on their values.
They go to libpq directly: a cursor of psycopg takes longer to be made ready than such a question to be answered.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result

Row = tuple[bytes | None, ...]
Value = str | bytes | memoryview | bool | float | UUID | date | Sequence[str | UUID | None] | None

MOST = 100
"""Statements kept on a connection; who asks in ever new shapes drives out the longest unused."""


def ask(query: str, values: Sequence[Value] = ()) -> list[Row]:
    """Every row of a prepared statement, its columns as the bytes of the text PostgreSQL writes (UTF-8).

    `query` has %s for each value, as for any cursor; it is counted and traced like any other statement. Raises
    what Django raises for one.
    """
    return _asked(query, values).written()


def read(query: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
    """As `ask`, but the columns are values as a cursor of Django's gives them: JSON is text, an instant is aware."""
    return _asked(query, values).values()


def _asked(query: str, values: Sequence[Value]) -> _Kept:
    # What `connection.cursor()` does, for a cursor that is there already.
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    database.ensure_connection()
    raw = database.connection
    try:
        kept: _Kept = raw.linli_prepared
    except AttributeError:
        kept = raw.linli_prepared = _Kept(raw)
    database._prepare_cursor(kept).execute(query, values)
    return kept


_WELL = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


@dataclass(frozen=True, slots=True)
class _Statement:
    name: bytes
    query: bytes


class _Kept:
    """The statements prepared on one connection, as the cursor that Django wraps."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw
        self.statements: OrderedDict[str, _Statement] = OrderedDict()
        self.made = 0
        self._result: Any = None
        self._query: _Statement | None = None  # where Django looks for what was sent

    def execute(self, query: str, values: Sequence[Value]) -> None:
        pgconn: Any = self.raw.pgconn  # its types know no NULL
        if not self.raw.autocommit and pgconn.transaction_status == pq.TransactionStatus.IDLE:
            self._done(pgconn.exec_(b"BEGIN"))  # as psycopg does before the first statement
        self._query = statement = self._statement(query)
        written: list[Any] = [_written(value) for value in values]  # None is NULL, which psycopg's types forget
        result = pgconn.exec_prepared(statement.name, written)
        if result.status not in _WELL:
            raise error_from_result(result)
        self._result = result

    def written(self) -> list[Row]:
        result, self._result = self._result, None
        get, columns = result.get_value, range(result.nfields)
        return [tuple([get(row, column) for column in columns]) for row in range(result.ntuples)]

    def values(self) -> list[tuple[Any, ...]]:
        result, self._result = self._result, None
        reader = Transformer(self.raw)
        reader.set_pgresult(result)
        return reader.load_rows(0, result.ntuples, tuple)

    def _statement(self, query: str) -> _Statement:
        kept = self.statements.get(query)
        if kept is None:
            self.made += 1
            kept = _Statement(b"linli_%d" % self.made, _numbered(query).encode())
            self._done(self.raw.pgconn.prepare(kept.name, kept.query))
            self.statements[query] = kept
            if len(self.statements) > MOST:
                _query, oldest = self.statements.popitem(last=False)
                self._done(self.raw.pgconn.exec_(b"DEALLOCATE " + oldest.name))
        self.statements.move_to_end(query)
        return kept

    @staticmethod
    def _done(result: Any) -> None:
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise error_from_result(result)


def _numbered(query: str) -> str:
    """With $1, $2 … for each %s, as PostgreSQL itself wants them."""
    number = 0

    def place(found: re.Match[str]) -> str:
        nonlocal number
        if found[0] == "%%":
            return "%"
        number += 1
        return f"${number}"

    return re.sub("%[s%]", place, query)


def _written(value: Value) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, (bytes, memoryview)):
        return b"\\x" + value.hex().encode()
    if isinstance(value, (list, tuple)):
        quoted = [
            "NULL" if item is None else '"' + str(item).replace("\\", "\\\\").replace('"', '\\"') + '"'
            for item in value
        ]
        value = "{" + ",".join(quoted) + "}"
    written = (value.isoformat() if isinstance(value, date) else str(value)).encode()
    if b"\0" in written:  # libpq would read only what comes before it
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return written
