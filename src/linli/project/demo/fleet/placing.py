"""Where the devices of the demo stand: in corridors, kitchens, at hydrants, over roads. The same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .. import geometry, names
from ..geography import BUILT, Compound, District, Grid, Landmark
from .chance import seed_of

CROWDED = {"metro": 1800, "mall": 2600, "square": 1500, "market": 700, "park": 1200, "bus": 900}
"""How many people places of a kind are approved for."""


DOORS = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One device. `every`: seconds between two reports, shorter than its model's so that a visitor sees it live.

    `about` is what its course depends on beside the seed: a landmark's kind, a compound's style, how big it is.
    """

    key: str
    model: str
    place_code: str
    name: str
    spot: str
    lon: float
    lat: float
    every: int
    department: str
    about: str = ""
    size: float = 1.0
    route: tuple[tuple[float, float], ...] = ()
    seed: int = 0


@dataclass(slots=True)
class Numbering:
    """Keys as vendors print them on labels: letters of the model, then a running number."""

    count: dict[str, int] = field(default_factory=dict)

    def next(self, prefix: str) -> str:
        self.count[prefix] = self.count.get(prefix, 0) + 1
        return f"{prefix}-{self.count[prefix]:05d}"


def place(district: District, seed: int) -> list[Placed]:
    """Every device of the demo."""
    rng, numbering = random.Random(f"fleet {seed}"), Numbering()
    everything = [
        *_corridors(district, numbering),
        *_homes(district, rng, numbering),
        *(one for compound in district.compounds for one in _compound(compound, numbering)),
        *(one for grid in district.grids for mark in grid.landmarks for one in _landmark(mark, numbering)),
        *_streets(district, rng, numbering),
        *_sky(district, numbering),
        *_waters(district, rng, numbering),
        *_vehicles(district, rng, numbering),
    ]
    return [*(_seeded(one, seed) for one in everything), *doors(district, seed)]


def doors(district: District, seed: int) -> list[Placed]:
    """Counters in doorways that at least eight homes share, in two neighbourhoods of the first street."""
    hoods = tuple(f"{names.STREETS[0][0]}{n:03d}" for n in (1, 2))
    homes = Counter(code[:23] for code, _address, _lon, _lat in district.homes if code.startswith(hoods))
    compounds = {compound.code: compound.name for compound in district.compounds}
    spots = {spot.code: (spot.lon, spot.lat) for spot in district.spots if len(spot.code) == 23}
    placed = [
        Placed(
            key=f"LM-{n:05d}", model="entrance-counter", place_code=unit,
            name=f"{compounds[unit[:18]]}{int(unit[18:21])}号楼{int(unit[21:])}单元门计数器", spot="单元门内侧上方",
            lon=spots[unit][0], lat=spots[unit][1], every=3600, department="housing", size=float(count),
        )
        for n, (unit, count) in enumerate(sorted(homes.items()), start=1)
        if count >= 8
    ]  # fmt: skip
    return [_seeded(one, seed) for one in placed[:DOORS]]


def _seeded(one: Placed, seed: int) -> Placed:
    return replace(one, seed=seed_of(f"{seed} {one.key}"))


def _corridors(district: District, numbering: Numbering) -> Iterator[Placed]:
    """Smoke detectors in the stairwells: two to a unit, three where it is high."""
    spots = {spot.code: (spot.lon, spot.lat) for spot in district.spots if len(spot.code) == 21}
    for compound in district.compounds:
        floors, _homes_on_a_floor, units = BUILT[compound.style][1:4]
        for building in compound.buildings:
            spot = spots[building]
            for unit in range(1, units + 1):
                for floor in (3, floors) if floors < 10 else (5, 11, floors):
                    yield Placed(
                        key=numbering.next("YG"), model="smoke-detector", place_code=f"{building}{unit:02d}",
                        name=f"{compound.name}{int(building[-3:])}号楼{unit}单元{floor}层烟感", spot="走廊吸顶",
                        lon=spot[0], lat=spot[1], every=60, department="fire-service", about="corridor",
                        size=float(floor),
                    )  # fmt: skip


