"""A rule played with two sets of numbers over what things said, with the evaluator's own machines."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Rule, Silent, seconds
from linli.kernel.declare.conditions import parts
from linli.kernel.declare.numbers import conditions_of
from linli.kernel.things.models import Interval, Thing

from .. import listening
from ..instants import ms
from ..queries import slots
from ..queries.numbers import Numbers
from ..rules import Machine, Sample, compile_rule
from ..rules.replay import Replay, Stood
from ..usual import Course
from . import stored

_A_QUERY = 20_000
"""Readings asked for at a time, about: sorted in memory."""
_HOURS = 2 * 3600
"""Seconds of silence from which on hours tell enough: a thing that spoke in each of them was never silent so long."""


class Trial:
    """A rule with two sets of numbers over the last `days` before `at`, or as much of it as its models keep."""

    def __init__(self, rule: Rule, present: Numbers, other: Numbers, at: datetime, days: int) -> None:
        self.rule, self.sets = rule, (present, other)
        kept = [timedelta(seconds=seconds(d.keeps)) for m in rule.of if (d := catalogue().devices.get(m))]
        self.begin = at - min([timedelta(days=days), *kept])
        self.end = at
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.slots = slots.of(rule.of)
        self.usual = Course()
        self.found: tuple[dict[str, list[Stood]], dict[str, list[Stood]]] = ({}, {})
        self.covered: set[str] = set()
        self.heard: dict[str, tuple[int, int]] = {}
        """Of each subject the first and the last reading that is stored, ms."""
        self.coarse: set[int] = set()
        self.things = self.readings = 0
        self.expected = 0.0
        conditions = [part for _before, condition in conditions_of(rule) for part in parts(condition)]
        self._hush = [part for part in conditions if isinstance(part, Silent)]
        self._only_hush = len(self._hush) == len(conditions)
        self._paced: dict[int, int] = {}
        """Of each thing that was told to report at another interval, since when (ms): before, other silences were meant."""
        self._breaks: list[tuple[int, int]] = []
        self._speaks: set[int] = set()
        self.began = time.monotonic()
        self._machines: dict[tuple[str, tuple[tuple[str, float], ...]], Machine] = {}

    def run(self, things: Sequence[Thing], most: int, until: float) -> None:
        self.usual.refresh([t.no for t in things])
        self._speaks = stored.spoke([t.no for t in things], self.begin, self.end)
        if self._hush:
            changed = Interval.objects.filter(thing__in=[t.pk for t in things], until__gt=self.begin).order_by(
                "until"
            )
            self._paced = {no: ms(until) for no, until in changed.values_list("thing__no", "until")}
            self._breaks = stored.apart([(ms(a), ms(b)) for a, b in listening.breaks(self.begin, self.end)])
        rests = stored.rests(things, self.begin, self.end)
        for some in self._queries(things):
            if self.things and (self.readings >= most or time.monotonic() > until):
                return
            self._play(some, rests)
            self.things += len(some)
            self.expected += sum(map(self._expects, some))

    def _play(self, things: Sequence[Thing], rests: Mapping[int, list[tuple[int, int]]]) -> None:
        """Both sets of numbers over what these things said, in the order of its time."""
        begin, end = ms(self.begin), ms(self.end)
        several = bool(self.rule.level)
        hours: list[int] = []
        if self._hush:
            things, hours = self._told_apart(things)
        replays: dict[str, tuple[Replay, Replay]] = {}
        by_thing: dict[int, tuple[Replay, Replay]] = {}
        for thing in things:
            subject = self._subject(thing)
            if subject not in replays:
                since = max(begin, ms(thing.installed_at) if thing.installed_at else begin)
                own = () if several else rests.get(thing.no, ())
                present, other = (self._machine(numbers, thing) for numbers in self.sets)
                replays[subject] = (
                    Replay(present, since, own, self._breaks),
                    Replay(other, since, own, self._breaks),
                )
            by_thing[thing.no] = replays[subject]
        models = {self._machine(self.sets[0], thing) for thing in things}
        quiet = {no: Replay(next(iter(models)), begin, rest) for no, rest in rests.items()} if several else {}
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        with connection.create_cursor(name="backtest") as cursor:
            self._ask(cursor, list(by_thing), hours)
            while rows := cursor.fetchmany(5000):
                self.readings += len(rows)
                for no, at, values in rows:
                    if at < self._paced.get(no, 0):
                        continue
                    sample = Sample(no, at, values)
                    if no not in first:
                        first[no] = at
                    last[no] = at
                    muted = (no in quiet and quiet[no].muted(at)) if several else None
                    for replay in by_thing[no]:
                        replay.take(sample, muted)
        for thing in things:
            if thing.no in first:
                subject = self._subject(thing)
                begun, ended = self.heard.get(subject, (first[thing.no], last[thing.no]))
                self.heard[subject] = min(begun, first[thing.no]), max(ended, last[thing.no])
        for subject, both in replays.items():
            self.covered.add(subject)
            for replay, found in zip(both, self.found, strict=True):
                replay.until(end)
                if replay.found:
                    found[subject] = replay.found

    def _ask(self, cursor: Any, things: list[int], hours: list[int]) -> None:
        if self._only_hush:
            stored.ask_words(cursor, things, hours, self.begin, self.end)
        else:
            stored.ask_readings(cursor, things, self.begin, self.end)

    def _told_apart(self, things: Sequence[Thing]) -> tuple[Sequence[Thing], list[int]]:
        """Those of whom it can be told when they were silent, and of them those of whom only the hours tell it. The
        others are noted."""
        coarse = stored.coarse([t.no for t in things], self.begin, self.end)
        hours = [t.no for t in things if t.no in coarse and self._only_hush and self._shortest(t) >= _HOURS]
        unknown = coarse - set(hours)
        self.coarse |= unknown
        self.covered |= {self._subject(thing) for thing in things if thing.no in unknown}
        return [thing for thing in things if thing.no not in unknown], hours

    def _shortest(self, thing: Thing) -> float:
        """The shortest silence, in seconds, that either set of numbers asks about."""
        return min(self._machine(numbers, thing).shortest_silence for numbers in self.sets) / 1000

    def _machine(self, numbers: Numbers, thing: Thing) -> Machine:
        changed = numbers.set_for(self.rule, thing.place_code, thing.id, thing.every)
        key = (thing.model, tuple(sorted(changed.items())))
        if key not in self._machines:
            device = catalogue().devices[thing.model]
            self._machines[key] = compile_rule(
                self.rule, device, self.slots[thing.model], changed, self.usual, self.zone
            )
        return self._machines[key]

    def _subject(self, thing: Thing) -> str:
        return thing.place_code[: self.rule.level] if self.rule.level else str(thing.no)

    def _queries(self, things: Sequence[Thing]) -> Iterator[list[Thing]]:
        """Things, some at a time; those of a place that is judged together are never parted."""
        some: list[Thing] = []
        readings = 0.0
        for _subject, members in groupby(things, self._subject):
            for thing in members:
                some.append(thing)
                # Of most nothing may be stored: to be asked for them costs nothing.
                if thing.no in self._speaks:
                    readings += self._expects(thing)
            if readings >= _A_QUERY:
                yield some
                some, readings = [], 0.0
        if some:
            yield some

    def _expects(self, thing: Thing) -> float:
        every = thing.every or seconds(catalogue().devices[thing.model].every)
        begins = max(self.begin, thing.installed_at or self.begin)
        return max(0.0, (self.end - begins).total_seconds()) / every
