"""Lists of code and value, as Tuya's cloud and many NB-IoT platforms report: {"t": ms, "status": [{"code": …, "value": …}]}.

The list may be called status, properties, data or dps, or stand alone; dps may be an object. A code may have a time of
its own. Values are whole numbers in steps the model declares (`Field.scale`); words for a switch are read as one.
"""

from __future__ import annotations

from typing import Any

from linli.kernel.readings.measures import Measures

from .form import Codec, Item, Said, Spoiled, Unreadable
from .plain import FIELDS as COMMON
from .plain import TIMES
from .texts import each, load

LISTS = ("status", "properties", "data", "dps", "params")
FIELDS = {
    **COMMON,
    "va_temperature": "temperature",
    "va_humidity": "humidity",
    "battery_percentage": "battery",
    "battery_value": "battery",
    "smoke_sensor_value": "smoke",
    "gas_sensor_value": "gas",
    "co_value": "co",
    "doorcontact_state": "open",
    "presence_state": "occupied",
    "sos_state": "pressed",
}
WORDS = {
    "alarm": 1,
    "normal": 0,
    "on": 1,
    "off": 0,
    "open": 1,
    "close": 0,
    "closed": 0,
    "pir": 1,
    "none": 0,
    "presence": 1,
    "true": 1,
    "false": 0,
    "1": 1,
    "0": 0,
}
"""What these platforms call the two sides of a switch."""


def read(payload: bytes, measures: Measures) -> Said:
    told = load(payload)
    if isinstance(told, list):
        return _said(told, None, measures)
    if not isinstance(told, dict):
        raise Unreadable(f"{type(told).__name__}: {str(told)[:80]}")
    time = next((told[name] for name in TIMES if name in told), None)
    for name in LISTS:
        listed = told.get(name)
        if isinstance(listed, list):
            return _said(listed, time, measures)
        if isinstance(listed, dict):
            return (Item(time, {code: _value(code, value, measures) for code, value in listed.items()}),)
    raise Unreadable(f"no {', '.join(LISTS)}: {', '.join(map(str, told))}")


def _said(listed: list[Any], time: object, measures: Measures) -> Said:
    """One reading for each time that is told."""
    at_once: dict[str, Item] = {}
    spoiled: list[Spoiled] = []
    for one in each(listed):
        if not isinstance(one, dict) or not isinstance(one.get("code"), str) or "value" not in one:
            spoiled.append(Spoiled(f"{type(one).__name__}: {str(one)[:80]}", [one]))
            continue
        own = one.get("t", time)
        key = repr(own)
        if key not in at_once:
            at_once[key] = Item(own, {}, {"t": own, "status": []})
        item = at_once[key]
        item.values[one["code"]] = _value(one["code"], one["value"], measures)  # type: ignore[index]
        item.alone["status"].append(one)
    return (*at_once.values(), *spoiled)


def _value(code: str, value: Any, measures: Measures) -> Any:
    gauge = measures.gauges.get(code)
    if gauge is not None and gauge.quantity.switch and isinstance(value, str):
        return WORDS.get(value.lower(), value)
    return value


codec = Codec("tuya", read, FIELDS)
