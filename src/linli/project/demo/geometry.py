"""The lie of the land: a bent lattice of roads over a river, cut into grids that tile exactly.

Metres east and north of an invented spot in the open sea, turned a little, become WGS-84 degrees. Cells share
the very points of their common edge, rounded once to seven decimals (1 cm) before anything is built from them,
so nothing overlaps and nothing gapes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians, sin

from shapely import Polygon, unary_union

Point = tuple[float, float]

ORIGIN = (124.0, 30.5)  # open water of the East China Sea: no community is there
TURN = radians(11)
METRES_PER_DEGREE = 111_195.0
COLUMNS, ROWS = 12, 6
WIDTH = 3000.0
NORTHINGS = (0.0, 230.0, 540.0, 860.0, 1180.0, 1500.0, 1810.0)
BANK = 95.0  # from the middle of the river to where houses may stand


def to_degrees(east: float, north: float) -> Point:
    """A point of the plan in degrees, rounded to a centimetre."""
    x, y = east * cos(TURN) - north * sin(TURN), east * sin(TURN) + north * cos(TURN)
    lat = ORIGIN[1] + y / METRES_PER_DEGREE
    lon = ORIGIN[0] + x / (METRES_PER_DEGREE * cos(radians(ORIGIN[1])))
    return round(lon, 7), round(lat, 7)


@dataclass(frozen=True)
class Lattice:
    """Junctions and bends of the road net in metres; column 0 is the west, row 0 the river."""

    junctions: dict[tuple[int, int], Point]
    along: dict[tuple[int, int], Point]  # the bend of the edge that runs east from a junction
    up: dict[tuple[int, int], Point]  # the bend of the edge that runs north from a junction

    @cached_property
    def cells(self) -> dict[tuple[int, int], Polygon]:
        """Each cell between four junctions, in degrees."""
        return {
            (i, j): Polygon([to_degrees(*p) for p in self._ring(i, j)]) for i in range(COLUMNS) for j in range(ROWS)
        }

    def _ring(self, i: int, j: int) -> list[Point]:
        at = self.junctions
        return [
            at[i, j], self.along[i, j], at[i + 1, j], self.up[i + 1, j],
            at[i + 1, j + 1], self.along[i, j + 1], at[i, j + 1], self.up[i, j],
        ]  # fmt: skip

    def inside(self, i: int, j: int, across: float, upward: float) -> Point:
        """The spot of a cell at shares (0 to 1) of its width and height, in metres of the plan."""
        a, b = self.junctions[i, j], self.junctions[i + 1, j]
        c, d = self.junctions[i, j + 1], self.junctions[i + 1, j + 1]
        low = (a[0] + (b[0] - a[0]) * across, a[1] + (b[1] - a[1]) * across)
        high = (c[0] + (d[0] - c[0]) * across, c[1] + (d[1] - c[1]) * across)
        return low[0] + (high[0] - low[0]) * upward, low[1] + (high[1] - low[1]) * upward


def lattice(rng: random.Random) -> Lattice:
    """A believable net: the river winds, blocks differ in size, no road is dead straight."""
    step = WIDTH / COLUMNS
    columns = [i * step + rng.uniform(-35, 35) * (0 < i < COLUMNS) for i in range(COLUMNS + 1)]

    def junction(i: int, j: int) -> Point:
        if j == 0:
            return columns[i], _river(columns[i])
        bow = 26 * sin(columns[i] / 900 + j)
        return columns[i] + rng.uniform(-16, 16), NORTHINGS[j] + bow + rng.uniform(-9, 9)

    at = {(i, j): junction(i, j) for i in range(COLUMNS + 1) for j in range(ROWS + 1)}
    along = {
        (i, j): _between(at[i, j], at[i + 1, j], rng, river=j == 0) for i in range(COLUMNS) for j in range(ROWS + 1)
    }
    up = {
        (i, j): _between(at[i, j], at[i, j + 1], rng, river=False) for i in range(COLUMNS + 1) for j in range(ROWS)
    }
    return Lattice(at, along, up)


def _river(east: float) -> float:
    return 46 * sin(east / 420) + 18 * sin(east / 150 + 1)


def _between(a: Point, b: Point, rng: random.Random, *, river: bool) -> Point:
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    if river:
        return middle[0], _river(middle[0])
    return middle[0] + rng.uniform(-5, 5), middle[1] + rng.uniform(-5, 5)


def together(cells: list[Polygon]) -> Polygon:
    """The area of several cells as one; they share their points, so their union has no seam."""
    whole = unary_union(cells)
    if not isinstance(whole, Polygon):
        raise ValueError("the cells of one place do not hang together")
    return whole
