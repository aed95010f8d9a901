"""How far each thing and each rule is, in memory, for the shards an evaluator holds; and the one way a reading goes.

Pure but for what it is given: no clock, no database. What a round changed is collected in a `Round`, which is written
in one transaction; when that fails the course is read again from the database, where nothing happened.

A round's readings go the way together, as columns: what each thing says is known (`present`), rows are made of it
(`rows`), and the few that may change how a rule stands (`calm`) are fed to it one by one.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from linli.kernel.declare import Rule

from ..rules import Change, Machine, Sample, State
from ..rules.machine import Outcome
from ..wire import Flag, Met
from . import rows
from .arrivals import Arrivals, Ints, waves
from .book import Book, Kept, Watching
from .calm import Calm, Key
from .minutes import MINUTE, Minutes
from .movement import Track
from .present import NEW, REPEATED, Heard, Last, Present
from .round import Found, Round, Said

MOST_CHANGES = 2_000
"""When a whole town falls silent at once, so many are told in a round: readings wait for no longer than that takes."""
_SKEWED, _PARTLY = int(Flag.SKEWED), int(Flag.PARTLY)
_DAY_MS, _DAY_US = 86_400_000, 86_400_000_000


class Course:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.present = Present()
        self.calm = Calm()
        self.minutes = Minutes()
        self.unsure: set[tuple[int, int]] = set()
        """(thing, minute) of what was said before this began: the next round marks them to be rolled up from the rows."""
        self.states: dict[Key, State] = {}
        self.written: set[Key] = set()
        self.gone: set[Key] = set()
        """What was written of standings that nobody watches any more: the next round removes it."""
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
        upto: Sequence[int] = (),
    ) -> None:
        """Begin with these shards, from what the database says: present states, and readings `newer` than they are
        (thing, at, received, values; oldest first). `upto` (µs): how far minutes are rolled up, of each shard there is."""
        self.shards |= shards
        for no, known in last.items():
            self.present.put(no, known)
        for no, at, received, values in newer:
            self.present.follow(no, at, received, values)
            self.pending.add(no)
        self._place(shards, upto)
        found = dict(states)
        self.states.update(found)
        self.written |= set(found)
        self.watch(shards)

    def _place(self, shards: set[int], upto: Sequence[int]) -> None:
        """Minutes begin anew with what comes: those that run have readings already that were not seen here."""
        for shard in shards if upto else ():
            self.minutes.upto[shard] = upto[shard]
        begin = min(upto, default=0)
        for thing in self.book.things.values():
            if thing.shard in shards and (row := self.present.row(thing.no)) >= 0:
                self.minutes.place(row, thing.shard)
                last = int(self.present.at[row])
                if upto and last >= begin:
                    self.unsure.update((thing.no, n) for n in range(begin // MINUTE, last // MINUTE + 1))

    def let_go(self, shards: set[int]) -> None:
        """Forget what belongs to these shards."""
        self.shards -= shards
        gone = {thing.no for thing in self.book.things.values() if thing.shard in shards}
        self.pending -= gone  # who takes them sees that the readings are newer
        self._forget(gone)
        for key, (_rule, machine, thing) in list(self.watchers.items()):
            if thing.shard in shards:
                del self.watchers[key]
                self.states.pop(key, None)
                self.written.discard(key)
                if machine.subject_level:
                    self.calm.loud(key, False)

    def drop(self, things: Collection[int]) -> None:
        """What these have said was erased: nothing of it is remembered, and nothing written later."""
        self.pending.difference_update(things)
        self._forget(things)
        subjects = {str(no) for no in things}
        for key in [key for key in self.watchers if key[1] in subjects]:
            del self.watchers[key]
            self.states.pop(key, None)
            self.written.discard(key)

    def _forget(self, things: Iterable[int]) -> None:
        for no in things:
            if (row := self.present.row(no)) >= 0:
                self.calm.drop(row)
                self.minutes.drop([row])
                self.present.drop(no)

    def agreed(self, no: int, at: int) -> bool:
        """Whether what this thing sent at an instant (ms) may be kept at all; of a thing nobody knows it may."""
        thing = self.book.things.get(no)
        return thing is None or not thing.since or thing.since <= at < thing.until

    def admitted(self, came: Arrivals) -> Arrivals:
        """Without what was said when nobody had agreed to it, or does no more: as if it had not been said."""
        personal = self.book.personal
        if not len(personal) or not (among := np.isin(came.thing, personal)).any():
            return came
        stays = ~among
        for n in np.flatnonzero(among).tolist():
            stays[n] = self.agreed(int(came.thing[n]), int(came.at[n]))
        return came.only(stays)

    def windows(self, shards: set[int]) -> dict[int, int]:
        """Thing → since when (µs) rules remember its readings, where nobody wrote that down."""
        spans: dict[int, int] = {}
        for thing in self.book.things.values():
            if thing.shard in shards and (row := self.present.row(thing.no)) >= 0:
                span = max((watching.machine.window for watching in thing.watched), default=0)
                if span:
                    spans[thing.no] = int(self.present.at[row]) - span * 1000
        return spans

    def remember(self, samples: list[Sample]) -> None:
        """Fill the windows of rules from readings that were evaluated before: what they found then is known."""
        came = Arrivals.of_samples(samples)
        rows = self.present.rows(came.thing)
        for wave in waves(came.ranks(), np.flatnonzero(rows >= 0)):
            self.calm.movement.note(wave, rows[wave], came.at, came.values)

    def watch(self, shards: set[int] | None = None) -> None:
        """Know who watches what, of everything in these shards and of what is otherwise in the book; arm what waits for
        silence."""
        self._unwatch()
        fresh, self.book.fresh = self.book.fresh, {}
        things = self.book.things
        asked = [things[no] for no in fresh if things[no].shard in self.shards]
        if shards is not None:
            asked += [thing for no, thing in things.items() if thing.shard in shards and no not in fresh]
        for thing in asked:
            row = self.present.row(thing.no)
            if row >= 0:
                self.calm.follow(row, thing)
                self.calm.stir(row)
            heard = int(self.present.received[row]) // 1000 if row >= 0 else 0
            for key, _feed, rule, machine in thing.watched:
                self.watchers[key] = (rule, machine, thing)
                state = self.states.get(key)
                if machine.subject_level:
                    self.calm.loud(key, state is not None)
                if state is None:
                    # Who has never been heard is not silent: its time begins with its first word.
                    state = machine.rest(heard) if heard else None
                    if state is None:
                        continue
                    self.states[key] = state
                self._arm(key, machine, state)

    def _unwatch(self) -> None:
        """Forget standings that nothing is fed into any more: of a thing that was retired.
        A place keeps its own: who is not heard of counts no longer when its time is up."""
        for no, was in self.book.fresh.items():
            if was is None or self.book.things[no].watched:
                continue
            for watching in was.watched:
                if not watching.machine.subject_level and watching.key in self.watchers:
                    del self.watchers[watching.key]
                    self.states.pop(watching.key, None)
                    if watching.key in self.written:
                        self.gone.add(watching.key)

    # -- the way of a reading

    def take(self, came: Arrivals, into: Round) -> None:
        """Feed readings, in the order they came."""
        whose = self._whose(came, into)
        rank = came.ranks()
        heard = self.present.hear(came, whose, rank)
        new = np.flatnonzero(heard.what == NEW)
        self._sort(came, whose, heard, into)
        self._keep(came, whose, heard, new, into)
        self._feed(came, whose, heard, new, rank, into)

    def _whose(self, came: Arrivals, into: Round) -> Ints:
        """The row of each reading's thing; -1 for what is nobody's."""
        whose = self.present.rows(came.thing)
        if (whose < 0).any():
            for thing in np.unique(came.thing[whose < 0]).tolist():
                if thing in self.book.things:
                    row, known = self.present.add(thing), self.book.things[thing]
                    self.minutes.place(row, known.shard)
                    self.calm.follow(row, known)
            whose = self.present.rows(came.thing)
            into.unknown += [came.entry(n) for n in np.flatnonzero(whose < 0).tolist()]
        return whose

    def _sort(self, came: Arrivals, whose: Ints, heard: Heard, into: Round) -> None:
        """Set apart what is late, and count what was unusual."""
        odd = (heard.what != NEW) | (came.flags & (_SKEWED | _PARTLY) != 0)
        for n in np.flatnonzero(odd & (whose >= 0)).tolist():
            thing = int(came.thing[n])
            what = heard.what[n]
            into.touched.add(thing)
            if what == REPEATED:
                into.tally(thing, int(came.at[n]) // _DAY_MS, Met.REPEATED)
            elif what == NEW:
                met = Met.SKEWED if came.flags[n] & _SKEWED else Met.PARTLY
                into.tally(thing, int(heard.at[n]) // _DAY_US, met)
            else:
                into.late.append(came.entry(n))

    def _keep(self, came: Arrivals, whose: Ints, heard: Heard, new: Ints, into: Round) -> None:
        """Make rows of what is to be stored, by day; what belongs to minutes that are over makes them dirty."""
        things = came.thing[new]
        into.touched.update(np.unique(things).tolist())
        into.messages.update(np.unique(things[came.mid[new] != 0]).tolist())
        if into.careful:
            into.late += [came.entry(n) for n in new.tolist()]
            return
        at = heard.at[new]
        into.count += len(new)
        days = at // _DAY_US
        for day in np.unique(days).tolist():
            of = new[days == day]
            of = of[np.argsort(came.thing[of], kind="stable")]  # as the index has them
            packed = rows.readings(
                came.thing[of],
                heard.at[of],
                came.received[of] * 1000,
                came.flags[of],
                came.values[of],
                came.width[of],
            )
            into.fresh.setdefault(day, []).append(packed)
        left = self.minutes.add(whose[new], at, came.values[new])
        if left.any():
            into.dirty.update(zip(things[left].tolist(), (at[left] // MINUTE).tolist(), strict=True))

    def roll(self, until: int, into: Round) -> None:
        """Minutes before `until` (µs) are over: those of some shards are written with this round."""
        into.rolled, shards = self.minutes.take(self.shards, until)
        into.upto = dict.fromkeys(shards, until)
        into.dirty |= self.unsure
        self.unsure = set()

    def _feed(self, came: Arrivals, whose: Ints, heard: Heard, new: Ints, rank: Ints, into: Round) -> None:
        """Feed to the rules what may change how they stand."""
        at = heard.at // 1000
        self._settle(whose, new, at)
        awake = self.calm.awake(new, whose, at, came.values, rank)
        fed: dict[int, Kept] = {}  # by row
        for n, only_gathered in zip(awake.positions.tolist(), awake.gathered.tolist(), strict=True):
            thing = self.book.things[int(came.thing[n])]
            said = Said(Sample(thing.no, int(at[n]), came.said(n)), heard.now[n])
            row = int(whose[n])
            if row not in fed:
                said.windows = awake.windows.get(row)
            for watching in thing.watched:
                if watching.machine.subject_level or not only_gathered:
                    self._feed_one(watching, thing, said, into)
            if not only_gathered:
                fed[row] = thing
        for row, thing in fed.items():
            for key, _feed, _rule, machine in thing.watched:
                self._strip(key, machine)
            self.calm.stir(row)

    def _settle(self, whose: Ints, new: Ints, at: Ints) -> None:
        """Look at how the rules stand over things of which something has changed."""
        asked = new[self.calm.unsettled(whose[new])]
        rows, first = np.unique(whose[asked], return_index=True)
        for row, n in zip(rows.tolist(), asked[first].tolist(), strict=True):
            self.calm.settle(row, self.book.things[int(self.present.thing[row])], self.states, int(at[n]))

    def _feed_one(self, watching: Watching, thing: Kept, said: Said, into: Round) -> None:
        key, feed, rule, machine = watching
        state = given = self.states.get(key)
        sample = said.sample
        if machine.moving and said.windows is not None:
            tracks = [Track(move.slot, move.sign, move.within) for move in machine.moving]
            given = machine.recalled(state, [said.windows[track] for track in tracks])
        elif machine.guarded and machine.sleeps(state):
            sample = said.whole()
        try:
            new, change = feed(given, sample, muted=thing.no in self.book.muted)
        except Exception:  # one rule that fails keeps no reading from being stored
            into.failed[rule.name] = into.failed.get(rule.name, 0) + 1
            return
        if new is not state:
            self.put(key, machine, state, new, into)
        if change is not None:
            into.changes.append(self._found(rule, machine, key[1], thing, change))

    def _strip(self, key: Key, machine: Machine) -> None:
        """What was remembered for a rule that is at rest is remembered elsewhere."""
        state = self.states.get(key)
        new = machine.stripped(state)
        if new is None and state is not None:
            del self.states[key]
        elif new is not state and new is not None:
            self.states[key] = new

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
                self.put(key, machine, state, new, into)
            else:
                again.append((now + 1_000, name, subject))  # not yet: never in a circle
            if change is not None:
                into.changes.append(self._found(rule, machine, subject, thing, change))
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
                    self.put(key, machine, state, new, into)
                if change is not None:
                    into.changes.append(self._found(rule, machine, key[1], thing, change))

    def _tick(self, machine: Machine, state: State, thing: Kept, now: int, listening: int) -> Outcome:
        row = self.present.row(thing.no)
        heard = max(int(self.present.received[row]) // 1000 if row >= 0 else 0, listening)
        muted = not machine.subject_level and thing.no in self.book.muted
        return machine.tick(state, now, heard, muted=muted)

    def put(self, key: Key, machine: Machine, old: State | None, new: State | None, into: Round) -> None:
        """The rule stands otherwise. What the readings tell again after a restart is not written."""
        self._stir(key, machine, new)
        if new is None:
            self.states.pop(key, None)
        else:
            self.states[key] = new
            due = machine.due(new)
            if due is not None and (old is None or machine.due(old) != due):
                heapq.heappush(self.timers, (due, *key))
        if key in self.written or (new is not None and not machine.idle(new)):
            into.states.add(key)

    def _stir(self, key: Key, machine: Machine, new: State | None) -> None:
        """A rule stands otherwise: the next reading that may concern it is fed to it."""
        if machine.subject_level:
            self.calm.loud(key, new is not None)
        elif (row := self.present.row(self.watchers[key][2].no)) >= 0:
            self.calm.stir(row)

    def _arm(self, key: Key, machine: Machine, state: State) -> None:
        due = machine.due(state)
        if due is not None:
            heapq.heappush(self.timers, (due, *key))

    @staticmethod
    def _found(rule: Rule, machine: Machine, subject: str, thing: Kept, change: Change) -> Found:
        if machine.subject_level:
            return Found(rule, subject, None, subject, change)
        return Found(rule, subject, thing, thing.place_code, change)

    def presents(self, things: Iterable[int], nth: int) -> Iterator[bytes]:
        """Rows of the present states, for COPY; `nth` tells those of one round from another's."""
        for no in things:
            last = self.present.last(no)
            if last is not None:
                yield rows.present(nth, no, last.at, last.received, last.changed, last.values, last.repeats)
