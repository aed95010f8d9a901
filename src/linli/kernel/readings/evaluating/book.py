"""What an evaluator knows by heart: things, the rules that hold for each with their numbers, and what is muted.

Read whole at the start; what changed since is asked for about once a second. Fifty thousand things are some tens of
megabytes. Machines hold no state of their own, so things with the same numbers share one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from linli.kernel.access.prepared import read
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Rule
from linli.kernel.things.models import Thing
from linli.kernel.things.queries.registry import SNAPSHOT
from linli.kernel.things.shards import SHARDS

from ..queries import slots
from ..queries.numbers import Numbers
from ..rules import Machine, compile_rule
from ..rules.machine import Outcome
from ..usual import Course as Usual

_THINGS = "no", "id", "model", "name", "place_code", "shard", "state", "lon", "lat", "spot", "every"
_STAMP = """
SELECT
  (SELECT count(*) || '.' || coalesce(max(set_at)::text, '') || '.' || coalesce(sum(value), 0) FROM readings_rulenumber),
  (SELECT coalesce(sum((carried ->> 'warnings')::bigint), 0) || '.' || count(finished_at) FROM places_recoding)
"""
_MUTED = """
SELECT t.no FROM things_upkeep u JOIN things_thing t ON t.id = u.thing_id
WHERE u.what = 'maintenance' AND u.lasts @> %s::timestamptz
"""
_PLACES = "SELECT place_code FROM things_placeupkeep WHERE lasts @> %s::timestamptz ORDER BY 1"


_AGREED = """
SELECT t.no, (extract(epoch FROM coalesce(a.since, a.begun_at)) * 1000)::bigint, (extract(epoch FROM a.until) * 1000)::bigint
FROM things_agreement a JOIN things_thing t ON t.id = a.thing_id
WHERE t.no = ANY(%s::int[]) AND a.begun_at IS NOT NULL AND a.ended_at IS NULL AND t.state = 'working'
"""
NEVER = 1 << 62


class Watching(NamedTuple):
    """A rule over a thing. `key` is what its state is kept under: rule and subject (a thing's number, or a place)."""

    key: tuple[str, str]
    feed: Callable[..., Outcome]
    rule: Rule
    machine: Machine


@dataclass(slots=True)
class Kept:
    """A thing, as the evaluator needs it, with what watches it."""

    no: int
    id: UUID
    model: str
    name: str
    place_code: str
    shard: int
    state: str
    lon: float | None
    lat: float | None
    spot: str
    every: int | None = None
    since: int = 0
    """Milliseconds: of a personal thing, from when somebody agrees to it; nothing from before is taken. 0: of others."""
    until: int = NEVER
    watched: tuple[Watching, ...] = ()

    def same_as(self, other: Kept | None) -> bool:
        """But for what watches it."""
        return other is not None and replace(other, watched=()) == replace(self, watched=())


@dataclass(slots=True)
class Book:
    things: dict[int, Kept] = field(default_factory=dict)
    muted: frozenset[int] = frozenset()
    personal: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Things of which only what is said under an agreement is taken."""
    stale: set[int] = field(default_factory=set)
    """Shards of which more has changed than the book itself: things came from elsewhere or went there, or places have
    other codes, and what rules had begun to count was carried along in the database. They are to be read anew."""
    fresh: dict[int, Kept | None] = field(default_factory=dict)
    """Things that are otherwise than when somebody last took note of it (`Course.watch`), with what they were then."""
    _since: int | None = None
    """Transactions from here on had not all been seen at the last look; as in the registry."""
    _resting: tuple[str, ...] = ()
    _below: frozenset[int] = frozenset()
    _stamp: tuple[str, ...] = ()
    _machines: dict[tuple[object, ...], Machine] = field(default_factory=dict)
    _usual: Usual = field(default_factory=Usual)

    def refresh(self, at: datetime) -> bool:
        """Read what has changed; whether anything had."""
        alone = frozenset(no for (no,) in read(_MUTED, [at]))
        resting = tuple(code for (code,) in read(_PLACES, [at]))
        ((since, until),) = read(SNAPSHOT)
        (stamp,) = read(_STAMP)
        whole = self._usual.refresh() or stamp != self._stamp or self._since is None
        if self._stamp and self._stamp[-1] != stamp[-1]:
            self.stale.update(range(SHARDS))
        rows = Thing.objects.values_list(*_THINGS)
        if not whole:
            rows = rows.filter(changed_tx__gte=self._since, changed_tx__lt=until)
        changed = self._take([Kept(*row) for row in rows], whole)
        self._stamp, self._since = stamp, since
        # A street is thousands of things: they are looked through when it begins or ends, not with every look.
        if changed or resting != self._resting:
            self._resting = resting
            self._below = frozenset(
                no for no, thing in self.things.items() if resting and thing.place_code.startswith(resting)
            )
        self.muted = alone | self._below
        return changed

    def _take(self, things: list[Kept], whole: bool) -> bool:
        """`whole`: all of them are otherwise, even where they are the same."""
        self._mark_agreed(things)
        if not whole:  # while an old transaction is open somewhere, what changed after it is read with every look
            things = [thing for thing in things if not thing.same_as(self.things.get(thing.no))]
        if not things:
            return False
        watch = Watch(self._machines, self._usual)
        for thing in things:
            if thing.state in ("working", "maintained"):
                thing.watched = watch.over(thing)
            was = self.things.get(thing.no)
            if was is not None and was.shard != thing.shard:
                self.stale |= {was.shard, thing.shard}
            self.fresh.setdefault(thing.no, was)
            self.things[thing.no] = thing
        return True

    def _mark_agreed(self, things: list[Kept]) -> None:
        """From when to when each personal thing may be heard."""
        devices = catalogue().devices
        found = {t.no: t for t in things if (device := devices.get(t.model)) is not None and device.personal}
        agreed = {no: (since, until) for no, since, until in read(_AGREED, [[str(no) for no in found]])}
        for no, thing in found.items():
            thing.since, thing.until = agreed.get(no, (NEVER, NEVER))
        self.personal = np.union1d(self.personal, np.array(list(found), np.int64))


class Watch:
    """Which machines watch a thing."""

    def __init__(self, machines: dict[tuple[object, ...], Machine], usual: Usual) -> None:
        self.machines = machines
        self.usual = usual
        self.zone = ZoneInfo(settings.TIME_ZONE)
        words = catalogue()
        self.rules: dict[str, list[Rule]] = defaultdict(list)
        for rule in words.rules.values():
            for model in rule.of if not rule.by_days else ():
                self.rules[model].append(rule)
        self.devices = words.devices
        self.slots = slots.of(words.devices)
        self.numbers = Numbers.load()

    def over(self, thing: Kept) -> tuple[Watching, ...]:
        found = []
        for rule in self.rules.get(thing.model, ()):
            machine = self._machine(rule, thing)
            level = machine.subject_level
            subject = thing.place_code[:level] if level else str(thing.no)
            found.append(Watching((rule.name, subject), machine.feed, rule, machine))
        return tuple(found)

    def _machine(self, rule: Rule, thing: Kept) -> Machine:
        numbers = self.numbers.set_for(rule, thing.place_code, thing.id, thing.every)
        key = (rule, thing.model, tuple(sorted(numbers.items())))
        machine = self.machines.get(key)
        if machine is None:
            device = self.devices[thing.model]
            machine = compile_rule(rule, device, self.slots[thing.model], numbers, self.usual, self.zone)
            self.machines[key] = machine
        return machine
