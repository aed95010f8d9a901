"""ThingsBoard's telemetry: {"key": value}, {"ts": ms, "values": {…}}, or a list of such (its docs, *Time-series data upload*).

What a gateway sends for its children, {"Device A": [...]}, is refused: a device speaks as itself only.
"""

from __future__ import annotations

from typing import Any

from linli.kernel.readings.measures import Measures

from .form import Codec, Item, Said, Unreadable
from .plain import FIELDS
from .texts import listed, load


def read(payload: bytes, measures: Measures) -> Said:
    told = load(payload)
    if isinstance(told, dict):
        if told and all(isinstance(value, list) and name not in measures.gauges for name, value in told.items()):
            raise Unreadable(f"gateway: {', '.join(told)}")
        return (_item(told),)
    if isinstance(told, list):
        return listed(told, _item)
    raise Unreadable(f"{type(told).__name__}: {str(told)[:80]}")


def _item(told: dict[str, Any]) -> Item:
    values = told.get("values")
    if isinstance(values, dict) and "ts" in told:
        return Item(told["ts"], values)
    return Item(None, told)


codec = Codec("thingsboard", read, FIELDS)
