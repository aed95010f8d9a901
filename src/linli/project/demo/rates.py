"""How often what happens, when in the year, at which hour, in which kind of street."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate

# Month by month, January first.
SEASONS = {
    "flat": (1.0,) * 12,
    "summer": (0.5, 0.5, 0.7, 0.9, 1.2, 1.6, 1.9, 1.9, 1.4, 1.0, 0.7, 0.5),
    "winter": (2.0, 1.8, 1.0, 0.7, 0.6, 0.6, 0.6, 0.6, 0.7, 0.9, 1.2, 1.6),
    "spring": (0.5, 0.7, 1.5, 2.0, 1.9, 1.3, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4),
    "autumn": (0.8, 0.6, 0.7, 0.7, 0.7, 0.7, 0.8, 0.9, 1.2, 1.7, 2.2, 1.6),
    "rain": (0.3, 0.4, 0.7, 1.0, 1.3, 2.3, 2.0, 1.8, 1.2, 0.6, 0.4, 0.3),
    "school": (0.5, 0.5, 1.3, 1.2, 1.2, 1.2, 0.5, 0.6, 1.6, 1.3, 1.2, 1.1),
    "snow": (8.0, 5.0, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0),
}
EVENING = (3, 1, 0, 0, 0, 0, 1, 3, 4, 4, 4, 4, 4, 4, 4, 5, 6, 8, 11, 14, 16, 15, 11, 7)
DAYTIME = (1, 0, 0, 0, 0, 1, 4, 10, 14, 13, 12, 9, 6, 8, 10, 10, 9, 8, 6, 5, 4, 3, 2, 1)
NIGHT = (14, 12, 9, 6, 5, 4, 5, 5, 3, 2, 2, 2, 4, 3, 2, 2, 2, 2, 3, 4, 8, 12, 18, 18)


@dataclass(frozen=True, slots=True)
class Rate:
    """Per thousand reports; season; hours; share that happens in a compound; weight in old, new, mixed streets."""

    share: float
    season: str = "flat"
    hours: tuple[int, ...] = DAYTIME
    indoors: float = 0.0
    styles: tuple[float, float, float] = (1, 1, 1)


RATES: dict[str, Rate] = {
    "illegal-parking": Rate(88, "school", DAYTIME, 0.25, (1.2, 0.9, 1)),
    "noise": Rate(62, "summer", EVENING, 0.7, (1.2, 0.9, 1)),
    "street-litter": Rate(58, "autumn", DAYTIME, 0.05, (1.2, 0.7, 1.2)),
    "unlicensed-stall": Rate(55, "summer", EVENING, 0.0, (1.4, 0.5, 1.3)),
    "overflowing-bins": Rate(44, "summer", DAYTIME, 0.7, (1.3, 0.8, 1)),
    "shared-bikes": Rate(38, "flat", DAYTIME, 0.0, (0.7, 1.5, 0.9)),
    "stairwell-clutter": Rate(34, "flat", DAYTIME, 1.0, (1.8, 0.5, 1.1)),
    "inquiry": Rate(40, "flat", DAYTIME, 1.0),
    "property-service": Rate(32, "flat", EVENING, 1.0, (0.7, 1.6, 0.9)),
    "construction-noise": Rate(22, "flat", NIGHT, 0.4, (0.3, 1.8, 1)),
    "renovation-noise": Rate(24, "spring", DAYTIME, 1.0, (0.8, 1.5, 0.9)),
    "commercial-noise": Rate(20, "summer", EVENING, 0.4, (1, 1.1, 1)),
    "cooking-fumes": Rate(22, "summer", EVENING, 0.5, (1.3, 0.8, 1)),
    "pothole": Rate(24, "rain", DAYTIME, 0.0, (1.1, 0.6, 1.4)),
    "street-light": Rate(24, "winter", EVENING, 0.0, (1.1, 0.8, 1.2)),
    "damaged-manhole": Rate(16, "rain", DAYTIME, 0.1, (1.2, 0.7, 1.2)),
    "water-leak": Rate(20, "winter", DAYTIME, 0.5, (1.6, 0.6, 1)),
    "blocked-sewer": Rate(24, "rain", DAYTIME, 0.6, (1.6, 0.5, 1.1)),
    "road-flooding": Rate(9, "rain", DAYTIME, 0.2, (1.4, 0.6, 1.2)),
    "no-water": Rate(9, "summer", EVENING, 1.0),
    "water-quality": Rate(4, "flat", DAYTIME, 1.0),
    "river-pollution": Rate(7, "summer", DAYTIME, 0.0),
    "illegal-building": Rate(18, "flat", DAYTIME, 0.8, (1.3, 0.9, 1)),
    "group-renting": Rate(13, "flat", EVENING, 1.0, (0.8, 1, 1.5)),
    "shopfront-occupation": Rate(26, "flat", DAYTIME, 0.0, (1.4, 0.6, 1.1)),
    "items-piled-on-street": Rate(24, "flat", DAYTIME, 0.1, (1.4, 0.5, 1.3)),
    "waste-dumping": Rate(9, "flat", NIGHT, 0.0, (0.6, 0.8, 1.8)),
    "illegal-advertising": Rate(6, "flat", DAYTIME, 0.0),
    "bulky-waste": Rate(20, "spring", DAYTIME, 0.9, (1, 1.3, 0.9)),
    "public-toilet": Rate(7, "summer", DAYTIME, 0.0),
    "illegal-posters": Rate(14, "flat", DAYTIME, 0.4, (1.5, 0.5, 1.1)),
    "snow-and-ice": Rate(4, "snow", DAYTIME, 0.1),
    "damaged-railing": Rate(8, "flat", DAYTIME, 0.0),
    "street-sign": Rate(4, "flat", DAYTIME, 0.2),
    "barrier-free-path": Rate(6, "flat", DAYTIME, 0.1),
    "fallen-tree": Rate(5, "rain", DAYTIME, 0.3),
    "tree-pruning": Rate(16, "spring", DAYTIME, 0.7),
    "damaged-greenery": Rate(10, "spring", DAYTIME, 0.6),
    "tree-pests": Rate(6, "summer", DAYTIME, 0.4),
    "park-facility": Rate(9, "spring", DAYTIME, 0.0),
    "abandoned-vehicle": Rate(10, "flat", DAYTIME, 0.4),
    "traffic-signal": Rate(5, "flat", DAYTIME, 0.0),
    "road-markings": Rate(6, "flat", DAYTIME, 0.0),
    "reckless-riding": Rate(13, "flat", EVENING, 0.0),
    "dust": Rate(8, "spring", DAYTIME, 0.1, (0.5, 1.2, 1.5)),
    "bad-smell": Rate(9, "summer", NIGHT, 0.3, (0.7, 0.6, 1.9)),
    "open-burning": Rate(4, "winter", EVENING, 0.2),
    "load-bearing-wall": Rate(4, "spring", DAYTIME, 1.0),
    "falling-facade": Rate(6, "rain", DAYTIME, 1.0),
    "roof-leak": Rate(16, "rain", DAYTIME, 1.0, (1.5, 0.7, 1)),
    "gas-smell": Rate(4, "winter", EVENING, 1.0),
    "fire-exit-blocked": Rate(14, "flat", EVENING, 0.8, (1.1, 1.1, 1)),
    "ebike-charging": Rate(22, "summer", EVENING, 1.0, (1.5, 0.6, 1.2)),
    "fire-equipment": Rate(8, "flat", DAYTIME, 1.0),
    "food-safety": Rate(14, "summer", EVENING, 0.0),
    "unlicensed-business": Rate(6, "flat", DAYTIME, 0.6),
    "price-fraud": Rate(9, "flat", EVENING, 0.0),
    "fake-goods": Rate(5, "flat", DAYTIME, 0.2),
    "prepaid-card": Rate(8, "flat", DAYTIME, 0.0),
    "lift-fault": Rate(13, "summer", EVENING, 1.0, (0.1, 2.2, 0.7)),
    "neighbour-dispute": Rate(13, "flat", EVENING, 1.0, (1.4, 0.8, 1)),
    "community-facility": Rate(8, "spring", DAYTIME, 0.9),
    "lonely-elder": Rate(7, "winter", DAYTIME, 1.0, (1.7, 0.4, 1.1)),
    "person-in-need": Rate(3, "winter", EVENING, 0.1),
    "unleashed-dog": Rate(16, "spring", EVENING, 0.7),
    "help-request": Rate(13, "flat", DAYTIME, 0.9),
    "suggestion": Rate(15, "flat", EVENING, 0.6),
    "complaint": Rate(18, "flat", DAYTIME, 0.5),
    "whistleblowing": Rate(6, "flat", EVENING, 0.4),
}


@dataclass(frozen=True, slots=True)
class Weather:
    """What the sky did on a day: multiplies the rates of what it causes."""

    name: str
    more: dict[str, float]


STORM = Weather(
    "storm", {"fallen-tree": 30, "road-flooding": 22, "illegal-advertising": 8, "falling-facade": 7, "roof-leak": 5}
)
DOWNPOUR = Weather("downpour", {"road-flooding": 12, "blocked-sewer": 3, "roof-leak": 3, "damaged-manhole": 2})
FROST = Weather("frost", {"water-leak": 7, "snow-and-ice": 9, "no-water": 4, "lonely-elder": 2})
HEAT = Weather("heat", {"no-water": 3, "lift-fault": 1.6, "overflowing-bins": 1.6, "unlicensed-stall": 1.3})


@cache
def weather(day: date, seed: int) -> Weather | None:
    """Two typhoons a summer, rain in the plum season, a frost or two, heat: the same for the same seed."""
    rng = random.Random(f"weather {seed} {day.isocalendar()[:2]}")
    week_of_storm = day.month in (7, 8, 9) and rng.random() < 0.16
    start = rng.randrange(7)
    if week_of_storm and day.weekday() in (start, (start + 1) % 7):
        return STORM
    if day.month in (12, 1, 2) and rng.random() < 0.22 and day.weekday() in (start, (start + 1) % 7):
        return FROST
    rng = random.Random(f"sky {seed} {day}")
    wet = (0.02, 0.03, 0.05, 0.06, 0.08, 0.2, 0.12, 0.1, 0.06, 0.03, 0.02, 0.02)[day.month - 1]
    if rng.random() < wet:
        return DOWNPOUR
    return HEAT if day.month in (7, 8) and rng.random() < 0.35 else None


@cache
def weights(month: int, name: str, seed_day: date, seed: int) -> tuple[float, list[float]]:
    """The day's total against an ordinary day's, and the running sums to choose a kind by."""
    sky = weather(seed_day, seed) if name else None
    each = [
        rate.share * SEASONS[rate.season][month - 1] * (sky.more.get(kind, 1.0) if sky else 1.0)
        for kind, rate in RATES.items()
    ]
    return sum(each) / _ORDINARY, list(accumulate(each))


_ORDINARY = sum(rate.share for rate in RATES.values())


def reports_on(day: date, seed: int, daily: float, rng: random.Random) -> int:
    """How many reports a day brings: fewer at weekends and around New Year, more in bad weather."""
    sky = weather(day, seed)
    busy, _sums = weights(day.month, sky.name if sky else "", day, seed)
    week = (1.12, 1.06, 1.03, 1.02, 1.05, 0.86, 0.82)[day.weekday()]
    return max(3, round(rng.gauss(daily * busy * week, daily**0.5)))


def kind_on(day: date, seed: int, rng: random.Random) -> str:
    sky = weather(day, seed)
    _busy, sums = weights(day.month, sky.name if sky else "", day, seed)
    return rng.choices(_KINDS, cum_weights=sums)[0]


_KINDS = list(RATES)


def moment_on(day: date, kind: str, rng: random.Random) -> datetime:
    """A local time of day for a report of a kind."""
    hour = hour_of(RATES[kind].hours, rng)
    return datetime.combine(day, time(hour)) + timedelta(seconds=rng.randrange(3600))


def hour_of(hours: tuple[int, ...], rng: random.Random) -> int:
    """An hour, by how often each of them sees what is reported."""
    return rng.choices(_DAY, cum_weights=_sums(hours))[0]


@cache
def _sums(hours: tuple[int, ...]) -> list[int]:
    return list(accumulate(hours))


_DAY = range(24)
