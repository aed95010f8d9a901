"""How far each thing and each rule is, in memory, for the shards an evaluator holds; and the one way a reading goes.

Pure but for what it is given: no clock, no database. What a round changed is collected in a `Round`, which is written
in one transaction; when that fails the course is read again from the database, where nothing happened.

The rules for what comes out of order (docs/intake.md):
- a reading without a time of its own happens when it is received, and after whatever its thing said before;
- a reading of the same instant and the same values as one before is that one again; with other values it is another,
  kept a microsecond later;
- a reading older than its thing's last is late: kept and rolled up, but no rule goes back for it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from linli.kernel.declare import Rule

from ..rules import Change, Machine, Sample, State
from ..rules.machine import Outcome
from ..wire import Entry, Flag, Met
from . import rows
from .book import Book, Kept

Key = tuple[str, str]
"""Rule and subject."""
REMEMBERED = 32
"""So many messages without a time of their own are remembered per thing, to know them when they are sent again."""
MOST_CHANGES = 2_000
"""When a whole town falls silent at once, so many are told in a round: readings wait for no longer than that takes."""
_OWN = int(Flag.OWN_CLOCK)
_AGAIN = int(Flag.AGAIN)
_SKEWED, _PARTLY = int(Flag.SKEWED), int(Flag.PARTLY)
_CLOCK = _OWN | _SKEWED
"""Of these two, the first alone: its own time is believed."""


@dataclass(slots=True)
class Last:
    """What a thing said last. Instants in microseconds since 1970; `same` are the values it said of the last millisecond,
    None when they are not known (they were read from the database)."""

    at: int = 0
    received: int = 0
    changed: int = 0
    values: list[float | None] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    same: list[list[float | None]] | None = None


@dataclass(slots=True)
class Raised:
    """A change of a rule's standing, with whom it is about."""

    rule: Rule
    subject: str
    thing: Kept | None
    place_code: str
    change: Change


@dataclass(slots=True)
class Round:
    """What one round is going to write. `careful`: look at what is stored before any row is added to it."""

    nth: int = 0
    careful: bool = False
    fresh: dict[int, list[bytes]] = field(default_factory=dict)  # day since 1970 → rows for COPY
    late: list[Entry] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    messages: set[int] = field(
        default_factory=set
    )  # things of which a message without a time of its own is remembered
    states: set[Key] = field(default_factory=set)
    changes: list[Raised] = field(default_factory=list)
    tallies: dict[tuple[int, int, str], int] = field(default_factory=dict)
    dirty: set[tuple[int, int]] = field(default_factory=set)  # thing, minute since 1970
    unknown: list[Entry] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def tally(self, thing: int, day: int, what: Met) -> None:
        key = (thing, day, what.value)
        self.tallies[key] = self.tallies.get(key, 0) + 1


_DAY_US = 86_400_000_000
_MINUTE_US = 60_000_000


