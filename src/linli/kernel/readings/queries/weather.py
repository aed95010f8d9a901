"""What the weather station nearest to a place says: public, for screens on walls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.things.models import State, Thing

from . import latest

ICON = "weather"
"""What scenes draw a station as that measures the weather, whatever else the model is called."""
FRESH = timedelta(hours=2)
WITHIN = 6
"""Digits: another district has other weather."""


@dataclass(frozen=True, slots=True)
class Weather:
    """`values` by quantity of the model; `at` is when the station measured them, `place_code` where it stands."""

    model: str
    place_code: str
    at: datetime
    values: Mapping[str, float]


def weather_at(place_code: str, *, at: datetime) -> Weather | None:
    """The last reading of the station nearest in the tree of places, within the district; None for none in two hours.

    With the system's eyes: a station's reading is about nobody, and who looks at a wall has no scope. Three queries.
    """
    models = [d.name for d in catalogue().devices.values() if d.icon == ICON and not d.personal]
    with as_system():
        stations = list(
            Thing.objects.filter(model__in=models, state=State.WORKING, place_code__startswith=place_code[:WITHIN])[
                :200
            ]
        )
        said = latest.of(stations) if stations else {}
    near = sorted(stations, key=lambda s: (-_together(s.place_code, place_code), s.no))
    for station in near:
        now = said[station.no]
        if now.at is not None and now.values and at - now.at <= FRESH:
            return Weather(station.model, station.place_code, now.at, now.values)
    return None


def _together(one: str, other: str) -> int:
    """How many digits two codes begin with alike: the more, the nearer in the tree."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
