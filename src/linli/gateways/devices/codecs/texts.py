"""JSON as devices send it: read fast, and where it cannot be, with the reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import orjson

from linli.kernel.readings.limits import MOST_ITEMS

from .form import Item, Said, Spoiled, Unreadable


def load(payload: bytes) -> Any:
    """Raises Unreadable with where it breaks. NaN and Infinity, which JSON does not have, are read as what they mean:
    the value they stand for is set aside later, and those beside it stay."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        if b"NaN" in payload or b"Infinity" in payload or "infinity" in str(error):
            return _loosely(payload, error)
        raise Unreadable(str(error)) from None


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
