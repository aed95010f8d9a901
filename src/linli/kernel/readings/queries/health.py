"""How well a device itself is: of one the last days, of many how many are unwell in which way, by place and model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from linli.kernel.access import Actor, require
from linli.kernel.access.prepared import read
from linli.kernel.things.models import Interval, Thing

from . import looking
from .looking import UNWELL, Asked, Part
from .series import every

_MET = "SELECT day, what, n FROM readings_tally WHERE thing = %s AND day > %s AND day <= %s"
# Days that are over are rolled up; of the day that runs its hours are, and of the hour that runs its minutes.
_STORED = """
WITH edge AS MATERIALIZED (
  SELECT rolled, date_trunc('day', rolled, %(zone)s) AS day, date_trunc('hour', rolled, %(zone)s) AS hour
  FROM readings_rolling
), said AS (
  SELECT d.slot, d.at, d.n FROM readings_day d, edge
  WHERE d.thing = %(thing)s AND d.at >= %(begin)s AND d.at < edge.day
  UNION ALL
  SELECT h.slot, h.at, h.n FROM readings_hour h, edge
  WHERE h.thing = %(thing)s AND h.at >= greatest(%(begin)s::timestamptz, edge.day) AND h.at < edge.hour
  UNION ALL
  SELECT m.slot, m.at, m.n FROM readings_minute m, edge
  WHERE m.thing = %(thing)s AND m.at >= greatest(%(begin)s::timestamptz, edge.hour) AND m.at < edge.rolled
)
SELECT day, max(n) FROM (
  SELECT (at AT TIME ZONE %(zone)s)::date AS day, slot, sum(n)::int AS n FROM said GROUP BY 1, 2
) by_slot GROUP BY 1
UNION ALL SELECT NULL, extract(epoch FROM rolled)::int FROM edge
"""


@dataclass(frozen=True, slots=True)
class DayOf:
    """What a thing said on one local day, and how many readings were expected of it by its interval.

    Today is expected up to where readings are rolled up, and the day it was put up from then on.
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
    """The last `back` local days, oldest first, today the last. Three queries.

    A reading counts by the quantity that came most often: one message need not hold all of them.
    """
    today = timezone.localdate(at)
    first = today - timedelta(days=back)
    met: dict[date, dict[str, int]] = {}
    for day, what, n in read(_MET, [thing.no, first, today]):
        met.setdefault(day, {})[what] = n
    with connection.cursor() as cursor:
        begin = _midnight(first + timedelta(days=1))
        cursor.execute(_STORED, {"zone": settings.TIME_ZONE, "thing": thing.no, "begin": begin})
        stored = dict(cursor.fetchall())
    rolled = datetime.fromtimestamp(stored.pop(None), UTC)
    paces = _paces(thing, begin)
    return [
        DayOf(day, _expected(thing, paces, day, min(at, rolled)), stored=stored.get(day, 0), **met.get(day, {}))
        for day in (first + timedelta(days=n) for n in range(1, back + 1))
    ]


def _paces(thing: Thing, since: datetime) -> list[tuple[datetime | None, timedelta]]:
    """Until when it reported how often, in order; the last holds now."""
    past = Interval.objects.filter(thing=thing, until__gt=since).order_by("until", "id")
    return [(one.until, _pace(thing, one.every)) for one in past] + [(None, every(thing))]


def _pace(thing: Thing, own: int | None) -> timedelta:
    return every(Thing(model=thing.model, every=own))


def _expected(thing: Thing, paces: Sequence[tuple[datetime | None, timedelta]], day: date, until: datetime) -> int:
    """How many readings by the interval that held at each moment of the day."""
    begins = max(_midnight(day), thing.installed_at or thing.registered_at)
    ends = min(_midnight(day) + timedelta(days=1), until)
    expected = 0.0
    for pace_ends, pace in paces:
        stops = ends if pace_ends is None else min(ends, pace_ends)
        if stops > begins:
            expected += (stops - begins) / pace
            begins = stops
    return int(expected)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, slots=True)
class Group:
    """Of the things of one model at one place (nine or twelve digits of its code): how many are unwell in each way.

    `judged` are those of which something can be said: without those that wait to be put up, and without the `unheard`,
    which were put up and have not said a word yet. Shares are of them.
    """

    place_code: str
    model: str
    things: int
    judged: int
    unheard: int
    unwell: int
    silent: int
    battery: int
    signal: int
    few: int
    clock: int
    dead: int


def groups(actor: Actor, *, at: datetime, place: str = "", digits: int = 12) -> list[Group]:
    """How many are unwell, by place and model: one query over everything in the scope that is not retired, and two for what
    is declared. Raises NotAllowed.
    """
    ways = [looking.ailment(what, at) for what in UNWELL]
    each = ", ".join(f"coalesce({part.sql}, false) AS {what}" for what, part in zip(UNWELL, ways, strict=True))
    unwell = " OR ".join(UNWELL)
    counted = ", ".join(f"count(*) FILTER (WHERE {what})" for what in UNWELL)
    rows = _working(
        actor, at, place,
        Part(
            f"t.place_code, t.model, t.state = 'waiting' AS waits, {looking.UNHEARD} AS unheard, {each}",
            tuple(v for part in ways for v in part.values),
        ),
        Part(
            f"""left(place_code, %s), model, count(*), count(*) FILTER (WHERE NOT (waits OR unheard) OR {unwell}),
            count(*) FILTER (WHERE unheard), count(*) FILTER (WHERE {unwell}), {counted}
            FROM t GROUP BY 1, 2 ORDER BY 1, 2""",
            (digits,),
        ),
    )  # fmt: skip
    return [Group(*row) for row in rows]


def _working(actor: Actor, at: datetime, place: str, columns: Part, asked: Part) -> list[Any]:
    """Columns of everything in the scope that is not retired as `t`, and what is asked of those. Raises NotAllowed."""
    require(actor, "things.read")
    where = looking.where(actor, Asked(place=place), at)
    if where is None:
        return []
    declared = looking.declared()
    text = f"""
        WITH t AS MATERIALIZED (
          SELECT {columns.sql} FROM things_thing t LEFT JOIN {declared.sql} ON d.model = t.model
          {looking.SOURCES} WHERE {where.sql}
        )
        SELECT {asked.sql}
    """  # noqa: S608 - made of the parts of looking.py and of ours; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(text, [*columns.values, *declared.values, *where.values, *asked.values])
        rows: list[Any] = cursor.fetchall()
    return rows


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
    ways = [looking.ailment(what, at) for what in UNWELL]
    each = ", ".join(f"CASE WHEN {part.sql} THEN %s END" for part in ways)
    rows = _working(
        actor, at, place,
        Part(
            f"""t.id, t.key, t.model, t.name, t.place_code, t.spot, l.received_at, l."values"[d.battery],
            l."values"[d.signal], array_remove(ARRAY[{each}]::text[], NULL) AS ways""",
            tuple(v for part, what in zip(ways, UNWELL, strict=True) for v in (*part.values, what)),
        ),
        Part("* FROM t WHERE ways <> '{}' ORDER BY place_code, model, key LIMIT %s", (most,)),
    )  # fmt: skip
    return [Unwell(*row) for row in rows]
