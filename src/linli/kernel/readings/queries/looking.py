"""How the things in somebody's scope are looked for: where they lie, and what is the matter with them, as SQL.

Every question about many things is made of these parts, over `things_thing t`, `d` (what its model declares), `l` (its
latest state) and `p` (how often it spoke: `SOURCES`). What the actor may see is decided again by PostgreSQL, row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from linli.kernel.access import Actor, Sees, shortest
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare.devices import BATTERY, LAT, LON, SIGNAL, Device, seconds
from linli.kernel.things.models import State
from linli.kernel.things.queries import spelling
from linli.kernel.things.queries.resting import RESTING

from . import slots
from .storms import STANDS

BATTERY_LOW = 20.0
"""Percent. Lithium cells hold their voltage until shortly before the end: a fifth is some weeks of warning."""
SIGNAL_POOR = -110.0
"""dBm. NB-IoT repeats from about here (coverage level 1 of 3GPP TS 36.331), and the battery pays for it."""
FEW = 0.9
"""The share of expected readings of the last whole day below which too few arrived; counted by the model's main quantity
(`readings_spoken`)."""
OFTEN = 10
"""From so many times in a week on, a wrong clock or unreadable messages are no slip."""
WEEK = timedelta(days=7)

SOURCES = (
    "LEFT JOIN readings_latest l ON l.thing = t.no LEFT JOIN readings_spoken p ON p.thing = t.no"  # by their keys
)
"""What stands beside `things_thing t`; PostgreSQL leaves out the one that nothing is asked of."""

UNWELL = ("silent", "battery", "signal", "few", "clock", "dead")
"""The ways a thing itself can be unwell."""
HEALTH = ("warned", "unclosed", *UNWELL, "unheard")
"""What can be asked for: a warning that stands, one that has cleared and nobody has closed yet, the ways to be unwell, and what was put up and has not said a word yet."""

_COLUMNS = {4: "p4", 6: "p6", 9: "p9", 12: "p12"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which things. `box` is west, south, east, north in degrees."""

    place: str = ""
    model: str = ""
    state: str = ""
    health: str = ""
    text: str = ""
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of SQL and its values, in their order."""

    sql: str
    values: tuple[Any, ...] = ()


def inside(actor: Actor, place: str = "", name: str = "t") -> Part | None:
    """What finds the rows of `name` in the scope, and at a place within it, by index; None when there can be none."""
    if actor.sees not in (Sees.PLACE, Sees.UNIT, Sees.THINGS, Sees.ALL):
        return None
    prefixes = shortest(p for scope in actor.scopes if (p := _narrower(scope, place)) is not None)
    if not prefixes:
        return None
    if prefixes == ("",):
        return Part("true")
    parts = [_within(prefix, name) for prefix in prefixes]
    return Part(
        "(" + " OR ".join(part.sql for part in parts) + ")", tuple(v for part in parts for v in part.values)
    )


def _narrower(scope: str, place: str) -> str | None:
    if scope == "*" or place.startswith(scope):
        return place
    return scope if scope.startswith(place) else None


def _within(prefix: str, name: str) -> Part:
    stored = max((n for n in _COLUMNS if n <= len(prefix)), default=0)
    if stored == len(prefix):
        return Part(f"{name}.{_COLUMNS[stored]} = %s", (prefix,))
    if not stored:
        return Part(f"starts_with({name}.place_code, %s)", (prefix,))
    return Part(
        f"({name}.{_COLUMNS[stored]} = %s AND starts_with({name}.place_code, %s))", (prefix[:stored], prefix)
    )


def declared() -> Part:
    """`d`: of each model its silence and interval in seconds, and where in its values battery and signal stand; of one
    that moves about, also where it is."""
    devices = catalogue().devices.values()
    places = slots.of(catalogue().devices)

    def stands(device: Device, quantity: str) -> int | None:
        slot = places[device.name].get(quantity)
        return None if slot is None else slot + 1  # arrays count from one in SQL

    return Part(
        "unnest(%s::text[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])"
        " AS d(model, silence, every, battery, signal, lon, lat)",
        (
            [device.name for device in devices],
            [device.silence for device in devices],
            [seconds(device.every) for device in devices],
            *([stands(device, q.name) for device in devices] for q in (BATTERY, SIGNAL)),
            *([stands(device, q.name) if device.moves else None for device in devices] for q in (LON, LAT)),
        ),
    )


def ailment(what: str, at: datetime) -> Part:
    """The condition under which a thing is unwell in this way (`HEALTH`)."""
    if what == "silent":
        return Part(SILENT, (at,))
    if what == "unheard":
        return Part(UNHEARD)
    if what == "battery":
        return Part('l."values"[d.battery] < %s', (BATTERY_LOW,))
    if what == "signal":
        return Part('l."values"[d.signal] < %s', (SIGNAL_POOR,))
    if what == "few":
        # Who said nothing that day said too little only if it used to speak: else it is silent, or has no past.
        # Of a day in which it was told to report otherwise, nothing is said.
        text = f"""t.state = 'working' AND coalesce(t.installed_at, t.registered_at) <= {DAY}
            AND t.id NOT IN (SELECT i.thing_id FROM things_interval i WHERE i.until > {DAY})
            AND {SAID} < {HEARD} * %s / coalesce(t.every, d.every)"""  # noqa: S608 - made of our own parts
        return Part(
            text,
            (*[settings.TIME_ZONE] * (2 + SAID.count(DAY) + HEARD.count(DAY)), FEW),
        )
    if what in ("clock", "dead"):
        word = "skewed" if what == "clock" else "dead"
        return Part(
            "t.no IN (SELECT y.thing FROM readings_tally y WHERE y.what = %s AND y.what IN ('skewed', 'dead')"
            " AND y.day > %s GROUP BY y.thing HAVING sum(y.n) >= %s)",
            (word, timezone.localdate(at) - WEEK, OFTEN),
        )
    state = STANDS.format("w") if what == "warned" else "w.state = 'cleared'"
    return Part(
        f"EXISTS (SELECT FROM readings_warning w WHERE w.thing_id = t.id AND w.closed_at IS NULL AND {state})"
    )


SILENT = (
    "(t.state = 'working' AND (t.installed_at IS NULL OR l.received_at >= t.installed_at)"
    " AND greatest(l.received_at, (SELECT since FROM readings_listening))"
    " < least(%s::timestamptz, (SELECT heard_at FROM readings_listening))"
    " - make_interval(secs => coalesce(t.every * 3, d.silence)))"
)
"""Silence, with the instant it is asked at as its value: three times a thing's own interval where it has one. As for the
rules, it is counted from when somebody listened again, and while nobody does no further thing falls silent."""
UNHEARD = "(t.state = 'working' AND (l.received_at IS NULL OR l.received_at < t.installed_at))"
"""Put up, and not heard since: whether it ever will be is not known, so it is not called silent."""
DAY = "(SELECT date_trunc('day', rolled, %s) - interval '1 day' FROM readings_rolling)"
"""The last local day that is over and rolled up, with the time zone as its value."""
SAID = f"CASE WHEN p.day >= {DAY} THEN p.n WHEN p.day >= {DAY} - interval '7 days' THEN 0 END"
"""How often a thing (`readings_spoken p`) said its main quantity that day; nothing is known of who was not heard in the
week before it."""
HEARD = f"""(SELECT greatest(0, extract(epoch FROM {DAY} + interval '1 day' - greatest({DAY}, f.first)))
  - coalesce((SELECT sum(extract(epoch FROM least(b.ended, {DAY} + interval '1 day') - greatest(b.began, {DAY})))
    FROM readings_break b WHERE b.began >= f.first AND b.ended > {DAY} AND b.began < {DAY} + interval '1 day'), 0)
  FROM (SELECT coalesce(min(ended), {DAY}) AS first FROM readings_break) f)"""  # noqa: S608 - made of our own part
"""For how many seconds of that day somebody listened: nobody said too little while nobody could hear it.
Before the first break ended nobody ever did."""
LON_NOW, LAT_NOW = 'coalesce(l."values"[d.lon], t.lon)', 'coalesce(l."values"[d.lat], t.lat)'
"""Where a thing is: where it was put up, or where it says it is."""


def where(actor: Actor, asked: Asked, at: datetime) -> Part | None:
    """Everything that narrows the things asked for; None when there can be none."""
    scope = inside(actor, asked.place)
    if scope is None:
        return None
    parts = [scope]
    if asked.model:
        parts.append(Part("t.model = %s", (asked.model,)))
    if asked.state == State.MAINTAINED:
        parts.append(Part(RESTING, (at, at)))
    elif asked.state:
        parts.append(Part("t.state = %s", (asked.state,)))
    else:
        parts.append(Part("t.state <> 'retired'"))
    if asked.text:
        if (numbers := spelling.said(asked.text)) is not None:
            parts.append(Part("t.no = ANY (%s)", (numbers,)))
        like = "%" + asked.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        parts.append(Part("(t.name ILIKE %s OR t.spot ILIKE %s OR t.key ILIKE %s)", (like, like, like)))
    if asked.box:
        west, south, east, north = asked.box
        inside_it = "{} BETWEEN %s AND %s AND {} BETWEEN %s AND %s"
        edges = (west, east, south, north)
        moving = [device.name for device in catalogue().devices.values() if device.moves]
        # Where it was put up stands in an index; where one that moves about is now, in none.
        found = f"({inside_it.format('t.lon', 't.lat')} OR t.model = ANY (%s))"
        parts.append(Part(found, (*edges, moving)))
        parts.append(Part(inside_it.format(LON_NOW, LAT_NOW), edges))
    if asked.health:
        parts.append(ailment(asked.health, at))
    return Part(" AND ".join(part.sql for part in parts), tuple(v for part in parts for v in part.values))
