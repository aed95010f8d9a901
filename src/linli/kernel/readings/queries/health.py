"""How well a device itself is: of one the last days, of many how many are unwell in which way, by place and model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from linli.kernel.access import Actor, require
from linli.kernel.access.prepared import read
from linli.kernel.things.models import Thing

from . import looking
from .looking import UNWELL, Asked
from .series import every

_DAYS = "SELECT day, what, n FROM readings_tally WHERE thing = %s AND day > %s AND day <= %s"


@dataclass(frozen=True, slots=True)
class DayOf:
    """What a thing said on one local day, and how many readings were expected of it by its interval.

    Today is expected up to now, and the day it was put up from then on.
    """

    day: date
    expected: int
    stored: int = 0
    repeated: int = 0
    late: int = 0
    skewed: int = 0
    partly: int = 0
    dead: int = 0

    @property
    def share(self) -> float | None:
        """0 to 1; None when nothing was expected. One that says more than expected has said everything."""
        return min(1.0, self.stored / self.expected) if self.expected else None


def days(thing: Thing, *, at: datetime, back: int = 14) -> list[DayOf]:
    """The last `back` local days, oldest first, today the last. One query."""
    today = timezone.localdate(at)
    first = today - timedelta(days=back)
    counted: dict[date, dict[str, int]] = {}
    for day, what, n in read(_DAYS, [thing.no, first, today]):
        counted.setdefault(day, {})[what] = n
    return [
        DayOf(day, _expected(thing, day, at), **counted.get(day, {}))
        for day in (first + timedelta(days=n) for n in range(1, back + 1))
    ]


def _expected(thing: Thing, day: date, at: datetime) -> int:
    midnight = timezone.localtime(at).replace(
        year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0
    )
    begins = max(midnight, thing.installed_at or thing.registered_at)
    ends = min(midnight + timedelta(days=1), at)
    return max(0, int((ends - begins) / every(thing)))


@dataclass(frozen=True, slots=True)
class Group:
    """Of the things of one model at one place (nine or twelve digits of its code): how many are unwell in each way."""

    place_code: str
    model: str
    things: int
    unwell: int
    silent: int
    battery: int
    signal: int
    few: int
    clock: int
    dead: int


def groups(actor: Actor, *, at: datetime, place: str = "", digits: int = 12) -> list[Group]:
    """How many are unwell, by place and model: one query over every working thing in the scope, and two for what is
    declared. Raises NotAllowed.
    """
    require(actor, "things.read")
    where = looking.where(actor, Asked(place=place), at)
    if where is None:
        return []
    declared = looking.declared()
    ways = [looking.ailment(what, at) for what in UNWELL]
    each = ", ".join(f"coalesce({part.sql}, false) AS {what}" for what, part in zip(UNWELL, ways, strict=True))
    counted = ", ".join(f"count(*) FILTER (WHERE {what})" for what in UNWELL)
    text = f"""
        SELECT left(place_code, %s), model, count(*), count(*) FILTER (WHERE {" OR ".join(UNWELL)}), {counted}
        FROM (
          SELECT t.place_code, t.model, {each}
          FROM things_thing t LEFT JOIN {declared.sql} ON d.model = t.model
          LEFT JOIN readings_latest l ON l.thing = t.no WHERE {where.sql}
        ) t GROUP BY 1, 2 ORDER BY 1, 2
    """  # noqa: S608 - made of the parts of looking.py; every value is a parameter
    values = [digits, *(v for part in ways for v in part.values), *declared.values, *where.values]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return [Group(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Unwell:
    """One thing that is unwell, and in which ways (`looking.UNWELL`)."""

    id: UUID
    key: str
    model: str
    name: str
    place_code: str
    spot: str
    heard_at: datetime | None
    battery: float | None
    signal: float | None
    ways: Sequence[str]


def unwell(actor: Actor, *, at: datetime, place: str = "", most: int = 20_000) -> list[Unwell]:
    """Every thing that is unwell in any way, by place: for whoever goes round. Raises NotAllowed."""
    require(actor, "things.read")
    where = looking.where(actor, Asked(place=place), at)
    if where is None:
        return []
    declared = looking.declared()
    ways = [looking.ailment(what, at) for what in UNWELL]
    each = ", ".join(f"CASE WHEN {part.sql} THEN %s END" for part in ways)
    text = f"""
        SELECT * FROM (
          SELECT t.id, t.key, t.model, t.name, t.place_code, t.spot, l.received_at, l."values"[d.battery],
            l."values"[d.signal], array_remove(ARRAY[{each}]::text[], NULL) AS ways
          FROM things_thing t LEFT JOIN {declared.sql} ON d.model = t.model
          LEFT JOIN readings_latest l ON l.thing = t.no WHERE {where.sql}
        ) t WHERE ways <> '{{}}' ORDER BY place_code, model, key LIMIT %s
    """  # noqa: S608 - as above
    values = [v for part, what in zip(ways, UNWELL, strict=True) for v in (*part.values, what)]
    with connection.cursor() as cursor:
        cursor.execute(text, [*values, *declared.values, *where.values, most])
        rows: list[Any] = cursor.fetchall()
    return [Unwell(*row) for row in rows]
