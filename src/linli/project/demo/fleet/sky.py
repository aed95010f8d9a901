"""The weather of the demo, one sky over the whole district: rain on the days the matters know it, wind, heat, dust.

Times are seconds since 1970 as arrays; local time is that of the demo (UTC+8, no summer time).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

import numpy as np

from .. import rates
from .chance import Array, chance, rough, seed_of, wander

OFFSET = 8 * 3600
DAY = 86400
STEP = 600
"""Seconds between two looks when rain is summed up."""


def local(times: Array) -> tuple[Array, Array]:
    """Hour of the local day (0 to 24) and day of the local week (0 is Monday)."""
    shifted = times + OFFSET
    days = np.floor(shifted / DAY)
    return (shifted - days * DAY) / 3600, (days + 3) % 7


def hump(hours: Array, top: Array | float, width: float) -> Array:
    """1 at the hour `top`, falling away on both sides, round midnight too."""
    away = np.abs(hours - top)
    away = np.minimum(away, 24 - away)
    return np.exp(-0.5 * (away / width) ** 2)


@lru_cache(maxsize=512)
def day_of(number: int, seed: int) -> tuple[str, date]:
    """What the sky does on the day so many days after 1970, as the reports of that day know it, and the day."""
    day = datetime.fromtimestamp(number * DAY, UTC).date()
    sky = rates.weather(day, seed)
    return (sky.name if sky else ""), day


def _by_day(times: Array, seed: int, values: dict[str, float]) -> Array:
    """A number for each instant by what its day's sky is called."""
    numbers = np.floor((times + OFFSET) / DAY).astype(np.int64)
    unique, back = np.unique(numbers, return_inverse=True)
    of_day = np.array([values.get(day_of(int(number), seed)[0], 0.0) for number in unique])
    return of_day[back]


def intensity(times: Array, seed: int) -> Array:
    """Rain in mm an hour: showers on wet days, a drizzle now and then on others."""
    wet = _by_day(times, seed, {"storm": 34.0, "downpour": 24.0})
    showers = np.maximum(0.0, wander(seed_of(f"rain {seed}"), times, 5400) - 0.1) * wet
    drizzle = np.maximum(0.0, wander(seed_of(f"drizzle {seed}"), times, 7200) - 0.82) * 9
    return showers + drizzle


def rain(times: Array, hours: int, seed: int) -> Array:
    """mm of rain over the last so many hours."""
    here = np.floor(times / STEP).astype(np.int64)
    back = hours * 3600 // STEP
    first = int(here.min()) - back
    fallen = np.cumsum(intensity(np.arange(first, int(here.max()) + 1) * float(STEP), seed)) * (STEP / 3600)
    return fallen[here - first] - fallen[here - first - back]


def temperature(times: Array, seed: int) -> Array:
    """°C outside, of a mild coastal city. One sky is over all: the last answers are kept for whoever asks next."""
    key = (len(times), float(times[0]), float(times[-1]), seed)
    if key not in _TEMPERATURES:
        if len(_TEMPERATURES) > 64:
            _TEMPERATURES.clear()
        _TEMPERATURES[key] = _temperature(times, seed)
    return _TEMPERATURES[key]


_TEMPERATURES: dict[tuple[int, float, float, int], Array] = {}


def _temperature(times: Array, seed: int) -> Array:
    hours, _week = local(times)
    year = (times + OFFSET) / DAY % 365.25
    season = 17.5 - 11.5 * np.cos(2 * np.pi * (year - 26) / 365.25)
    days = wander(seed_of(f"warm {seed}"), times, 3 * DAY) * 3.2
    sky = _by_day(times, seed, {"heat": 4.5, "frost": -6.0, "storm": -3.0, "downpour": -2.0})
    return season + days + sky + 3.6 * hump(hours, 14, 3.6) - 1.6 * hump(hours, 5, 3)


def humidity(times: Array, seed: int) -> Array:
    hours, _week = local(times)
    wet = np.minimum(1.0, intensity(times, seed) / 4)
    return np.clip(
        68 + 10 * wander(seed_of(f"damp {seed}"), times, DAY) - 14 * hump(hours, 14, 4) + 22 * wet, 18, 100
    )


def wind(times: Array, seed: int) -> Array:
    """m/s, mean of ten minutes."""
    hours, _week = local(times)
    storm = _by_day(times, seed, {"storm": 9.0, "downpour": 2.0})
    breeze = 2.4 + 1.3 * wander(seed_of(f"wind {seed}"), times, 9000) + 1.2 * hump(hours, 15, 4)
    return np.maximum(0.2, breeze + storm * (0.7 + 0.4 * wander(seed_of(f"gale {seed}"), times, 5400)))


def weather(times: Array, seed: int, own: int) -> dict[str, Array]:
    """What a weather station says; `own` is the station's own seed."""
    mean = wind(times, seed) * (1 + 0.06 * wander(own, times, 3000))
    said = {
        "temperature": temperature(times, seed) + 0.4 * wander(own + 1, times, 7200),
        "humidity": np.clip(humidity(times, seed) + 2 * wander(own + 2, times, 3600), 0, 100),
        "wind": mean,
        "gust": mean * (1.45 + 0.25 * rough(own + 3, times)),
    }
    place = 0.9 + 0.2 * chance(own, 7)
    return said | {f"rain-{hours}h": rain(times, hours, seed) * place for hours in (1, 3, 6, 12)}


def air(times: Array, seed: int, own: int) -> dict[str, Array]:
    """Fine and coarse dust: calm winter days gather it, rain and wind wash it out."""
    hours, _week = local(times)
    year = (times + OFFSET) / DAY % 365.25
    winter = 0.5 + 0.5 * np.cos(2 * np.pi * (year - 10) / 365.25)
    days = wander(seed_of(f"haze {seed}"), times, 2.2 * DAY)
    washed = 1 / (1 + 0.12 * rain(times, 3, seed))
    rush = 7 * hump(hours, 8, 1.5) + 9 * hump(hours, 19.5, 2)
    fine = (24 + 26 * winter + 22 * days + rush + 4 * wander(own, times, 5400)) * washed
    fine = np.maximum(4.0, fine)
    coarse = fine * (1.35 + 0.15 * wander(own + 1, times, 7200)) + 9 + 5 * rough(own + 2, times / 60)
    return {
        "pm25": np.round(fine), "pm10": np.round(np.maximum(fine, coarse)),
        "temperature": temperature(times, seed) + 0.5 * wander(own + 3, times, 7200),
        "humidity": humidity(times, seed),
    }  # fmt: skip
