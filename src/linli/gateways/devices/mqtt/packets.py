"""MQTT 3.1.1 on the wire: bytes become packets, as a server reads them (OASIS mqtt-v3.1.1, chapters 2 and 3).

Pure: no socket, no clock. What a client may not send is a `Fault` with a name; what follows it in the stream cannot be
trusted, so whoever reads closes the connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

PAYLOAD_LIMIT = 64 * 1024
"""Bytes of a payload that are read; the longer ones become a dead letter with as much of them as this."""
BODY_LIMIT = PAYLOAD_LIMIT + 2 + 1024 + 2
"""Bytes of a packet after its fixed header that are kept: such a payload, with a long topic and a packet identifier."""
SKIP_LIMIT = 16 * 1024 * 1024
"""A publish up to here is read past and noted; who announces more is cut off."""


class Kind(IntEnum):
    """Control packet types (table 2.1)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


class Wrong(StrEnum):
    """What was wrong with the bytes."""

    LENGTH = "the remaining length is not a number of one to four bytes"
    TOO_LARGE = "the packet is larger than this server reads"
    RESERVED = "a reserved type or flag is used"
    SHORT = "the packet ends before what it announces"
    LONG = "the packet goes on after what it announces"
    TEXT = "a string is not UTF-8, or holds U+0000"
    TOPIC = "a topic name is empty or holds a wildcard"
    FILTER = "a topic filter is not well formed"
    PACKET_ID = "the packet identifier is nought"
    QOS = "the quality of service is 3"
    PROTOCOL = "it is not MQTT"
    FLAGS = "the flags of CONNECT contradict each other"
    NOTHING = "nothing is asked for"
    ORDER = "this packet may not come here"


class Fault(Exception):
    """Bytes that are not MQTT 3.1.1."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


Packet = tuple[int, bytes, int]
"""The first byte, the body, and how long the body was: longer than what is there when a publish was cut (`Reader`)."""


class Reader:
    """Cuts a stream of bytes into packets, many or a part of one at a time.

    Nothing is kept that will not be used: a length is looked at before what it announces arrives. `fault` is set when
    the stream cannot be read on; the packets before it are still given.
    """

    __slots__ = ("_need", "_rest", "_skip", "fault", "limit")

    def __init__(self, limit: int = BODY_LIMIT) -> None:
        self.limit = limit
        self.fault: Fault | None = None
        self._rest = bytearray()
        self._need = 0  # so many bytes must be there before it is worth looking again
        self._skip = 0  # so many of a publish that was cut are still to come

    def whole(self, data: bytes) -> bool:
        """Whether these bytes are one short packet and nothing more, as from most devices; then they need not be fed."""
        return not self._rest and not self._skip and len(data) > 1 and data[1] == len(data) - 2 < 128

    def feed(self, data: bytes) -> list[Packet]:
        packets: list[Packet] = []
        if self._skip:
            data = self._past(data)
        if self._rest:
            self._rest += data
            if len(self._rest) < self._need:
                return packets
            data = bytes(self._rest)
            self._rest.clear()
        self._need = 0
        at, end, limit = 0, len(data), self.limit
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size > 127:
                size, start = _length(data, at + 1, end)
                if size < 0:
                    if size == -2:
                        self.fault = Fault(Wrong.LENGTH)
                        return packets
                    break
            if size > limit:
                if data[at] >> 4 != Kind.PUBLISH or size > SKIP_LIMIT:
                    self.fault = Fault(Wrong.TOO_LARGE)
                    return packets
                if end - start < limit:
                    self._need = start - at + limit
                    break
                packets.append((data[at], data[start : start + limit], size))
                self._skip = size - limit
                data = self._past(data[start + limit :])
                at, end = 0, len(data)
                continue
            stop = start + size
            if stop > end:
                self._need = stop - at
                break
            packets.append((data[at], data[start:stop], size))
            at = stop
        if at < end:
            self._rest += data[at:] if at else data
        return packets

    def _past(self, data: bytes) -> bytes:
        past = min(self._skip, len(data))
        self._skip -= past
        return data[past:]

    @property
    def between(self) -> bool:
        """Whether the stream stands between two packets."""
        return not self._rest and not self._skip


def _length(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Remaining length and where the body begins; -1 when more bytes are needed, -2 when it is none (2.2.3)."""
    size = shift = 0
    for place in range(at, min(at + 4, end)):
        size |= (data[place] & 127) << shift
        if data[place] < 128:
            return size, place + 1
        shift += 7
    return (-2 if end - at >= 4 else -1), at


class Fields:
    """The fields of a body, one after another."""

    __slots__ = ("at", "body")

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def packet_id(self) -> int:
        number = self.number()
        if not number:
            raise Fault(Wrong.PACKET_ID)
        return number

    def binary(self) -> bytes:
        return self.take(self.number())

    def text(self) -> str:
        return text_of(self.binary())

    def take(self, size: int) -> bytes:
        start, self.at = self.at, self.at + size
        if self.at > len(self.body):
            raise Fault(Wrong.SHORT)
        return self.body[start : self.at]

    @property
    def more(self) -> bool:
        return self.at < len(self.body)

    def end(self) -> None:
        if self.more:
            raise Fault(Wrong.LONG)


