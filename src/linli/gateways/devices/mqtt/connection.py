"""One connection of a client: what it sends is taken, and answered when it is safe.

A publish costs one call of `_published` and one of `_safe`; no task, no future. Everything rarer may be slower.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from linli.kernel.things.queries.registry import Known
from linli.kernel.things.texts import is_personal

from ..down import Message as Said
from ..receiving import Message
from . import packets, topics, writing
from .line import BREATH, PENDING, Line
from .packets import Fault, Kind, Packet, Wrong
from .requests import How, Subscribe, Unsubscribe
from .session import Down, Session
from .writing import Answer

if TYPE_CHECKING:
    from .endpoint import Endpoint

log = structlog.get_logger(__name__)

VIA = "mqtt"
WAITING = "waiting"
BEFORE = 16 * 1024
"""Bytes of a packet from who has not said who they are."""
PAUSE = 0.02
"""Seconds between two messages that cost more than a reading: of a device that is not installed (each is a dead letter),
and of one that speaks to its own clients."""
TOPICS = 64
"""Topics of a connection that are remembered as its own."""


class Connection(Line):
    """`known` is None until the client has proved who it is, `session` until it is in."""

    __slots__ = (
        "_done",
        "_held",
        "_limit",
        "_noted",
        "_reader",
        "_receive",
        "_topics",
        "_twice",
        "_will",
        "client",
        "heard",
        "known",
        "secret",
        "session",
    )

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self.known: Known | None = None
        self.client = ""
        self.secret = b""
        self.session: Session | None = None
        self.heard = endpoint.beat
        self._limit = endpoint.greeting
        self._reader = packets.Reader(BEFORE)
        self._held: list[Packet] = []
        self._will: packets.Will | None = None
        self._topics: dict[bytes, str] = {}
        self._twice: set[int] = set()  # QoS 2: taken, and not yet released by the client
        self._noted = 0.0
        self._done = self._safe
        self._receive = endpoint.receiver.take

    def data_received(self, data: bytes) -> None:
        if self.known is not None:  # until then what counts is when it came
            self.heard = self.endpoint.beat
            if data[0] >> 4 == 3 and self.session is not None and not self._asking and self._reader.whole(data):
                try:
                    self._published(data[0], data[2:], len(data) - 2)
                except Fault as fault:
                    self._fail(fault)
                return
        came = self._reader.feed(data)
        if self._asking:
            self._held += came
            self._pause()
            return
        self._take(came)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._held.clear()
        if self._will is not None and self.known is not None:
            self._say_will(self.known, self._will)
        self.endpoint.left(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.pump()

    # What the endpoint calls

    def overdue(self, beat: float) -> bool:
        """Whether nothing was heard for one and a half times the keep-alive, or no CONNECT came in time."""
        if self.known is not None and (self._paused or self._slowed or self._asking):
            self.heard = beat  # it is we who do not listen
        return bool(self._limit) and beat - self.heard > self._limit

    def refuse(self, answer: Answer) -> None:
        """Answer CONNECT with a no, and close."""
        self.write(writing.connack(answer))
        self._will = None
        self.close()

    def accept(self, session: Session, *, present: bool) -> None:
        """Answer CONNECT with a yes; what came meanwhile is taken now."""
        self.session = session
        self._reader.limit = packets.BODY_LIMIT
        self.write(writing.connack(Answer.ACCEPTED, present))
        self.answered()
        self.pump()

    def answered(self) -> None:
        """What was asked about this connection has its answer."""
        self._asking = False
        held, self._held = self._held, []
        self._take(held)
        if not self._asking:
            self._resume()

    def stop(self) -> None:
        """Take nothing more; what was taken is still acknowledged."""
        self._stopped = True
        self._will = None
        self._pause()

    def settled(self, known: Known, client: str, secret: bytes, connect: packets.Connect) -> None:
        """It has proved who it is, with the secret of this digest; its will is good from here on."""
        self.known, self.client, self.secret, self._will = known, client, secret, connect.will
        self.heard = self.endpoint.beat
        self._limit = connect.keep_alive * 1.5 + 1 if connect.keep_alive else 0

    def became(self, known: Known) -> None:
        """The thing has changed: its place, its model, or whether it is installed."""
        self.known = known
        self._topics.clear()

    def pump(self) -> None:
        """Send what is on its way to this client, as far as it lets us."""
        if self.session is None or self._transport is None or not self._writable:
            return
        sent, told = [], []
        for data, done, order in self.session.next():
            self._transport.write(data)
            if done:
                sent.append(done)
            if order:
                told.append(order)
        if sent:
            self.endpoint.store.settle(sent, How.SENT)
        if told:
            self.endpoint.store.settle(told, How.TOLD)

    # Publishes

    def _take(self, came: list[Packet]) -> None:
        for place, packet in enumerate(came):
            first = packet[0]
            try:
                if first >> 4 == 3 and self.session is not None:
                    self._published(*packet)
                else:
                    self._other(*packet)
            except Fault as fault:
                self._fail(fault)
                return
            if self._asking:
                self._held += came[place + 1 :]
                self._pause()
                return
            if self._transport is None or self._stopped:
                return
        if self._reader.fault is not None:
            self._fail(self._reader.fault)

    def _published(self, first: int, body: bytes, size: int) -> None:
        raw, packet, payload = packets.publish_of(first, body)
        topic = self._topics.get(raw)
        if topic is None:
            topic = self._admit(first, raw, packet, payload)
            if topic is None:
                return
        if packet and not self._fresh(first, packet):
            return
        if size > len(body):
            text = f"{size - len(body) + len(payload)} > {packets.PAYLOAD_LIMIT}"
            self._set_aside("too_large", text, topic, payload, packet, self._done if packet else None)
            return
        pause = self._receive(
            Message(
                self.known, VIA, topic, payload, int(time.time() * 1000), first & 8 != 0, packet,
                self._done if packet else None,
            )
        )  # fmt: skip
        if pause:
            self.slow(pause)

    def _fresh(self, first: int, packet: int) -> bool:
        """Remember a publish that wants an answer; False when it is one that is being dealt with already."""
        pending = self._pending
        if first & 4:
            if packet in self._twice:
                if packet not in pending:
                    self.write(writing.pubrec(packet))
                return False
            self._twice.add(packet)
        elif first & 8 and packet in pending:
            return False  # sent again while the first is on its way to the disk: answered with that
        pending.add(packet)
        if len(pending) > PENDING:
            self.slow(BREATH)
        return True

    def _safe(self, message: Message) -> None:
        """A publish is committed."""
        packet = message.packet
        self._pending.discard(packet)
        if not self._acks:
            self.endpoint.dirty(self)
        self._acks += writing.pubrec(packet) if packet in self._twice else writing.PUBACKS[packet]

    def _admit(self, first: int, raw: bytes, packet: int, payload: bytes) -> str | None:
        """The topic of a publish that is to be taken as a reading; None when it was dealt with here.

        MQTT 3.1.1 has no way to refuse a publish: who speaks for another is cut off, unacknowledged (3.3.5.2), and noted.
        """
        assert self.known is not None
        topic = packets.topic_of(raw)
        road = topics.road_of(topic, self.known.key) if len(topic) <= topics.LONGEST else None
        if road is None:
            self._set_aside("topic", "publish", topic, payload)
            self.abort()
            return None
        if road is topics.Road.OWN:
            self._own(first, topic, packet, payload)
            return None
        if self.known.state == WAITING:
            self.slow(PAUSE)
            # What a device at somebody's home says before they have agreed is kept nowhere, not even as a sample.
            sample = b"" if is_personal(self.known.model) else payload
            self.endpoint.receiver.stranger(self.known.key, WAITING, self.address, sample)
            if not packet or self._fresh(first, packet):
                done = self._done if packet else None
                self._set_aside("unknown", "state waiting", topic, sample, packet, done)
            return None
        if len(self._topics) >= TOPICS:
            self._topics.clear()
        self._topics[raw] = topic
        return topic

    def _own(self, first: int, topic: str, packet: int, payload: bytes) -> None:
        """What clients of one thing say to each other; acknowledged when it is stored, as a reading is."""
        assert self.known is not None
        if packet and not self._fresh(first, packet):
            return
        self.slow(PAUSE)
        self.endpoint.store.say(
            Said(self.known.no, topic, payload[: packets.PAYLOAD_LIMIT], min(first >> 1 & 3, 1), bool(first & 1)),
            lambda: self._stored(packet),
        )

    def _stored(self, packet: int) -> None:
        if packet:
            self._pending.discard(packet)
            self.write(writing.pubrec(packet) if packet in self._twice else writing.PUBACKS[packet])

    def _set_aside(
        self,
        why: str,
        text: str,
        topic: str,
        payload: bytes,
        packet: int = 0,
        done: Callable[[Message], None] | None = None,
    ) -> None:
        """A dead letter of this thing, with the reason."""
        assert self.known is not None
        now = int(time.time() * 1000)
        message = Message(self.known, VIA, topic[: topics.LONGEST], payload, now, False, packet, done)
        if pause := self.endpoint.receiver.refuse(message, why, text):
            self.slow(pause)

    def _say_will(self, known: Known, will: packets.Will) -> None:
        """It went without a word: say what it left for that."""
        road = topics.road_of(will.topic, known.key)
        if road is topics.Road.OWN:
            said = Said(known.no, will.topic, will.payload, min(will.qos, 1), will.retain)
            self.endpoint.store.say(said, lambda: None)
        elif road is topics.Road.READING and known.state != WAITING:
            now = int(time.time() * 1000)
            self._receive(Message(known, VIA, will.topic, will.payload, now))

    # Everything else

    def _other(self, first: int, body: bytes, size: int) -> None:
        kind = first >> 4
        if self.session is None:
            if kind != Kind.CONNECT or self.client:
                raise Fault(Wrong.ORDER)
            self._connect(packets.connect_of(first, body))
        elif kind == Kind.PINGREQ:
            packets.empty_of(first, body)
            self.write(writing.PINGRESP)
        elif kind == Kind.PUBACK:
            if stored := self.session.acknowledged(packets.answer_of(first, body)):
                self.endpoint.store.settle([stored])
            self.pump()
        elif kind == Kind.PUBREL:
            packet = packets.answer_of(first, body)
            self._twice.discard(packet)
            self.write(writing.pubcomp(packet))
        elif kind == Kind.SUBSCRIBE:
            self._subscribe(*packets.subscribe_of(first, body))
        elif kind == Kind.UNSUBSCRIBE:
            self._unsubscribe(*packets.unsubscribe_of(first, body))
        elif kind == Kind.DISCONNECT:
            packets.empty_of(first, body)
            self._will = None
            self.close()
        else:  # a second CONNECT, or what only a server sends
            raise Fault(Wrong.ORDER)

    def _connect(self, connect: packets.Connect) -> None:
        if connect.level != 4:
            self.refuse(Answer.PROTOCOL)
            return
        self._asking = True
        self._pause()
        self.endpoint.knock(self, connect)

    def _subscribe(self, packet: int, wanted: list[tuple[str, int]]) -> None:
        assert self.known is not None and self.session is not None
        granted, codes = {}, []
        for pattern, qos in wanted:
            if not topics.well_formed(pattern):
                raise Fault(Wrong.FILTER)
            room = len(self.session.filters) + len(granted) < topics.MOST or pattern in self.session.filters
            if room and len(pattern) <= topics.LONGEST and topics.may_hear(pattern, self.known.key):
                granted[pattern] = min(qos, 1)
                codes.append(min(qos, 1))
            else:
                codes.append(writing.REFUSED)
        refused = [pattern for pattern, _qos in wanted if pattern not in granted]
        if refused and self._noted != self.endpoint.beat:  # once a second is enough
            self._noted = self.endpoint.beat
            self._set_aside("topic", "subscribe", ", ".join(refused), b"")
        if not granted:
            self.write(writing.suback(packet, codes))
            return
        self._asking = True
        suback = writing.suback(packet, codes)
        self.endpoint.store.ask(
            Subscribe(self.session, granted, lambda told: self._subscribed(suback, granted, told), self.abort)
        )

    def _subscribed(self, suback: bytes, granted: dict[str, int], told: list[Down]) -> None:
        if self.session is None or self.gone:
            return
        self.session.filters |= granted
        self.write(suback)
        for down in told:
            if Session.would(granted, down.topic):
                self.session.offer(down)
        self.pump()
        self.answered()

    def _unsubscribe(self, packet: int, filters: list[str]) -> None:
        assert self.session is not None
        for pattern in filters:
            self.session.filters.pop(pattern, None)
        self._asking = True
        self.endpoint.store.ask(Unsubscribe(self.session, filters, lambda: self._unsubscribed(packet), self.abort))

    def _unsubscribed(self, packet: int) -> None:
        self.write(writing.unsuback(packet))
        self.answered()

    def _fail(self, fault: Fault) -> None:
        """Bytes that are not MQTT: close, and leave the will to be said (3.1.2.5)."""
        log.info("intake: closed", address=self.address, client=self.client, why=fault.wrong.value)
        if self.known is not None:
            why = "too_large" if fault.wrong is Wrong.TOO_LARGE else "unreadable"
            self._set_aside(why, fault.wrong.value, "", b"")
        self.abort()
