"""The demo district as places: streets, neighbourhoods, grids, compounds, buildings, homes, and its landmarks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from shapely import Polygon
from shapely.geometry import mapping
from shapely.geometry.polygon import orient

from . import geometry, names
from .geometry import ROWS, Lattice, Point

# How a street is built: buildings in a compound, floors, homes on a floor of one unit, units in a building.
BUILT = {"old": (6, 6, 3, 1), "new": (2, 17, 2, 2), "mixed": (5, 6, 2, 2)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place to be registered. `boundary` is a GeoJSON geometry; address parts are what it adds itself."""

    code: str
    name: str
    lon: float
    lat: float
    boundary: dict[str, Any] | None = None
    road: str = ""
    lane: str = ""
    number: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound as stories speak of it."""

    code: str
    name: str
    road: str
    lane: str
    style: str
    lon: float
    lat: float
    buildings: tuple[str, ...]  # codes


@dataclass(frozen=True, slots=True)
class Landmark:
    code: str
    name: str
    kind: str
    road: str
    number: str
    lon: float
    lat: float


@dataclass(slots=True)
class Grid:
    """A grid with what is in it, and where on its streets something can happen."""

    code: str
    street: int
    roads: tuple[str, ...]
    cell: tuple[int, int]
    compounds: list[Compound] = field(default_factory=list)
    landmarks: list[Landmark] = field(default_factory=list)


@dataclass(slots=True)
class District:
    lattice: Lattice
    spots: list[Spot] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    homes: list[tuple[str, str, float, float]] = field(default_factory=list)  # code, address, lon, lat

    @property
    def compounds(self) -> list[Compound]:
        return [compound for grid in self.grids for compound in grid.compounds]


def build(seed: int) -> District:
    """The whole district; the same for the same seed."""
    rng = random.Random(f"geography {seed}")
    district = District(geometry.lattice(rng))
    _levels_above(district)
    taken: set[tuple[str, str]] = set()
    named: set[str] = set()
    for grid in district.grids:
        _fill_grid(district, grid, rng, taken, named)
    return district


def _levels_above(district: District) -> None:
    """Province to grid, each boundary the union of what is below it."""
    cells = district.lattice.cells
    everything = geometry.together(list(cells.values()))
    for code, name in (names.PROVINCE, names.CITY, names.DISTRICT):
        district.spots.append(_area(code, name, everything))
    for s, (street_code, street_name, _style, neighbourhoods) in enumerate(names.STREETS):
        columns = range(s * 4, s * 4 + 4)
        district.spots.append(
            _area(street_code, street_name, geometry.together([cells[i, j] for i in columns for j in range(ROWS)]))
        )
        for n, name in enumerate(neighbourhoods):
            own = _cells_of_neighbourhood(s, n)
            code = f"{street_code}{n + 1:03d}"
            kind = "居委会" if n % 6 != 5 or s != 2 else "村委会"
            district.spots.append(_area(code, f"{name}{kind}", geometry.together([cells[c] for c in own])))
            for g, cell in enumerate(own, start=1):
                district.spots.append(_area(f"{code}{g:03d}", f"{name}第{'一二三四'[g - 1]}网格", cells[cell]))
                district.grids.append(Grid(f"{code}{g:03d}", s, _roads_of(cell), cell))


def _cells_of_neighbourhood(street: int, n: int) -> list[tuple[int, int]]:
    """Two by two cells: neighbourhoods stand in two columns of three."""
    left, low = street * 4 + n % 2 * 2, n // 2 * 2
    return [(left, low), (left + 1, low), (left, low + 1), (left + 1, low + 1)]


def _roads_of(cell: tuple[int, int]) -> tuple[str, ...]:
    """The roads around a cell: south (none by the river), north, west, east."""
    i, j = cell
    south = names.EAST_WEST_ROADS[j - 1 : j] if j else ()
    return (*south, names.EAST_WEST_ROADS[j], names.NORTH_SOUTH_ROADS[i], names.NORTH_SOUTH_ROADS[i + 1])


def _area(code: str, name: str, area: Polygon) -> Spot:
    middle = area.representative_point()
    return Spot(
        code=code, name=name, lon=round(middle.x, 7), lat=round(middle.y, 7), boundary=dict(mapping(orient(area)))
    )


def _fill_grid(
    district: District, grid: Grid, rng: random.Random, taken: set[tuple[str, str]], named: set[str]
) -> None:
    style = names.STREETS[grid.street][2]
    low = 0.5 if grid.cell[1] == 0 else 0.08  # by the river the south half is water and embankment
    count = rng.choice((1, 2, 2)) if grid.cell[1] else 1
    width = 0.84 / count
    for n in range(count):
        west = 0.08 + n * width
        _compound(district, grid, n + 1, style, (west, low, west + width - 0.05, 0.9), rng, taken, named)
    if rng.random() < 0.55 or not count:
        _landmark(district, grid, count + 1, rng, taken, named)


def _fresh(rng: random.Random, firsts: tuple[str, ...], lasts: tuple[str, ...], named: set[str]) -> str:
    while (name := rng.choice(firsts) + rng.choice(lasts)) in named:
        pass
    named.add(name)
    return name


def _number(rng: random.Random, road: str, taken: set[tuple[str, str]]) -> str:
    while (road, number := str(rng.randrange(12, 900, 2))) in taken:
        pass
    taken.add((road, number))
    return number


def _compound(
    district: District, grid: Grid, n: int, style: str, box: tuple[float, float, float, float],
    rng: random.Random, taken: set[tuple[str, str]], named: set[str],
) -> None:  # fmt: skip
    west, south, east, north = box
    corners = [(west, south), (east, south), (east, north), (west, north)]
    plan = [district.lattice.inside(*grid.cell, *corner) for corner in corners]
    area = Polygon([geometry.to_degrees(*p) for p in plan])
    code = f"{grid.code}{n:03d}"
    road = rng.choice(grid.roads)
    lane = _number(rng, road, taken)
    name = _fresh(rng, names.COMPOUND_FIRST[style], names.COMPOUND_LAST[style], named)
    spot = _area(code, name, area)
    district.spots.append(
        Spot(code=code, name=name, lon=spot.lon, lat=spot.lat, boundary=spot.boundary, road=road, lane=lane)
    )
    buildings, floors, homes, units = BUILT[style]
    count = max(1, buildings + rng.choice((-1, 0, 0, 1)))
    codes = []
    for b in range(1, count + 1):
        across = west + (east - west) * (((b - 1) % 3) + 0.5) / min(3, count)
        upward = south + (north - south) * ((b - 1) // 3 + 0.5) / ((count + 2) // 3)
        where = geometry.to_degrees(*district.lattice.inside(*grid.cell, across, upward))
        codes.append(f"{code}{b:03d}")
        _building(district, codes[-1], b, where, f"{road}{lane}弄", (floors, homes, units))
    grid.compounds.append(Compound(code, name, road, lane, style, spot.lon, spot.lat, tuple(codes)))


def _building(district: District, code: str, b: int, where: Point, before: str, size: tuple[int, int, int]) -> None:
    floors, homes, units = size
    lon, lat = where
    district.spots.append(Spot(code=code, name=f"{b}号楼", lon=lon, lat=lat, building=str(b)))
    for u in range(1, units + 1):
        unit_code = f"{code}{u:02d}"
        district.spots.append(Spot(code=unit_code, name=f"{u}单元", lon=lon, lat=lat, unit=str(u)))
        for room in _rooms(floors, homes, u):
            home = f"{unit_code}{int(room):04d}"
            district.spots.append(Spot(code=home, name=f"{room}室", lon=lon, lat=lat, room=room))
            district.homes.append((home, f"{before}{b}号楼{room}室", lon, lat))


def _rooms(floors: int, homes: int, unit: int) -> Iterator[str]:
    """Room numbers run on over the units of a building, so "502" names one home in it."""
    for floor in range(1, floors + 1):
        for home in range(1, homes + 1):
            yield f"{floor}{(unit - 1) * homes + home:02d}"


def _landmark(
    district: District, grid: Grid, n: int, rng: random.Random, taken: set[tuple[str, str]], named: set[str]
) -> None:
    last, kind = rng.choice(names.LANDMARKS)
    first = names.COMPOUND_FIRST[names.STREETS[grid.street][2]]
    name = _fresh(rng, first, (last,), named)
    road = rng.choice(grid.roads)
    number = _number(rng, road, taken)
    lon, lat = geometry.to_degrees(*district.lattice.inside(*grid.cell, rng.uniform(0.3, 0.7), 0.955))
    code = f"{grid.code}{n:03d}"
    district.spots.append(Spot(code=code, name=name, lon=lon, lat=lat, road=road, number=number))
    grid.landmarks.append(Landmark(code, name, kind, road, number, lon, lat))


def scatter(district: District, grid: Grid, rng: random.Random) -> Point:
    """Somewhere in the streets of a grid: near one of its edges, and never in the river."""
    low = 0.45 if grid.cell[1] == 0 else 0.03
    across, upward = rng.uniform(0.04, 0.96), rng.uniform(low, 0.97)
    if rng.random() < 0.5:
        across = rng.choice((0.03, 0.97))
    else:
        upward = rng.choice((max(low, 0.03), 0.97))
    return geometry.to_degrees(*district.lattice.inside(*grid.cell, across, upward))
