"""Listens in the database: for messages down that were written just now, and for clients that went to another intake."""

from __future__ import annotations

import asyncio
import json
from typing import Protocol

import psycopg
import structlog

from linli.kernel.readings.streams.postgresql import connect

from ..down import CHANNEL
from .store import TAKEN

log = structlog.get_logger(__name__)
_WAKE = 5.0


class Hearing(Protocol):
    def written(self, thing: int, ids: list[int]) -> None: ...
    def went_elsewhere(self, intake: str, clients: list[tuple[int, str]]) -> None: ...
    def missed_some(self) -> None: ...


async def listen(hearing: Hearing) -> None:
    """For ever. Whatever was said while the line was cut is looked for when it stands again."""
    while True:
        try:
            async with await connect() as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                await connection.execute(f"LISTEN {TAKEN}")
                hearing.missed_some()
                while True:
                    async for said in connection.notifies(timeout=_WAKE):
                        _hear(hearing, said.channel, said.payload)
                    await connection.execute("SELECT 1")  # a server that is gone is noticed
        except (psycopg.OperationalError, OSError) as error:
            log.warning("intake: hears nothing of the database, trying again", error=str(error).strip())
            await asyncio.sleep(1)


def _hear(hearing: Hearing, channel: str, payload: str) -> None:
    if channel == CHANNEL:
        thing, _, ids = payload.partition(":")
        hearing.written(int(thing), [int(stored) for stored in ids.split(",")])
    else:
        intake, clients = json.loads(payload)
        hearing.went_elsewhere(intake, [(thing, client) for thing, client in clients])
