"""The statements behind `store`: each takes many requests at once and returns what to call when they are committed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import psycopg

from .requests import Fetch, Forget, How, Open, Opened, Settle, Subscribe, Unsubscribe
from .session import Down

SESSIONS = 16
"""Sessions kept of one thing; the one that was connected longest ago goes first."""

_OPEN = """
INSERT INTO devices_session AS s (thing, client, filters, since)
SELECT thing, client, '{}'::jsonb, now() FROM unnest(%s::int[], %s::text[]) AS asked(thing, client)
ON CONFLICT (thing, client) DO UPDATE SET since = EXCLUDED.since
RETURNING s.id, s.thing, s.client, s.filters, xmax::text <> '0'
"""
"""`xmax` is set on a row that was there before: the session is present."""
_CROWDED = """
DELETE FROM devices_session WHERE id IN (SELECT id FROM (
  SELECT id, row_number() OVER (PARTITION BY thing ORDER BY since DESC, id DESC) AS n
  FROM devices_session WHERE thing = ANY(%s)) AS of_thing WHERE n > %s) RETURNING id
"""
_FORGET = """
DELETE FROM devices_session s USING unnest(%s::int[], %s::text[]) AS asked(thing, client)
WHERE s.thing = asked.thing AND s.client = asked.client RETURNING s.id
"""
_ORPHANS = "DELETE FROM devices_command WHERE session = ANY(%s)"
# An order is the thing's, not the session's: when a session goes that had it, it waits for whoever of the thing comes next.
_LEFT_OVER = """
UPDATE devices_command c SET session = NULL, waits = true
WHERE c.id IN (SELECT DISTINCT ON ("order") id FROM devices_command
    WHERE ({which}) AND "order" IS NOT NULL ORDER BY "order", id)
  AND NOT EXISTS (SELECT FROM devices_command o WHERE o."order" = c."order" AND o.session IS NULL AND o.waits)
