"""Thousands at once come to what one by one comes to: every rule, whatever came, however it was cut into rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from random import Random
from typing import Any
from unittest import mock
from uuid import UUID

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linli.kernel.declare import (
    Device,
    Hours,
    Quantity,
    Reading,
    Rule,
    Severity,
    Silent,
    Together,
    minutes,
)
from linli.kernel.readings.evaluating import present, rows
from linli.kernel.readings.evaluating.arrivals import Arrivals
from linli.kernel.readings.evaluating.book import Book, Kept, Watching
from linli.kernel.readings.evaluating.calm import Calm
from linli.kernel.readings.evaluating.course import Course
from linli.kernel.readings.evaluating.present import REMEMBERED, Last
from linli.kernel.readings.evaluating.round import Round
from linli.kernel.readings.rules import Machine, Sample, compile_rule
from linli.kernel.readings.rules.state import EXTRAS, SAID
from linli.kernel.readings.wire import Entry, Flag, pack, unpack

METER = Device("meter", (Quantity("heat"), Quantity("gas"), Quantity("level")), every=minutes(1))
HEAT, GAS, LEVEL = Reading("heat"), Reading("gas"), Reading("level")
OF = ("meter",)
RULES = (
    Rule("over", of=OF, when=HEAT.above(60, clears=55), calms=15),
    Rule("lasting", of=OF, when=HEAT.above(70), lasts=5, clear_after=3, calms=0),
    Rule("often", of=OF, when=GAS.above(60), repeats=2, within=20, calms=0),
    Rule("rising", of=OF, when=HEAT.rises(10, within=20), calms=10),
    Rule("falling", of=OF, when=GAS.falls(10, within=20) & LEVEL.below(50), calms=0),
    Rule("both", of=OF, when=HEAT.above(50) & GAS.above(50), steps=((Severity.RED, HEAT.above(80)),), calms=25),
    Rule("odd", of=OF, when=LEVEL.unusual(3), calms=0),
    Rule("night", of=OF, when=LEVEL.above(80), between=Hours("00:00", "00:01"), calms=0),
    Rule("quiet", of=OF, when=Silent(9), calms=0),
    Rule("together", of=OF, when=Together(HEAT.above(60), things=2), calms=0),
)
SLOTS = {"heat": 0, "gas": 1, "level": 2}
THINGS = range(1, 13)
FEW = range(1, 4)
OWN, AGAIN = int(Flag.OWN_CLOCK), int(Flag.AGAIN)


class Usual:
    def at(self, thing: int, slot: int, how: int) -> tuple[float, float] | None:
        return None if thing % 4 == 0 else (50.0 + thing, 4.0)


def book(rules: Sequence[Rule] = RULES) -> Book:
    made = Book()
    machines = {rule.name: compile_rule(rule, METER, SLOTS, {}, Usual(), UTC) for rule in rules}
    for no in THINGS:
        place = f"31019900100100{no % 3}"
        thing = Kept(no, UUID(int=no), "meter", "", place, 0, "working", None, None, "")
        thing.watched = tuple(
            Watching(
                (name, place[: machine.subject_level] if machine.subject_level else str(no)),
                machine.feed,
                rule,
                machine,
            )
            for rule in rules
            for name, machine in [(rule.name, machines[rule.name])]
        )
        made.things[no] = thing
    return made


@dataclass
class OneByOne:
    """The written rules in their simplest form (docs/intake.md), each reading fed to every machine."""

    book: Book
    last: dict[int, Last] = field(default_factory=dict)
    same: dict[int, list[list[float | None]] | None] = field(default_factory=dict)
    states: dict[tuple[str, str], Any] = field(default_factory=dict)
    changes: list[Any] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    late: list[Entry] = field(default_factory=list)
    repeated: int = 0

    def take(self, entry: Entry) -> None:
        last = self.last.setdefault(entry.thing, Last())
        last.received = max(last.received, entry.received * 1000)
        at = self._instant(entry, last)
        if at is None:
            return
        self.kept.append(rows.reading(entry.thing, at, entry.received * 1000, entry.flags, entry.values))
        last.at = at
        merged = last.values + [None] * (len(entry.values) - len(last.values))
        for slot, value in enumerate(entry.values):
            if value is not None and merged[slot] != value:
                merged[slot], last.changed = value, at
        last.values = merged
        for key, feed, rule, _machine in self.book.things[entry.thing].watched:
            sample = Sample(entry.thing, at // 1000, entry.values)
            self._becomes(key, rule, *feed(self.states.get(key), sample))

    def _instant(self, entry: Entry, last: Last) -> int | None:
        at = entry.at * 1000
        if entry.flags & OWN:
            here, said = last.at - last.at % 1000, self.same.get(entry.thing)
            if at > here:
                self.same[entry.thing] = [entry.values]
            elif at == here and said is not None:
                if trimmed(entry.values) in [trimmed(values) for values in said]:
                    self.repeated += 1
                    return None
                said.append(entry.values)
                at = last.at + 1
            else:
                self.late.append(entry)
                return None
            return at
        if entry.mid:
            if entry.flags & AGAIN and entry.mid in last.repeats:
                self.repeated += 1
                return None
            last.repeats = [*last.repeats[1 - REMEMBERED :], entry.mid]
        self.same[entry.thing] = None
        return max(at, last.at + 1)

    def tick(self, now: int) -> None:
        due = sorted(
            (when, key)
            for key, (_rule, machine, _thing) in watchers(self.book).items()
            if (when := machine.due(self.states.get(key))) is not None and when <= now
        )
        for _when, key in due:
            rule, machine, thing = watchers(self.book)[key]
            heard = self.last[thing.no].received // 1000 if thing.no in self.last else 0
            self._becomes(key, rule, *machine.tick(self.states.get(key), now, heard))

    def _becomes(self, key: tuple[str, str], rule: Rule, state: Any, change: Any) -> None:
        self.states[key] = state
        if change is not None:
            self.changes.append((rule.name, key[1], change.what, change.severity, change.at, change.says))


def trimmed(values: list[float | None]) -> list[float | None]:
    """Not to speak of the last slot, and to say nothing of it, is the same."""
    return values if not values or values[-1] is not None else trimmed(values[:-1])


def watchers(of: Book) -> dict[tuple[str, str], tuple[Rule, Machine, Kept]]:
    return {w.key: (w.rule, w.machine, thing) for thing in of.things.values() for w in thing.watched}


VALUE = st.one_of(
    st.none(),
    st.sampled_from([40.0, 45.0, 50.0, 51.0, 55.0, 60.0, 61.0, 75.0, 85.0]),
    st.integers(0, 100).map(float),
)
COMES = st.tuples(
    st.one_of(st.sampled_from(FEW), st.sampled_from(THINGS)),
    st.sampled_from([-2, 0, 0, 0.1, 0.2, 1, 1, 1, 2, 3, 6]),  # seconds after the reading before
    st.sampled_from([OWN, OWN, OWN, 0, AGAIN]),
    st.integers(1, 4),  # which message
    st.lists(VALUE, min_size=1, max_size=3).filter(lambda values: any(v is not None for v in values)),
)
BEGIN = 1_790_000_000_000 - 1_790_000_000_000 % 86_400_000 + 30_000


def entries(said: list[tuple[int, float, int, int, list[float | None]]]) -> list[Entry]:
    now, made = BEGIN, []
    for thing, after, flags, mid, values in said:
        now = max(BEGIN, now + round(after * 1000))
        made.append(Entry(thing, now, now + 40, flags, 0 if flags & OWN else mid, values))
    return made


@settings(max_examples=500, deadline=None)
@given(
    said=st.lists(COMES, min_size=1, max_size=90),
    cuts=st.lists(st.integers(1, 40), min_size=1),
    ticks=st.booleans(),
    few=st.sampled_from([1, present.FEW]),
    rules=st.lists(st.sampled_from(RULES), min_size=1, max_size=4, unique=True),
)
@example(
    said=[(1, 0, OWN, 1, [47.0]), (1, 0.1, OWN, 1, [41.0]), (1, 1, OWN, 1, [52.0])],  # the least of a piece is its last
    cuts=[9], ticks=False, few=1, rules=[rule for rule in RULES if rule.name == "rising"],
)  # fmt: skip
def test_it_comes_to_what_one_by_one_comes_to(
    said: list[tuple[int, float, int, int, list[float | None]]],
    cuts: list[int],
    ticks: bool,
    few: int,
    rules: list[Rule],
) -> None:
    """`few`: whether a handful goes the way of thousands. With a few rules: one that is always awake would wake all."""
    with mock.patch.object(present, "FEW", few):
        _compare(said, cuts, ticks, rules)


def _compare(
    said: list[tuple[int, float, int, int, list[float | None]]], cuts: list[int], ticks: bool, rules: list[Rule]
) -> None:
    course, simple = Course(book(rules)), OneByOne(book(rules))
    course.hold({0}, {}, (), ())
    changes, kept, late, repeated = [], [], [], 0
    waiting, nth = entries(said), 0
    while waiting:
        size = cuts[nth % len(cuts)]
        now, waiting = waiting[:size], waiting[size:]
        nth += 1
        into = Round()
        course.take(Arrivals.of([unpack(pack(now))]), into)
        for entry in now:
            simple.take(entry)
        if ticks:
            last = max(entry.at for entry in now)
            course.tick(last, False, 0, into)
            simple.tick(last)
        changes += [(r.rule.name, r.subject, *r.change) for r in into.changes]
        kept += [packed for day in into.fresh.values() for packed in day]
        late += into.late
        repeated += sum(n for (_thing, _day, what), n in into.tallies.items() if what == "repeated")
        assert standing(course.book, course.states) == standing(simple.book, simple.states)
    assert by_subject(changes) == by_subject(simple.changes)
    assert sorted(split(b"".join(kept))) == sorted(simple.kept)
    assert late == simple.late
    assert repeated == simple.repeated
    for no, last in simple.last.items():
        mine = course.present.last(no)
        assert mine is not None
        assert mine == last


def test_so_do_thousands_of_things() -> None:
    """Things by the thousand, some of which say several things in one millisecond."""
    dice, hood = Random(1), book()
    for no in range(1, 4001):
        hood.things[no] = Kept(no, UUID(int=no), "meter", "", "310199001001", 0, "working", None, None, "")
    course, simple, now = Course(hood), OneByOne(hood), BEGIN
    for _round in range(4):
        came = []
        for _reading in range(3000):
            now += dice.random() < 0.05
            thing = dice.randrange(1, 4001) if dice.random() < 0.5 else dice.randrange(1, 60)
            at = now - dice.randrange(3) if dice.random() < 0.1 else now
            came.append(Entry(thing, at, now + 40, OWN, 0, [float(dice.randrange(5)), None, 20.0]))
        into = Round()
        course.take(Arrivals.of([unpack(pack(came[n : n + 300])) for n in range(0, 3000, 300)]), into)
        for entry in came:
            simple.take(entry)
        kept = split(b"".join(packed for day in into.fresh.values() for packed in day))
        assert sorted(kept) == sorted(simple.kept)
        simple.kept.clear()
    assert {no: course.present.last(no) for no in simple.last} == simple.last


def test_a_district_has_thousands_of_places() -> None:
    calm, thing = Calm(), next(iter(book().things.values()))
    for n in range(3000):
        calm.loud(("together", str(n)), True)
        calm.follow(n, thing)
    assert calm.awake(
        np.arange(1), np.array([2999]), np.array([0]), np.zeros((1, 3)), np.zeros(1, int)
    ).positions == [0]


def standing(of: Book, states: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    """How every rule stands, but for what is remembered: what is too old there may have been forgotten, or not yet."""
    stand = {}
    for key, (_rule, machine, _thing) in watchers(of).items():
        state = list(machine.stripped(states.get(key)) or [])
        if machine.moving:
            del state[EXTRAS : EXTRAS + 1]
        if machine.guarded:  # it is told with the last values, not with those when each part began
            del state[SAID : SAID + 1]
        stand[key] = state
    return stand


def by_subject(changes: list[Any]) -> list[Any]:
    guarded = {"both"}
    told = [(*change[:5], None if change[0] in guarded else change[5]) for change in changes]
    return sorted(told, key=lambda change: change[:2])


def split(packed: bytes) -> list[bytes]:
    """Rows of a binary COPY."""
    found, start = [], 0
    while start < len(packed):
        end = start + 2
        for _column in range(5):
            end += 4 + int.from_bytes(packed[end : end + 4], "big")
        found.append(packed[start:end])
        start = end
    return found
