"""Batches as rows of `readings_intake`: one statement and one commit for all that came within milliseconds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from linli.kernel.audit.ids import uuid7

from . import Away, Packed, Unstorable, never

# A connection that dies in the middle of a commit does not tell whether it was one. Each sender counts its appends in
# a row of its own; the same append again waits for the first to end, finds its number taken and writes nothing.
_APPEND = """
WITH mine AS (
  UPDATE readings_sender SET seq = %(seq)s, moved_at = now() WHERE id = %(sender)s AND seq = %(seq)s - 1 RETURNING 1)
INSERT INTO readings_intake (shard, received_at, entries)
SELECT shard, now(), entries FROM unnest(%(shards)s::smallint[], %(entries)b::bytea[]) AS batch (shard, entries), mine
"""
_JOIN = "INSERT INTO readings_sender (id, seq, moved_at) VALUES (%s, 0, now()) ON CONFLICT DO NOTHING"
_HOW_FAR = "SELECT seq FROM readings_sender WHERE id = %s"
_INSERT = """
INSERT INTO readings_intake (shard, received_at, entries)
SELECT shard, now(), entries FROM unnest(%s::smallint[], %b::bytea[]) AS batch (shard, entries)
"""
_PATIENCE = 10.0
"""Seconds a commit may take before the connection counts as lost."""


class PostgreSQL:
    """A `Stream` over one connection of its own. Not for use by two tasks at once."""

    def __init__(self, conninfo: str | None = None) -> None:
        self._conninfo = conninfo
        self._sender = uuid7()
        self._seq = 0
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def append(self, batches: Sequence[Packed]) -> None:
        given = {
            "sender": self._sender,
            "seq": self._seq + 1,
            "shards": [shard for shard, _packed in batches],
            "entries": [packed for _shard, packed in batches],
        }
        try:
            async with asyncio.timeout(_PATIENCE):
                connected = await self._connected()
                written = await connected.execute(_APPEND, given, prepare=True)
                if batches and not written.rowcount and not await self._was_written(connected):
                    # Another database than before, from a backup say: begin as somebody new.
                    self._sender, self._seq = uuid7(), 0
                    raise Away("this sender is not known any more")
        except Away:
            await self._lose()
            raise
        except (psycopg.Error, OSError, TimeoutError) as error:
            if never(error):
                raise Unstorable(str(error).strip()) from error
            await self._lose()
            raise Away(str(error).strip() or type(error).__name__) from error
        self._seq += 1

    async def close(self) -> None:
        await self._lose()

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None:
            self._connection = await connect(self._conninfo)
            await self._connection.execute(_JOIN, [self._sender])
        return self._connection

    async def _was_written(self, connected: psycopg.AsyncConnection[Any]) -> bool:
        found = await (await connected.execute(_HOW_FAR, [self._sender])).fetchone()
        return found is not None and found[0] == self._seq + 1

    async def _lose(self) -> None:
        lost, self._connection = self._connection, None
        if lost is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await lost.close()


async def connect(conninfo: str | None = None) -> psycopg.AsyncConnection[Any]:
    """A connection of intake's own, in autocommit, that writes as the system."""
    given = settings.DATABASES["default"]
    where = {
        "dbname": given["NAME"],
        "user": given["USER"] or None,
        "password": given["PASSWORD"] or None,
        "host": given["HOST"] or None,
        "port": given["PORT"] or None,
        **{name: value for name, value in given["OPTIONS"].items() if isinstance(value, str)},
    }
    if conninfo:
        where = {}
    connected = await psycopg.AsyncConnection.connect(
        conninfo or "", autocommit=True, connect_timeout=5, application_name="linli intake", **where
    )
    await connected.execute("SELECT set_config('linli.sees', '*', false)")
    return connected


def append_now(batches: Sequence[Packed]) -> None:
    """The same from a process that waits for each request (HTTP), or within a verb's transaction (replay)."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_INSERT, [[shard for shard, _p in batches], [packed for _s, packed in batches]])
    except DatabaseError as error:
        if error.__cause__ is not None and never(error.__cause__):
            raise Unstorable(str(error).strip()) from error
        raise
