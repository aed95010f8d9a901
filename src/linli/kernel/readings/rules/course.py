"""How a warning runs its course: from something being so to raised, up and down in grade, and cleared.

Every step here is at an instant the machine has found; nothing in it waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .leaves import MASKED, Leaves
from .samples import Change, Sample, State
from .sayings import says
from .state import (
    CLEARING,
    COUNTED,
    COUNTS,
    EXTRAS,
    FLIP,
    HELD,
    LOW,
    MASK,
    PHASE,
    RAISED,
    RAISES,
    REST,
    SAID,
    SINCE,
    STANDS,
    TOLD,
    WAITING,
    WITHHELD,
)
from .windows import Window

FLAPS = 3
"""Raised so many times within `calms`, it flaps."""


@dataclass(slots=True)
class Terms:
    """A rule's times in milliseconds and its grades, as the machine reckons with them."""

    severity: int
    lasts: int
    repeats: int
    within: int
    clear_after: int
    calms: int
    window: Window | None
    when: MASKED
    steps: Sequence[tuple[int, MASKED, int]]
    shape: int


class Course:
    def __init__(self, terms: Terms, leaves: Leaves) -> None:
        self._terms = terms
        self._leaves = leaves

    def _become(self, new: State, at: int, mask: int, muted: bool, found: list[Change]) -> None:
        """From `at` on these leaves are so."""
        terms = self._terms
        new[MASK] = mask
        so = terms.when(mask)
        if terms.window:
            if not so:
                new[FLIP] = None
            elif new[FLIP] is None:
                so, new[FLIP] = terms.window.holds(at), terms.window.flip(at)
            else:
                so = not terms.window.holds(new[FLIP])  # it stands as it will until it flips
        if so != STANDS[new[PHASE]]:
            self._turn(new, at, so, muted, found)
        elif new[PHASE] == WITHHELD and not muted:
            self._raise(new, at, found)
        if new[TOLD]:
            self._regrade(new, at, muted, found)
        elif new[PHASE] == REST and not mask:
            new[SAID] = None

    def _turn(self, new: State, at: int, so: bool, muted: bool, found: list[Change]) -> None:
        phase = new[PHASE]
        if phase == CLEARING:
            new[PHASE], new[SINCE] = RAISED, max(at, new[SINCE])
        elif so and self._terms.lasts:
            new[PHASE], new[SINCE] = WAITING, at
        elif so:
            self._met(new, at, muted, found)
        elif phase == RAISED:
            new[PHASE], new[SINCE] = CLEARING, max(at, new[SINCE])
            if not self._delay(new):
                self._ended(new, new[SINCE], muted, found)
        else:
            new[PHASE], new[SINCE], new[HELD] = REST, 0, 0

    def _met(self, new: State, at: int, muted: bool, found: list[Change]) -> None:
        """So for as long as it must; often enough?"""
        terms = self._terms
        if terms.repeats > 1:
            counts = [begun for begun in new[COUNTS] or () if begun >= at - terms.within] + [at]
            if len(counts) < terms.repeats:
                new[PHASE], new[SINCE], new[COUNTS] = COUNTED, at, counts
                return
            new[COUNTS] = None
        if muted:
            new[PHASE], new[SINCE], new[HELD] = WITHHELD, at, 1
        else:
            self._raise(new, at, found)

    def _raise(self, new: State, at: int, found: list[Change]) -> None:
        terms = self._terms
        new[PHASE], new[SINCE], new[HELD], new[LOW] = RAISED, at, 0, None
        new[TOLD] = self._grade(new[MASK])
        if terms.calms:
            new[RAISES] = [*(raised for raised in new[RAISES] or () if raised >= at - terms.calms), at][-FLAPS:]
        told = self._says(new, new[TOLD])
        if terms.lasts:
            told["seconds"] = terms.lasts / 1000
        if terms.repeats > 1:
            told["repeats"] = terms.repeats
        if new[RAISES] and len(new[RAISES]) >= FLAPS:
            told["flapping"] = True
        found.append(Change("raise", new[TOLD], at, told))

    def _regrade(self, new: State, at: int, muted: bool, found: list[Change]) -> None:
        """Up at once, but not during maintenance; down when it was lower for as long as clearing takes."""
        grade = self._grade(new[MASK])
        if grade > new[TOLD]:
            new[LOW], new[HELD] = None, int(muted)
            if not muted:
                found.append(Change("step", grade, at, self._says(new, grade) | {"from": new[TOLD]}))
                new[TOLD] = grade
        elif grade == new[TOLD]:
            new[LOW], new[HELD] = None, 0
        else:
            new[HELD] = 0
            if new[LOW] is None:
                new[LOW] = at
            if not self._terms.clear_after:
                self._fell(new, at, muted, found)

    def _grade(self, mask: int) -> int:
        grade = self._terms.severity
        for severity, so, _bits in self._terms.steps:
            if severity > grade and so(mask):
                grade = severity
        return grade

    def _delay(self, new: State) -> int:
        terms = self._terms
        if new[RAISES] and len(new[RAISES]) >= FLAPS:
            return max(terms.clear_after, terms.calms)
        return terms.clear_after

    def _ended(self, new: State, at: int, muted: bool, found: list[Change]) -> None:
        found.append(Change("clear", new[TOLD], at, self._says(new, 0)))
        new[PHASE], new[SINCE], new[TOLD], new[LOW], new[HELD] = REST, 0, 0, None, 0
        if new[RAISES] and len(new[RAISES]) >= FLAPS:
            new[RAISES] = None

    def _fell(self, new: State, at: int, muted: bool, found: list[Change]) -> None:
        grade = self._grade(new[MASK])
        found.append(Change("step", grade, at, self._says(new, grade) | {"from": new[TOLD]}))
        new[TOLD], new[LOW] = grade, None

    def _said(self, new: State, mask: int, sample: Sample) -> list[Any] | None:
        """What is so after a reading, or, where nothing is, what no longer is: leaf, value, reference."""
        before = new[SAID] or []
        known = dict(zip(before[::3], before[1::3], strict=True))
        said: list[Any] = []
        shown = mask or new[MASK]
        for nth, leaf in enumerate(self._leaves.leaves):
            if shown >> nth & 1:
                value = sample.values[leaf.slot] if 0 <= leaf.slot < len(sample.values) else None
                value = known.get(nth) if value is None else value
                said += (nth, value, self._leaves.reference(nth, sample, new[EXTRAS]))
        return said or None

    def _says(self, new: State, grade: int) -> dict[str, Any]:
        first = next((bits for severity, _so, bits in self._terms.steps if severity == grade), 0)
        return says(self._leaves.leaves, new[SAID] or (), first)
