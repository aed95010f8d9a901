"""The course of everything a device measures when nothing is the matter: believable days, the same for seed and clock.

`course` takes many instants at once, so that eight weeks are written as fast as one reading is said.
"""

from __future__ import annotations

import numpy as np

from . import sky
from .chance import Array, chance, chances, rough, seed_of, wander
from .placing import Placed
from .sky import DAY, OFFSET, hump, local

Said = dict[str, Array]


def course(placed: Placed, times: Array, seed: int) -> Said:
    """What a device says at each instant (seconds since 1970), without its battery and signal; {} for one that only
    tells events (`events`)."""
    match placed.model:
        case "smoke-detector":
            return smoke(placed, times, seed)
        case "gas-detector":
            return gas(placed, times)
        case "co-detector":
            return monoxide(placed, times)
        case "fire-gas-detector":
            return switch_room(placed, times, seed)
        case "fire-water-pressure":
            return pressure(placed, times)
        case "fire-tank-level":
            return {"tank": np.round(95 + 3 * wander(placed.seed, times, 9 * 3600))}
        case "people-counter":
            return people(placed, times)
        case "footfall-counter":
            return {"passing": np.round(crowd(placed, times) * placed.size * 1.6)}
        case "entrance-counter":
            return doorway(placed, times)
        case "traffic-counter":
            return traffic(placed, times, seed)
        case "car-park":
            return parking(placed, times)
        case "weather-station":
            return sky.weather(times, seed, placed.seed)
        case "air-station":
            return sky.air(times, seed, placed.seed)
        case "noise-meter" | "roadside-noise-meter":
            return noise(placed, times)
        case "river-gauge":
            return {"river-level": river(times, seed) + 0.04 * wander(placed.seed, times, 1800)}
        case "flood-gauge":
            return {"depth": flood(placed, times, seed)}
    return {}


def inside(times: Array, seed: int, own: int) -> Array:
    """°C in a stairwell or a home: half of what it is outside, and people keep warm."""
    return np.clip(11 + 0.55 * sky.temperature(times, seed), 8, 33) + 0.8 * wander(own, times, 5400)


def smoke(placed: Placed, times: Array, seed: int) -> Said:
    """dB/m: clear air with a little noise, cooking at noon and in the evening, once in a long while something burnt."""
    hours, _week = local(times)
    days = np.floor((times + OFFSET) / DAY).astype(np.int64)
    clear = 0.018 + 0.008 * chance(placed.seed, 1) + 0.006 * rough(placed.seed, times / 30)
    near = 0.9 if placed.about == "kitchen" else 0.16
    cooks = chances(placed.seed + 11, days) < near
    strong = 0.02 + 0.09 * chances(placed.seed + 12, days)
    # A pan forgotten on the stove: about one in the whole district and day.
    burnt = np.where(chances(placed.seed + 13, days) < 0.0004, 0.28, 0.0)
    noon = 11.3 + 1.2 * chances(placed.seed + 14, days)
    evening = 17.5 + 1.8 * chances(placed.seed + 15, days)
    meal = hump(hours, noon, 0.13) + hump(hours, evening, 0.2)
    haze = np.where(cooks, strong, 0.0) * np.minimum(1, meal) * (0.75 + 0.25 * wander(placed.seed, times, 90))
    return {
        "smoke": np.maximum(0.0, clear + haze + burnt * hump(hours, evening, 0.05)),
        "temperature": inside(times, seed, placed.seed),
    }


def gas(placed: Placed, times: Array) -> Said:
    """%LEL: nothing, a puff when a burner is lit."""
    hours, _week = local(times)
    days = np.floor((times + OFFSET) / DAY).astype(np.int64)
    lit = hump(hours, 11.5 + chances(placed.seed + 1, days), 0.05) + hump(
        hours, 18 + chances(placed.seed + 2, days), 0.07
    )
    return {"gas": np.maximum(0.0, 0.2 + 0.15 * rough(placed.seed, times / 60) + 1.4 * lit)}


def monoxide(placed: Placed, times: Array) -> Said:
    hours, _week = local(times)
    bath = 9 * hump(hours, 20 + 2 * chance(placed.seed, 3), 0.4)
    return {"co": np.round(np.maximum(0.0, 2 + rough(placed.seed, times / 60) + bath))}


