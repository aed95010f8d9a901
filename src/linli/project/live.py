"""The live process: follows the audit records as they are committed and hands them to open pages.

One small asyncio process; a stream costs a queue. It sends that something happened to a matter, not what:
the page asks for what changed with its own session, so nothing is told that the person may not read.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import re
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")

import django

django.setup()

# Settings come first: what follows reads them while it is imported.
# ruff: noqa: E402
import psycopg
import structlog
from django.conf import settings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from linli.kernel.audit.followers import READABLE

from .standing import fallen
from .stream import Eyes, Footing, Ticket, ticket_of

log = structlog.get_logger(__name__)

_NEXT = f"""
SELECT era, tx::text, seq, stream, verb, place_code, unit_ids, person_ids,
  CASE WHEN verb IN ('matters.merge', 'matters.unmerge', 'matters.link')
    THEN coalesce(after->'into'->>'id', after->>'from', after->'other'->>'id') END
FROM audit_record r
WHERE (r.era, r.tx, r.seq) > (%s, %s::xid8, %s) AND {READABLE}
ORDER BY r.era, r.tx, r.seq LIMIT 1000
"""  # noqa: S608 - no value from outside
_NOW = "SELECT audit_present_era(), pg_snapshot_xmin(pg_current_snapshot())::text"
_KEEP_ALIVE = 15.0
_POLL = 1.0
_LOOK = 2.0
"""Seconds between two looks at what the open streams stand on."""
_PATIENCE = 5.0
_BEHIND = 1000
_CATCHING_UP = asyncio.Semaphore(4)
"""So many pages read what they missed at a time: each needs a session of the database."""
# What was handed out last is kept for pages that were drawn before it and listen after it.
_KEPT = 5000
_SKEW = 1.0
_AGAIN = b"event: again\ndata: {}\n\n"

Cursor = tuple[int, str, int]
"""Era, transaction, number: a place in the order of the records, as audit.followers reads them."""
START: Cursor = (0, "0", 0)


class Hub:
    """The open streams, and the one reader that feeds them."""

    def __init__(self) -> None:
        self.viewers: dict[asyncio.Queue[bytes | None], Ticket] = {}
        self.cursor: Cursor = START
        self.began = math.inf
        self.recent: deque[tuple[float, tuple[Any, ...]]] = deque(maxlen=_KEPT)

    async def follow(self) -> None:
        """Read what is committed for as long as the process lives; a lost database is asked for again."""
        while True:
            try:
                async with await connect() as connection:
                    if self.cursor == START:
                        self.cursor = await now(connection)
                        self.began = time.time()
                    await connection.execute("LISTEN linli_audit")
                    while True:
                        await self._drain(connection)
                        async for _ in connection.notifies(timeout=_POLL, stop_after=1):
                            pass
            except (psycopg.Error, OSError) as error:
                log.warning("live: the database is away, trying again", error=str(error))
                await asyncio.sleep(1)

    async def _drain(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while rows := await (await connection.execute(_NEXT, self.cursor)).fetchall():
            for row in rows:
                self.hand_out(row)
            self.cursor = _place(rows[-1])
            await asyncio.sleep(0)

    def hand_out(self, row: tuple[Any, ...]) -> None:
        self.recent.append((time.time(), row))
        data = event(row)
        for queue, ticket in self.viewers.items():
            if ticket.eyes.see(row[5], row[6], row[7], row[3]):
                if queue.qsize() >= _BEHIND:
                    queue.put_nowait(None)  # too slow: end the stream, the page asks again from where it was
                else:
                    queue.put_nowait(data)

    def since(self, drawn: float, eyes: Eyes) -> list[bytes]:
        """What happened after a page was drawn and before it listened: the page does not show it.

        Where that cannot be told any more (we began later, or too much has happened) the page shall ask for all
        it shows again.
        """
        after = drawn - _SKEW
        if after < self.began or (len(self.recent) == _KEPT and self.recent[0][0] >= after):
            return [_AGAIN]
        found = []
        for handed_out, row in reversed(self.recent):
            if handed_out < after:
                break
            if eyes.see(row[5], row[6], row[7], row[3]):
                found.append(event(row))
        return found[::-1]


class Door:
    """Lets streams in and ends them. One connection asks for all, so that a thousand pages may come at once."""

    def __init__(self) -> None:
        self.waiting: dict[Footing, list[asyncio.Future[bool]]] = {}
        self.knock = asyncio.Event()

    async def stands(self, footing: Footing) -> bool:
        """Whether a stream may open on this footing. Raises TimeoutError while the database is away."""
        answer = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(footing, []).append(answer)
        self.knock.set()
        return bool(await asyncio.wait_for(answer, _PATIENCE))

    async def watch(self) -> None:
        """Answer who knocks, and end the streams whose session, account or post has ended."""
        while True:
            try:
                async with await connect() as connection:
                    looked = time.monotonic()
                    while True:
                        with contextlib.suppress(TimeoutError):
                            await asyncio.wait_for(self.knock.wait(), max(0.0, looked + _LOOK - time.monotonic()))
                        self.knock.clear()
                        await self._answer(connection)
                        if time.monotonic() >= looked + _LOOK:
                            await self._end(connection)
                            looked = time.monotonic()
            except (psycopg.Error, OSError) as error:
                log.warning("live: the database is away, nobody comes in meanwhile", error=str(error))
                await asyncio.sleep(1)

    async def _answer(self, connection: psycopg.AsyncConnection[Any]) -> None:
        waiting, self.waiting = self.waiting, {}
        gone = await fallen(connection, waiting)
        for footing, answers in waiting.items():
            for answer in answers:
                if not answer.done():
                    answer.set_result(footing not in gone)

    async def _end(self, connection: psycopg.AsyncConnection[Any]) -> None:
        gone = await fallen(connection, [ticket.footing for ticket in hub.viewers.values()])
        for queue, ticket in hub.viewers.items():
            if ticket.footing in gone:
                queue.put_nowait(None)


def event(row: tuple[Any, ...]) -> bytes:
    """One record as a server-sent event (WHATWG HTML, 9.2); its id is the place in commit order.

    `other`: the matter it was merged into, taken out of or linked to, whose page shows it as well.
    """
    era, tx, seq, stream, verb, *_eyes, other = row
    topic, _, subject = stream.partition(":")
    told = {"topic": topic, "id": subject, "verb": verb}
    data = json.dumps(told | {"other": other} if other else told)
    return f"id: {era}-{tx}-{seq}\nevent: {topic}\ndata: {data}\n\n".encode()


async def connect() -> psycopg.AsyncConnection[Any]:
    """A connection that sees everything: what each page may be told is decided here, by `Eyes.see`."""
    given = settings.DATABASES["default"]
    connection = await psycopg.AsyncConnection.connect(
        dbname=given["NAME"],
        user=given["USER"] or None,
        password=given["PASSWORD"] or None,
        host=given["HOST"] or None,
        port=given["PORT"] or None,
        autocommit=True,
    )
    await connection.execute("SELECT set_config('linli.sees', '*', false)")
    return connection


async def now(connection: psycopg.AsyncConnection[Any]) -> Cursor:
    row = await (await connection.execute(_NOW)).fetchone()
    return (row[0], row[1], 0) if row else START


def cursor_of(text: str) -> Cursor | None:
    """The place an event's id names; None for anything else."""
    found = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,18})-([0-9]{1,18})", text)
    return (int(found[1]), found[2], int(found[3])) if found else None


