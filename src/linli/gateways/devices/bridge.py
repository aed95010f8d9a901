"""The bridge: a client of a broker that stands already (Mosquitto, EMQX), so that its devices need not be changed.

Its session at the broker lasts, its subscription is QoS 1, and it acknowledges a message when it is committed here: what
comes while we are down or the database is away stays with the broker. Who a message is of says its topic; that the broker
lets nobody publish for another is the broker's to see to. What one device says far above its pace is acknowledged and set aside
(`Receiver.sets_aside`): left with the broker it would stand before everybody else's.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

import psycopg
import structlog
from django.utils.translation import gettext as _

from linli.kernel.readings.streams.postgresql import connect
from linli.kernel.things.models import State
from linli.kernel.things.queries.registry import Registry
from linli.kernel.things.texts import is_personal

from .mqtt import packets, writing
from .mqtt.packets import Fault, Kind, Packet
from .mqtt.topics import LONGEST, matches, well_formed
from .receiving import Message, Receiver

log = structlog.get_logger(__name__)

VIA = "bridge"
CLIENT = "linli-bridge"
KEY = "+key"
KEEP_ALIVE = 30
_PATIENCE = 10.0
_AGAIN = 2.0
_LOCK = 0x6C696E6C69
"""An advisory lock: of several intake processes one is the bridge, for two clients of one name end each other."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Topics of one kind at the broker, and where in them a thing's key stands: `sensors/+key/data`."""

    text: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises ValueError, with a sentence."""
        pattern = cls(text.strip())
        if pattern.text.split("/").count(KEY) != 1 or not well_formed(pattern.filter):
            raise ValueError(
                _("{text} 不是桥接主题：要恰好有一级是 +key，例如 sensors/+key/data。").format(text=text)
            )
        return pattern

    @property
    def filter(self) -> str:
        return "/".join("+" if level == KEY else level for level in self.text.split("/"))

    def key_in(self, topic: str) -> str | None:
        """The key of the thing a topic is of; None for a topic of another kind."""
        return topic.split("/")[self.text.split("/").index(KEY)] if matches(self.filter, topic) else None


@dataclass(frozen=True, slots=True)
class Broker:
    """Where it stands: `mqtt://user:password@host:1883`, or `mqtts://` over TLS."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None

    @classmethod
    def of(cls, url: str) -> Self:
        """Raises ValueError, with a sentence."""
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError(_("桥接地址要写成 mqtt://用户:密码@主机:1883。"))
        tls = parts.scheme == "mqtts"
        user, password = (unquote(text) if text is not None else None for text in (parts.username, parts.password))
        return cls(parts.hostname, parts.port or (8883 if tls else 1883), tls, user, password)


