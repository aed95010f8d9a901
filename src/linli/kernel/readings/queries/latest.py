"""What things say at present. Asked for things somebody may see: the rows themselves know no place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from linli.kernel.access.prepared import read
from linli.kernel.things.models import Thing

from ..models import Latest
from ..wire import Flag
from . import slots


@dataclass(frozen=True, slots=True)
class Now:
    """The last reading of a thing, by its own clock (`at`) and ours (`received_at`); None for who never said a word.

    `changed_at` is when a value last differed from the one before it. `values` holds what it has ever said, by
    quantity, in the quantity's unit.
    """

    at: datetime | None
    received_at: datetime | None
    changed_at: datetime | None
    values: Mapping[str, float]


SILENT = Now(None, None, None, {})


_TOLD_AT = """
SELECT thing, (extract(epoch FROM at) * 1000)::bigint FROM readings_latest
WHERE at IS NOT NULL AND (received_at > %s::timestamptz OR %s::timestamptz IS NULL)
"""
_LATE_OF = int(Flag.LATE | Flag.OWN_CLOCK)
# A late message is worth comparing with while nothing came in order since; what was mended (SKEWED) is not in order.
_CLOCK = f"""
SELECT l.thing, (extract(epoch FROM l.at) * 1000)::bigint, (extract(epoch FROM b.at) * 1000)::bigint,
  (extract(epoch FROM b.received_at) * 1000)::bigint
FROM readings_latest l LEFT JOIN readings_reading r ON r.thing = l.thing AND r.at = l.at
LEFT JOIN LATERAL (
  SELECT b.at, b.received_at FROM readings_reading b
  WHERE b.thing = l.thing AND b.at < {{until}} AND b.at > {{until}} - interval '8 days'
    AND b.flags & {_LATE_OF} = {_LATE_OF}
  ORDER BY b.at DESC LIMIT 1
) b ON r.flags & {int(Flag.SKEWED)} <> 0 OR b.received_at > r.received_at
WHERE l.at IS NOT NULL AND {{which}}
"""  # noqa: S608 - numbers of ours
_ONE = _CLOCK.format(until="%s::timestamptz", which="l.thing = %s")
_SKEWED = _CLOCK.format(
    until="l.at",
    which="l.thing IN (SELECT thing FROM readings_tally WHERE what = 'skewed' AND day >= %s LIMIT 5000)",
)
"""Few are skewed, and their late messages stand among the readings of a week."""


def told_at(since: datetime | None = None) -> dict[int, int]:
    """Thing.no → the instant of its last reading in order, ms, for every thing that ever said one, or that was heard
    since."""
    return {int(thing): int(at) for thing, at in read(_TOLD_AT, [since, since])}


@dataclass(frozen=True, slots=True)
class Clock:
    """What is stored of a thing's clock, ms: its last reading in order, and its last late message (by its own clock, and by
    ours) where nothing came in order since."""

    last: int
    late: tuple[int, int] | None


def clock(thing: int, at: datetime) -> Clock | None:
    """Of one thing that just said `at` by its own clock; None for who never spoke. One query."""
    found = [_clock(row) for row in read(_ONE, [at, at, thing])]
    return found[0][1] if found else None


def set_back(since: date) -> dict[int, Clock]:
    """Thing.no → its clock, for those of which a reading was dated by our clock from that day on."""
    return dict(_clock(row) for row in read(_SKEWED, [since]))


def _clock(row: tuple[Any, ...]) -> tuple[int, Clock]:
    thing, last, late, received = row
    return int(thing), Clock(int(last), None if late is None else (int(late), int(received)))


def of(things: Iterable[Thing]) -> dict[int, Now]:
    """Thing.no → its present state, for every thing asked about. Two queries, however many things."""
    asked = {thing.no: thing.model for thing in things}
    where = slots.of(set(asked.values()))
    found = dict.fromkeys(asked, SILENT)
    for row in Latest.objects.filter(thing__in=list(asked)):
        named = {
            quantity: value
            for quantity, slot in where[asked[row.thing]].items()
            if slot < len(row.values) and (value := row.values[slot]) is not None
        }
        found[row.thing] = Now(row.at, row.received_at, row.changed_at, named)
    return found
