"""A rule over several things at one place: so when enough of them are so at the same time.

The state is the place's. Of each thing of which anything is so, it holds what is, and until when that counts: who is
not heard of for as long as its model's silence counts no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .course import Terms
from .leaves import MASKED, Leaf, Leaves
from .machine import AT_REST, Bound, Machine, Outcome
from .samples import Change, Sample, State
from .state import ARMED, DUE, EXTRAS, MASK, SAID, SHAPE, fresh

Members = list[int]
"""thing, what is so of it, ms until when that counts, thing, …"""
MOST_NAMED = 20
"""A sentence names so many things and no more."""


class Gathering(Machine):
    def __init__(
        self,
        terms: Terms,
        groups: Leaves,
        each: Leaves,
        asked: Sequence[tuple[MASKED, int]],
        *,
        level: int,
        forgets: int,
    ) -> None:
        """`groups` has a leaf for each `Together`, `each` the leaves of a single thing; `asked` says for every group
        what must be so of a thing and of how many; after `forgets` ms a thing counts no longer."""
        super().__init__(terms, groups)
        self.subject_level = level
        self._each = each
        self._asked = tuple(asked)
        self._forgets = forgets
        self._bands = tuple(each.bands)
        self.moving, self.guarded, self._guard = (), False, -1

    def feed(self, state: State | None, sample: Sample, *, muted: bool = False) -> Outcome:
        """A reading of one of the things there; one that is being maintained does not count."""
        if state is None:
            if muted or (not self._each.odd and self._calm(sample.values)):
                return AT_REST
            state, before = fresh(self._shape), None
        else:
            before = state
            if state[SHAPE] != self._shape:
                state = self._adopted(state)
        members: Members = state[EXTRAS] or []
        was = next((members[n + 1] for n in range(0, len(members), 3) if members[n] == sample.thing), 0)
        mask = 0 if muted else self._each.judge(was, sample, None)[0]
        if not mask and not was and state is before and (state[DUE] is None or sample.at < state[DUE]):
            return before, None
        new, found = self._opened(state)
        self._run(new, sample.at, False, found, hush=True)
        new[EXTRAS] = _with(new[EXTRAS] or [], sample.thing, mask, sample.at + self._forgets)
        self._arm(new, 0)
        self._recount(new, sample.at, found, sample)
        return self._closed(before, new, found)

    def usual_limits(self, thing: int, at: int) -> tuple[list[Bound], int]:
        return self._each.usual_limits(thing, at)

    def tick(self, state: State | None, now: int, last: int, *, muted: bool = False) -> Outcome:
        """A timer ran out. Single things are maintained, never the place: what counts there was said before."""
        return super().tick(state, now, last)

    def rest(self, now: int) -> State | None:
        return None

    def idle(self, state: State) -> bool:
        """How each member stands is told by no single reading."""
        return False

    def _recount(self, new: State, at: int, found: list[Change], sample: Sample | None) -> None:
        mask, said = 0, []
        members: Members = new[EXTRAS] or []
        for nth, (so, enough) in enumerate(self._asked):
            who = [members[n] for n in range(0, len(members), 3) if so(members[n + 1])]
            if len(who) >= enough:
                mask |= 1 << nth
            if who:
                leaf = self._leaves.leaves[nth]
                said += [nth, _value(leaf, sample), [len(who), *who[:MOST_NAMED]]]
        if mask != new[MASK]:
            new[SAID] = said or new[SAID]
        self._become(new, at, mask, False, found)

    def _hushed(self, new: State, at: int, muted: bool, found: list[Change]) -> None:
        """Who was not heard of until `at` counts no longer."""
        members: Members = new[EXTRAS] or []
        kept = [field for n in range(0, len(members), 3) if members[n + 2] > at for field in members[n : n + 3]]
        new[EXTRAS] = kept or None
        self._arm(new, 0)
        self._recount(new, at, found, None)

    def _arm(self, new: State, last: int) -> None:
        members: Members = new[EXTRAS] or []
        new[ARMED] = min(members[2::3], default=None)


def _with(members: Members, thing: int, mask: int, until: int) -> Members | None:
    """The members with what is so of one of them now; without it where nothing is."""
    for n in range(0, len(members), 3):
        if members[n] == thing:
            one = [thing, mask, until] if mask else []
            return [*members[:n], *one, *members[n + 3 :]] or None
    return [*members, thing, mask, until] if mask else members or None


def _value(leaf: Leaf, sample: Sample | None) -> Any:
    if sample is None or not 0 <= leaf.slot < len(sample.values):
        return None
    return sample.values[leaf.slot]
