"""SenML in JSON (RFC 8428): records with base fields bn, bt, bu, bv, bs and n, u, v, vb, vs, s, t.

A quantity is named by the last part of `n`, or of the base name where there is none: the rest names the device, which
has proved who it is already. Records of one time are one reading. A time below 2**28 counts from now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linli.kernel.readings.judging import Ago, Measured
from linli.kernel.readings.measures import Measures

from .form import Codec, Item, Said, Spoiled, Unreadable
from .plain import FIELDS
from .texts import each, load

RELATIVE = 2**28
"""Seconds; before it a time is told from now (section 4.5.3)."""
VERSION = 10
_VALUES = ("v", "vb", "vs", "vd", "s")


@dataclass(slots=True)
class _Base:
    name: str = ""
    time: float = 0
    unit: str | None = None
    value: float | None = None
    sum: float | None = None


def read(payload: bytes, measures: Measures) -> Said:
    told = load(payload)
    if not isinstance(told, list):
        raise Unreadable(f"{type(told).__name__}: {str(told)[:80]}")
    base = _Base()
    readings: dict[float, Item] = {}
    spoiled: list[Spoiled] = []
    for record in each(told):
        if not isinstance(record, dict):
            spoiled.append(Spoiled(f"{type(record).__name__}: {str(record)[:80]}", [record]))
            continue
        if unknown := next((name for name in record if isinstance(name, str) and name.endswith("_")), None):
            raise Unreadable(f"{unknown} must be understood")  # section 4.4
        try:
            named = _resolved(record, base)
        except (TypeError, ValueError) as error:
            spoiled.append(Spoiled(str(error), [record]))
            continue
        if named is None:
            continue
        time, name, value, unit = named
        if time not in readings:
            readings[time] = Item(_time(time), {}, [{"bt": time}])
        item = readings[time]
        item.values[name] = value if unit is None else Measured(value, unit)  # type: ignore[index]
        item.alone.append({"n": name, "t": 0, **({"u": unit} if unit else {}), **_as_told(value)})
    return (*readings.values(), *spoiled)


def _resolved(record: dict[str, Any], base: _Base) -> tuple[float, str, Any, str | None] | None:
    """(time in seconds, name, value, unit) of a record with the base fields before it; None where it only sets those.

    Raises ValueError for one that breaks the form.
    """
    if record.get("bver", VERSION) > VERSION:
        raise ValueError(f"bver={record['bver']}")
    base.name = _text(record, "bn", base.name)
    base.unit = _text(record, "bu", base.unit or "") or base.unit
    base.time = _number(record, "bt", base.time) or 0
    base.value = _number(record, "bv", base.value)
    base.sum = _number(record, "bs", base.sum)
    own = [name for name in _VALUES if name in record]
    if not own and ("n" not in record or base.value is None):
        return None
    name = (_text(record, "n", "") or base.name).rstrip(":/").replace("/", ":").rpartition(":")[2]
    time = base.time + (_number(record, "t", 0) or 0)
    value = record[own[0]] if own else 0
    if (not own or own[0] == "v") and base.value is not None and _is_number(value):
        value += base.value
    elif own == ["s"] and base.sum is not None and _is_number(value):
        value += base.sum
    unit = _text(record, "u", base.unit or "") or None
    return time, name, value, unit if _is_number(value) else None


def _time(time: float) -> object:
    if time >= RELATIVE:
        return round(time * 1000)
    return None if time == 0 else Ago(round(-time * 1000))


def _as_told(value: Any) -> dict[str, Any]:
    return {"vb": value} if isinstance(value, bool) else {"v": value} if _is_number(value) else {"vs": value}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(record: dict[str, Any], name: str, otherwise: float | None) -> float | None:
    value = record.get(name, otherwise)
    if value is not None and not (_is_number(value) and -1e15 < value < 1e15):
        raise ValueError(f"{name}={value!r}"[:80])
    return value


def _text(record: dict[str, Any], name: str, otherwise: str) -> str:
    value = record.get(name, otherwise)
    if not isinstance(value, str):
        raise ValueError(f"{name}={value!r}"[:80])
    return value


codec = Codec("senml", read, {**FIELDS, "voltage": "voltage"})
