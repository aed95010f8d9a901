"""Devices that are themselves not well: rules over `Unwell`, judged from what is kept of their days.

No reading says that a clock is wrong, that nothing can be read, that too little arrives or that nothing ever came: it is
seen over days. About once an hour one worker looks at everything a rule is for with one query, and finds what has come
to hold and what holds no more (docs/adr/0017). What holds is remembered (`readings_unwell`), so that it is found once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from linli.kernel.access.prepared import ask, read
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Rule
from linli.kernel.things.queries.resting import RESTING

from . import listening
from .instants import ms
from .models import RuleNumber
from .queries import looking
from .queries.numbers import Numbers
from .raised import Raised, What

EVERY = timedelta(hours=1)
Breaks = Sequence[tuple[datetime, datetime]]

_CLAIM = """
INSERT INTO readings_looked AS k (rule, at) VALUES (%s, %s::timestamptz) ON CONFLICT (rule) DO UPDATE SET at = excluded.at
WHERE k.at <= excluded.at - %s::interval RETURNING rule
"""
_HOLDS = "INSERT INTO readings_unwell SELECT %s, unnest(%s::int[]), %s::timestamptz ON CONFLICT DO NOTHING"
_OVER = "DELETE FROM readings_unwell WHERE rule = %s AND thing = ANY(%s::int[])"
_GONE = """
DELETE FROM readings_unwell h WHERE h.rule = %s AND NOT EXISTS (
  SELECT FROM things_thing t WHERE t.no = h.thing AND t.state = 'working' AND t.model = ANY(%s))
"""

# What can hold of a thing is looked at whole; of the others only what is remembered.
_LOOK = f"""
WITH e AS MATERIALIZED (SELECT {looking.DAY} AS day, {looking.HEARD} AS heard),
y AS (
  SELECT thing, sum(n) FILTER (WHERE what <> 'dead') AS clock, count(DISTINCT day) FILTER (WHERE what <> 'dead') AS clock_days,
    min(day) FILTER (WHERE what <> 'dead') AS clock_first, max(day) FILTER (WHERE what <> 'dead') AS clock_last,
    sum(n) FILTER (WHERE what = 'dead') AS dead, count(*) FILTER (WHERE what = 'dead') AS dead_days,
    min(day) FILTER (WHERE what = 'dead') AS dead_first, max(day) FILTER (WHERE what = 'dead') AS dead_last
  FROM readings_tally WHERE what IN ('skewed', 'late', 'dead') AND day > %s GROUP BY thing
), f AS (
  SELECT t.no, t.id, t.place_code, t.name, t.lon, t.lat, h.thing IS NOT NULL AS held, {RESTING} AS rests,
    y.clock, y.clock_days, y.clock_first, y.clock_last, y.dead, y.dead_days, y.dead_first, y.dead_last,
    CASE WHEN coalesce(t.installed_at, t.registered_at) <= e.day AND NOT coalesce({looking.SILENT}, false)
      AND t.id NOT IN (SELECT i.thing_id FROM things_interval i WHERE i.until > (SELECT day FROM e))
    THEN CASE WHEN p.day >= e.day THEN p.n WHEN p.day >= e.day - interval '7 days' THEN 0 END END AS said,
    e.heard / coalesce(t.every, d.every) AS expected, e.day,
    CASE WHEN {looking.UNHEARD} THEN coalesce(t.installed_at, t.registered_at) END AS unheard
  FROM things_thing t JOIN {{declared}} ON d.model = t.model CROSS JOIN e {looking.SOURCES}
  LEFT JOIN y ON y.thing = t.no LEFT JOIN readings_unwell h ON h.rule = %s AND h.thing = t.no
  WHERE t.model = ANY(%s) AND t.state = 'working'
)
SELECT * FROM f
WHERE held OR clock >= %s OR dead >= %s OR said < expected * %s / 100 OR unheard <= %s ORDER BY no
"""  # noqa: S608 - made of the parts of looking.py; every value is a parameter


@dataclass(frozen=True, slots=True)
class Met:
    """How often something was met with within a week, on how many days, and on which first and last."""

    n: int
    days: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a thing's days. `said` and `expected` are of the last whole day (`day`), None where nothing can be
    said of it; `unheard`: since when it has been put up, where it was never understood."""

    clock: Met
    dead: Met
    said: int | None
    expected: float
    day: datetime
    unheard: datetime | None


@dataclass(frozen=True, slots=True)
class _Thing:
    no: int
    id: UUID
    place_code: str
    name: str
    lon: float | None
    lat: float | None
    held: bool
    rests: bool
    kept: Kept


