"""MQTT 3.1.1 on the wire: packets become bytes; those a server sends, and the few our bridge sends as a client."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

PINGRESP = b"\xd0\x00"
PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"
REFUSED = 0x80
"""In a SUBACK: this filter is not subscribed."""

PUBACKS = [b"\x40\x02" + packet.to_bytes(2, "big") for packet in range(65536)]
"""One for every packet identifier, ready made: they are half of what intake sends."""


class Answer(IntEnum):
    """Return codes of CONNACK (table 3.1)."""

    ACCEPTED = 0
    PROTOCOL = 1
    IDENTIFIER = 2
    UNAVAILABLE = 3
    SECRET = 4
    NOT_AUTHORISED = 5


def connack(answer: int, present: bool = False) -> bytes:
    return bytes((0x20, 2, present, answer))


def puback(packet: int) -> bytes:
    return PUBACKS[packet]


def pubrec(packet: int) -> bytes:
    return b"\x50\x02" + packet.to_bytes(2, "big")


def pubrel(packet: int) -> bytes:
    return b"\x62\x02" + packet.to_bytes(2, "big")


def pubcomp(packet: int) -> bytes:
    return b"\x70\x02" + packet.to_bytes(2, "big")


def suback(packet: int, codes: Sequence[int]) -> bytes:
    return _packet(0x90, packet.to_bytes(2, "big") + bytes(codes))


def unsuback(packet: int) -> bytes:
    return b"\xb0\x02" + packet.to_bytes(2, "big")


def publish(
    topic: str, payload: bytes, *, qos: int = 0, packet: int = 0, again: bool = False, retain: bool = False
) -> bytes:
    number = packet.to_bytes(2, "big") if qos else b""
    return _packet(0x30 | again << 3 | qos << 1 | retain, _text(topic) + number + payload)


def connect(
    client: str, *, clean: bool = True, keep_alive: int = 60, user: str | None = None, password: str | None = None
) -> bytes:
    flags = clean << 1 | (user is not None) << 7 | (password is not None) << 6
    body = b"\x00\x04MQTT\x04" + bytes((flags,)) + keep_alive.to_bytes(2, "big") + _text(client)
    return _packet(0x10, body + b"".join(_text(text) for text in (user, password) if text is not None))


def subscribe(packet: int, filters: Sequence[tuple[str, int]]) -> bytes:
    return _packet(
        0x82, packet.to_bytes(2, "big") + b"".join(_text(pattern) + bytes((qos,)) for pattern, qos in filters)
    )


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw


def _packet(first: int, body: bytes) -> bytes:
    size, head = len(body), bytearray((first,))
    while True:
        size, digit = size >> 7, size & 127
        head.append(digit | 128 if size else digit)
        if not size:
            return bytes(head) + body