class Course:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.last: dict[int, Last] = {}
        self.states: dict[Key, State] = {}
        self.written: set[Key] = set()
        self.watchers: dict[Key, tuple[Rule, Machine, Kept]] = {}
        self.timers: list[tuple[int, str, str]] = []
        self.shards: set[int] = set()
        self.pending: set[int] = set()
        """Things whose present state is newer than what is written of it: the readings themselves tell it again."""

    # -- what is held

    def hold(
        self,
        shards: set[int],
        last: dict[int, Last],
        states: Iterable[tuple[Key, State]],
        newer: Iterable[tuple[int, int, int, list[float | None]]],
        now: int,
    ) -> None:
        """Begin with these shards, from what the database says: present states, and readings `newer` than they are
        (thing, at, received, values; oldest first). `now` in milliseconds."""
        self.shards |= shards
        self.last.update(last)
        for no, at, received, values in newer:
            known = self.last.setdefault(no, Last())
            known.at, known.received = at, max(known.received, received)
            if values != known.values:
                self._changed(known, values, at)
            self.pending.add(no)
        found = dict(states)
        self.states.update(found)
        self.written |= set(found)
        self.watch(now, shards)

    def let_go(self, shards: set[int]) -> None:
        """Forget what belongs to these shards."""
        self.shards -= shards
        gone = {thing.no for thing in self.book.things.values() if thing.shard in shards}
        self.pending -= gone  # who takes them sees that the readings are newer
        for no in gone:
            self.last.pop(no, None)
        for key in [key for key, (_rule, _machine, thing) in self.watchers.items() if thing.shard in shards]:
            del self.watchers[key]
            self.states.pop(key, None)
            self.written.discard(key)

    def windows(self, shards: set[int]) -> dict[int, int]:
        """Thing → since when (µs) rules remember its readings, where nobody wrote that down."""
        spans = {
            thing.no: max((w.machine.window for w in thing.watched), default=0)
            for thing in self.book.things.values()
            if thing.shard in shards and thing.no in self.last
        }
        return {no: self.last[no].at - span * 1000 for no, span in spans.items() if span}

    def remember(self, samples: Iterable[Sample]) -> None:
        """Fill the windows of rules at rest from readings that were evaluated before: what they found then is known."""
        fresh: set[Key] = set()
        remembering = {
            no: [watching for watching in thing.watched if watching.machine.window]
            for no, thing in self.book.things.items()
            if thing.shard in self.shards
        }
        for sample in samples:
            for key, feed, _rule, machine in remembering.get(sample.thing, ()):
                if key in self.written and key not in fresh:
                    continue
                fresh.add(key)
                state, _change = feed(self.states.get(key), sample)
                if state is None or not machine.idle(state):
                    self.states.pop(key, None)
                else:
                    self.states[key] = state

    def watch(self, now: int, shards: set[int] | None = None) -> None:
        """Know who watches what, after the book or the shards have changed; arm what waits for silence."""
        mine = self.shards if shards is None else shards
        for thing in self.book.things.values():
            if thing.shard not in mine:
                continue
            for key, _feed, rule, machine in thing.watched:
                self.watchers[key] = (rule, machine, thing)
                state = self.states.get(key)
                if state is None:
                    last = self.last.get(thing.no)
                    state = machine.rest(last.received // 1000 if last and last.received else now)
                    if state is None:
                        continue
                    self.states[key] = state
                self._arm(key, machine, state)

    # -- the way of a reading

    def take(self, entries: Iterable[Entry], into: Round, closing: int) -> None:
        """Feed readings, in the order they came. `closing` (µs): minutes before it have been rolled up."""
        things, muted = self.book.things, self.book.muted
        lasts, states = self.last, self.states
        fresh, touched = into.fresh, into.touched
        for entry in entries:
            thing = things.get(entry.thing)
            if thing is None:
                into.unknown.append(entry)
                continue
            last = lasts.get(entry.thing)
            if last is None:
                last = lasts[entry.thing] = Last()
            flags, values = entry.flags, entry.values
            at = entry.at * 1000
            if flags & _CLOCK == _OWN:
                here = last.at - last.at % 1000
                if at > here:
                    last.same = [values]
                elif at == here and last.same is not None:
                    if values in last.same:
                        into.tally(entry.thing, at // _DAY_US, Met.REPEATED)
                        continue
                    last.same.append(values)
                    at = last.at + 1
                else:
                    into.late.append(entry)
                    continue
            else:
                if entry.mid:
                    if flags & _AGAIN and entry.mid in last.repeats:
                        into.tally(entry.thing, at // _DAY_US, Met.REPEATED)
                        continue
                    last.repeats = [*last.repeats[1 - REMEMBERED :], entry.mid]
                    into.messages.add(entry.thing)
                if at <= last.at:
                    at = last.at + 1
                last.same = None
            received = entry.received * 1000
            day = at // _DAY_US
            if into.careful:
                into.late.append(entry)
            else:
                into.count += 1
                row = rows.reading(entry.thing, at, received, flags, values)
                if day in fresh:
                    fresh[day].append(row)
                else:
                    fresh[day] = [row]
                if at < closing:
                    into.dirty.add((entry.thing, at // _MINUTE_US))
            if flags & (_SKEWED | _PARTLY):
                into.tally(entry.thing, day, Met.SKEWED if flags & _SKEWED else Met.PARTLY)
            touched.add(entry.thing)
            last.at = at
            if received > last.received:
                last.received = received
            if values != last.values:
                self._changed(last, values, at)
            if thing.watched:
                sample = Sample(entry.thing, at // 1000, values)
                quiet = entry.thing in muted
                for key, feed, rule, machine in thing.watched:
                    state = states.get(key)
                    try:
                        new, change = feed(state, sample, muted=quiet)
                    except Exception:  # one rule that fails keeps no reading from being stored
                        into.failed[rule.name] = into.failed.get(rule.name, 0) + 1
                        continue
                    if new is not state:
                        self._put(key, machine, state, new, into)
                    if change is not None:
                        into.changes.append(self._raised(rule, machine, key[1], thing, change))

    def tick(self, now: int, deaf: bool, listening: int, into: Round) -> None:
        """Let timers run out that are due by `now` (ms). `listening` (ms): since when devices could be heard; while
        nobody can (`deaf`), nobody is called silent."""
        again: list[tuple[int, str, str]] = []
        while self.timers and self.timers[0][0] <= now and len(into.changes) < MOST_CHANGES:
            due, name, subject = heapq.heappop(self.timers)
            key = (name, subject)
            state, watcher = self.states.get(key), self.watchers.get(key)
            if state is None or watcher is None:
                continue
            rule, machine, thing = watcher
            set_to = machine.due(state)
            if set_to is None or set_to > due:
                continue  # it was set to a later time since, and has another entry for it
            if deaf and machine.listens:
                again.append((now + 5_000, name, subject))
                continue
            new, change = self._tick(machine, state, thing, now, listening)
            if new is not state:
                self._put(key, machine, state, new, into)
            else:
                again.append((now + 1_000, name, subject))  # not yet: never in a circle
            if change is not None:
                into.changes.append(self._raised(rule, machine, subject, thing, change))
        for timer in again:
            heapq.heappush(self.timers, timer)

    def due(self, now: int) -> bool:
        """Whether a timer may have run out by `now` (ms)."""
        return bool(self.timers) and self.timers[0][0] <= now

    def unmute(self, things: Iterable[int], now: int, listening: int, into: Round) -> None:
        """Their maintenance has ended: what still holds is raised now."""
        for no in things:
            thing = self.book.things.get(no)
            for key, _feed, rule, machine in thing.watched if thing else ():
                state = self.states.get(key)
                if state is None or thing is None:
                    continue
                new, change = self._tick(machine, state, thing, now, listening)
                if new is not state:
                    self._put(key, machine, state, new, into)
                if change is not None:
                    into.changes.append(self._raised(rule, machine, key[1], thing, change))

    def _tick(self, machine: Machine, state: State, thing: Kept, now: int, listening: int) -> Outcome:
        last = self.last.get(thing.no)
        heard = max(last.received // 1000 if last else 0, listening)
        muted = not machine.subject_level and thing.no in self.book.muted
        return machine.tick(state, now, heard, muted=muted)

    def _put(self, key: Key, machine: Machine, old: State | None, new: State | None, into: Round) -> None:
        """The rule stands otherwise. What the readings tell again after a restart is not written."""
        if new is None:
            del self.states[key]
        else:
            self.states[key] = new
            due = machine.due(new)
            if due is not None and (old is None or machine.due(old) != due):
                heapq.heappush(self.timers, (due, *key))
        if key in self.written or (new is not None and not machine.idle(new)):
            into.states.add(key)

    def _arm(self, key: Key, machine: Machine, state: State) -> None:
        due = machine.due(state)
        if due is not None:
            heapq.heappush(self.timers, (due, *key))

    @staticmethod
    def _changed(last: Last, values: list[float | None], at: int) -> None:
        old = last.values
        if None in values:  # what was not said stays as it was
            old = old + [None] * (len(values) - len(old))
            values = [was if now is None else now for now, was in zip(values, old, strict=False)]
            values += old[len(values) :]
            if values == last.values:
                return
        last.values, last.changed = values, at

    @staticmethod
    def _raised(rule: Rule, machine: Machine, subject: str, thing: Kept, change: Change) -> Raised:
        if machine.subject_level:
            return Raised(rule, subject, None, subject, change)
        return Raised(rule, subject, thing, thing.place_code, change)

    def present(self, things: Iterable[int], nth: int) -> Iterator[bytes]:
        """Rows of the present states, for COPY; `nth` tells those of one round from another's."""
        for no in things:
            last = self.last[no]
            yield rows.present(nth, no, last.at, last.received, last.changed, last.values, last.repeats)