"""
_LEFT_BY_SESSIONS = _LEFT_OVER.format(which="session = ANY(%s)")
_NOT_LISTENED_TO = _LEFT_OVER.format(which="id = ANY(%s) AND session IS NOT NULL")
_HAS_ORDERS = 'SELECT session, "order" FROM devices_command WHERE session = ANY(%s) AND "order" IS NOT NULL'
_SUBSCRIBE = """
UPDATE devices_session s SET filters = s.filters || asked.filters
FROM unnest(%s::bigint[], %s::jsonb[]) AS asked(id, filters) WHERE s.id = asked.id
"""
_UNSUBSCRIBE = "UPDATE devices_session SET filters = filters - %s::text[] WHERE id = %s"
_KEPT = "SELECT thing, topic, payload, qos FROM devices_kept WHERE thing = ANY(%s) ORDER BY topic"
_ROWS = (
    'SELECT id, thing, session, topic, payload, qos, tried, "order" FROM devices_command WHERE until > now() AND '
)
_OF_SESSIONS = _ROWS + "session = ANY(%s) ORDER BY id"
_WAITING = _ROWS + "thing = ANY(%s) AND session IS NULL AND waits ORDER BY id"
_FETCH = _ROWS + "(id = ANY(%s) OR session = ANY(%s) OR (session IS NULL AND thing = ANY(%s))) ORDER BY id"
_COPY = """
INSERT INTO devices_command (thing, session, "order", topic, payload, qos, waits, tried, at, until)
SELECT thing, %s, "order", topic, payload, qos, false, false, at, until FROM devices_command WHERE id = ANY(%s) ORDER BY id
RETURNING id, thing, session, topic, payload, qos, tried, "order"
"""
_TAKE = "UPDATE devices_command SET session = %s, waits = false WHERE id = ANY(%s)"
_DONE = "DELETE FROM devices_command WHERE id = ANY(%s)"
_DROPPED = "DELETE FROM devices_command WHERE id = ANY(%s) AND NOT waits"
_TRIED = "UPDATE devices_command SET tried = true WHERE id = ANY(%s) AND NOT tried"
# An order says how far it came: to a connection of the device, and whether the device has said that it has it.
_OF_ORDERS = """
WITH mine AS ({what} RETURNING "order")
UPDATE things_order o SET told_at = coalesce(o.told_at, now()) FROM mine WHERE o.id = mine."order"
"""
# Acknowledged by one of its clients, an order has arrived: none of the others is told it any more.
_ARRIVED = """
WITH acked AS (SELECT id, thing, "order" FROM devices_command WHERE id = ANY(%s)
), mine AS (
  DELETE FROM devices_command WHERE thing IN (SELECT thing FROM acked)
    AND (id IN (SELECT id FROM acked) OR "order" IN (SELECT "order" FROM acked)) RETURNING "order"
)
UPDATE things_order o SET told_at = coalesce(o.told_at, now()), answered_at = coalesce(o.answered_at, now())
FROM mine WHERE o.id = mine."order" AND o.withdrawn_at IS NULL
"""
_TOLD = "UPDATE devices_command SET tried = tried WHERE id = ANY(%s)"
_SETTLES = {
    How.TOLD: [_OF_ORDERS.format(what=_TOLD)],
    How.ARRIVED: [_ARRIVED],
    How.SENT: [_OF_ORDERS.format(what=_DONE)],
    How.DROPPED: [_NOT_LISTENED_TO, _DROPPED],
    How.TRIED: [_TRIED],
}

Answers = list[Callable[[], None]]


class Asking:
    """Within one transaction."""

    def __init__(self, cursor: psycopg.AsyncCursor[Any]) -> None:
        self._cursor = cursor

    async def settle(self, asked: Sequence[Settle]) -> None:
        for how, statements in _SETTLES.items():
            if ids := [one for settle in asked if settle.how is how for one in settle.ids]:
                for statement in statements:
                    await self._cursor.execute(statement, [ids])

    async def forget(self, asked: Sequence[Forget]) -> None:
        if asked:
            await self._cursor.execute(_FORGET, [[a.thing for a in asked], [a.client for a in asked]])
            await self._drop_orphans()

    async def open(self, asked: Sequence[Open]) -> Answers:
        if not asked:
            return []
        things = [a.thing for a in asked]
        await self._cursor.execute(_OPEN, [things, [a.client for a in asked]])
        opened = {(row[1], row[2]): row for row in await self._cursor.fetchall()}
        await self._cursor.execute(_CROWDED, [things, SESSIONS])
        await self._drop_orphans()
        waiting: dict[int | None, list[Down]] = {}
        for down in await self._rows(_OF_SESSIONS, [[row[0] for row in opened.values()]]):
            waiting.setdefault(down.session, []).append(down)
        answers: Answers = []
        for one in asked:
            session, _thing, _client, filters, present = opened[one.thing, one.client]
            answers.append(partial(one.then, Opened(session, filters, waiting.get(session, []), present)))
        return answers

    async def subscribe(self, asked: Sequence[Subscribe]) -> Answers:
        """Stored before SUBACK is sent. What waited for somebody of a thing is the session's that came first; an order goes
        on waiting until somebody has acknowledged it, and is told nobody who has it already."""
        if not asked:
            return []
        if lasting := [a for a in asked if a.session.id is not None]:
            granted = [json.dumps(a.granted) for a in lasting]
            await self._cursor.execute(_SUBSCRIBE, [[a.session.id for a in lasting], granted])
        things = list({a.session.thing for a in asked})
        kept, waiting = await self._kept(things), await self._rows(_WAITING, [things])
        has = await self._orders([a.session.id for a in asked if a.session.id is not None])
        answers: Answers = []
        for one in asked:
            mine = [
                d for d in waiting
                if d.thing == one.session.thing
                and one.session.would(one.granted, d.topic)
                and (one.session.id, d.order) not in has
            ]  # fmt: skip
            waiting = [down for down in waiting if down.order or down not in mine]
            if mine and one.session.id is not None:
                await self._cursor.execute(_TAKE, [one.session.id, [d.id for d in mine if not d.order]])
                copied = await self._rows(_COPY, [one.session.id, [d.id for d in mine if d.order]])
                mine = [d for d in mine if not d.order] + copied
            told = [down for down in kept if down.thing == one.session.thing]
            answers.append(partial(one.then, told + mine))
        return answers

    async def unsubscribe(self, asked: Sequence[Unsubscribe]) -> Answers:
        for one in asked:
            if one.session.id is not None:
                await self._cursor.execute(_UNSUBSCRIBE, [one.filters, one.session.id])
        return [one.then for one in asked]

    async def fetch(self, asked: Sequence[Fetch]) -> Answers:
        return [partial(a.then, await self._rows(_FETCH, [a.ids, a.sessions, a.things])) for a in asked]

    async def _drop_orphans(self) -> None:
        if gone := [row[0] for row in await self._cursor.fetchall()]:
            await self._cursor.execute(_LEFT_BY_SESSIONS, [gone])
            await self._cursor.execute(_ORPHANS, [gone])

    async def _orders(self, sessions: list[int]) -> set[tuple[int | None, UUID | None]]:
        """Which orders are on their way to which of these sessions."""
        if not sessions:
            return set()
        await self._cursor.execute(_HAS_ORDERS, [sessions])
        return set(await self._cursor.fetchall())

    async def _kept(self, things: list[int]) -> list[Down]:
        await self._cursor.execute(_KEPT, [things])
        return [
            Down(0, thing, None, topic, bytes(payload), qos, retain=True)
            for thing, topic, payload, qos in await self._cursor.fetchall()
        ]

    async def _rows(self, statement: str, given: Iterable[Any]) -> list[Down]:
        await self._cursor.execute(statement, list(given))
        return [
            Down(stored, thing, session, topic, bytes(payload), qos, tried, order)
            for stored, thing, session, topic, payload, qos, tried, order in await self._cursor.fetchall()
        ]
