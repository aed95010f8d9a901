"""JSON as devices send it: read fast, and where it cannot be, with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from linli.kernel.readings.limits import MOST_ITEMS

from .form import Item, Said, Spoiled, Unreadable

DEEPEST = 16
"""Levels of lists and objects within each other; no vendor needs a half of them."""
CUT = "…"
"""Stands for what lies deeper."""


def load(payload: bytes) -> Any:
    """Raises Unreadable with where it breaks. NaN and Infinity, which JSON does not have, are read as what they mean:
    the value they stand for is set aside later, and those beside it stay. So it is with what is nested without end,
    which nothing that comes after could print or write: what lies deeper than `DEEPEST` is cut off."""
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        if b"NaN" in payload or b"Infinity" in payload or "infinity" in str(error):
            told = _loosely(payload, error)
        else:
            raise Unreadable(str(error)) from None
    if payload.count(b"[") + payload.count(b"{") > DEEPEST:
        _cut(told)
    return told


def _cut(told: Any) -> None:
    """Level by level, without a call for each: these are the bytes of a stranger."""
    level = [told]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _inside(one) if isinstance(inner, dict | list)]
        if not level:
            return
    for one in level:
        if isinstance(one, dict):
            one.update(dict.fromkeys(one, CUT))
        else:
            one[:] = [CUT] * len(one)


def _inside(one: Any) -> Iterable[Any]:
    return one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


def _loosely(payload: bytes, first: orjson.JSONDecodeError) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        raise Unreadable(str(first)) from None


def alone(thing: object) -> bytes:
    """A payload that holds just this; NaN stays what it is."""
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def each(things: Sequence[Any]) -> Sequence[Any]:
    """The items of a list. Raises Unreadable when there are none, or too many to be what one device has to say."""
    if not things:
        raise Unreadable("[]")
    if len(things) > MOST_ITEMS:
        raise Unreadable(f"{len(things)} > {MOST_ITEMS}")
    return things


def listed(things: Sequence[Any], read: Any) -> Said:
    """Each item of a list by itself: `read` makes an Item of an object; what is none is spoiled alone."""
    said: list[Item | Spoiled] = []
    for thing in each(things):
        if isinstance(thing, dict):
            item = read(thing)
            item.alone = thing
            said.append(item)
        else:
            said.append(Spoiled(f"{type(thing).__name__}: {str(thing)[:80]}", [thing]))
    return said
