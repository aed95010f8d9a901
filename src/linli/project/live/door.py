"""Lets streams in and ends them. One connection asks for all, so that a thousand pages may come at once."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import psycopg
import structlog

from linli.project.standing import fallen
from linli.project.stream import Footing, Ticket

from .records import connected

log = structlog.get_logger(__name__)

LOOK = 2.0
"""Seconds between two looks at what the open streams stand on."""
ROUND = 5
"""Within so many looks every stream was looked at, however many there are."""
AT_ONCE = 2_000
"""So many are looked at at least: as many pages as a district has open are looked at every time."""
_PATIENCE = 5.0


class Standing(Protocol):
    ticket: Ticket

    def end(self) -> None: ...


class Door:
    """`viewers`: the open streams, asked for anew at each look."""

    def __init__(self, viewers: Callable[[], Iterable[Standing]]) -> None:
        self._viewers = viewers
        self._waiting: dict[Footing, list[asyncio.Future[bool]]] = {}
        self._knock = asyncio.Event()
        self._unseen: list[Standing] = []
        self._share = AT_ONCE

    async def stands(self, footing: Footing) -> bool:
        """Whether a stream may open on this footing. Raises TimeoutError while the database is away."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(footing, []).append(answer)
        self._knock.set()
        return await asyncio.wait_for(answer, _PATIENCE)

    async def watch(self) -> None:
        """Answer who knocks, and end the streams whose session, account or post has ended."""
        while True:
            try:
                async with connected() as connection:
                    looked = time.monotonic()
                    while True:
                        with contextlib.suppress(TimeoutError):
                            await asyncio.wait_for(self._knock.wait(), max(0.0, looked + LOOK - time.monotonic()))
                        self._knock.clear()
                        await self._answer(connection)
                        if time.monotonic() >= looked + LOOK:
                            await self._look(connection)
                            looked = time.monotonic()
            except (psycopg.Error, OSError) as error:
                log.warning("live: the database is away, nobody comes in meanwhile", error=str(error))
                await asyncio.sleep(1)

    async def _answer(self, connection: psycopg.AsyncConnection[Any]) -> None:
        waiting, self._waiting = self._waiting, {}
        gone = await fallen(connection, waiting)
        for footing, answers in waiting.items():
            for answer in answers:
                if not answer.done():
                    answer.set_result(footing not in gone)

    async def _look(self, connection: psycopg.AsyncConnection[Any]) -> None:
        if not self._unseen:
            self._unseen = list(self._viewers())
            self._share = max(AT_ONCE, -(-len(self._unseen) // ROUND))
        looked, self._unseen = self._unseen[: self._share], self._unseen[self._share :]
        gone = await fallen(connection, [viewer.ticket.footing for viewer in looked])
        for viewer in looked:
            if viewer.ticket.footing in gone:
                viewer.end()
