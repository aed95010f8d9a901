"""Homes for the cast: two buildings of one compound, the first inside the square the tests draw, the second beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from linli.kernel.access import Actor, as_system
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, Cast
from linli.kernel.people.models import Household, Person, Residence
from linli.kernel.places.models import Place

GRID = HOOD + "001"
COMPOUND = GRID + "001"
INSIDE, BESIDE = COMPOUND + "001", COMPOUND + "002"
SQUARES = {HOOD: (121.50, 31.20), OTHER_HOOD: (121.51, 31.20), OTHER_STREET + "001": (121.52, 31.20)}
SINCE = (MONDAY - timedelta(days=90), None)


@dataclass
class Homes:
    """`add` registers somebody in the first building, with somebody who lives there or alone."""

    inside: str
    households: dict[UUID, Household] = field(default_factory=dict)
    n: int = 1

    def add(self, name: str, *, with_: Actor | UUID | None = None, year: int | None = None) -> UUID:
        key = with_.person_id if isinstance(with_, Actor) else with_
        with as_system():
            home = self.households.get(key) if key else None
            if home is None:
                self.n += 1
                home = Household.objects.create(place_code=f"{INSIDE}01{self.n:04d}")
            person = Person.objects.create(name=name, place_code=home.place_code, birth_year=year)
            Residence.objects.create(person=person, household=home, relation="other", valid=SINCE)
        self.households[person.id] = home
        return person.id


def make_homes(cast: Cast) -> Homes:
    """Granny lives in the first building, Chen in the second; each neighbourhood has its square."""
    with as_system():
        build()
    homes = Homes(f"{INSIDE}010001")
    homes.households[_person(cast.granny)] = move_in(cast.granny, homes.inside)
    move_in(cast.chen, f"{BESIDE}010001")
    return homes


def build() -> None:
    """The squares, a compound and its two buildings. With the system's eyes."""
    bound()
    hood = Place.objects.get(code=HOOD)
    since = hood.valid_from
    grid = Place.objects.create(code=GRID, name="一格", parent=hood, valid_from=since)
    compound = Place.objects.create(
        code=COMPOUND, name="柳湾家园", parent=grid, valid_from=since, lon=121.5025, lat=31.202
    )
    for n, (code, lon) in enumerate(((INSIDE, 121.502), (BESIDE, 121.509)), 1):
        Place.objects.create(code=code, name=f"{n}号楼", parent=compound, valid_from=since, lon=lon, lat=31.202)


def square(west: float, south: float, wide: float = 0.01) -> dict[str, object]:
    east, north = west + wide, south + wide
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def bound() -> None:
    """Give the neighbourhoods of the cast their squares. With the system's eyes."""
    for code, corner in SQUARES.items():
        place = Place.objects.get(code=code)
        place.boundary, place.lon, place.lat = square(*corner), corner[0] + 0.005, corner[1] + 0.005
        place.save()


def move_in(who: Actor, code: str) -> Household:
    with as_system():
        Residence.objects.filter(person_id=who.person_id).delete()
        Person.objects.filter(pk=who.person_id).update(place_code=code)
        home = Household.objects.create(place_code=code)
        if len(code) > len(GRID):
            Residence.objects.create(person_id=who.person_id, household=home, relation="head", valid=SINCE)
    return home


def _person(who: Actor) -> UUID:
    if who.person_id is None:
        raise ValueError(f"{who.name} is no resident")
    return who.person_id
