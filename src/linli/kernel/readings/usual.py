"""The usual course of things: what a quantity is at an hour of the week, and how far it strays from that.

Learned once a day from the roll-ups by hour of the last eight weeks, for what rules ask about (`rules.courses`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isnan, nan

from django.conf import settings
from django.db import connection, transaction

from linli.kernel.access import as_system
from linli.kernel.access.prepared import read
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Rule, Unusual
from linli.kernel.declare.conditions import parts
from linli.kernel.declare.numbers import conditions_of

from .queries import slots
from .rules.courses import courses

SPAN = timedelta(weeks=8)
WEEK = 168
"""Hours."""
_LOCK = 0x6C65726E  # "lern"
_A_BATCH = 500
"""Things learned in one transaction."""

_HOURS = """
SELECT thing, slot,
  (extract(isodow FROM local)::int - 1) * 24 + extract(hour FROM local)::int AS how,
  sum / n AS mean
FROM (SELECT thing, slot, sum, n, at AT TIME ZONE %s AS local FROM readings_hour
  WHERE thing = ANY(%s) AND slot = ANY(%s) AND at >= %s AND at < %s) hours
ORDER BY 1, 2, 3
"""


_READ = """
SELECT thing, slot, array_agg(how ORDER BY how), array_agg(mean ORDER BY how), array_agg(sd ORDER BY how)
FROM readings_usual {where} GROUP BY thing, slot
"""
_UNKNOWN = array("d", [nan]) * (2 * WEEK)


@dataclass(slots=True)
class Course:
    """What was learned, in memory; what rules ask (`rules.Usual`): 2.7 kB a thing and quantity. `refresh` costs one small
    question while nothing was learned since."""

    _known: dict[tuple[int, int], array[float]] = field(default_factory=dict)
    _learned: datetime | None = None

    def at(self, thing: int, slot: int, how: int) -> tuple[float, float] | None:
        known = self._known.get((thing, slot))
        if known is None or isnan(mean := known[how]):
            return None
        return mean, known[WEEK + how]

    def refresh(self, things: Iterable[int] | None = None) -> bool:
        """Read what was learned, of these things or of all, if it was learned anew; whether it was."""
        ((learned,),) = read("SELECT max(at) FROM readings_learned")
        if learned == self._learned:
            return False
        where, values = ("WHERE thing = ANY(%s)", [list(things)]) if things is not None else ("", [])
        found: dict[tuple[int, int], array[float]] = {}
        with connection.cursor() as cursor:
            cursor.execute(_READ.format(where=where), values)
            for thing, slot, hours, means, deviations in cursor:
                known = found[thing, slot] = _UNKNOWN[:]
                for how, mean, deviation in zip(hours, means, deviations, strict=True):
                    known[how], known[WEEK + how] = mean, deviation
        self._known, self._learned = found, learned
        return True


def asked(rules: Iterable[Rule]) -> dict[str, set[str]]:
    """Model of device → quantities of which some rule asks what is usual."""
    found: dict[str, set[str]] = {}
    for rule in rules:
        quantities = {
            part.quantity
            for _before, condition in conditions_of(rule)
            for part in parts(condition)
            if isinstance(part, Unusual)
        }
        for model in rule.of if quantities else ():
            found.setdefault(model, set()).update(quantities)
    return found


def learn(*, at: datetime) -> int:
    """Learn the usual course anew from the eight weeks before `at`. Returns how many hours of the week are known, of all
    things and quantities together. The worker calls it daily; it may be killed in the midst."""
    wanted = asked(catalogue().rules.values())
    where = slots.of(wanted)
    known = 0
    for model, quantities in sorted(wanted.items()):
        mine = sorted(where[model][quantity] for quantity in quantities if quantity in where[model])
        if not mine:
            continue
        with as_system():
            things = [no for (no,) in read("SELECT no FROM things_thing WHERE model = %s ORDER BY no", [model])]
        for n in range(0, len(things), _A_BATCH):
            known += _learn(things[n : n + _A_BATCH], mine, at)
    read(
        "INSERT INTO readings_learned (id, at) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET at = excluded.at", [at]
    )
    return known


def learn_daily(*, at: datetime) -> int:
    """Learn where nobody has today. Returns as `learn`, 0 where somebody had."""
    ((learned,),) = read("SELECT max(at) FROM readings_learned")
    return learn(at=at) if learned is None or at - learned > timedelta(hours=20) else 0


def _learn(things: list[int], slots: list[int], at: datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])  # two that learn at once would write twice
        cursor.execute(_HOURS, [settings.TIME_ZONE, things, slots, at - SPAN, at])
        rows = cursor.fetchall()
        found = [(thing, slot, how, n, mean, sd) for (thing, slot, how), (n, mean, sd) in courses(rows).items()]
        cursor.execute("DELETE FROM readings_usual WHERE thing = ANY(%s)", [things])
        with cursor.copy("COPY readings_usual (thing, slot, how, n, mean, sd) FROM STDIN") as copy:
            for row in found:
                copy.write_row(row)
    return len(found)