def switch_room(placed: Placed, times: Array, seed: int) -> Said:
    """ppm: clean air in a room where nobody lives; somebody looks in by day, and a warm cabinet smells a little."""
    hours, _week = local(times)
    visit = hump(hours, 9 + 7 * chance(placed.seed, 4), 0.3)
    warm = 30 * hump(hours, 14, 4)
    return {
        "eco2": np.round(
            410 + warm + (60 + 160 * chance(placed.seed, 6)) * visit + 8 * wander(placed.seed, times, 1800)
        ),
        "temperature": inside(times, seed, placed.seed),
    }


def doorway(placed: Placed, times: Array) -> Said:
    """People an hour through a door that many homes share: mornings and evenings, and twice as many while somebody lets a
    home to a whole crew."""
    hours, _week = local(times)
    a_day = hump(hours, 7.8, 1.2) + 0.5 * hump(hours, 12.2, 2) + 1.2 * hump(hours, 18.5, 2.4) + 0.15
    own = 0.85 + 0.3 * chance(placed.seed, 1)
    busy = 1 + 1.6 * crowded(placed.seed, times)
    return {"passing": np.round(placed.size * own * busy * a_day * (1 + 0.15 * wander(placed.seed, times, 7200)))}


CREWS = 42 * DAY
"""So long is a stretch in which a door may be crowded; the first two sevenths of it never."""


def crowded(seed: int, times: Array) -> Array:
    """1 while a door sees many more people than its homes account for, else 0."""
    at = (times + chance(seed, 2) * CREWS) / CREWS
    stretch = np.floor(at)
    return np.where((chances(seed + 21, stretch.astype(np.int64)) < 0.35) & (at - stretch > 2 / 7), 1.0, 0.0)


def use_of_water(hours: Array) -> Array:
    """How much of the town draws water, 0 at three at night to about 1 at seven in the evening."""
    return np.clip(0.9 * hump(hours, 7.3, 1.4) + 0.5 * hump(hours, 12, 2) + hump(hours, 19.3, 2.2), 0, 1.2)


def pressure(placed: Placed, times: Array) -> Said:
    """MPa: high when the town sleeps, lower while it washes."""
    hours, _week = local(times)
    base = 0.27 + 0.06 * chance(placed.seed, 1)
    return {"pressure": base - 0.055 * use_of_water(hours) + 0.006 * wander(placed.seed, times, 600)}


_CROWDS = {
    "metro": ((8.1, 0.9, 1.0, 0.25), (18.2, 1.2, 0.95, 0.35), (14, 4, 0.25, 0.5)),
    "bus": ((7.8, 0.9, 0.8, 0.3), (18, 1.2, 0.8, 0.35), (13, 4, 0.3, 0.4)),
    "mall": ((12.5, 1.6, 0.35, 0.7), (19.3, 1.9, 0.55, 0.85), (16, 3, 0.2, 0.6)),
    "market": ((7.6, 1.2, 0.8, 0.95), (17.2, 1.1, 0.5, 0.5), (10, 2, 0.35, 0.4)),
    "park": ((6.8, 1, 0.35, 0.4), (19.2, 1.3, 0.4, 0.5), (15, 3, 0.12, 0.5)),
    "square": ((7, 0.9, 0.25, 0.3), (19.5, 1.1, 0.6, 0.7), (15, 3, 0.1, 0.3)),
}
"""Hour, width, and how full it is then on a working day and at the weekend."""


def crowd(placed: Placed, times: Array) -> Array:
    """How full a landmark is, 0 to about 1."""
    hours, week = local(times)
    weekend = week >= 5
    total = np.full(times.shape, 0.015)
    for top, width, work, free in _CROWDS.get(placed.about, _CROWDS["square"]):
        total = total + np.where(weekend, free, work) * hump(hours, top, width)
    days = np.floor((times + OFFSET) / DAY).astype(np.int64)
    mood = 0.86 + 0.2 * chances(placed.seed + 5, days)
    return np.clip(total * mood * (1 + 0.07 * wander(placed.seed, times, 900)), 0, 1.1)


def people(placed: Placed, times: Array) -> Said:
    there = np.round(crowd(placed, times) * placed.size * 0.66)
    return {"people": there, "crowded": np.round(there / placed.size * 100)}


