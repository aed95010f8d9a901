"""A batch on its way from intake to evaluation: what gateways have read out of payloads, packed.

Pure. One form for both engines: a row of `readings_intake`, or a message of a JetStream stream. Readings lie in it as
columns, each the bytes of one array: the evaluator takes thousands at a time and looks at none of them singly.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from enum import IntFlag, StrEnum

import msgspec


class Flag(IntFlag):
    """How a reading came. Stored with it."""

    NONE = 0
    OWN_CLOCK = 1  # `at` is the device's own time; else it is when it was received
    SKEWED = 2  # its clock ran ahead a little, or was set back: `at` is when it was received
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


class Columns(msgspec.Struct, array_like=True, gc=False):
    """Readings by field, little-endian: things int32, at, received and mids int64, flags uint16, how many values each
    says uint8 (`widths`), and all their values one after the other, float64, NaN for what was not said."""

    things: bytes
    at: bytes
    received: bytes
    flags: bytes
    mids: bytes
    widths: bytes
    values: bytes


NO_COLUMNS = Columns(b"", b"", b"", b"", b"", b"", b"")


class Batch(msgspec.Struct, array_like=True, gc=False):
    columns: Columns
    dead: list[Dead]

    @classmethod
    def of(cls, entries: Sequence[Entry], dead: Sequence[Dead] = ()) -> Batch:
        """Raises OverflowError for what does not fit its column."""
        return cls(_columns(entries) if entries else NO_COLUMNS, list(dead))

    @property
    def entries(self) -> list[Entry]:
        """The readings one by one, for whoever has time."""
        columns = self.columns
        values = spoken(_array("d", columns.values))
        entries, start = [], 0
        heads = (_array(code, getattr(columns, name)) for name, code in _CODES.items())
        for thing, at, received, flags, mid, width in zip(*heads, strict=True):
            entries.append(Entry(thing, at, received, flags, mid, values[start : start + width]))
            start += width
        return entries


_CODES = {"things": "i", "at": "q", "received": "q", "flags": "H", "mids": "q", "widths": "B"}
_NAN = float("nan")
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Batch)
_rows = msgspec.msgpack.Decoder(tuple[list[Entry], list[Dead]])
"""As batches were packed until November 2026: one may still wait where a house is brought up to this."""


def pack(entries: Sequence[Entry], dead: Sequence[Dead] = ()) -> bytes:
    """Raises OverflowError for what does not fit its column."""
    return _encoder.encode(Batch.of(entries, dead))


def unpack(packed: bytes) -> Batch:
    """Raises msgspec.DecodeError for what `pack` did not write."""
    try:
        batch = _decoder.decode(packed)
    except msgspec.ValidationError:
        return Batch.of(*_rows.decode(packed))
    columns = batch.columns
    count = len(columns.widths)
    sizes = len(columns.things), len(columns.at), len(columns.received), len(columns.flags), len(columns.mids)
    if sizes != (4 * count, 8 * count, 8 * count, 2 * count, 8 * count):
        raise msgspec.DecodeError("columns of different lengths")
    if len(columns.values) != 8 * sum(columns.widths):
        raise msgspec.DecodeError("values that are nobody's")
    return batch


def spoken(values: Iterable[float]) -> list[float | None]:
    """Values out of a column: what is NaN there was not said."""
    return [None if value != value else value for value in values]


def _columns(entries: Sequence[Entry]) -> Columns:
    return Columns(
        _bytes("i", [entry.thing for entry in entries]),
        _bytes("q", [entry.at for entry in entries]),
        _bytes("q", [entry.received for entry in entries]),
        _bytes("H", [entry.flags for entry in entries]),
        _bytes("q", [entry.mid for entry in entries]),
        _bytes("B", [len(entry.values) for entry in entries]),
        _bytes("d", [_NAN if value is None else value for entry in entries for value in entry.values]),
    )


def _bytes(code: str, items: list[int] | list[float]) -> bytes:
    column = array(code, items)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _array(code: str, column: bytes) -> array[int] | array[float]:
    made = array(code)
    made.frombytes(column)
    if sys.byteorder == "big":
        made.byteswap()
    return made
