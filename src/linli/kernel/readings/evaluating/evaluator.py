"""One evaluator: rounds of what waits, each one transaction; a restart at any moment neither loses nor repeats."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import numpy as np
import structlog
from django.db import IntegrityError, transaction

from linli.kernel.access import SYSTEM, look_as

from .. import carried, erasing, listening, rolling
from ..instants import ms, us
from ..wire import NO_COLUMNS, Batch, Dead, Entry, pack, unpack
from . import aside, writing
from .arrivals import Arrivals
from .book import Book
from .course import Course
from .leases import Leases
from .minutes import MINUTE
from .round import Found, Round
from .sources import MOST, Source, Waiting

log = structlog.get_logger(__name__)
GRACE = 1_000
"""Milliseconds a timer waits for what may still be on its way from intake."""
SLOW = 4_000_000
"""Microseconds more that a minute which is over waits for what belongs to it: what comes later rolls it up again."""
FEW = 20
"""So many things in a round have their present states written with it."""
LOOK_EVERY = 1.0
"""Seconds between two looks at who lives, what changed, who listens."""

Warns = Callable[[list[Found], datetime], None]
"""Writes warnings and what they open, in the transaction of the round."""


@dataclass(slots=True)
class Evaluator:
    """`warns` is given the changes of a round. One evaluator is one session of the database."""

    source: Source
    warns: Warns
    leases: Leases = field(init=False)
    course: Course = field(init=False)
    _looked: float = 0.0
    _deaf: bool = False
    _listening: int = 0
    _rounds: int = 0
    _presented: float = 0.0
    _careful: bool = False
    _erased: int = 0
    _carried: carried.Carried | None = None
    _unmuted: set[int] = field(default_factory=set)
    _days: set[int] = field(default_factory=set)
    _fewer: int = 0
    """So many batches are taken at most, after a round that failed; 0: as many as there are."""
    _tried: dict[tuple[int, int], int] = field(default_factory=dict)
    _aside: dict[tuple[int, int], dict[int, str]] = field(default_factory=dict)
    """Of a batch (shard, token) the items that fail, with what."""

    def __post_init__(self) -> None:
        self.leases = Leases()
        self.course = Course(Book())

    def round(self, at: datetime) -> int:
        """Evaluate what waits, and let due timers run out. Returns how many readings were taken."""
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self._look(at)
        if not self.course.shards:
            return 0
        batches = self.source.waiting(self.course.shards)
        if self._fewer:
            batches = batches[: self._fewer]
        idle = not (batches or self._unmuted or self.course.due(ms(at) - GRACE) or self._over(ms(at) - GRACE))
        if idle and not ((self.course.pending and self._present_due()) or self.course.gone):
            return 0
        self._rounds += 1
        into = Round(self._rounds % 1_000_000, self._careful)
        try:
            opened = [self._opened(batch) for batch in batches]
            came = Arrivals.of(opened)
            self._know(came, at)
            self._ensure(came, at)
            with transaction.atomic():
                self._evaluate(batches, opened, came, into, at)
        except IntegrityError as error:
            if self._careful:
                return self._failed(batches, error, at)
            log.warning("evaluator: there are rows nobody here wrote; the next round looks first", error=str(error))
            self.forget()
            self._careful = True
            return 0
        except Exception as error:
            return self._failed(batches, error, at)
        self._careful = False
        self._unmuted.clear()
        self._fewer = 2 * self._fewer if self._fewer < MOST else 0
        for batch in batches:
            self._aside.pop((batch.shard, batch.token), None)
        return into.count

    def _failed(self, batches: Sequence[Waiting], error: Exception, at: datetime) -> int:
        """Nothing of the round stands. Raises what passes by itself; of the rest the batch is found that fails."""
        try:
            if not batches or not aside.poison(error):
                raise error
            log.error("evaluator: a round fails; looking for what does it", batches=len(batches), error=str(error))
            self._fewer = max(1, len(batches) // 2)
            if len(batches) == 1:
                self._alone(batches[0], at, error)
        finally:
            self.forget()
        return 0

    def _alone(self, batch: Waiting, at: datetime, error: Exception) -> None:
        key = batch.shard, batch.token
        self._tried[key] = self._tried.get(key, 0) + 1
        if self._tried[key] < aside.ALONE:
            return
        del self._tried[key]
        failing = aside.culprits(_open(batch), lambda part: self._probe(batch, part, at))
        if not failing:
            raise error  # it is not the batch's
        log.error("evaluator: set aside", shard=batch.shard, items=len(failing), why=next(iter(failing.values())))
        self._aside[key] = failing

    def _probe(self, batch: Waiting, part: Batch, at: datetime) -> str:
        """What goes wrong when this part is evaluated; nothing of it stays."""
        kept, self.course = self.course, Course(self.course.book)
        try:
            self._begin({batch.shard}, at)
            came = Arrivals.of([part])
            self._ensure(came, at)
            with transaction.atomic():
                self._evaluate((), [part], came, Round(0, self._careful), at)
                transaction.set_rollback(True)
        except Exception as error:
            if not aside.poison(error):
                raise
            return f"{type(error).__name__}: {str(error).strip()}"
        finally:
            self.course = kept
        return ""

    def _opened(self, batch: Waiting) -> Batch:
        opened = _open(batch)
        failing = self._aside.get((batch.shard, batch.token))
        return aside.without(opened, failing) if failing else opened

    def _ensure(self, came: Arrivals, at: datetime) -> None:
        if missing := _days(came, at) - self._days:
            writing.ensure_days(missing)
            self._days |= missing

    def _evaluate(
        self, batches: Collection[Waiting], opened: list[Batch], came: Arrivals, into: Round, at: datetime
    ) -> None:
        rolling.hold()
        self._forget_erased(at)
        self._read_carried(at)
        course = self.course
        came = course.admitted(came)
        if len(came):
            course.take(came, into)
        if self._unmuted:
            course.unmute(self._unmuted, ms(at), self._listening, into)
        horizon = self._horizon(batches, at)
        course.tick(horizon, self._deaf or self.source.away, self._listening, into)
        course.roll(_until(horizon), into)
        if batches:
            self.source.done(list(batches))
        dead = [one for batch in opened for one in batch.dead if course.agreed(one.thing, one.received)] + [
            _nobodys(entry) for entry in into.unknown
        ]
        if dead:
            writing.letters(dead, course)
        writing.write(course, into, all_present=self._at_once(into))
        if into.failed:
            log.error("evaluator: rules failed; the readings are stored", rules=into.failed)
        if into.changes:
            self.warns(into.changes, at)

    def _forget_erased(self, at: datetime) -> None:
        """Whoever agreed to a device may have taken it back since the last round."""
        if not (ended := erasing.ended_since(self._erased)):
            return
        self._erased = ended[-1][0]
        self.course.drop({no for _number, no in ended})
        self.course.book.refresh(at)
        self.course.watch()  # who agreed anew meanwhile is watched from the beginning

    def _read_carried(self, at: datetime) -> None:
        """Things moved, or places got other codes, since the last round: what was carried along is read before anything
        is written over it. Held until the round is written, so that nothing is carried meanwhile."""
        now, before = carried.hold(), self._carried
        if before is None or now == before:
            return
        self._carried = now
        book = self.course.book
        book.refresh(at)
        stale = self.course.shards & (self.course.shards if now.places != before.places else book.stale)
        book.stale = set()
        self.course.let_go(stale)
        self._begin(stale, at)
        self.course.watch()

    def _at_once(self, into: Round) -> bool:
        """Present states are written with the readings of few things, and with those of many about once a second."""
        whole = len(into.touched) <= FEW or self._present_due()
        if whole:
            self._presented = time.monotonic()
        return whole

    def _present_due(self) -> bool:
        return time.monotonic() - self._presented >= LOOK_EVERY

    def _over(self, horizon: int) -> bool:
        """Whether there are minutes to be written, while no reading comes."""
        return bool(self.course.minutes.over(self.course.shards, _until(horizon)))

    def _know(self, came: Arrivals, at: datetime) -> None:
        """A thing may have been registered, and have spoken, since the book was read."""
        things = self.course.book.things
        strange = came.thing[self.course.present.rows(came.thing) < 0]
        if any(thing not in things for thing in np.unique(strange).tolist()):
            self.course.book.refresh(at)
            self.course.watch()

    def _horizon(self, batches: Collection[Waiting], at: datetime) -> int:
        """Up to when timers may run out: while there is a backlog, no further than what has been read of it."""
        now = ms(at) - GRACE
        if batches and (self._fewer or self.source.full(list(batches))):
            return min(now, max(batch.received for batch in batches))
        return now

    def _look(self, at: datetime) -> None:
        if not self._looked:
            writing.begin()
            self._erased = erasing.latest()  # before anything is read: what is erased later is heard of
        if self._carried is None:
            self._carried = carried.latest()  # likewise
        self._looked = time.monotonic()
        look_as(SYSTEM)
        muted = self.course.book.muted
        changed = self.course.book.refresh(at)
        self._unmuted |= muted - self.course.book.muted
        taken, gone = self.leases.settle()
        if gone:
            self.course.let_go(gone)
        stale, self.course.book.stale = self.course.book.stale & self.course.shards, set()
        if stale:
            self.course.let_go(stale)
        if begin := taken | stale:
            self._begin(begin, at)
        if changed:
            self.course.watch()
        if heard := listening.heard():
            since, last = heard
            self._listening, self._deaf = ms(since), at - last > listening.PATIENCE

    def _begin(self, shards: set[int], at: datetime) -> None:
        upto = rolling.begin(at)
        found = writing.read_back(shards)
        self.course.hold(shards, found.last, found.states, found.newer, upto)
        self.course.remember(writing.lately(self.course.windows(shards)))

    def forget(self) -> None:
        """What is remembered may not be what is written: begin again from the database."""
        self._carried = None
        self.leases.leave()
        self.course = Course(self.course.book)
        self._looked = 0.0

    def lost(self) -> None:
        """The session is gone."""
        self._carried = None
        self.leases.forget()
        self.course = Course(self.course.book)
        self._looked = 0.0


def _open(batch: Waiting) -> Batch:
    try:
        return unpack(batch.packed)
    except msgspec.DecodeError as error:  # nothing of ours; kept for whoever looks
        dead = Dead(
            batch.received, "", 0, "stream", "", "", "unreadable", str(error), batch.packed, len(batch.packed)
        )
        return Batch(NO_COLUMNS, [dead])


def _nobodys(entry: Entry) -> Dead:
    packed = pack([entry])
    return Dead(entry.received, "", 0, "stream", "", "", "unknown", f"thing {entry.thing}", packed, len(packed))


def _until(horizon: int) -> int:
    """Up to where minutes are over (µs), when everything up to there (ms) has been read but for what is slow."""
    whole = horizon * 1_000 - SLOW
    return whole - whole % MINUTE


def _days(came: Arrivals, at: datetime) -> set[int]:
    return {us(at) // 86_400_000_000, *np.unique(came.at // 86_400_000).tolist()}
