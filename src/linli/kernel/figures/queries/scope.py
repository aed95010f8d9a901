"""Whose figures: the places an actor may have figures of, narrowed to what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from linli.kernel.access import Actor, Sees, require, shortest

LEVELS = (4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class Scope:
    """Prefixes of place codes ("" holds every place), and the one unit when the figures are only of that.

    `kind` narrows to one kind of matter.
    """

    prefixes: tuple[str, ...]
    unit: UUID | None = None
    kind: str = ""

    def narrowing(self) -> tuple[str, dict[str, Any]]:
        """An SQL condition on `t` (a turn or an assignment), and its values."""
        parts: list[str] = []
        values: dict[str, Any] = {}
        if not self.prefixes:
            return "false", {}
        if self.prefixes != ("",):
            inside = [_inside(n, prefix, values) for n, prefix in enumerate(self.prefixes)]
            parts.append(f"({' OR '.join(inside)})")
        if self.unit:
            parts.append("t.unit_id = %(unit)s")
            values["unit"] = self.unit
        if self.kind:
            parts.append("t.kind = %(kind)s")
            values["kind"] = self.kind
        return " AND ".join(parts) or "true", values


def _inside(n: int, prefix: str, values: dict[str, Any]) -> str:
    if len(prefix) == 12:
        values[f"place{n}"] = prefix
        return f"t.p12 = %(place{n})s"
    values |= {f"place{n}": prefix, f"beyond{n}": prefix + ":", f"twelve{n}": prefix[:12]}
    within = f"t.place_code >= %(place{n})s AND t.place_code < %(beyond{n})s"
    return f"({within} AND t.p12 = %(twelve{n})s)" if len(prefix) > 12 else f"({within})"


def scope_of(by: Actor, place: str = "", *, unit: UUID | None = None, kind: str = "") -> Scope:
    """What the actor may have figures of below `place` ("" for all that is theirs). Needs `figures.read`.

    Who sees only their unit's matters has only their unit's figures. A place outside the scope gives figures of
    nothing, as a queue shows nothing there.
    """
    require(by, "figures.read")
    if by.sees is Sees.UNIT:
        unit = by.unit_id if unit in (None, by.unit_id) else None
        if unit is None:
            return Scope(())
    elif by.sees not in (Sees.PLACE, Sees.ALL):
        return Scope(())
    prefixes = shortest(p for scope in by.scopes if (p := _narrower(scope, place)) is not None)
    return Scope(prefixes, unit, kind)


def _narrower(scope: str, place: str) -> str | None:
    if scope == "*":
        return place
    if place.startswith(scope):
        return place
    return scope if scope.startswith(place) else None


@dataclass(frozen=True, slots=True)
class Where:
    """Which kept counts a scope is: a condition on `c` and its values."""

    condition: str
    values: dict[str, Any] = field(default_factory=dict)


def cells_of(prefixes: Sequence[str]) -> Where:
    """The rows that add up to these places: their own, or those of the cities in them."""
    own = [p for p in prefixes if len(p) >= LEVELS[0]]
    wider = [p for p in prefixes if len(p) < LEVELS[0]]
    parts = ["c.place_code = ANY(%(own)s)"]
    values: dict[str, Any] = {"own": own}
    for n, prefix in enumerate(wider):
        parts.append(f"(length(c.place_code) = 4 AND c.place_code >= %(w{n})s AND c.place_code < %(wb{n})s)")
        values |= {f"w{n}": prefix, f"wb{n}": prefix + ":"}
    return Where(f"({' OR '.join(parts)})", values)
