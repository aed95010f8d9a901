"""Rows as PostgreSQL's binary COPY reads them (its manual, COPY, *Binary Format*): a third of the time of text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from struct import Struct
from typing import Any

import numpy as np

from ..wire import spoken
from .arrivals import Floats, Ints
from .minutes import Rolled

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
EPOCH_US = 946_684_800_000_000
"""2000-01-01, from where PostgreSQL counts, in microseconds since 1970."""
_FLOAT8, _INT8 = 701, 20
_READING = Struct(">hiiiqiqihi")
_NOW = Struct(">hiiiiiqiqiqi")
_ARRAY = Struct(">iiiii")
_NULL = b"\xff\xff\xff\xff"
_ONE = Struct(">id")
_WIDEST = 48
"""Slots whose pattern of said and unsaid fits into one number."""
_OVER_SIZES = {"round": 4, "thing": 4, "slot": 2, "at": 8, "n": 4, "least": 8, "sum": 8, "most": 8, "last": 8}
_OVER = np.dtype(
    [("fields", ">i2")]
    + [
        pair
        for field, size in _OVER_SIZES.items()
        for pair in (
            (f"l_{field}", ">i4"),
            (field, f">{'f' if field in ('least', 'sum', 'most', 'last') else 'i'}{size}"),
        )
    ]
)
_floats = {n: Struct(">" + "id" * n) for n in range(1, 33)}
_longs = {n: Struct(">" + "iq" * n) for n in range(1, 33)}


def reading(thing: int, at: int, received: int, flags: int, values: Sequence[float | None]) -> bytes:
    """(thing, at, received_at, flags, values); instants in microseconds since 1970."""
    array = floats(values)
    return _READING.pack(5, 4, thing, 8, at - EPOCH_US, 8, received - EPOCH_US, 2, flags, len(array)) + array


def readings(things: Ints, at: Ints, received: Ints, flags: Ints, values: Floats, width: Ints) -> bytes:
    """Many of `reading`, in any order; `values` in as many columns as the widest has, NaN for what was not said."""
    silent = np.isnan(values)
    if values.shape[1] > _WIDEST:
        columns = (column.tolist() for column in (things, at, received, flags, values, width))
        said = ((*head, spoken(row[:wide])) for *head, row, wide in zip(*columns, strict=True))
        return b"".join([reading(*one) for one in said])
    alike = (silent @ (1 << np.arange(values.shape[1]))) << 6 | width
    packed = []
    for kind in np.unique(alike).tolist():
        of = np.flatnonzero(alike == kind)
        wide = kind & 63
        rows = _pattern(wide, tuple(np.flatnonzero(~silent[of[0], :wide]).tolist()))
        made = np.empty(len(of), rows.dtype)
        made[:] = rows
        made["thing"], made["flags"] = things[of], flags[of]
        made["at"], made["received"] = at[of] - EPOCH_US, received[of] - EPOCH_US
        for slot in np.flatnonzero(~silent[of[0], :wide]).tolist():
            made[f"v{slot}"] = values[of, slot]
        packed.append(made.tobytes())
    return b"".join(packed)


@cache
def _pattern(wide: int, said: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """A row whose values of these slots are said, of so many; what differs from row to row is still nought."""
    fields = [("n", ">i2", 5), ("l1", ">i4", 4), ("thing", ">i4", 0), ("l2", ">i4", 8), ("at", ">i8", 0)]
    fields += [("l3", ">i4", 8), ("received", ">i8", 0), ("l4", ">i4", 2), ("flags", ">i2", 0)]
    array = [("dims", ">i4", 1), ("nulls", ">i4", int(len(said) < wide)), ("of", ">i4", _FLOAT8)]
    array += [("dim", ">i4", wide), ("low", ">i4", 1)]
    if not wide:
        array = [("dims", ">i4", 0), ("nulls", ">i4", 0), ("of", ">i4", _FLOAT8)]
    for slot in range(wide):
        array.append((f"l{slot + 5}", ">i4", 8 if slot in said else -1))
        if slot in said:
            array.append((f"v{slot}", ">f8", 0))
    size = sum(int(code[-1]) for _name, code, _value in array)
    fields += [("size", ">i4", size), *array]
    made = np.zeros(1, np.dtype([(name, code) for name, code, _value in fields]))
    for name, _code, value in fields:
        made[name] = value
    return made


def minutes(nth: int, over: Rolled, things: Ints) -> bytes:
    """(round, thing, slot, at, n, least, sum, most, last), many of them."""
    made = np.zeros(len(things), _OVER)
    made["fields"] = 9
    for field, size in _OVER_SIZES.items():
        made[f"l_{field}"] = size
    made["round"], made["thing"], made["at"] = nth, things, over.at - EPOCH_US
    for field in ("slot", "n", "least", "sum", "most", "last"):
        made[field] = getattr(over, field)
    return made.tobytes()


def present(
    nth: int,
    thing: int,
    at: int,
    received: int,
    changed: int,
    values: Sequence[float | None],
    repeats: Sequence[int],
) -> bytes:
    """(n, thing, at, received_at, changed_at, values, repeats)."""
    array, mids = floats(values), longs(repeats)
    instants = 8, at - EPOCH_US, 8, received - EPOCH_US, 8, changed - EPOCH_US
    head = _NOW.pack(7, 4, nth, 4, thing, *instants, len(array))
    return head + array + len(mids).to_bytes(4, "big") + mids


def floats(values: Sequence[float | None]) -> bytes:
    """double precision[]"""
    n = len(values)
    if not n:
        return Struct(">iii").pack(0, 0, _FLOAT8)
    if None in values:
        items = b"".join([_NULL if value is None else _ONE.pack(8, value) for value in values])
        return _ARRAY.pack(1, 1, _FLOAT8, n, 1) + items
    pairs: list[float] = [8] * (2 * n)
    pairs[1::2] = values  # type: ignore[assignment]
    packed = _floats.get(n) or Struct(">" + "id" * n)
    return _ARRAY.pack(1, 0, _FLOAT8, n, 1) + packed.pack(*pairs)


def longs(values: Sequence[int]) -> bytes:
    """bigint[]"""
    n = len(values)
    if not n:
        return Struct(">iii").pack(0, 0, _INT8)
    pairs = [8] * (2 * n)
    pairs[1::2] = values
    packed = _longs.get(n) or Struct(">" + "iq" * n)
    return _ARRAY.pack(1, 0, _INT8, n, 1) + packed.pack(*pairs)
