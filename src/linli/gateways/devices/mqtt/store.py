"""Sessions and messages down, in the database: what is asked of it is gathered and done in one transaction.

Thousands of devices may connect within seconds, so statements take many at once (`asking`), and answers are called when
all of it is committed. What a lost connection interrupted is done again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import django.db
import psycopg
import structlog

from linli.kernel.clock.now import now
from linli.kernel.readings.streams.postgresql import connect

from ..down import Message as Said
from ..down import post
from .asking import Answers, Asking
from .requests import Asked, Fetch, Forget, How, Open, Settle, Subscribe, Unsubscribe

log = structlog.get_logger(__name__)

TAKEN = "linli_taken"
"""Told to the other intake processes: which clients have come here."""
_TELL = "SELECT pg_notify(%s, %s)"
_OLD = "DELETE FROM devices_command WHERE until < now()"
AT_ONCE = 500
FEW = 20
_NAMED = 40
"""Clients named in one notification, which holds 8,000 bytes."""
_SWEEP = 30.0


class Store:
    """Ask with `ask`, `done`, `say`; `run` does it, for ever."""

    def __init__(self, me: str) -> None:
        self._me = me
        self._asked: list[Asked] = []
        self._said: list[tuple[Said, Callable[[], None]]] = []
        self._knock = asyncio.Event()

    def ask(self, asked: Asked) -> None:
        self._asked.append(asked)
        self._knock.set()

    def settle(self, ids: list[int], how: How = How.ARRIVED) -> None:
        """What became of these."""
        self.ask(Settle(ids, how))

    def say(self, said: Said, then: Callable[[], None]) -> None:
        """Put a message to a thing's own topics; QoS 0 is let fall when too much waits, as it may be."""
        if said.qos or len(self._said) < AT_ONCE:
            self._said.append((said, then))
            self._knock.set()

    async def run(self) -> None:
        while True:
            try:
                async with await connect() as connection:
                    while True:
                        await self._look(connection)
            except (psycopg.OperationalError, django.db.OperationalError, OSError) as error:
                log.warning("intake: the database is away, trying again", error=str(error).strip())
                self._knock.set()
                await asyncio.sleep(1)

    async def _look(self, connection: psycopg.AsyncConnection[Any]) -> None:
        try:
            await asyncio.wait_for(self._knock.wait(), _SWEEP)
        except TimeoutError:
            await connection.execute(_OLD)
        self._knock.clear()
        while self._asked or self._said:
            batch = _together(self._asked)
            answers = await self._do(connection, batch) if batch else []
            del self._asked[: len(batch)]
            for answer in answers:
                answer()
            # A few at a time: who comes in does not wait for one that talks to itself.
            some = self._said[:FEW]
            if some:
                await asyncio.to_thread(_post, [said for said, _then in some])
            del self._said[: len(some)]
            for _said, then in some:
                then()

    async def _do(self, connection: psycopg.AsyncConnection[Any], batch: list[Asked]) -> Answers:
        try:
            return await _answers(connection, batch, self._me)
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            if len(batch) == 1:
                log.exception("intake: this cannot be stored", asked=type(batch[0]).__name__)
                return [batch[0].fail]
        return [answer for one in batch for answer in await self._do(connection, [one])]


def _together(asked: list[Asked]) -> list[Asked]:
    """As many as may be done in one go: of one client, it comes only once."""
    came: set[tuple[int, str]] = set()
    for place, one in enumerate(asked[:AT_ONCE]):
        if isinstance(one, Open | Forget):
            if (one.thing, one.client) in came:
                return asked[:place]
            came.add((one.thing, one.client))
    return asked[:AT_ONCE]


async def _answers(connection: psycopg.AsyncConnection[Any], batch: list[Asked], me: str) -> Answers:
    """All of it in one transaction; returns what to call now that it is committed."""
    async with connection.transaction(), connection.cursor() as cursor:
        asking = Asking(cursor)
        await asking.settle([a for a in batch if isinstance(a, Settle)])
        await asking.forget([a for a in batch if isinstance(a, Forget)])
        answers = await asking.open([a for a in batch if isinstance(a, Open)])
        answers += await asking.subscribe([a for a in batch if isinstance(a, Subscribe)])
        answers += await asking.unsubscribe([a for a in batch if isinstance(a, Unsubscribe)])
        answers += await asking.fetch([a for a in batch if isinstance(a, Fetch)])
        came = [[a.thing, a.client] for a in batch if isinstance(a, Open | Forget)]
        for first in range(0, len(came), _NAMED):
            await cursor.execute(_TELL, [TAKEN, json.dumps([me, came[first : first + _NAMED]])])
    return answers


def _post(said: list[Said]) -> None:
    """In a thread, with Django's connection there. A message that cannot be written holds up no other."""
    django.db.close_old_connections()
    for one in said:
        try:
            post([one], at=now())
        except django.db.OperationalError:
            raise
        except django.db.Error:
            log.exception("intake: this message cannot be stored", thing=one.thing)
