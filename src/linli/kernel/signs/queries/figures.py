"""How good a sign is: how many suggestions, how many were inspected, in how many it was so."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count

from linli.kernel.access import Actor, as_system, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.places.codes import Level

from ..models import State, Suggestion

FEW = 10
"""Fewer inspections than these say little; the page says so."""


@dataclass(slots=True)
class Figures:
    """Of one sign, at and below a place. `by_street` is the same by street, for a district and above."""

    sign: str
    states: dict[str, int] = field(default_factory=dict)
    by_street: dict[str, Figures] = field(default_factory=dict)

    @property
    def made(self) -> int:
        return sum(self.states.values())

    @property
    def inspected(self) -> int:
        """Inspections that found out: those without a result are not among them, and are told apart."""
        return self.states.get(State.CONFIRMED, 0) + self.states.get(State.NOT_FOUND, 0)

    @property
    def confirmed(self) -> int:
        return self.states.get(State.CONFIRMED, 0)

    @property
    def precision(self) -> float | None:
        return self.confirmed / self.inspected if self.inspected else None

    @property
    def few(self) -> bool:
        return self.inspected < FEW

    def add(self, state: str, count: int) -> None:
        self.states[state] = self.states.get(state, 0) + count


def figures(by: Actor) -> list[Figures]:
    """Of every declared sign. Counts only, so also for who sees no single suggestion. One query."""
    require(by, "signs.read")
    found = {name: Figures(name) for name in catalogue().signs}
    rows = Suggestion.objects.order_by()
    if by.scope != "*":
        rows = rows.filter(place_code__startswith=by.scope)
    with as_system():
        counted = list(rows.values_list("sign", "p9", "state").annotate(n=Count("*")))
    wide = len(by.scope) < Level.STREET.digits
    for sign, street, state, count in counted:
        if sign not in found:
            continue
        found[sign].add(state, count)
        if wide:
            found[sign].by_street.setdefault(street, Figures(sign)).add(state, count)
    return list(found.values())
