"""What happened to each matter, planned: reported when and where, then act after act until it was closed.

Pure: no database. Each day has dice of its own, so a day is the same whatever is planned around it. What has not
ended by now is left to `today`, which lets the real verbs do it.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock import china
from linli.kernel.clock.calendar import OFFICE_HOURS, WorkingCalendar
from linli.kernel.declare import Check, Matter, Span, Unit, Urgency

from . import geography, names, rates, voices
from .geography import Compound, District, Grid
from .residents import Resident

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(OFFICE_HOURS, china.working_day, ZONE)
RECENT = timedelta(days=120)  # younger matters tell every step, older ones the steps that count
STREET_WEIGHTS = {"old": 1.15, "new": 0.95, "mixed": 0.9}
LATE = {"housing": 0.12, "traffic-police": 0.10, "roads": 0.09, "environment": 0.09}  # else 0.05


@dataclass(slots=True)
class Act:
    """One verb done by one of the crew ("dispatcher", "handler", …), with the words it was done with."""

    verb: str
    at: datetime
    who: str
    says: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Life:
    kind: str
    title: str
    body: str
    voice: str
    source: str
    source_key: str
    urgency: str
    place_code: str
    lon: float
    lat: float
    address: str
    reporter: int | None  # position among the residents
    opened: datetime
    answer_due: datetime
    finish_due: datetime
    scene: voices.Scene
    acts: list[Act] = field(default_factory=list)
    topic: str = ""

    @property
    def ends(self) -> datetime:
        return self.acts[-1].at


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
                _live(life, rng, recent=until - life.opened < RECENT)
                yield life
        day += timedelta(days=1)


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
        answer_due=_due(opened, answer), finish_due=_due(opened, finish), scene=scene,
    )  # fmt: skip


def _due(since: datetime, span: Span) -> datetime:
    if span.unit in (Unit.DAY, Unit.WORKING_DAY):
        return _due_of_day(since.astimezone(ZONE).date(), span)
    return CALENDAR.due_at(since, span)


@lru_cache(maxsize=64)
def _due_of_day(day: date, span: Span) -> datetime:
    """When days are counted the hour makes no difference."""
    return CALENDAR.due_at(datetime.combine(day, time(12), tzinfo=ZONE).astimezone(UTC), span)


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


# ---- what became of it --------------------------------------------------------------------------------


def _live(life: Life, rng: random.Random, *, recent: bool) -> None:
    """Plan the acts that follow the report, up to the end it will have had."""
    kind = catalogue().kind(life.kind)
    acts, urgent = life.acts, life.urgency != "normal"
    acts.append(Act("open", life.opened, _OPENER[life.voice]))
    answered = _after(life.opened, rng.expovariate(1 / (9 if urgent else 45)), rng, urgent=urgent)
    if rng.random() < 0.02 and life.reporter is not None and not urgent:
        acts.append(
            Act("withdraw", _after(life.opened, 20, rng, urgent=True), "reporter", {"reason": "已经自己解决了。"})
        )
        return
    if rng.random() < 0.035 and life.voice != "patrol":
        outcome = rng.choice(("too-vague", "not-ours", "in-procedure"))
        acts.append(Act("decline", answered, "dispatcher", {"outcome": outcome, "reply": _DECLINED[outcome]}))
        return
    if recent and rng.random() < 0.4:
        acts.append(Act("accept", answered, "dispatcher"))
        answered = _after(answered, rng.expovariate(1 / 25), rng, urgent=urgent)
    acts.append(Act("assign", answered, "dispatcher"))
    if rng.random() < 0.04:
        back = _after(answered, rng.uniform(60, 600), rng, urgent=False)
        acts.append(Act("give_back", back, "handler", {"reason": rng.choice(voices.common()["returns"])}))
        answered = _after(back, rng.uniform(20, 200), rng, urgent=False)
        acts.append(Act("assign", answered, "dispatcher"))
    _finish(life, kind, answered, life.finish_due, rng, recent=recent)
    _afterwards(life, kind, rng, recent=recent)


_OPENER = {"resident": "reporter", "patrol": "grid", "operator": "operator"}
_DECLINED = {
    "too-vague": "您好，反映的内容缺少具体地点和情况，暂无法办理，请补充后再次反映。",
    "not-ours": "您好，该事项不属于本平台受理范围，建议向相关主管单位反映。",
    "in-procedure": "您好，该事项已进入司法或信访程序，请按相应程序办理。",
}


def _finish(life: Life, kind: Matter, since: datetime, due: datetime, rng: random.Random, *, recent: bool) -> None:
    """Done, checked and closed; some are late, most take less than half of their time."""
    urgent = life.urgency != "normal"
    share = rng.uniform(1.05, 2.0) if rng.random() < LATE.get(kind.owner, 0.05) else rng.lognormvariate(-1.05, 0.5)
    minutes = max(6.0, (due - since).total_seconds() / 60 * min(share, 2.0))
    done = _after(since, minutes, rng, urgent=urgent)
    result = voices.result(life.scene, life.kind)
    outcome = rng.choice(kind.reasons[:2]) if rng.random() < 0.9 else rng.choice(kind.reasons)
    life.acts.append(Act("report_done", done, "handler", {"outcome": outcome, "result": result}))
    checked = _after(done, rng.expovariate(1 / 240), rng, urgent=False)
    if kind.check is not Check.NONE and recent:
        words = rng.choice(voices.common()["visits" if kind.check is Check.VISIT else "call_backs"])
        who = "grid" if kind.check is Check.VISIT else "dispatcher"
        says = {"passed": True, "how": kind.check.value, "words": words}
        life.acts.append(Act("verify", checked, who, says))
    closed = _after(checked, rng.expovariate(1 / 150), rng, urgent=False)
    reply = f"您好，您反映的“{life.title[:40]}”已办理：{result}感谢您的监督。"
    life.acts.append(Act("close", closed, "dispatcher", {"reply": reply, "outcome": outcome}))


def _afterwards(life: Life, kind: Matter, rng: random.Random, *, recent: bool) -> None:
    """Some reporters rate; a few find that it was not so, and it begins again."""
    if life.reporter is None:
        return
    closed, late = life.ends, life.ends > life.finish_due
    dice, tones = rng.random(), voices.common()
    if dice < 0.025:
        again = _after(closed, rng.uniform(300, 8000), rng, urgent=True)
        life.acts.append(Act("reopen", again, "reporter", {"reason": rng.choice(tones["reopen"])}))
        due = _due(again, kind.spans(Urgency(life.urgency))[1])
        _finish(life, kind, again, due, rng, recent=recent)
    elif dice < 0.20:
        stars = rng.choices((1, 2, 3, 4, 5), (10, 10, 18, 30, 32) if late else (2, 3, 7, 30, 58))[0]
        words = rng.choice(tones["thanks"] if stars > 3 else tones["grumbles"])
        at = _after(closed, rng.uniform(20, 4000), rng, urgent=True)
        life.acts.append(Act("rate", at, "reporter", {"stars": stars, "words": words}))


def _after(since: datetime, minutes: float, rng: random.Random, *, urgent: bool) -> datetime:
    """Some minutes later; what is not urgent waits until somebody is at work."""
    at = since + timedelta(minutes=minutes, seconds=rng.randrange(60))
    if urgent:
        return at
    here = at.astimezone(ZONE)
    if 8 <= here.hour < 19 and (china.working_day(here.date()) or rng.random() < 0.3):
        return at
    day = here.date() + timedelta(days=1 if here.hour >= 8 else 0)
    while not china.working_day(day):
        day += timedelta(days=1)
    morning = datetime(day.year, day.month, day.day, 8, 20, tzinfo=ZONE) + timedelta(
        minutes=rng.expovariate(1 / 55)
    )
    return max(at, morning.astimezone(UTC))