def text_of(raw: bytes) -> str:
    """UTF-8 as 1.5.3 wants it: no surrogates, no U+0000."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Fault(Wrong.TEXT) from None
    if "\0" in text:
        raise Fault(Wrong.TEXT)
    return text


@dataclass(frozen=True, slots=True)
class Will:
    topic: str
    payload: bytes
    qos: int
    retain: bool


@dataclass(frozen=True, slots=True)
class Connect:
    """`level` is 4 for 3.1.1; of any other nothing else is read (it is answered with 1, 3.1.2.2)."""

    level: int
    client: str = ""
    clean: bool = True
    keep_alive: int = 0
    will: Will | None = None
    user: str | None = None
    password: bytes | None = None


def connect_of(first: int, body: bytes) -> Connect:
    """Raises Fault."""
    if first & 15:
        raise Fault(Wrong.RESERVED)
    fields = Fields(body)
    if fields.binary() not in (b"MQTT", b"MQIsdp"):
        raise Fault(Wrong.PROTOCOL)
    level, flags = fields.byte(), fields.byte()
    if level != 4 or body[2:6] != b"MQTT":
        return Connect(level if level != 4 else 3)
    will_qos = flags >> 3 & 3
    if flags & 1:
        raise Fault(Wrong.RESERVED)
    if will_qos == 3 or (not flags & 4 and flags & 0x38) or (flags & 0x40 and not flags & 0x80):
        raise Fault(Wrong.FLAGS)
    keep_alive, client, will = fields.number(), fields.text(), None
    if flags & 4:
        will = Will(topic_of(fields.binary()), fields.binary(), will_qos, bool(flags & 0x20))
    user = fields.text() if flags & 0x80 else None
    password = fields.binary() if flags & 0x40 else None
    fields.end()
    return Connect(level, client, bool(flags & 2), keep_alive, will, user, password)


def publish_of(first: int, body: bytes) -> tuple[bytes, int, bytes]:
    """Topic (not looked into: `topic_of`), packet identifier (0 for QoS 0), payload. Raises Fault."""
    size = len(body)
    if size < 2:
        raise Fault(Wrong.SHORT)
    at = 2 + (body[0] << 8 | body[1])
    qos = first & 6
    if not qos:
        if at > size or first & 8:
            raise Fault(Wrong.SHORT if at > size else Wrong.FLAGS)
        return body[2:at], 0, body[at:]
    if qos == 6:
        raise Fault(Wrong.QOS)
    if at + 2 > size:
        raise Fault(Wrong.SHORT)
    packet = body[at] << 8 | body[at + 1]
    if not packet:
        raise Fault(Wrong.PACKET_ID)
    return body[2:at], packet, body[at + 2 :]


def topic_of(raw: bytes) -> str:
    """A topic name: something, and without wildcards (4.7.3). Raises Fault."""
    topic = text_of(raw)
    if not topic or "#" in topic or "+" in topic:
        raise Fault(Wrong.TOPIC)
    return topic


def answer_of(first: int, body: bytes) -> int:
    """The packet identifier of PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK. Raises Fault."""
    if first & 15 != (2 if first >> 4 == Kind.PUBREL else 0):
        raise Fault(Wrong.RESERVED)
    fields = Fields(body)
    packet = fields.packet_id()
    fields.end()
    return packet


def subscribe_of(first: int, body: bytes) -> tuple[int, list[tuple[str, int]]]:
    """Packet identifier; filters with the QoS asked for. Raises Fault."""
    if first & 15 != 2:
        raise Fault(Wrong.RESERVED)
    fields, wanted = Fields(body), []
    packet = fields.packet_id()
    while fields.more:
        pattern, qos = fields.text(), fields.byte()
        if qos > 2:
            raise Fault(Wrong.QOS)
        wanted.append((pattern, qos))
    if not wanted:
        raise Fault(Wrong.NOTHING)
    return packet, wanted


def unsubscribe_of(first: int, body: bytes) -> tuple[int, list[str]]:
    """Packet identifier, filters. Raises Fault."""
    if first & 15 != 2:
        raise Fault(Wrong.RESERVED)
    fields, filters = Fields(body), []
    packet = fields.packet_id()
    while fields.more:
        filters.append(fields.text())
    if not filters:
        raise Fault(Wrong.NOTHING)
    return packet, filters


def empty_of(first: int, body: bytes) -> None:
    """PINGREQ, DISCONNECT. Raises Fault."""
    if first & 15:
        raise Fault(Wrong.RESERVED)
    if body:
        raise Fault(Wrong.LONG)