def traffic(placed: Placed, times: Array, seed: int) -> Said:
    """Two humps on working days, one broad one at weekends; the fuller, the slower, and rain slows everybody."""
    hours, week = local(times)
    work = 0.14 + 0.85 * hump(hours, 8.1, 1.1) + 0.9 * hump(hours, 18, 1.4) + 0.52 * hump(hours, 13, 3.4)
    free = 0.12 + 0.62 * hump(hours, 15, 4.2) + 0.2 * hump(hours, 20, 2)
    night = 1 - 0.75 * hump(hours, 3, 2.2)
    load = np.where(week >= 5, free, work) * night * (1 + 0.08 * wander(placed.seed, times, 1200))
    load = np.maximum(0.02, load + 0.03 * rough(placed.seed + 1, times / 30))
    main = placed.about == "main"
    flow = load * (1750 if main else 720) * placed.size
    wet = np.minimum(1.0, sky.intensity(times, seed) / 12)
    speed = (52 if main else 41) * (1 - 0.44 * np.minimum(load, 1.12) ** 2.2) * (1 - 0.18 * wet)
    speed = np.maximum(4.0, speed + 1.5 * rough(placed.seed + 2, times / 30))
    return {
        "flow": np.round(flow), "speed": np.round(speed, 1),
        "covered": np.clip(flow / np.maximum(speed, 5) * 0.42, 0, 100),
    }  # fmt: skip


def parking(placed: Placed, times: Array) -> Said:
    hours, week = local(times)
    capacity = round(60 + 240 * chance(placed.seed, 2))
    shops = 0.12 + np.where(week >= 5, 0.74, 0.52) * hump(hours, 15.5, 3.6) + 0.3 * hump(hours, 19.5, 1.8)
    share = np.clip(shops * (1 + 0.06 * wander(placed.seed, times, 2400)), 0.02, 0.99)
    taken = np.round(share * capacity)
    return {"free": capacity - taken, "full": np.round(taken / capacity * 100)}


def noise(placed: Placed, times: Array) -> Said:
    """dB: the town's day and night; a road is louder and never quite still."""
    hours, week = local(times)
    day = np.clip(hump(hours, 12.5, 4.4) * 1.15 + 0.5 * hump(hours, 19.3, 1.6), 0, 1.12)
    if placed.model == "roadside-noise-meter":
        level = 48 + 17 * day - np.where(week >= 5, 1.2, 0.0)
    else:
        # Where people dance in the evening it is over the limit now and then: the square by itself, not the town.
        dance = 5.5 * hump(hours, 19.6, 0.8) * (placed.about in ("square", "park"))
        level = 41 + 13.5 * day + dance
    level = level + 1.1 * wander(placed.seed, times, 700) + 0.9 * rough(placed.seed + 1, times / 30)
    peak = level + 6 + 4 * (rough(placed.seed + 2, times / 30) + 1) * 0.8
    return {"noise": np.round(level, 1), "noise-peak": np.round(peak, 1)}


def river(times: Array, seed: int) -> Array:
    """m: a tide of twelve hours and twenty-five minutes, and what rain of the last half day brings."""
    tide = 0.34 * np.sin(2 * np.pi * times / 44714)
    spring = 1 + 0.3 * np.sin(2 * np.pi * times / (14.77 * DAY))
    return (
        2.35
        + tide * spring
        + 0.011 * sky.rain(times, 12, seed)
        + 0.05 * wander(seed_of(f"river {seed}"), times, DAY)
    )


def flood(placed: Placed, times: Array, seed: int) -> Array:
    """m over the road where it dips: drains take 21 mm an hour, more stays."""
    return np.maximum(0.0, sky.rain(times, 1, seed) - 21 / placed.size) * 0.013 * placed.size


def battery(placed: Placed, times: Array) -> Array:
    """%: three years from full to empty, each from a day of its own; changed when it is low."""
    life = 3 * 365 * DAY * (0.8 + 0.4 * chance(placed.seed, 21))
    age = (times + chance(placed.seed, 22) * life) % life
    return np.round(100 - 82 * age / life)


def signal(placed: Placed, times: Array) -> Array:
    """dBm at the device: worse in cellars and lifts."""
    deep = {"lift-ebike-detector": 9, "fire-tank-level": 14, "car-park": 6}.get(placed.model, 0)
    level = -74 - 18 * chance(placed.seed, 23) - deep + 3 * wander(placed.seed + 31, times, 3 * 3600)
    return np.round(level + 1.5 * rough(placed.seed + 32, times / 60))
