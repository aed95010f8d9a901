"""Cayenne LPP: channel, type, value, and the next (its docs, *Low Power Payload*, with the types LoRaWAN devices add).

A field is called by its type, as "temperature" for the first of it, and with its channel, as "temperature-3" for any.
"""

from __future__ import annotations

from linli.kernel.readings.measures import Measures

from .form import Codec, Item, Said, Unreadable

TYPES: dict[int, tuple[str, int, bool, float]] = {
    0x00: ("digital-in", 1, False, 1),
    0x01: ("digital-out", 1, False, 1),
    0x02: ("analog-in", 2, True, 0.01),
    0x03: ("analog-out", 2, True, 0.01),
    0x64: ("generic", 4, False, 1),
    0x65: ("illuminance", 2, False, 1),
    0x66: ("presence", 1, False, 1),
    0x67: ("temperature", 2, True, 0.1),
    0x68: ("humidity", 1, False, 0.5),
    0x73: ("barometer", 2, False, 0.1),
    0x74: ("voltage", 2, False, 0.01),
    0x75: ("current", 2, False, 0.001),
    0x76: ("frequency", 4, False, 1),
    0x78: ("percentage", 1, False, 1),
    0x79: ("altitude", 2, True, 1),
    0x7D: ("concentration", 2, False, 1),
    0x80: ("power", 2, False, 1),
    0x82: ("distance", 4, False, 0.001),
    0x83: ("energy", 4, False, 0.001),
    0x84: ("direction", 2, False, 1),
    0x8E: ("switch", 1, False, 1),
}
"""Type → its name, bytes, whether signed, and what one of it is."""
VECTORS: dict[int, tuple[str, tuple[tuple[str, int, float], ...]]] = {
    0x71: ("accelerometer", (("x", 2, 0.001), ("y", 2, 0.001), ("z", 2, 0.001))),
    0x86: ("gyrometer", (("x", 2, 0.01), ("y", 2, 0.01), ("z", 2, 0.01))),
    0x88: ("gps", (("lat", 3, 0.0001), ("lon", 3, 0.0001), ("altitude", 3, 0.01))),
}
TIME = 0x85
"""Seconds since 1970, four bytes: of all that stands in the payload."""

FIELDS = {"percentage": "battery", "barometer": "pressure", "presence": "occupied", "concentration": "co"}


def read(payload: bytes, measures: Measures) -> Said:
    if not payload:
        raise Unreadable("0 bytes")
    values: dict[str, float] = {}
    time = None
    at = 0
    while at < len(payload):
        if at + 2 > len(payload):
            raise Unreadable(f"byte {at}: cut off")
        channel, kind = payload[at], payload[at + 1]
        at += 2
        if kind == TIME:
            time = int.from_bytes(_taken(payload, at, 4))
            at += 4
        elif kind in VECTORS:
            name, parts = VECTORS[kind]
            for part, size, step in parts:
                number = int.from_bytes(_taken(payload, at, size), signed=True)
                _put(values, part if name == "gps" else f"{name}-{part}", channel, _stepped(number, step))
                at += size
        elif kind in TYPES:
            name, size, signed, step = TYPES[kind]
            number = int.from_bytes(_taken(payload, at, size), signed=signed)
            _put(values, name, channel, _stepped(number, step))
            at += size
        else:
            raise Unreadable(f"byte {at - 1}: type {kind:#04x}")
    return (Item(time, values),)


def _put(values: dict[str, float], name: str, channel: int, value: float) -> None:
    values.setdefault(name, value)
    values[f"{name}-{channel}"] = value


def _taken(payload: bytes, at: int, size: int) -> bytes:
    if at + size > len(payload):
        raise Unreadable(f"byte {at}: cut off")
    return payload[at : at + size]


def _stepped(number: int, step: float) -> float:
    """Tenths are tenths: 272 × 0.1 is 27.2."""
    return number if step == 1 else number / round(1 / step)


codec = Codec("cayenne", read, FIELDS, binary=True)