def _homes(district: District, rng: random.Random, numbering: Numbering) -> Iterator[Placed]:
    """Kitchens with gas, bedrooms with a button, doors of old people who agreed; no home has two of one kind."""
    homes = sorted(district.homes)
    compounds = {compound.code: compound.name for compound in district.compounds}
    kinds = (
        ("RQ", "gas-detector", 300, 60, "燃气探测器", "厨房灶台上方", "housing"),
        ("YT", "co-detector", 60, 120, "一氧化碳探测器", "热水器旁", "fire-service"),
        ("YG", "smoke-detector", 120, 60, "户内烟感", "客厅吸顶", "fire-service"),
        ("JJ", "emergency-button", 90, 300, "紧急按钮", "卧室床头", "civil-affairs"),
        ("MC", "home-door", 50, 300, "家门门磁", "入户门上沿", "civil-affairs"),
    )
    for prefix, model, count, every, name, spot, department in kinds:
        for code, address, lon, lat in sorted(rng.sample(homes, count)):
            yield Placed(
                key=numbering.next(prefix), model=model, place_code=code, name=f"{compounds[code[:18]]}{address.split('弄')[-1]}{name}",
                spot=spot, lon=lon, lat=lat, every=every, department=department, about="kitchen",
            )  # fmt: skip


def _compound(compound: Compound, numbering: Numbering) -> Iterator[Placed]:
    def one(prefix: str, model: str, code: str, name: str, spot: str, every: int, department: str) -> Placed:
        return Placed(
            key=numbering.next(prefix), model=model, place_code=code, name=name, spot=spot, lon=compound.lon,
            lat=compound.lat, every=every, department=department, about=compound.style,
        )  # fmt: skip

    name, code = compound.name, compound.code
    yield one("SY", "fire-water-pressure", code, f"{name}室外消火栓", "大门内侧绿化带", 60, "fire-service")
    yield one("HQ", "fire-gas-detector", code, f"{name}配电间", "门内吸顶", 60, "fire-service")
    yield one("DC", "fire-lane-sensor", code, f"{name}消防车道", "大门内消防车道中段", 60, "fire-service")
    if compound.style != "new":
        return
    yield one("YW", "fire-tank-level", code, f"{name}消防水池", "地下水泵房", 120, "fire-service")
    for building in compound.buildings:
        number = int(building[-3:])
        yield one(
            "FM", "fire-door-contact", building, f"{name}{number}号楼防火门", "1 层楼梯间", 120, "fire-service"
        )
        yield one("DT", "lift-ebike-detector", building, f"{name}{number}号楼电梯", "轿厢顶部", 60, "community")
        if number == 1:
            yield one("MJ", "door-reader", building, f"{name}{number}号楼门禁", "单元大门", 120, "community")


def _landmark(mark: Landmark, numbering: Numbering) -> Iterator[Placed]:
    def one(prefix: str, model: str, name: str, spot: str, every: int, department: str) -> Placed:
        return Placed(
            key=numbering.next(prefix), model=model, place_code=mark.code, name=f"{mark.name}{name}", spot=spot,
            lon=mark.lon, lat=mark.lat, every=every, department=department, about=mark.kind,
            size=float(CROWDED.get(mark.kind, 300)),
        )  # fmt: skip

    if mark.kind in CROWDED:
        yield one("RS", "people-counter", "人数统计", "主入口上方", 30, "police")
        yield one("KL", "footfall-counter", "客流计", "入口", 60, "operations-centre")
    if mark.kind in ("mall", "metro", "clinic", "market", "park"):
        yield one("TC", "car-park", "停车场", "地下一层出入口", 60, "traffic-police")
    if mark.kind in ("square", "park", "mall", "market", "school", "clinic"):
        yield one("ZS", "noise-meter", "噪声监测点", "灯杆 4 米处", 30, "environment")


def _streets(district: District, rng: random.Random, numbering: Numbering) -> Iterator[Placed]:
    for number, grid in enumerate(district.grids):
        lon, lat = _on_the_road(district, grid, rng)
        road = grid.roads[number % len(grid.roads)]
        if number % 3 != 2:
            yield Placed(
                key=numbering.next("JT"), model="traffic-counter", place_code=grid.code, name=f"{road}车流检测",
                spot="路口停止线前", lon=lon, lat=lat, every=30, department="traffic-police", about=_rank(road),
                size=rng.uniform(0.7, 1.3),
            )  # fmt: skip
        if number % 5 == 0:
            yield Placed(
                key=numbering.next("ZS"), model="roadside-noise-meter", place_code=grid.code, name=f"{road}噪声监测点",
                spot="路侧灯杆", lon=lon, lat=lat, every=30, department="environment", about=_rank(road),
            )  # fmt: skip