class Bridge:
    """`run` until cancelled. Several processes may: one of them speaks to the broker, the others wait to take over."""

    def __init__(self, registry: Registry, receiver: Receiver, broker: Broker, patterns: Sequence[Pattern]) -> None:
        self._registry = registry
        self._receiver = receiver
        self._broker = broker
        self._patterns = patterns

    async def run(self) -> None:
        while True:
            try:
                async with await connect() as lock:
                    row = await (await lock.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])).fetchone()
                    if row is not None and row[0]:
                        await self._while_held(lock)
            except (psycopg.Error, OSError) as error:
                log.warning("bridge: the database is away, trying again", error=str(error).strip())
            await asyncio.sleep(_AGAIN)

    async def _while_held(self, lock: psycopg.AsyncConnection[object]) -> None:
        """Speak to the broker until the lock is lost, which it is with its connection."""
        speaking = asyncio.create_task(self._speak())
        try:
            while not speaking.done():
                await lock.execute("SELECT 1")
                await asyncio.sleep(_AGAIN)
        finally:
            speaking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await speaking  # what nobody foresaw ends the process, and is said

    async def _speak(self) -> None:
        while True:
            try:
                await self._session()
            except (OSError, EOFError, TimeoutError, Fault) as error:
                log.warning("bridge: the broker is away, trying again", error=str(error) or type(error).__name__)
            await asyncio.sleep(_AGAIN)

    async def _session(self) -> None:
        broker = self._broker
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_connection(
                broker.host, broker.port, ssl=ssl.create_default_context() if broker.tls else None
            )
        line = _Line(self, writer)
        pinging = asyncio.create_task(line.ping())
        try:
            writer.write(
                writing.connect(
                    CLIENT, clean=False, keep_alive=KEEP_ALIVE, user=broker.user, password=broker.password
                )
            )
            cutting = packets.Reader()
            while True:
                async with asyncio.timeout(KEEP_ALIVE * 1.5):
                    data = await reader.read(65536)
                if not data:
                    raise EOFError("the broker has closed the connection")
                for packet in cutting.feed(data):
                    line.came(packet)
                if cutting.fault is not None:
                    raise cutting.fault
                await writer.drain()
        finally:
            pinging.cancel()
            line.close()

    def wanted(self) -> bytes:
        return writing.subscribe(1, [(pattern.filter, 1) for pattern in self._patterns])

    def take(self, message: _Raw, line: _Line) -> None:
        """Hand a message to the receiver. One that cannot be is acknowledged at once, for it would come for ever."""
        topic, payload, packet = message.topic, message.payload, message.packet
        key = next((key for pattern in self._patterns if (key := pattern.key_in(topic))), "")
        known = self._registry.find(key)
        if known is None or known.state in (State.RETIRED, State.ASKING):
            why = "unknown" if known is None else "retired" if known.state == State.RETIRED else "agreement"
            # What a device at somebody's home says while nobody agrees to it is kept nowhere.
            sample = payload if known is None or not is_personal(known.model) else b""
            self._receiver.stranger(key[:64] or topic[:64], why, self._broker.host, sample)
            line.acknowledge(packet)
            return
        now = int(time.time() * 1000)
        done = line.done if packet else None
        waits = known.state == State.WAITING
        kept = b"" if waits and is_personal(known.model) else payload
        made = Message(known, VIA, topic[:LONGEST], kept, now, message.again, packet, done)
        if self._receiver.sets_aside(made):
            return  # the broker cannot be told to slow one of its devices, and all others come the same way
        if waits:
            self._receiver.refuse(made, "unknown", "state waiting")
        elif message.cut:
            self._receiver.refuse(made, "too_large", f"{len(payload) + message.cut} > {packets.PAYLOAD_LIMIT}")
        else:
            self._receiver.take(made)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A publish of the broker; `cut`: bytes of it that are not there."""

    topic: str
    payload: bytes
    packet: int
    again: bool
    cut: int


class _Line:
    """One connection to the broker: an acknowledgement goes out over the one its message came by, or not at all."""

    def __init__(self, bridge: Bridge, writer: asyncio.StreamWriter) -> None:
        self._bridge = bridge
        self._writer: asyncio.StreamWriter | None = writer

    def came(self, packet: Packet) -> None:
        first, body, size = packet
        kind = first >> 4
        if kind == Kind.PUBLISH:
            topic, number, payload = packets.publish_of(first, body)
            self._bridge.take(
                _Raw(packets.topic_of(topic), payload, number, bool(first & 8), size - len(body)), self
            )
        elif kind == Kind.CONNACK:
            if body[1:] != b"\x00":
                raise ConnectionRefusedError(f"the broker refused us with {body[-1:].hex()}")
            log.info("bridge: connected", session=bool(body[0]))
            self._write(self._bridge.wanted())
        elif kind == Kind.SUBACK and writing.REFUSED in body[2:]:
            raise ConnectionRefusedError("the broker does not let us hear a topic")

    def done(self, message: Message) -> None:
        self.acknowledge(message.packet)

    def acknowledge(self, packet: int) -> None:
        if packet:
            self._write(writing.puback(packet))

    async def ping(self) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE / 2)
            self._write(writing.PINGREQ)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _write(self, data: bytes) -> None:
        if self._writer is not None:
            self._writer.write(data)
