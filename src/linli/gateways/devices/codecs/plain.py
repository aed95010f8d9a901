"""Plain JSON: {"smoke": 0.2, "battery": 90, "t": ms or ISO 8601}; {"values": {…}, "ts": …}; or a list of such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from linli.kernel.readings.measures import Measures

from .form import Codec, Item, Said, Unreadable
from .texts import listed, load

TIMES = ("t", "ts", "time", "timestamp", "at")
"""What the time may be called, the first that is there."""

FIELDS: Mapping[str, str] = {
    "temp": "temperature",
    "tmp": "temperature",
    "hum": "humidity",
    "rh": "humidity",
    "bat": "battery",
    "batt": "battery",
    "batteryLevel": "battery",
    "battery_level": "battery",
    "rssi": "signal",
    "csq_dbm": "signal",
    "lng": "lon",
    "longitude": "lon",
    "latitude": "lat",
    "pres": "pressure",
    "press": "pressure",
    "lvl": "level",
    "pm25": "pm2-5",
    "pm2_5": "pm2-5",
}


def read(payload: bytes, measures: Measures) -> Said:
    told = load(payload)
    if type(told) is dict:
        return (_item(told, measures),)
    if isinstance(told, list):
        return listed(told, lambda thing: _item(thing, measures))
    raise Unreadable(f"{type(told).__name__}: {str(told)[:80]}")


def _item(told: dict[str, Any], measures: Measures) -> Item:
    values = told.get("values")
    if type(values) is not dict:
        values = told
    for name in TIMES:
        if name in told and (name not in measures.gauges or values is not told):
            return Item(told[name], values)
    return Item(None, values)


def simple(payload: bytes, measures: Measures) -> tuple[object, Mapping[str, Any]] | None:
    """Time and values of a payload that is one object and says them by their plain names, as `read` would; None for others."""
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    if type(told) is not dict or "values" in told:
        return None
    for name in TIMES:
        if name in told:
            return None if name in measures.gauges else (told[name], told)
    return None, told


codec = Codec("plain", read, FIELDS, simple=simple)
