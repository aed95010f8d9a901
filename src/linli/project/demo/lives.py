"""What is reported, planned: when, where, by whom, in whose words; then what became of it (`became`).

Pure: no database. Each day has dice of its own, so a day is the same whatever is planned around it. What has not
ended by now is left to `today`, which lets the real verbs do it.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Matter, Urgency

from . import geography, names, rates, voices
from .acts import RECENT, ZONE, Life, due_at
from .became import live
from .geography import Compound, District, Grid
from .residents import Resident

STREET_WEIGHTS = {"old": 1.15, "new": 0.95, "mixed": 0.9}


@dataclass(slots=True)
class World:
    """The district with its people, arranged for looking up."""

    district: District
    residents: list[Resident]
    seed: int
    by_compound: dict[str, list[int]] = field(default_factory=dict)
    by_grid: dict[str, Grid] = field(default_factory=dict)
    crowded: list[float] = field(default_factory=list)
    sums: dict[tuple[float, float, float], list[float]] = field(default_factory=dict)  # of the grids, by styles

    def __post_init__(self) -> None:
        rng = random.Random(f"world {self.seed}")
        for position, person in enumerate(self.residents):
            if person.phone:
                self.by_compound.setdefault(person.place_code[:18], []).append(position)
        self.by_grid = {grid.code: grid for grid in self.district.grids}
        self.crowded = [
            rng.lognormvariate(0, 0.45) * STREET_WEIGHTS[names.STREETS[grid.street][2]]
            for grid in self.district.grids
        ]

    def grid_for(self, kind: str, rng: random.Random) -> Grid:
        styles = rates.RATES[kind].styles
        sums = self.sums.get(styles)
        if sums is None:
            weights = [w * styles[g.street] for w, g in zip(self.crowded, self.district.grids, strict=True)]
            sums = self.sums[styles] = list(accumulate(weights))
        return rng.choices(self.district.grids, cum_weights=sums)[0]


def plan(world: World, *, first: date, until: datetime, daily: float, since: date | None = None) -> Iterator[Life]:
    """All matters reported from `first` up to `until` (UTC), in order of the report; only those from `since` on."""
    today = until.astimezone(ZONE).date()
    day = since or first
    while day <= today:
        rng = random.Random(f"day {world.seed} {day}")
        # Demand grows a little: people learn that it works.
        grown = daily * (0.88 + 0.24 * (day - first).days / max(1, (today - first).days))
        made = [_life(world, day, rng) for _ in range(rates.reports_on(day, world.seed, grown, rng))]
        made += _topics_on(world, day, today, rng)
        for life in sorted(made, key=lambda life: life.opened):
            if life.opened <= until:
                live(life, rng, recent=until - life.opened < RECENT)
                yield life
        day += timedelta(days=1)


def report_at(world: World, at: datetime, rng: random.Random) -> Life:
    """What somebody reports at an instant (UTC); nothing has been done about it."""
    local = at.astimezone(ZONE).replace(tzinfo=None)
    kind = rates.kind_on(local.date(), world.seed, rng)
    return _reported(world, world.grid_for(kind, rng), kind, local, rng)


def _life(world: World, day: date, rng: random.Random) -> Life:
    kind = rates.kind_on(day, world.seed, rng)
    grid = world.grid_for(kind, rng)
    return _reported(world, grid, kind, rates.moment_on(day, kind, rng), rng)


def _reported(world: World, grid: Grid, kind: str, local: datetime, rng: random.Random) -> Life:
    declared = catalogue().kind(kind)
    compound = rng.choice(grid.compounds)
    scene = voices.Scene(rng, grid, compound, _usually(kind, local, rng), {}, kind)
    indoors = rng.random() < rates.RATES[kind].indoors
    voice, source = _voice(rng, declared, indoors)
    title, body = voices.report(scene, kind, voice)
    place, (lon, lat), address = _where(world, scene, compound, rng, indoors=indoors)
    reporter = _reporter(world, compound, rng) if voice == "resident" else None
    urgency = _urgency(rng, declared)
    opened = local.replace(tzinfo=ZONE).astimezone(UTC)
    answer, finish = declared.spans(Urgency(urgency))
    return Life(
        kind=kind, title=title, body=body, voice=voice, source=source,
        source_key=f"{local:%y%m%d}{rng.getrandbits(48):012x}",
        urgency=urgency, place_code=place, lon=lon, lat=lat, address=address, reporter=reporter, opened=opened,
        answer_due=due_at(opened, answer), finish_due=due_at(opened, finish), scene=scene,
    )  # fmt: skip


def _usually(kind: str, local: datetime, rng: random.Random) -> datetime:
    """The hour a report speaks of: what belongs to the evening is said to happen in the evening."""
    hours = rates.RATES[kind].hours
    return local if hours is rates.DAYTIME else local.replace(hour=rates.hour_of(hours, rng))


def _voice(rng: random.Random, kind: Matter, indoors: bool) -> tuple[str, str]:
    """Who speaks, and through which door: grid workers report what they see, appeals come by telephone."""
    dice = rng.random()
    if kind.appeal is not None:
        return ("operator", "import:12345") if dice < 0.75 else ("resident", "phone")
    if dice < (0.16 if indoors else 0.42):
        return "patrol", "desk"
    return ("operator", "import:12345") if dice < (0.42 if indoors else 0.62) else ("resident", "phone")


def _where(
    world: World, scene: voices.Scene, compound: Compound, rng: random.Random, *, indoors: bool
) -> tuple[str, tuple[float, float], str]:
    if indoors:
        building = scene.said.get("building", f"{rng.randint(1, len(compound.buildings))}号楼")
        number = min(int(building.removesuffix("号楼")), len(compound.buildings))
        spread = (compound.lon + rng.gauss(0, 0.00025), compound.lat + rng.gauss(0, 0.0002))
        code = compound.buildings[number - 1]
        return code, (round(spread[0], 6), round(spread[1], 6)), f"{compound.road}{compound.lane}弄{number}号楼"
    lon, lat = geography.scatter(world.district, scene.grid, rng)
    return scene.grid.code, (round(lon, 6), round(lat, 6)), scene.fill("{near}")


def _reporter(world: World, compound: Compound, rng: random.Random) -> int:
    near = world.by_compound.get(compound.code)
    return rng.choice(near) if near and rng.random() < 0.8 else rng.randrange(len(world.residents))


def _urgency(rng: random.Random, kind: Matter) -> str:
    if kind.urgency is not Urgency.NORMAL or not kind.faster:
        return kind.urgency.value
    dice = rng.random()
    return "critical" if dice < 0.006 else "urgent" if dice < 0.05 else "normal"


# ---- hot topics ---------------------------------------------------------------------------------------


@cache
def topics() -> dict[str, dict[str, Any]]:
    path = Path(__file__).parent / "texts" / "topics.toml"
    return tomllib.loads(path.read_text("utf-8"))


def _topics_on(world: World, day: date, today: date, rng: random.Random) -> list[Life]:
    """Reports of one cause: few at first, many at the height, then the echo."""
    made = []
    for name, topic in topics().items():
        began, ended = topic["days"]
        age = (today - day).days
        if not ended <= age <= began:
            continue
        share = 1 - (age - ended) / max(1, began - ended)
        height = topic["daily"] * min(1.0, 0.25 + 1.9 * share) * (1.0 if share < 0.75 else 0.75)
        for _ in range(max(0, round(rng.gauss(height, 1.2)))):
            made.append(_of_topic(world, name, topic, day, rng))
    return made


def _of_topic(world: World, name: str, topic: dict[str, Any], day: date, rng: random.Random) -> Life:
    grid = world.by_grid[topic["grid"][:15]]
    if rng.random() < 0.35:  # the neighbours' grids hear and see it too
        hood = [g for g in world.district.grids if g.code[:12] == grid.code[:12]]
        grid = rng.choice(hood)
    life = _reported(world, grid, topic["kind"], rates.moment_on(day, topic["kind"], rng), rng)
    scene = life.scene
    life.topic, life.title = name, scene.pick(topic["titles"])
    effect = scene.pick(topic["effects"]) if rng.random() < 0.75 else ""
    life.body = voices.told(scene, life.voice, scene.pick(topic["whats"]), effect, plain=True)
    return life
