"""What would have happened: a rule with other numbers over the readings of the last weeks, beside the present numbers and
beside what was really raised and found on the spot.

The machines are the evaluator's own. What rules find unusual is measured by the usual course as it is known today.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, as_system, require, under
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Rule, seconds
from linli.kernel.things.models import PlaceUpkeep, Thing, Upkeep

from .models import Cause, Warning
from .queries import slots
from .queries.numbers import Numbers
from .rules import Machine, Sample, compile_rule
from .rules.replay import Replay, Stood
from .usual import Course
from .where import Where, where

TOLERANCE = 10 * 60_000
"""ms before and after a warning within which one of the replay is the same."""
TOP = 20
_OF_A_THING = "no", "model", "place_code", "every", "installed_at"
_A_QUERY = 20_000
"""Readings asked for at a time, about: sorted in memory."""
_ROWS = """
SELECT thing, (extract(epoch FROM at) * 1000)::bigint, "values" FROM readings_reading
WHERE thing = ANY(%s) AND at >= %s AND at < %s AND flags & 4 = 0 ORDER BY at, thing
"""  # 4: wire.Flag.LATE, which no rule was asked about
_SPEAKS = """
SELECT t.no FROM unnest(%s::int[]) t(no)
WHERE EXISTS (SELECT FROM readings_reading r WHERE r.thing = t.no AND r.at >= %s AND r.at < %s)
"""
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class Figures:
    """Of one set of numbers: how many warnings, about how many things or places, and what became of those a person looked
    into. `often` are the subjects with the most."""

    warnings: int = 0
    subjects: int = 0
    real_kept: int = 0
    false_gone: int = 0
    often: list[tuple[str, int]] = field(default_factory=list)
    days: dict[int, int] = field(default_factory=dict)
    """Days since 1970 (local) → warnings."""


@dataclass(slots=True)
class Backtest:
    """`present` and `other` numbers over the same readings; `raised` warnings really were, of them `real` and `false` as
    people found; `untried` more were, at times of which no readings are stored. `things` of `of_things` were covered (a fair
    sample, where the time did not suffice), from `begin`."""

    begin: datetime
    end: datetime
    things: int
    of_things: int
    readings: int
    took: float
    raised: int
    real: int
    false: int
    present: Figures
    other: Figures
    untried: int = 0

    @property
    def whole(self) -> bool:
        return self.things == self.of_things


def backtest(
    *,
    by: Actor,
    at: datetime,
    rule: str,
    numbers: Mapping[str, float],
    place_code: str = "",
    thing: UUID | None = None,
    days: int = 28,
    most: int = 3_000_000,
    longest: float = 20.0,
) -> Backtest:
    """Play the rule over what the things of a place (or one thing) said in the last `days`, as if `numbers` were set there.

    Reads at most about `most` readings and goes on for at most about `longest` seconds. Changes nothing. Raises
    NotAllowed, NotFound, Invalid as `tune` does; LookupError for a number the rule does not have.
    """
    require(by, "rules.read")
    declared = catalogue().rules.get(rule)
    if declared is None:
        raise NotFound(_("没有这条规则。"))
    declared.with_numbers(numbers)
    with transaction.atomic(), as_system():
        here = where(by, "rules.read", declared, place_code, thing)
        things = _things(declared, here)
        present = Numbers.load()
        tried = present.with_set(rule, str(thing) if thing else here.place_code, numbers)
        trial = _Trial(declared, present, tried, at, days)
        trial.run(things, most, time.monotonic() + longest)
        return trial.result(len(things))


def _things(rule: Rule, here: Where) -> list[Thing]:
    """In an order that is the same every time and has nothing to do with where they are: the first are a fair sample."""
    if here.thing:
        return [here.thing]
    found = Thing.objects.filter(under([here.place_code]), model__in=rule.of).exclude(state="waiting")

    def order(thing: Thing) -> tuple[bytes, int]:
        subject = thing.place_code[: rule.level] if rule.level else str(thing.no)
        return blake2b(subject.encode()).digest(), thing.no

    return sorted(found.only(*_OF_A_THING), key=order)


class _Trial:
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
        self.things = self.readings = 0
        self._speaks: set[int] = set()
        self.began = time.monotonic()
        self._machines: dict[tuple[str, tuple[tuple[str, float], ...]], Machine] = {}

    def run(self, things: Sequence[Thing], most: int, until: float) -> None:
        self.usual.refresh([t.no for t in things])
        with connection.cursor() as cursor:
            cursor.execute(_SPEAKS, [[t.no for t in things], self.begin, self.end])
            self._speaks = {no for (no,) in cursor.fetchall()}
        rests = _rests(things, self.begin, self.end)
        for some in self._queries(things):
            if self.things and (self.readings >= most or time.monotonic() > until):
                return
            self._play(some, rests)
            self.things += len(some)

    def _play(self, things: Sequence[Thing], rests: Mapping[int, list[tuple[int, int]]]) -> None:
        """Both sets of numbers over what these things said, in the order of its time."""
        begin, end = _ms(self.begin), _ms(self.end)
        several = bool(self.rule.level)
        replays: dict[str, tuple[Replay, Replay]] = {}
        by_thing: dict[int, tuple[Replay, Replay]] = {}
        for thing in things:
            subject = self._subject(thing)
            if subject not in replays:
                since = max(begin, _ms(thing.installed_at) if thing.installed_at else begin)
                own = () if several else rests.get(thing.no, ())
                replays[subject] = tuple(  # type: ignore[assignment]
                    Replay(self._machine(numbers, thing), since, own) for numbers in self.sets
                )
            by_thing[thing.no] = replays[subject]
        models = {self._machine(self.sets[0], thing) for thing in things}
        quiet = {no: Replay(next(iter(models)), begin, rest) for no, rest in rests.items()} if several else {}
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        with connection.create_cursor(name="backtest") as cursor:
            cursor.execute(_ROWS, [[*by_thing], self.begin, self.end], binary=True)
            while rows := cursor.fetchmany(5000):
                self.readings += len(rows)
                for no, at, values in rows:
                    sample = Sample(no, at, values)
                    if no not in first:
                        first[no] = at
                    last[no] = at
                    muted = (no in quiet and quiet[no].muted(at)) if several else None
                    present, other = by_thing[no]
                    present.take(sample, muted)
                    other.take(sample, muted)
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
                    every = thing.every or seconds(catalogue().devices[thing.model].every)
                    readings += (self.end - self.begin).total_seconds() / every
            if readings >= _A_QUERY:
                yield some
                some, readings = [], 0.0
        if some:
            yield some

    def result(self, of_things: int) -> Backtest:
        raised = Warning.objects.filter(
            rule=self.rule.name, subject__in=self.covered, raised_at__gte=self.begin, raised_at__lt=self.end
        ).values_list("subject", "raised_at", "cleared_at", "closed_at", "cause")
        stood: list[tuple[str, int, int, str]] = []
        untried = 0
        for subject, begun, cleared, closed, cause in raised:
            first, last = self.heard.get(subject, (1, 0))
            if not first - TOLERANCE <= _ms(begun) <= last + TOLERANCE:
                untried += 1  # nobody can say what either set of numbers would have made of it
                continue
            ended = cleared or closed or self.end
            stood.append((subject, _ms(begun) - TOLERANCE, _ms(ended) + TOLERANCE, cause))
        causes = Counter(_verdict(cause) for *_rest, cause in stood)
        return Backtest(
            begin=self.begin,
            end=self.end,
            things=self.things,
            of_things=of_things,
            readings=self.readings,
            took=time.monotonic() - self.began,
            raised=len(stood),
            real=causes["real"],
            false=causes["false"],
            present=self._figures(self.found[0], stood),
            other=self._figures(self.found[1], stood),
            untried=untried,
        )

    def _figures(self, found: Mapping[str, list[Stood]], stood: Iterable[tuple[str, int, int, str]]) -> Figures:
        end = _ms(self.end)
        figures = Figures(warnings=sum(map(len, found.values())), subjects=len(found))
        for subject, begun, ended, cause in stood:
            again = any(s.begun <= ended and (s.ended or end) >= begun for s in found.get(subject, ()))
            figures.real_kept += again and _verdict(cause) == "real"
            figures.false_gone += not again and _verdict(cause) == "false"
        figures.often = Counter({subject: len(each) for subject, each in found.items()}).most_common(TOP)
        for each in found.values():
            for one in each:
                day = datetime.fromtimestamp(one.begun / 1000, self.zone).date().toordinal() - _EPOCH
                figures.days[day] = figures.days.get(day, 0) + 1
        return figures


def _rests(things: Sequence[Thing], begin: datetime, end: datetime) -> dict[int, list[tuple[int, int]]]:
    """Maintenances of things and of the places they lie in, in order; what overlaps is one."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = Upkeep.objects.filter(
        thing__in=[t.pk for t in things], what=Upkeep.What.MAINTENANCE, lasts__overlap=(begin, end)
    ).order_by("lasts")
    for no, lasts in rows.values_list("thing__no", "lasts"):
        found.setdefault(no, []).append((_ms(lasts.lower or begin), _ms(lasts.upper or end)))
    for code, lasts in PlaceUpkeep.objects.filter(lasts__overlap=(begin, end)).values_list("place_code", "lasts"):
        for thing in things:
            if thing.place_code.startswith(code):
                found.setdefault(thing.no, []).append((_ms(lasts.lower), _ms(lasts.upper)))
    return {no: _apart(sorted(rests)) for no, rests in found.items()}


def _apart(rests: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for begins, ends in rests:
        if kept and begins <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(ends, kept[-1][1])
        else:
            kept.append((begins, ends))
    return kept


def _verdict(cause: str) -> str:
    return "" if not cause else "real" if cause == Cause.REAL else "false"


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