def _rank(road: str) -> str:
    return "main" if road.endswith("大道") or road in ("临江路", "文澜路", "北环路", "听涛路", "铁塔路") else "side"


def _sky(district: District, numbering: Numbering) -> Iterator[Placed]:
    for number, grid in enumerate(district.grids):
        lon, lat = geometry.to_degrees(*district.lattice.inside(*grid.cell, 0.5, 0.7))
        hood = _hood_of(grid.code)
        if number % 12 == 3:
            yield Placed(
                key=numbering.next("QX"), model="weather-station", place_code=grid.code, name=f"{hood}气象站",
                spot="居委会屋顶", lon=lon, lat=lat, every=60, department="operations-centre",
            )  # fmt: skip
        if number % 8 == 1:
            yield Placed(
                key=numbering.next("KQ"), model="air-station", place_code=grid.code, name=f"{hood}空气质量站",
                spot="学校屋顶", lon=lon, lat=lat, every=60, department="environment",
            )  # fmt: skip


def _waters(district: District, rng: random.Random, numbering: Numbering) -> Iterator[Placed]:
    for grid in district.grids:
        i, j = grid.cell
        if j == 0 and i % 3 == 1:
            lon, lat = geometry.to_degrees(*district.lattice.inside(i, 0, 0.5, 0.3))
            yield Placed(
                key=numbering.next("HD"), model="river-gauge", place_code=grid.code, name=f"{names.RIVER}{i // 3 + 1}号水位站",
                spot="防汛墙外侧", lon=lon, lat=lat, every=120, department="water",
            )  # fmt: skip
        if (i * 7 + j * 3) % 6 == 1:
            lon, lat = _on_the_road(district, grid, rng)
            yield Placed(
                key=numbering.next("JS"), model="flood-gauge", place_code=grid.code,
                name=f"{grid.roads[0]}下穿道积水计", spot="最低点侧墙", lon=lon, lat=lat, every=60, department="water",
                size=rng.uniform(0.5, 1.5),
            )  # fmt: skip


def _vehicles(district: District, rng: random.Random, numbering: Numbering) -> Iterator[Placed]:
    for street, (code, name, _style, _hoods) in enumerate(names.STREETS):
        depot = next(grid for grid in district.grids if grid.street == street)
        for number in range(12):
            kind = ("扫路车", "洒水车", "垃圾车", "巡查车")[number % 4]
            model = "patrol-vehicle" if number % 4 == 3 else "sanitation-vehicle"
            route = _round(district, street, rng)
            yield Placed(
                key=numbering.next("CL"), model=model, place_code=code, name=f"{name.removesuffix('街道')}{kind}{number // 4 + 1}",
                spot=f"停放在{_hood_of(depot.code)}", lon=route[0][0], lat=route[0][1], every=5, about=kind,
                department="city-enforcement" if number % 4 == 3 else "sanitation", route=route,
            )  # fmt: skip


def _round(district: District, street: int, rng: random.Random) -> tuple[tuple[float, float], ...]:
    """A closed way along the roads of a street: junction to junction, over the bends."""
    at, along, up = district.lattice.junctions, district.lattice.along, district.lattice.up
    west, low = street * 4 + rng.randrange(0, 3), rng.randrange(1, 5)
    east, high = min(west + rng.randrange(1, 3), street * 4 + 4), min(low + rng.randrange(1, 3), 6)
    plan = []
    for i in range(west, east):
        plan += [at[i, low], along[i, low]]
    for j in range(low, high):
        plan += [at[east, j], up[east, j]]
    for i in range(east, west, -1):
        plan += [at[i, high], along[i - 1, high]]
    for j in range(high, low, -1):
        plan += [at[west, j], up[west, j - 1]]
    return tuple(geometry.to_degrees(*point) for point in [*plan, at[west, low]])


def _on_the_road(district: District, grid: Grid, rng: random.Random) -> tuple[float, float]:
    low = 0.5 if grid.cell[1] == 0 else 0.03
    return geometry.to_degrees(
        *district.lattice.inside(*grid.cell, rng.choice((0.03, 0.97)), rng.uniform(low, 0.95))
    )


def _hood_of(code: str) -> str:
    hoods = next(hoods for street, _name, _style, hoods in names.STREETS if code.startswith(street))
    return hoods[int(code[9:12]) - 1]