async def missed(eyes: Eyes, since: Cursor, until: Cursor) -> list[bytes]:
    """What this viewer missed between two places in the order, at most a few thousand records back."""
    found: list[bytes] = []
    async with _CATCHING_UP, await connect() as connection:
        while _key(since) < _key(until) and len(found) < _BEHIND:
            rows = await (await connection.execute(_NEXT, since)).fetchall()
            if not rows:
                break
            for row in rows:
                if _key(_place(row)) <= _key(until) and eyes.see(row[5], row[6], row[7], row[3]):
                    found.append(event(row))
            since = _place(rows[-1])
            if _key(since) >= _key(until):
                break
    return found


def _key(cursor: Cursor) -> tuple[int, int, int]:
    return cursor[0], int(cursor[1]), cursor[2]


def _place(row: tuple[Any, ...]) -> Cursor:
    return row[0], row[1], row[2]


hub = Hub()
door = Door()


async def stream(request: Request) -> Response:
    ticket = ticket_of(request.query_params.get("token", ""))
    try:
        if ticket is None or not await door.stands(ticket.footing):
            # 204 tells an EventSource to stop asking; the page then fetches a fresh address.
            return Response(status_code=204, headers=_cors(request))
    except TimeoutError:
        return Response(status_code=503, headers=_cors(request))
    last = cursor_of(request.headers.get("last-event-id") or request.query_params.get("last", ""))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", **_cors(request)}
    events = _events(ticket, last, moment_of(request.query_params.get("drawn", "")))
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def moment_of(text: str) -> float | None:
    """When a page was drawn, in seconds since 1970; None for anything else."""
    return float(text) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", text) else None


async def _events(ticket: Ticket, last: Cursor | None, drawn: float | None) -> AsyncIterator[bytes]:
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()
    hub.viewers[queue] = ticket
    until = hub.cursor
    before = hub.since(drawn, ticket.eyes) if last is None and drawn is not None else []
    try:
        yield b"retry: 2000\n\n"
        if last is not None:
            for data in await missed(ticket.eyes, last, until):
                yield data
        for data in before:
            yield data
        while True:
            try:
                data = await asyncio.wait_for(queue.get(), _KEEP_ALIVE)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if data is None:
                return
            yield data
    finally:
        hub.viewers.pop(queue, None)


def _cors(request: Request) -> dict[str, str]:
    """Pages are served one port away; the token is the permission, so no cookie is asked for."""
    origin = request.headers.get("origin")
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}


async def health(_request: Request) -> Response:
    return PlainTextResponse("ok")


@contextlib.asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(hub.follow()), asyncio.create_task(door.watch())]
    yield
    for task in tasks:
        task.cancel()


application = Starlette(
    routes=[Route("/stream", stream), Route("/healthz", health)],
    lifespan=lifespan,
)
