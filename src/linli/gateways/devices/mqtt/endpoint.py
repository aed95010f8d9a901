"""Linli's MQTT 3.1.1 endpoint: who is connected, who may come in, and what goes from one to the other.

One event loop. Nothing here waits for the database: the receiver commits what came, the store keeps sessions, and each
calls back.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from uuid import uuid4

import django.db
import structlog

from linli.kernel.things.queries.registry import Known, Registry

from ..receiving import Message, Receiver
from . import ear, packets, topics
from .connection import VIA, WAITING, Connection
from .listening import Door, Listening
from .requests import Fetch, Forget, How, Open, Opened
from .session import Down, Session
from .store import Store
from .writing import Answer

log = structlog.get_logger(__name__)

BEAT = 1.0
"""Seconds between two looks at who has been silent too long, and at who may come in now."""
GREETING = 10.0
"""Seconds a connection may take to say who it is."""
SHUT = {"retired": "retired", "asking": "agreement"}
"""States of a thing that is not let in, and why (`things.models.Stranger`)."""
LONGEST_CLIENT = 128
MOST_CLIENTS = 32
"""Connections of one thing; with another the oldest is closed."""


class Endpoint:
    """`start`, then `run`; `stop` takes nothing more and leaves what was taken to be answered, `close` ends it.

    `most` connections are held at a time, and with another the oldest goes that has not proved who it is; the new one where
    all have.
    """

    def __init__(
        self, registry: Registry, receiver: Receiver, *, most: int = 100_000, greeting: float = GREETING
    ) -> None:
        self.me = uuid4().hex
        self.beat = time.monotonic()
        self.greeting = greeting
        self.store = Store(self.me)
        self.receiver = receiver
        self.full = receiver.full
        self.loop = asyncio.get_running_loop()
        self._registry = registry
        self._most = most
        self._doors: list[Door] = []
        self._connections: set[Connection] = set()
        self._unproved: dict[Connection, None] = {}
        """Who has not proved who they are, the oldest first."""
        self._clients: dict[int, dict[str, Connection]] = {}
        self._doubted: list[tuple[Connection, packets.Connect]] = []
        self._dirty: list[Connection] = []
        receiver.on_full = self._hold
        receiver.on_drained = self._go_on

    def start(self, where: Listening) -> None:
        """Raises OSError when a port is taken."""
        ports = [(where.port, None)]
        if where.tls is not None and where.tls_port is not None:
            ports.append((where.tls_port, where.tls))
        for port, tls in ports:
            self._doors.append(Door(where.host, port, lambda: Connection(self), tls=tls, patience=self.greeting))

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.store.run())
            group.create_task(ear.listen(self))
            group.create_task(self._keep_time())

    def stop(self) -> None:
        for door in self._doors:
            door.close()
        for connection in self._connections:
            connection.stop()

    def close(self) -> None:
        for connection in list(self._connections):
            connection.close()

    # What connections say

    def arrived(self, connection: Connection) -> None:
        if len(self._connections) >= self._most and not self._make_room():
            connection.abort()
            return
        self._connections.add(connection)
        self._unproved[connection] = None

    def _make_room(self) -> bool:
        """A place is for devices: who has been here longest without proving to be one goes. False when all have."""
        oldest = next(iter(self._unproved), None)
        if oldest is None:
            return False
        del self._unproved[oldest]  # it is told of its end in the next turn, and others may come in this one
        self._connections.discard(oldest)
        oldest.abort()
        return True

    def left(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._unproved.pop(connection, None)
        if connection.known is None:
            return
        clients = self._clients.get(connection.known.no, {})
        if clients.get(connection.client) is connection:
            del clients[connection.client]
            if not clients:
                del self._clients[connection.known.no]
        if connection.session is not None and (unanswered := list(connection.session.unanswered())):
            self.store.settle(unanswered, How.TRIED)

    def dirty(self, connection: Connection) -> None:
        """It has acknowledgements to send: all that come in this turn of the loop go out together."""
        if not self._dirty:
            self.loop.call_soon(self._flush)
        self._dirty.append(connection)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        for connection in dirty:
            connection.flush()

    # Who may come in

    def knock(self, connection: Connection, connect: packets.Connect) -> None:
        """Decide on a CONNECT: at once where it can be told, else after the registry has been asked anew."""
        known = self._proved(connect)
        if known is None:
            # Unknown, or with a wrong secret: perhaps it was registered this second. Guessers wait as well.
            self._doubt(connection, connect)
        elif wait := self.receiver.owes(known, int(time.time() * 1000)):
            # It has said too much: a new connection is no way round that. Whoever it is by then is asked again.
            self.loop.call_later(wait, self._doubt, connection, connect)
        else:
            self._let_in(connection, connect, known)

    def _proved(self, connect: packets.Connect) -> Known | None:
        known = self._registry.find(connect.user or "")
        if known is None or connect.password is None or known.state in SHUT:
            return None
        return known if self._registry.proves(known, connect.password, time.time()) else None

    def _doubt(self, connection: Connection, connect: packets.Connect) -> None:
        self._doubted.append((connection, connect))

    def _decide(self) -> None:
        doubted, self._doubted = self._doubted, []
        for connection, connect in doubted:
            if connection.gone:
                continue
            known = self._proved(connect)
            if known is not None:
                self._let_in(connection, connect, known)
                continue
            stranger = self._registry.find(connect.user or "")
            why = "unknown" if stranger is None else SHUT.get(stranger.state, "secret")
            self.receiver.stranger((connect.user or connect.client)[:64], why, connection.address)
            connection.refuse(Answer.NOT_AUTHORISED)

    def _let_in(self, connection: Connection, connect: packets.Connect, known: Known) -> None:
        client = connect.client or (f"{known.key}-{uuid4().hex}" if connect.clean else "")
        if not client or len(client) > LONGEST_CLIENT or not client.isprintable():
            connection.refuse(Answer.IDENTIFIER)
            return
        if connect.will is not None and topics.road_of(connect.will.topic, known.key) is None:
            topic, payload = connect.will.topic[: topics.LONGEST], connect.will.payload
            self.receiver.refuse(Message(known, VIA, topic, payload, int(time.time() * 1000)), "topic", "will")
            connection.refuse(Answer.NOT_AUTHORISED)
            return
        clients = self._clients.setdefault(known.no, {})
        if (before := clients.get(client)) is not None:
            before.abort()  # the same client again: the older connection is closed (MQTT-3.1.4-2)
        elif len(clients) >= MOST_CLIENTS:
            next(iter(clients.values())).abort()
        clients[client] = connection
        self._unproved.pop(connection, None)
        connection.settled(known, client, hashlib.sha256(connect.password or b"").digest(), connect)
        if known.state == WAITING:  # whoever installs it sees that it lives
            self.receiver.stranger(known.key, WAITING, connection.address)
        if connect.clean:
            self.store.ask(Forget(known.no, client))
            connection.accept(Session(known.no, client), present=False)
        else:
            self.store.ask(
                Open(known.no, client, lambda opened: self._opened(connection, opened), connection.abort)
            )

    def _opened(self, connection: Connection, opened: Opened) -> None:
        if connection.gone or connection.known is None:
            return
        session = Session(connection.known.no, connection.client, opened.id, dict(opened.filters))
        settled = [down.id for down in opened.waiting if not session.offer(down)]
        if settled:
            self.store.settle(settled, How.DROPPED)
        connection.accept(session, present=opened.present)

    # Messages down

    def written(self, thing: int, ids: list[int]) -> None:
        if thing in self._clients:
            self.store.ask(Fetch(ids, [], [], self._hand_out))

    def went_elsewhere(self, intake: str, clients: list[tuple[int, str]]) -> None:
        if intake == self.me:
            return
        for thing, client in clients:
            connection = self._clients.get(thing, {}).get(client)
            if connection is not None and connection.session is not None:
                connection.abort()

    def missed_some(self) -> None:
        listening = [
            c.session
            for clients in self._clients.values()
            for c in clients.values()
            if c.session is not None and c.session.filters
        ]
        if listening:
            stored = [session.id for session in listening if session.id is not None]
            things = list({session.thing for session in listening})
            self.store.ask(Fetch([], stored, things, self._hand_out))

    def _hand_out(self, downs: list[Down]) -> None:
        for down in downs:
            for connection in list(self._clients.get(down.thing, {}).values()):
                session = connection.session
                if session is not None and session.id == down.session and session.offer(down):
                    connection.pump()

    # Time

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self.beat = beat = time.monotonic()
            for connection in [c for c in self._connections if c.overdue(beat)]:
                connection.abort()
            try:
                changed = await asyncio.to_thread(self._refresh)
            except django.db.Error as error:
                log.warning("intake: the registry cannot be asked", error=str(error).strip())
                continue
            if changed:
                self._look_again()
            self._decide()

    def _refresh(self) -> int:
        """In a thread, whose connection may be to a server that is gone."""
        django.db.close_old_connections()
        return self._registry.refresh()

    def _look_again(self) -> None:
        """Some things have changed: who may not be here any more is closed, the others go on as what they are now."""
        for clients in list(self._clients.values()):
            for connection in list(clients.values()):
                assert connection.known is not None
                known = self._registry.find(connection.known.key)
                if known is connection.known:
                    continue
                if known is None or known.state in SHUT or not _still_good(connection.secret, known):
                    connection.abort()
                else:
                    connection.became(known)

    def _hold(self) -> None:
        self.full = True
        for connection in self._connections:
            connection.block()

    def _go_on(self) -> None:
        self.full = False
        for connection in self._connections:
            connection.unblock()


def _still_good(digest: bytes, known: Known) -> bool:
    return any(hmac.compare_digest(digest, good) for good, _ends in known.digests)
