"""Which weights hold at a place."""

from __future__ import annotations

from linli.kernel.access import Actor, require

from ..models import Weights
from ..scoring import DECLARED, Formula


def formula_at(by: Actor, place_code: str) -> Formula:
    """The latest version set at the place or the nearest above it, else as declared. Needs `figures.read`."""
    require(by, "figures.read")
    return formula_of(place_code)


def formula_of(place_code: str) -> Formula:
    above = [place_code[:length] for length in range(len(place_code), 0, -1)]
    rows = Weights.objects.filter(place_code__in=above)
    row = max(rows, key=lambda one: (len(one.place_code), one.version), default=None)
    if row is None:
        return DECLARED
    return Formula(
        {name: int(weight) for name, weight in row.weights.items()}, row.least, row.place_code, row.version
    )


def versions(by: Actor, place_code: str) -> list[Weights]:
    """What was set at just this place, latest first. Needs `figures.read` there."""
    require(by, "figures.read", place_code)
    return list(Weights.objects.filter(place_code=place_code).order_by("-version"))
