"""Scores of units and places by a declared formula. Pure: no database.

    score = Σ weight × value ÷ Σ weight, over the parts with enough cases

A value is a share from 0 to 100, or 100 less the share where less is better. A part with fewer than `FEW` cases is left
out and its weight with it, and the score says so. A rank is given only with enough matters due in the period; equal
scores share a rank. Nobody scores persons: the keys are units and places, and there is no other way in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .definitions import BY_NAME, Better
from .measures import Counts

FEW = 5
"""Below so many cases a share says nothing, and the part is left out."""
LEAST = 30
"""Fewest matters due in the period for a rank; a place may set another number."""
WEIGHTS: Mapping[str, int] = {"finished": 40, "answered": 20, "reopened": 15, "satisfied": 15, "returned": 10}
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Formula:
    """The weights in force, where they were set ("" as declared) and in which version (0 as declared)."""

    weights: Mapping[str, int]
    least: int = LEAST
    place_code: str = ""
    version: int = 0


DECLARED = Formula(WEIGHTS)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: the share with its cases, its value in points of 100 (None: too few cases), its weight."""

    figure: str
    top: int
    bottom: int
    value: float | None
    weight: int

    @property
    def points(self) -> float:
        """What it brings to the sum."""
        return (self.value or 0.0) * self.weight


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's or a place's score, None where no part has enough cases; `rank` None: too few matters due."""

    key: str
    counts: Counts
    parts: tuple[Part, ...]
    score: float | None
    rank: int | None = None

    @property
    def due(self) -> int:
        return self.counts.finish_in + self.counts.finish_late


def score(key: str, counts: Counts, formula: Formula = DECLARED) -> Score:
    parts = tuple(_part(name, counts, weight) for name, weight in formula.weights.items() if weight)
    weight = sum(part.weight for part in parts if part.value is not None)
    points = sum(part.points for part in parts if part.value is not None)
    return Score(key, counts, parts, round(points / weight, 1) if weight else None)


def _part(name: str, counts: Counts, weight: int) -> Part:
    definition = BY_NAME[name]
    value = definition.value(counts)
    bottom = value.bottom or 0
    if bottom < FEW or value.share is None:
        return Part(name, value.top, bottom, None, weight)
    share = 100 * value.share
    return Part(name, value.top, bottom, 100 - share if definition.better is Better.LESS else share, weight)


def ranked(found: Mapping[str, Counts], formula: Formula = DECLARED) -> list[Score]:
    """Scores, best first; those with too few matters due come last, without a rank. Equal scores share a rank."""
    every = [score(key, counts, formula) for key, counts in found.items()]
    able = [one for one in every if one.due >= formula.least and one.score is not None]
    rest = [one for one in every if one not in able]
    able.sort(key=lambda one: (-(one.score or 0), -one.due, one.key))
    placed = [
        Score(
            one.key,
            one.counts,
            one.parts,
            one.score,
            1 + sum((other.score or 0) > (one.score or 0) for other in able),
        )
        for one in able
    ]
    return placed + sorted(rest, key=lambda one: (-one.due, one.key))


def faults(weights: Mapping[str, int]) -> str:
    """What is wrong with weights: "" nothing, "unknown", "negative", or "sum"."""
    if unknown := set(weights) - set(WEIGHTS):
        return "unknown" if unknown else ""
    if any(weight < 0 for weight in weights.values()):
        return "negative"
    return "" if sum(weights.values()) == WHOLE else "sum"
