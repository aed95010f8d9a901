"""One rule with its numbers, at work on a thing. Pure: no clock, no database; docs/rules.md says what it does.

What runs out at an instant comes before what is said at that instant. A call hands out one change; were there more,
`due` says at once that the next is to be fetched with `tick` (`fed` does both).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from .course import Course, Terms
from .leaves import Leaves
from .samples import Change, Sample, State
from .state import (
    ARMED,
    CLEARING,
    COUNTED,
    COUNTS,
    DUE,
    EXTRAS,
    FLIP,
    HELD,
    LOW,
    MASK,
    OWED,
    PHASE,
    RAISES,
    REST,
    SAID,
    SHAPE,
    SINCE,
    TOLD,
    WAITING,
    WITHHELD,
    fresh,
)

Outcome = tuple[State | None, Change | None]
Bound = tuple[int, float, float]
"""Slot, and between which values of it nothing becomes so."""
FOREVER = 1 << 62
"""ms"""
AT_REST: Outcome = (None, None)
_NOTHING = fresh(0)[COUNTS:]


class Machine(Course):
    """One rule for each thing by itself. `subject_level` is how many digits of its code make the place that is judged
    instead (`Gathering`); 0 here."""

    subject_level = 0

    def __init__(self, terms: Terms, leaves: Leaves, guard: int = -1) -> None:
        """`guard`: leaves of which one must be so for anything to come of the others (bits)."""
        super().__init__(terms, leaves)
        self._shape = terms.shape
        self._bands = tuple(leaves.bands)
        # With nothing but bands, a thing at rest stays there while each value keeps to its side of the limit.
        self._plain = not (leaves.moving or leaves.odd or leaves.hush)
        self._guard = guard if self._plain else -1
        self.guarded = any(not self._guard & bit for bit, *_band in leaves.bands)
        """Whether some of its leaves are not followed while nothing can come of them; then it is to be asked with what its
        thing said last of every quantity."""
        self._remembers = bool(leaves.moving or leaves.hush)
        self.window = max((move.within for move in leaves.moving), default=0)
        """ms of readings it remembers; 0 for none."""
        self.listens = bool(leaves.hush)
        """Whether silence is among its conditions."""
        self.shortest_silence = min((after for _bit, after in leaves.hush), default=FOREVER)
        """ms; the shortest it asks about."""
        self.moving = tuple(leaves.moving)
        """Changes it asks about; what it remembers for them can be given back to it (`recalled`)."""

    def idle(self, state: State) -> bool:
        """Whether the state holds nothing but what the readings themselves tell: a window of them, a silence's timer."""
        return (
            state[PHASE] == REST
            and not (state[MASK] or state[TOLD] or state[HELD])
            and state[LOW] is state[FLIP] is state[COUNTS] is state[RAISES] is state[OWED] is None
        )

    # Where nothing is so, a reading that makes nothing so changes nothing. Whoever knows that in advance need not feed it.

    def limits(self) -> list[Bound]:
        """Between which values nothing can come of it, of a thing at rest."""
        return [
            (slot, -limit, inf) if sign < 0 else (slot, -inf, limit)
            for bit, slot, sign, limit, _clears in self._bands
            if self._guard & bit
        ]

    def usual_limits(self, thing: int, at: int) -> tuple[list[Bound], int]:
        """Between which values a thing is as usual at an instant, and until when (ms) that can be said."""
        return self._leaves.usual_limits(thing, at)

    def sleeps(self, state: State | None) -> int:
        """Until when (ms) a state is changed by no reading within the limits; 0 where each may change it."""
        if state is None:
            return 0 if self.listens else FOREVER  # the time of a silence begins with the first word
        if state[SHAPE] != self._shape or not self._rests(state):
            return 0
        return FOREVER if state[DUE] is None else int(state[DUE])

    def _rests(self, state: State) -> bool:
        """Whether nothing is so, in whatever phase: then only time can change how it stands."""
        return not (state[MASK] & self._guard or state[HELD]) and state[OWED] is None

    def recalled(self, state: State | None, windows: list[list[Any]]) -> State:
        """The state with what was remembered for it elsewhere."""
        new = fresh(self._shape) if state is None else list(state)
        new[EXTRAS] = windows if any(windows) else None
        return new

    def stripped(self, state: State | None) -> State | None:
        """The state without what can be told again from elsewhere, while nothing can come of it."""
        if state is None or not (self.moving or self.guarded):
            return state
        if not self._rests(state):
            return state
        new = list(state)
        new[EXTRAS] = None
        if self.guarded:
            new[MASK] = 0
            if not new[TOLD]:
                new[SAID] = None
        return None if new[PHASE] == REST and new[COUNTS:] == _NOTHING else new

    def feed(self, state: State | None, sample: Sample, *, muted: bool = False) -> Outcome:
        """A reading, in the order of its time. `muted` while the thing is being maintained."""
        if state is None:
            if self._plain:
                if self._calm(sample[2]):
                    return AT_REST
            elif not self._remembers and not self._leaves.judge(0, sample, None)[0]:
                return AT_REST
            state = fresh(self._shape)
            before = None
        else:
            before = state
            if state[SHAPE] != self._shape:
                state = self._adopted(state)
        mask, extras = self._leaves.judge(state[MASK], sample, state[EXTRAS])
        due = state[DUE]
        if mask == state[MASK] and (due is None or sample[1] < due) and not state[HELD] and before is state:
            if extras is state[EXTRAS]:
                return before, None
            new = list(state)  # a window moved on, and that is all
            new[EXTRAS] = extras
            return new, None
        return self._fed(before, state, sample, muted, mask, extras)

    def _calm(self, values: Sequence[float | None]) -> bool:
        """Whether no threshold is passed that was not before."""
        count = len(values)
        for _bit, slot, sign, limit, _clears in self._bands:
            if slot < count:
                value = values[slot]
                if value is not None and sign * value > limit:
                    return False
        return True

    def _fed(
        self,
        before: State | None,
        state: State,
        sample: Sample,
        muted: bool,
        mask: int,
        extras: list[Any] | None,
    ) -> Outcome:
        at = sample.at
        new, found = self._opened(state)
        self._run(new, at, muted, found, hush=False)
        new[EXTRAS] = extras
        hush = self._leaves.hush
        # Also where nobody looked in time: whoever speaks is heard, and the next silence begins now.
        if hush and (new[ARMED] is None or new[ARMED] <= at or any(new[MASK] & bit for bit, _after in hush)):
            new[ARMED] = at + min(after for _bit, after in hush)
        if mask != new[MASK]:
            new[SAID] = self._said(new, mask, sample)
        self._become(new, at, mask, muted, found)
        return self._closed(before, new, found)

    def tick(self, state: State | None, now: int, last: int, *, muted: bool = False) -> Outcome:
        """A timer ran out, or a maintenance ended. `last`: ms when the thing was last heard, for its silence."""
        if state is None:
            return AT_REST
        before = state
        if state[SHAPE] != self._shape:
            state = self._adopted(state)
        new, found = self._opened(state)
        if new[ARMED] is not None and new[ARMED] <= now:
            self._arm(new, last)
        self._run(new, now, muted, found, hush=True, last=last)
        if new[HELD] and not muted:
            self._become(new, now, new[MASK], muted, found)
        return self._closed(before, new, found)

    def due(self, state: State | None) -> int | None:
        """ms of the next timer; None when none runs."""
        if state is None:
            return None
        if state[OWED]:
            return int(state[OWED][0][2])
        if state[SHAPE] != self._shape:
            return self._due(self._adopted(state))
        due: int | None = state[DUE]
        return due

    def rest(self, now: int) -> State | None:
        """The state of a thing never heard of before: where silence matters, its time begins now."""
        if not self._leaves.hush:
            return None
        new = fresh(self._shape)
        self._arm(new, now)
        if self._leaves.hush:
            new[ARMED] = 0  # the new silence may be shorter: whoever ticks next knows the last word
        else:
            self._arm(new, 0)
        new[DUE] = self._due(new)
        return new

    def fed(self, state: State | None, sample: Sample, *, muted: bool = False) -> tuple[State | None, list[Change]]:
        """A reading, with every change it brings: what ran out before it, and what it says."""
        changes = []
        state, change = self.feed(state, sample, muted=muted)
        while change is not None:
            changes.append(change)
            if state is None or not state[OWED]:
                break
            state, change = self.tick(state, sample.at, sample.at, muted=muted)
        return state, changes

    # What runs out.

    def _run(self, new: State, until: int, muted: bool, found: list[Change], *, hush: bool, last: int = 0) -> None:
        """Every timer up to an instant, in order. Silence only where somebody knows when the thing was last heard."""
        while True:
            due, ran_out = self._next(new, hush)
            if ran_out is None or due > until:
                return
            ran_out(new, due, muted, found)
            if hush and new[ARMED] == due:
                self._arm(new, last)

    def _next(self, new: State, hush: bool) -> tuple[int, Callable[[State, int, bool, list[Change]], None] | None]:
        """The next timer and what happens then; of several at one instant the one named first here."""
        terms, phase = self._terms, new[PHASE]
        due: int = 1 << 62
        ran_out: Callable[[State, int, bool, list[Change]], None] | None = None
        if phase == WAITING:
            due, ran_out = new[SINCE] + terms.lasts, self._lasted
        elif phase == CLEARING:
            due, ran_out = new[SINCE] + self._delay(new), self._ended
        elif phase == REST and (new[COUNTS] or new[RAISES]):
            counts, raises = new[COUNTS], new[RAISES]
            due = 1 + max(counts[-1] + terms.within if counts else 0, raises[-1] + terms.calms if raises else 0)
            ran_out = self._forgot
        if new[LOW] is not None and new[LOW] + terms.clear_after < due:
            due, ran_out = new[LOW] + terms.clear_after, self._fell
        if new[FLIP] is not None and new[FLIP] < due:
            due, ran_out = new[FLIP], self._flipped
        if hush and new[ARMED] is not None and new[ARMED] < due:
            due, ran_out = new[ARMED], self._hushed
        return due, ran_out

    def _lasted(self, new: State, at: int, muted: bool, found: list[Change]) -> None:
        self._met(new, at, muted, found)

    def _flipped(self, new: State, at: int, muted: bool, found: list[Change]) -> None:
        new[FLIP] = None
        self._become(new, at, new[MASK], muted, found)

    def _hushed(self, new: State, at: int, muted: bool, found: list[Change]) -> None:
        """Nothing was heard until `at`; every leaf whose time is up by then is so."""
        last = at - min(after for bit, after in self._leaves.hush if not new[MASK] & bit)
        mask = new[MASK]
        for bit, after in self._leaves.hush:
            if last + after <= at:
                mask |= bit
        new[SAID] = [n for n, leaf in enumerate(self._leaves.leaves) if leaf.how == "silent" and mask >> n & 1]
        new[SAID] = [item for n in new[SAID] for item in (n, None, None)]
        self._become(new, at, mask, muted, found)

    def _forgot(self, new: State, at: int, muted: bool, found: list[Change]) -> None:
        new[COUNTS] = new[RAISES] = None

    def _arm(self, new: State, last: int) -> None:
        """Set the time at which the next silence begins, for who was last heard then."""
        hush = self._leaves.hush
        new[ARMED] = min((last + after for bit, after in hush if not new[MASK] & bit), default=None)

    def _opened(self, state: State) -> tuple[State, list[Change]]:
        new = list(state)
        owed = new[OWED]
        new[OWED] = None
        return new, [Change(*change) for change in owed or ()]

    def _closed(self, before: State | None, new: State, found: list[Change]) -> Outcome:
        change = found[0] if found else None
        if len(found) > 1:
            new[OWED] = [list(owed) for owed in found[1:]]
        if new[PHASE] == REST and not new[MASK] and new[COUNTS:] == _NOTHING:
            return None, change
        new[DUE] = new[OWED][0][2] if new[OWED] else self._due(new)
        if new == before:
            return before, change
        return new, change

    def _due(self, new: State) -> int | None:
        due, ran_out = self._next(new, hush=True)
        return None if ran_out is None else due

    def _adopted(self, state: State) -> State:
        """A state reckoned with other numbers, or other conditions: what was told stays told, and what is so is seen
        anew from the next reading on."""
        new = list(state)
        same = state[SHAPE] >> 16 == self._shape >> 16
        new[SHAPE] = self._shape
        if not same:
            new[MASK], new[EXTRAS], new[SAID], new[FLIP] = 0, None, None, None
            if new[PHASE] in (WAITING, COUNTED, WITHHELD):
                new[PHASE], new[SINCE], new[HELD] = REST, 0, 0
        new[DUE] = self._due(new)
        return new
