"""Our own compact binary, for detectors on NB-IoT that pay for every byte. Big-endian.

    version 1: 01, uint32 seconds since 1970 (0: none), then a number for each quantity in the order of its slot
    version 2: 02, uint8 how many quantities, then any number of: uint32 seconds, that many numbers

A number is the value times ten to the power of the quantity's `digits`: an int16, or an int32 where the quantity's range
does not fit into one. The smallest of each means: not measured. Quantities come to a model at the end, so a device of an
older make sends fewer; it must not send more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linli.kernel.declare import Quantity
from linli.kernel.readings.measures import Gauge, Measures

from .form import Codec, Item, Said, Unreadable
from .texts import each

ONE, MANY = 1, 2
_CLOCK = 4


def width(quantity: Quantity) -> int:
    """Bytes of its number: 2, or 4 where it does not fit or is not bounded."""
    if quantity.switch:
        return 2
    if quantity.low is None or quantity.high is None:
        return 4
    most: float = max(abs(quantity.low), abs(quantity.high)) * 10**quantity.digits
    return 2 if most < 2**15 else 4


def read(payload: bytes, measures: Measures) -> Said:
    if not payload:
        raise Unreadable("0 bytes")
    if payload[0] == ONE:
        return (_item(payload[1:], measures.in_order(), 1),)
    if payload[0] != MANY:
        raise Unreadable(f"version {payload[0]}")
    if len(payload) < 2:
        raise Unreadable("1 byte")
    gauges = measures.in_order()[: payload[1]]
    if len(gauges) < payload[1]:
        raise Unreadable(f"{payload[1]} > {len(gauges)}")
    size = _CLOCK + sum(width(gauge.quantity) for gauge in gauges)
    records = payload[2:]
    if len(records) % size:
        raise Unreadable(f"{len(records)} bytes, not a multiple of {size}")
    many = each([records[at : at + size] for at in range(0, len(records), size)])
    return [_item(record, gauges, 2, payload[:2] + record) for record in many]


def _item(record: bytes, gauges: Sequence[Gauge], before: int, alone: bytes | None = None) -> Item:
    if len(record) < _CLOCK:
        raise Unreadable(f"{len(record) + before} bytes")
    seconds = int.from_bytes(record[:_CLOCK])
    values: dict[str, float] = {}
    at = _CLOCK
    for gauge in gauges:
        if at == len(record):
            break
        size = width(gauge.quantity)
        if at + size > len(record):
            raise Unreadable(f"byte {at + before}: cut off")
        number = int.from_bytes(record[at : at + size], signed=True)
        if number != -(1 << (8 * size - 1)):
            digits = 0 if gauge.quantity.switch else gauge.quantity.digits
            values[gauge.quantity.name] = number / 10**digits if digits else number
        at += size
    if at < len(record):
        raise Unreadable(f"{len(record) - at} bytes more than the model measures")
    return Item(seconds or None, values, alone)


def write(values: Mapping[str, float], measures: Measures, seconds: int = 0) -> bytes:
    """A version 1 payload, as a detector makes it: for simulators and tests."""
    made = bytes([ONE]) + seconds.to_bytes(4)
    for gauge in measures.in_order():
        size = width(gauge.quantity)
        value = values.get(gauge.quantity.name)
        digits = 0 if gauge.quantity.switch else gauge.quantity.digits
        number = -(1 << (8 * size - 1)) if value is None else round(value * 10**digits)
        made += number.to_bytes(size, signed=True)
    return made


codec = Codec("packed", read, binary=True)
