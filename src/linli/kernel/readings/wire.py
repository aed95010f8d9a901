"""A batch on its way from intake to evaluation: what gateways have read out of payloads, packed.

Pure. One form for both engines: a row of `readings_intake`, or a message of a JetStream stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag, StrEnum

import msgspec


class Flag(IntFlag):
    """How a reading came. Stored with it."""

    NONE = 0
    OWN_CLOCK = 1  # `at` is the device's own time; else it is when it was received
    SKEWED = 2  # its clock ran ahead a little: `at` is when it was received
    LATE = 4  # older than what this thing had said before: kept, not evaluated
    PARTLY = 8  # a value of it was set aside (there is a dead letter)
    AGAIN = 16  # the sender marked it as sent again


class Met(StrEnum):
    """What was unusual about a reading; counted per thing and day. (How many were stored, the roll-ups say.)"""

    REPEATED = "repeated"
    LATE = "late"
    SKEWED = "skewed"
    PARTLY = "partly"
    DEAD = "dead"


class Entry(msgspec.Struct, array_like=True, gc=False):
    """One reading. Instants are milliseconds since 1970 (UTC); `values` in the slots of the thing's model.

    `mid` tells one message from another where it has no time of its own: a digest of who, which and what; 0 when the
    device's clock does that.
    """

    thing: int
    at: int
    received: int
    flags: int
    mid: int
    values: list[float | None]


class Dead(msgspec.Struct, array_like=True, gc=False):
    """What could not be read; becomes a row of readings.DeadLetter."""

    received: int
    key: str
    thing: int  # 0 when it is not known
    via: str
    topic: str
    codec: str
    why: str
    says: str
    payload: bytes
    size: int


class Batch(msgspec.Struct, array_like=True, gc=False):
    entries: list[Entry]
    dead: list[Dead]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Batch)


def pack(entries: Sequence[Entry], dead: Sequence[Dead] = ()) -> bytes:
    return _encoder.encode(Batch(list(entries), list(dead)))


def unpack(packed: bytes) -> Batch:
    """Raises msgspec.DecodeError for what `pack` did not write."""
    return _decoder.decode(packed)
