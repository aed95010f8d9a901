"""Who knocked and was not let in, noted beside the work: one write a second, however many knock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import psycopg
import structlog

from linli.kernel.clock.now import now
from linli.kernel.readings.judging import says
from linli.kernel.readings.limits import STRANGERS
from linli.kernel.readings.streams.postgresql import connect
from linli.kernel.things.verbs.knocking import NOTE, OTHERS, Knock, rows

log = structlog.get_logger(__name__)

EVERY = 1.0

Note = Callable[[Sequence[Knock]], Awaitable[None]]


class Knocks:
    """What was heard since the last write, by key and reason."""

    def __init__(self, note: Note | None = None) -> None:
        self._note = note or self._write
        self._heard: dict[tuple[str, str], Knock] = {}
        self._some = asyncio.Event()
        self._connection: psycopg.AsyncConnection[Any] | None = None

    def hear(self, key: str, why: str, address: str, sample: bytes) -> None:
        """`why` as `things.models.Stranger` has it. More keys at once than a building has are counted under one."""
        key = says(key)[:64]
        if (key, why) not in self._heard and len(self._heard) >= STRANGERS:
            key = OTHERS
        before = self._heard.get((key, why))
        text = says(sample[:200].decode("utf-8", "replace"))
        at = now()
        self._heard[key, why] = Knock(
            key, why, address[:64], text, before.first_at if before else at, at, before.times + 1 if before else 1
        )
        self._some.set()

    async def run(self) -> None:
        """Write for as long as it is let; what cannot be written now is written later."""
        while True:
            await self._some.wait()
            await self.flush()
            await asyncio.sleep(EVERY)

    async def close(self) -> None:
        """Write what is left, if it can be written."""
        await self.flush()
        await self._lose()

    async def flush(self) -> None:
        self._some.clear()
        heard, self._heard = self._heard, {}
        if not heard:
            return
        try:
            await self._note(list(heard.values()))
        except (psycopg.Error, OSError) as error:
            log.warning("intake: strangers cannot be noted yet", error=str(error).strip())
            for name, knock in heard.items():
                later = self._heard.get(name)
                self._heard[name] = knock if later is None else later.after(knock)
            self._some.set()

    async def _write(self, knocks: Sequence[Knock]) -> None:
        try:
            if self._connection is None:
                self._connection = await connect()
            async with self._connection.cursor() as cursor:
                await cursor.execute(NOTE, rows(knocks))
        except (psycopg.Error, OSError):
            await self._lose()
            raise

    async def _lose(self) -> None:
        lost, self._connection = self._connection, None
        if lost is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await lost.close()
