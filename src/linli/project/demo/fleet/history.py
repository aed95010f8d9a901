"""The weeks before the visitor came: roll-ups of the courses, a day and a half of raw readings, warnings and what they were.

Written by set: rows are laid out in PostgreSQL's binary copy format by numpy and handed over as they are.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from linli.kernel.access import as_system
from linli.kernel.readings import spoken
from linli.kernel.readings.models import Warning
from linli.kernel.readings.queries import slots
from linli.kernel.things.models import Thing

from . import lately, past, storied
from .chance import Array
from .courses import course
from .faults import fault_of
from .placing import Placed

WEEKS = 8
RAW_HOURS = 36
RAW_STEP = 30
"""Seconds: who speaks more often (a vehicle on its way) has only so much of its past."""
LOOKS = 4
"""So many instants of an hour stand for it."""

_EPOCH = 946_684_800  # PostgreSQL counts from 2000
_HEAD, _TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_ROLLED = np.dtype(
    [
        ("fields", ">i2"), ("l0", ">i4"), ("thing", ">i4"), ("l1", ">i4"), ("slot", ">i2"), ("l2", ">i4"), ("at", ">i8"),
        ("l3", ">i4"), ("n", ">i4"), ("l4", ">i4"), ("least", ">f8"), ("l5", ">i4"), ("sum", ">f8"), ("l6", ">i4"),
        ("most", ">f8"), ("l7", ">i4"), ("last", ">f8"),
    ]
)  # fmt: skip
_SIZES = {"l0": 4, "l1": 2, "l2": 8, "l3": 4, "l4": 8, "l5": 8, "l6": 8, "l7": 8}
_SAMPLED = {
    "smoke-detector": 24,
    "gas-detector": 20,
    "co-detector": 6,
    "fire-water-pressure": 2,
    "fire-tank-level": 3,
}
"""Of these only every so many have a past: their days are all alike."""


# A chart of a day is drawn from minutes. These days had only hours: each stands as one minute in its middle.
_LATELY = """
INSERT INTO readings_minute (thing, slot, at, n, least, sum, most, last)
SELECT thing, slot, at + interval '30 minutes', n, least, sum, most, last FROM readings_hour WHERE at >= %s
"""


_PEAKS = """
UPDATE readings_hour h SET most = greatest(h.most, p.value), least = least(h.least, p.value)
FROM unnest(%s::int[], %s::smallint[], %s::timestamptz[], %s::float8[]) p(thing, slot, at, value)
WHERE h.thing = p.thing AND h.slot = p.slot AND h.at = p.at
"""


def write(fleet: list[Placed], *, seed: int, until: datetime, weeks: int = WEEKS) -> None:
    """So many weeks, within the transaction of whoever asks."""
    with as_system(), connection.cursor() as cursor:
        numbers = dict(Thing.objects.values_list("key", "no"))
        where = slots.of({one.model for one in fleet})
        chosen = [one for n, one in enumerate(fleet) if n % _SAMPLED.get(one.model, 1) == 0]
        # Hours lie in partitions of a month. The weeks begin with a local day, perhaps a UTC day earlier.
        for back in (0, 1, 2, 28, weeks * 7, weeks * 7 + 1):
            cursor.execute("SELECT readings_ensure(%s)", [(until - timedelta(days=back)).date()])
        hours, days = _rolled(chosen, numbers, where, seed, (until, weeks))
        _copy(cursor, "readings_hour", hours)
        _copy(cursor, "readings_day", days)
        spoken.note(cursor, "WHERE y.at + interval '1 day' <= %s", (until,))
        cursor.execute(_LATELY, [until - timedelta(hours=36)])
        stories = storied.of(fleet, seed, until.timestamp())
        theirs = {one.placed.key for one in stories}
        lately_heard = [one for one in chosen if one.key not in theirs and fault_of(one) not in lately.GONE]
        _raw(cursor, lately_heard, numbers, where, seed, until)
        _told(cursor, stories, numbers, where, seed, until)
        lately.write(cursor, fleet, numbers, where, seed, until)
        # What the others' past holds is not told of those whose past is there to be read.
        others = [one for one in fleet if one.key not in theirs]
        told = past.warnings(others, random.Random(f"past {seed}"), until) + storied.warnings(stories, seed)
        Warning.objects.bulk_create(told)


def _rolled(
    chosen: list[Placed],
    numbers: dict[str, int],
    where: dict[str, dict[str, int]],
    seed: int,
    span: tuple[datetime, int],
) -> tuple[list[bytes], list[bytes]]:
    """The rows of hours and of days, device by device, of so many weeks until then."""
    until, weeks = span
    end = int(until.timestamp()) // 3600 * 3600
    begin = (end + 8 * 3600) // 86400 * 86400 - 8 * 3600 - weeks * 7 * 86400  # a local midnight
    count = (end - begin) // 3600
    starts = begin + np.arange(count) * 3600
    times = (starts[:, None] + np.arange(LOOKS) * (3600 / LOOKS) + 900 / LOOKS).ravel()
    hours, days = [], []
    whole = count // 24
    for one in chosen:
        for quantity, values in course(one, times, seed).items():
            seen = values.reshape(count, LOOKS)
            least, most, last, mean = seen.min(axis=1), seen.max(axis=1), seen[:, -1], seen.mean(axis=1)
            said = 3600 // one.every
            key = (numbers[one.key], where[one.model][quantity])
            hours.append(_rows(key, starts, said, least, mean, most, last))
            a_day = (whole, 24)
            days.append(
                _rows(
                    key, starts[: whole * 24 : 24], said * 24, least[: whole * 24].reshape(a_day).min(axis=1),
                    mean[: whole * 24].reshape(a_day).mean(axis=1), most[: whole * 24].reshape(a_day).max(axis=1),
                    last[23 : whole * 24 : 24],
                )
            )  # fmt: skip
    return hours, days


def _rows(key: tuple[int, int], starts: Any, n: int, least: Array, mean: Array, most: Array, last: Array) -> bytes:
    rows = np.empty(len(starts), _ROLLED)
    rows["fields"] = 8
    for name, size in _SIZES.items():
        rows[name] = size
    rows["thing"], rows["slot"] = key
    rows["at"] = (starts - _EPOCH) * 1_000_000
    rows["n"], rows["least"], rows["sum"], rows["most"], rows["last"] = n, least, mean * n, most, last
    return rows.tobytes()


def _copy(cursor: Any, table: str, parts: list[bytes]) -> None:
    columns = "thing, slot, at, n, least, sum, most, last"
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)") as copy:
        copy.write(_HEAD)
        for part in parts:
            copy.write(part)
        copy.write(_TAIL)


def _raw(
    cursor: Any, chosen: list[Placed], numbers: dict[str, int], where: dict[str, dict[str, int]], seed: int,
    until: datetime,
) -> None:  # fmt: skip
    """A day and a half as it was said, each at its own interval: a silence of three of them can be told from none."""
    for back in (0, RAW_HOURS // 2, RAW_HOURS):
        cursor.execute("SELECT readings_ensure(%s)", [(until - timedelta(hours=back)).date()])
    with cursor.copy(
        "COPY readings_reading (thing, at, received_at, flags, values) FROM STDIN (FORMAT binary)"
    ) as copy:
        copy.write(_HEAD)
        for one in chosen:
            step = max(one.every, RAW_STEP)
            end = int(until.timestamp()) // step * step
            times = np.arange(end - RAW_HOURS * 3600, end, step).astype(float)
            if said := course(one, times, seed):
                copy.write(_readings(numbers[one.key], where[one.model], times, said))
        copy.write(_TAIL)


def _told(
    cursor: Any, stories: list[storied.Storied], numbers: dict[str, int], where: dict[str, dict[str, int]], seed: int,
    until: datetime,
) -> None:  # fmt: skip
    """Four weeks of a handful, as they were said; in the hours that are rolled up, how high it went."""
    for back in range(storied.DAYS + 1):
        cursor.execute("SELECT readings_ensure(%s)", [(until - timedelta(days=back)).date()])
    with cursor.copy(
        "COPY readings_reading (thing, at, received_at, flags, values) FROM STDIN (FORMAT binary)"
    ) as copy:
        copy.write(_HEAD)
        for one in stories:
            times = one.times(until.timestamp())
            model = one.placed.model
            copy.write(_readings(numbers[one.placed.key], where[model], times, one.said(times, seed)))
        copy.write(_TAIL)
    peaks = [
        (numbers[one.placed.key], where[one.placed.model][one.tale.quantity],
         datetime.fromtimestamp(h.begins // 3600 * 3600, UTC), h.reaches)
        for one in stories for h in one.happened
    ]  # fmt: skip
    cursor.execute(_PEAKS, [list(column) for column in zip(*peaks, strict=True)])


def _readings(thing: int, slots_of: dict[str, int], times: Array, said: dict[str, Array]) -> bytes:
    """Rows with an array of values: those it says in their slots, NULL in the others; trailing ones left out."""
    width = max(slots_of[quantity] for quantity in said) + 1
    by_slot = {slots_of[quantity]: quantity for quantity in said}
    layout: list[tuple[str, str]] = [
        ("fields", ">i2"), ("l0", ">i4"), ("thing", ">i4"), ("l1", ">i4"), ("at", ">i8"), ("l2", ">i4"), ("got", ">i8"),
        ("l3", ">i4"), ("flags", ">i2"), ("l4", ">i4"), ("dims", ">i4"), ("null", ">i4"), ("type", ">i4"),
        ("width", ">i4"), ("lower", ">i4"),
    ]  # fmt: skip
    for slot in range(width):
        layout.append((f"s{slot}", ">i4"))
        if slot in by_slot:
            layout.append((f"v{slot}", ">f8"))
    rows = np.empty(len(times), np.dtype(layout))
    size = 20 + sum(12 if slot in by_slot else 4 for slot in range(width))
    at = (times.astype(np.int64) - _EPOCH) * 1_000_000
    fixed = {
        "fields": 5, "l0": 4, "thing": thing, "l1": 8, "at": at, "l2": 8, "got": at + 40_000, "l3": 2, "flags": 0,
        "l4": size, "dims": 1, "null": int(len(by_slot) < width), "type": 701, "width": width, "lower": 1,
    }  # fmt: skip
    for name, value in fixed.items():
        rows[name] = value
    for slot in range(width):
        rows[f"s{slot}"] = 8 if slot in by_slot else -1
        if slot in by_slot:
            rows[f"v{slot}"] = said[by_slot[slot]]
    return rows.tobytes()