def look(rule: Rule, at: datetime) -> list[Raised]:
    """What has come to hold of the rule's things since the last look, and what holds no more; nothing when that was less
    than an hour ago. In the caller's transaction, with the system's eyes: what is returned is to be written down in it."""
    if not read(_CLAIM, [rule.name, at, f"{EVERY.total_seconds()} seconds"]):
        return []
    read(_GONE, [rule.name, list(rule.of)])  # its warning is ended as of a thing that nobody watches
    rows = list(RuleNumber.objects.filter(rule=rule.name))
    numbers = Numbers(rows)
    breaks = _breaks(at)
    changes: list[Raised] = []
    began, over = [], []
    for thing in _things(rule, rows, at):
        own = rule.with_numbers(numbers.set_for(rule, thing.place_code, thing.id)).numbers()
        so = list(ways(thing.kept, own, at, breaks))
        if so and not thing.held and not thing.rests:
            began.append(str(thing.no))
            changes.append(_change(rule, thing, "raise", at, so))
        elif thing.held and not so:
            over.append(str(thing.no))
            changes.append(_change(rule, thing, "clear", at, so))
    ask(_HOLDS, [rule.name, began, at])
    ask(_OVER, [rule.name, over])
    return changes


def _breaks(at: datetime) -> Breaks:
    """When nobody listened in the last weeks; before the first break ended nobody ever did."""
    found = listening.breaks(at - timedelta(days=31), at)
    ((first,),) = read("SELECT min(ended) FROM readings_break")
    if first is None:
        return found
    return [(datetime.min.replace(tzinfo=UTC), first), *((a, b) for a, b in found if a >= first)]


def ways(kept: Kept, numbers: Mapping[str, float], at: datetime, breaks: Breaks = ()) -> Iterator[dict[str, Any]]:
    """In which ways a thing is unwell, each with what its sentence is made of. Pure; `numbers` are the rule's."""
    today = timezone.localdate(at)
    for way, met in (("clock", kept.clock), ("dead", kept.dead)):
        lately = met.last is not None and met.last >= today - timedelta(days=1)
        if met.n >= numbers["often"] and met.days >= numbers["days"] and lately:
            yield {"way": way, "n": met.n, "since": ms(_midnight(met.first or today))}
    if kept.said is not None and kept.said < kept.expected * numbers["few"] / 100:
        yield {"way": "few", "n": kept.said, "of": int(kept.expected), "since": ms(kept.day)}
    if kept.unheard is not None and _listened(kept.unheard, at, breaks) >= numbers["unheard"]:
        yield {"way": "unheard", "since": ms(kept.unheard)}


def _listened(since: datetime, at: datetime, breaks: Breaks) -> float:
    """For how many seconds somebody could have heard it."""
    deaf = sum(
        ((min(ended, at) - max(began, since)).total_seconds() for began, ended in breaks if ended > since), 0.0
    )
    return (at - since).total_seconds() - deaf


def _things(rule: Rule, rows: Sequence[RuleNumber], at: datetime) -> list[_Thing]:
    """Those of which the rule holds, or may with the loosest numbers that were set anywhere."""
    declared, own = looking.declared(), rule.numbers()
    least = {name: min([own[name], *(row.value for row in rows if row.name == name)]) for name in own}
    most_few = max([own["few"], *(row.value for row in rows if row.name == "few")])
    zone = settings.TIME_ZONE
    with connection.cursor() as cursor:
        cursor.execute(
            _LOOK.format(declared=declared.sql),
            [
                *[zone] * (1 + looking.HEARD.count(looking.DAY)), timezone.localdate(at) - looking.WEEK,
                at, at, at, *declared.values, rule.name, list(rule.of),
                least["often"], least["often"], most_few, at - timedelta(seconds=least["unheard"]),
            ],
        )  # fmt: skip
        return [_thing(row) for row in cursor.fetchall()]


def _thing(row: tuple[Any, ...]) -> _Thing:
    no, key, code, name, lon, lat, held, rests, *kept = row
    clock, dead, (said, expected, day, unheard) = kept[:4], kept[4:8], kept[8:]
    days = Kept(_met(clock), _met(dead), said, float(expected), day, unheard)
    return _Thing(no, key, code, name, lon, lat, held, rests, days)


def _met(row: Sequence[Any]) -> Met:
    n, days, first, last = row
    return Met(int(n or 0), int(days or 0), first, last)


def _change(rule: Rule, thing: _Thing, what: What, at: datetime, so: list[dict[str, Any]]) -> Raised:
    return Raised(
        rule=rule, subject=str(thing.no), thing_no=thing.no, thing_id=thing.id, place_code=thing.place_code,
        lon=thing.lon, lat=thing.lat, name=thing.name, what=what, severity=int(rule.severity), at_ms=ms(at),
        says={"how": "unwell", "ways": so},
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def rules() -> list[Rule]:
    """Those that are judged here."""
    return [rule for rule in catalogue().rules.values() if rule.by_days]
