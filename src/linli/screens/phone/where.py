"""Where a report is from: the pin, the address, or, when its words name no place, near the reporter's home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linli.kernel.access import Actor
from linli.kernel.matters.whereabouts import SURE
from linli.kernel.people.models import Person
from linli.kernel.places import queries as places

from .forms import Report

NEIGHBOURHOOD = 12


@dataclass(frozen=True, slots=True)
class Home:
    """The neighbourhood a resident lives in; `lives` is the whole code of where they are registered."""

    code: str
    name: str
    lives: str
    point: tuple[float, float] | None = None

    @property
    def address(self) -> str:
        """Down to the building, "" when none is registered. Asked for when the form is drawn, not at every letter."""
        return places.address(self.lives)


def home_of(by: Actor) -> Home | None:
    """None for who has not said where they live."""
    code = Person.objects.filter(id=by.person_id).values_list("place_code", flat=True).first() or ""
    place = places.at(code[:NEIGHBOURHOOD]) if len(code) >= NEIGHBOURHOOD else None
    if place is None:
        return None
    point = None if place.lon is None or place.lat is None else (place.lon, place.lat)
    return Home(place.code, places.label(place.code), code, point)


def code_of(report: Report, home: Home | None) -> str:
    """Where it seems to be while it is still being written: the pin, the address, else the reporter's home."""
    if report.lon is not None and report.lat is not None and (code := places.locate(report.lon, report.lat)):
        return code
    if report.address and (found := places.find(report.address, limit=1)) and found[0].score >= SURE:
        return found[0].code
    return home.code if home else ""


def spot(report: Report, by: Actor) -> dict[str, Any]:
    """What the verb is told: position and address as given; the home only when nothing else leads to a place."""
    given = {"lon": report.lon, "lat": report.lat, "address": report.address}
    if not report.near_home or report.lon is not None or _known(report.address):
        return given
    home = home_of(by)
    return {**given, "place_code": home.code} if home else given


def _known(address: str) -> bool:
    """Whether the verb would find the place: "3号楼门口" may be a hundred buildings, and so is none."""
    found = places.find(address, limit=1)
    return bool(found) and found[0].score >= SURE
