"""Evidence as it is kept and told: what each indication looked at, its number now, what is usual, period and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .weighing import Usual

SOURCES = 20
"""So many matters, devices or data sets are named; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one indication says of one place. `past` are the stretches before, the oldest first; `area` is where the places
    alike lie; `hours` from and until which hour of the day, None for all day. `source` says what was looked at:
    {"matters": [id], "things": [id], "sets": [{"name", "title", "rows"}], "n": how many in all}."""

    name: str
    strength: float
    weight: float
    now: float
    past: tuple[float, ...]
    own: Usual
    alike: Usual
    area: str
    first: date
    last: date
    monthly: bool = False
    hours: tuple[int, int] | None = None
    source: Mapping[str, Any] = field(default_factory=dict)

    @property
    def speaks(self) -> bool:
        return self.strength > 0

    @property
    def counts(self) -> float:
        """What it adds to the evidence."""
        return self.weight * self.strength

    def kept(self) -> dict[str, Any]:
        return {
            "name": self.name, "strength": round(self.strength, 3), "weight": self.weight, "now": round(self.now, 2),
            "past": [round(value, 2) for value in self.past], "own": _kept(self.own), "alike": _kept(self.alike),
            "area": self.area, "first": self.first.isoformat(), "last": self.last.isoformat(), "monthly": self.monthly,
            "hours": list(self.hours) if self.hours else None, "source": dict(self.source),
        }  # fmt: skip


def read(kept: Sequence[Mapping[str, Any]]) -> list[Said]:
    """What was kept, those that count most first."""
    said = [
        Said(
            name=one["name"], strength=one["strength"], weight=one["weight"], now=one["now"], past=tuple(one["past"]),
            own=Usual(*one["own"]), alike=Usual(*one["alike"]), area=one["area"],
            first=date.fromisoformat(one["first"]), last=date.fromisoformat(one["last"]), monthly=one["monthly"],
            hours=(one["hours"][0], one["hours"][1]) if one["hours"] else None, source=one["source"],
        )
        for one in kept
    ]  # fmt: skip
    return sorted(said, key=lambda one: (-one.counts, one.name))


def spoken(kept: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The indications that speak, with what they count: what later evidence is held against."""
    return {one["name"]: float(one["now"]) for one in kept if one["strength"] > 0}


def _kept(usual: Usual) -> list[float]:
    return [round(usual.middle, 2), round(usual.spread, 2), usual.n]
