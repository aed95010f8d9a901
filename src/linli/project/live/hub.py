"""The one reader of the records, and whom it tells."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any, Protocol

import psycopg
import structlog

from linli.project.stream import Eyes, Ticket

from .index import Circle, Index
from .recent import KEPT, Recent
from .records import START, Cursor, Record, ahead, connected, event, last, now, said

log = structlog.get_logger(__name__)

_POLL = 1.0
_REST = 0.02
"""Seconds between two reads: of two hundred records a second a few are read at a time."""
_LATE = 3.0
"""Seconds something committed may wait for older transactions before the pages are told that they are behind."""
_SILENT = 5.0
"""Seconds after which a database that has said nothing is behind."""


class Viewer(Protocol):
    ticket: Ticket

    def tell(self, data: bytes) -> None: ...


class Hub:
    """The open streams, and what has been read. `behind`: whether there is more, for longer than a moment."""

    def __init__(self) -> None:
        self.index: Index[Viewer] = Index()
        self.viewers: set[Viewer] = set()
        self.recent = Recent()
        self.cursor: Cursor = START
        self.behind = True
        self._moved = asyncio.Event()
        self._read_at = time.monotonic()

    # What viewers do

    def join(self, viewer: Viewer) -> None:
        self.viewers.add(viewer)
        self.index.add(viewer.ticket.eyes, viewer)

    def leave(self, viewer: Viewer) -> None:
        self.viewers.discard(viewer)
        self.index.remove(viewer.ticket.eyes, viewer)

    def missed(self, eyes: Eyes, heard: Cursor | None, drawn: float | None) -> bytes:
        """What a page is told first: what it missed since it last heard or was drawn, or that it is to ask again."""
        if heard is not None:
            told = self.recent.after(heard, eyes) if heard <= self.cursor else None
        elif drawn is not None:
            told = self.recent.since(drawn, eyes)
        else:
            told = []
        return said("again", self.cursor) if told is None else b"".join(told)

    async def reach(self, cursor: Cursor, patience: float) -> None:
        """Wait until everything up to a place has been read: whoever comes from another process may have heard more."""
        try:
            async with asyncio.timeout(patience):
                while self.cursor < cursor:
                    await self._moved.wait()
        except TimeoutError:
            return

    def state(self) -> bytes:
        """What a quiet stream is told: that everything up to here was told, or that there is more."""
        return said("behind") if self.behind else said("here", self.cursor)

    # What the reader does

    async def follow(self) -> None:
        """Read what is committed for as long as the process lives; a lost database is asked for again."""
        while True:
            try:
                async with connected() as connection:
                    await self._begin(connection)
                    await connection.execute("LISTEN linli_audit")
                    await self._read_on(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("live: the database is away, trying again", error=str(error))
                self._be(behind=True)
                await asyncio.sleep(1)

    async def _begin(self, connection: psycopg.AsyncConnection[Any]) -> None:
        if self.cursor == START:
            cursor = await now(connection)
            self.recent.begin(await last(connection, cursor, KEPT), time.time())
            self._move(cursor)

    async def _read_on(self, connection: psycopg.AsyncConnection[Any]) -> None:
        pause = _REST
        while True:
            found = await ahead(connection, self.cursor)
            self._read_at = time.monotonic()
            self.hand_out(found.records)
            held_back = found.waits is not None and found.waits > _LATE
            self._be(behind=held_back or (self.behind and found.more))
            if found.more:
                await asyncio.sleep(0)
                continue
            # Whatever holds records back ends without a word: they are looked for soon, and later ever less often.
            pause = _REST if found.waits is None or found.records else min(pause * 2, _POLL)
            await asyncio.sleep(_REST)
            async for _ in connection.notifies(timeout=_POLL if found.waits is None else pause, stop_after=1):
                pass

    def hand_out(self, records: Iterable[Record]) -> None:
        """Tell each viewer what concerns it, all of it at once."""
        at = time.time()
        told: dict[Circle[Viewer], list[bytes]] = {}
        cursor = self.cursor
        for record in records:
            self.recent.add(record, at)
            cursor = record.cursor
            if circles := self.index.concerned(record):
                data = event(record)
                for circle in circles:
                    told.setdefault(circle, []).append(data)
        for circle, events in told.items():
            data = b"".join(events)
            for viewer in tuple(circle.viewers):
                viewer.tell(data)
        self._move(cursor)

    def look(self) -> None:
        """Once a second: a database that neither answers nor goes away keeps us waiting, and the pages are told."""
        if time.monotonic() - self._read_at > _SILENT:
            self._be(behind=True)

    def _move(self, cursor: Cursor) -> None:
        if cursor != self.cursor:
            self.cursor = cursor
            self._moved.set()
            self._moved = asyncio.Event()

    def _be(self, *, behind: bool) -> None:
        if behind != self.behind:
            self.behind = behind
            for viewer in tuple(self.viewers):
                viewer.tell(self.state())
