"""One sign in one street: what each place's indications come to."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from linli.kernel.declare import Indication, Sign

from .evidence import Said
from .gathering import Course, Seen
from .weighing import deviations, raised, strength, usual, weight


@dataclass(frozen=True, slots=True)
class Judged:
    """What a place's indications say, also those that are silent, and what that comes to."""

    place: str
    said: tuple[Said, ...]
    weight: float

    def enough(self, sign: Sign, raises: float | None = None) -> bool:
        return raised(sign, {one.name: one.strength for one in self.said}, raises)


def judge(sign: Sign, seen: Mapping[str, Seen], total: Mapping[str, int]) -> dict[str, Judged]:
    """Every place where something about the place itself speaks. `seen` by indication; `total` is how many places of the
    sign's level lie in each area of places alike."""
    streets = [_Street(sign, one, seen[one.name], total) for one in sign.indications]
    speaking = {place for street in streets if not street.indication.around for place in street.speaking()}
    return {place: _judged(sign, place, streets) for place in sorted(speaking)}


def _judged(sign: Sign, place: str, streets: list[_Street]) -> Judged:
    said = tuple(found for street in streets if (found := street.at(place)) is not None)
    return Judged(place, said, weight(sign, {one.name: one.strength for one in said}))


@dataclass(slots=True)
class _Street:
    """One indication in a street. What is ordinary at a place is found without a look at the others."""

    sign: Sign
    indication: Indication
    seen: Seen
    total: Mapping[str, int]
    crowds: dict[tuple[str, int], list[float]] = field(default_factory=lambda: defaultdict(list))
    parts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for (place, part), course in self.seen.courses.items():
            self.crowds[self._area(place), part].append(course.now)
            self.parts[place].append(part)
        for crowd in self.crowds.values():
            crowd.sort()

    def speaking(self) -> set[str]:
        return {
            place
            for (place, part), course in self.seen.courses.items()
            if not self._ordinary(course) and self._said(place, part, course).speaks
        }

    def at(self, place: str) -> Said | None:
        """What it says of a place, of several parts of the day the one that speaks most; for a device around, what the
        nearest says that stands at a place this one lies in. None where nothing is known."""
        known = place
        while known not in self.parts:
            known = known[:-1]
            if not self.indication.around or len(known) < 12:
                return None
        found = [self._said(known, part, self.seen.courses[known, part]) for part in self.parts[known]]
        return max(found, key=lambda one: (one.strength, one.now))

    def _area(self, place: str) -> str:
        return place[: self.sign.alike]

    def _ordinary(self, course: Course) -> bool:
        """Silent already by its own past."""
        one = self.indication
        return course.now < one.least or deviations(course.now, usual(course.past), one.step) <= one.begins

    def _said(self, place: str, part: int, course: Course) -> Said:
        area, one = self._area(place), self.indication
        crowd = self.crowds[area, part]
        others = list(crowd)
        del others[bisect_left(others, course.now)]
        noughts = max(self.total.get(area, 0) - len(crowd), 0) if self.seen.whole else 0
        own, alike = usual(course.past), usual(others, noughts)
        return Said(
            name=one.name,
            strength=strength(one, course.now, own, alike),
            weight=one.weight,
            now=course.now,
            past=course.past,
            own=own,
            alike=alike,
            area=area,
            first=course.first,
            last=course.last,
            monthly=course.monthly,
            hours=course.hours,
            source=course.source,
        )
