"""What the panel starts, as the devices notice it: smoke in a stairwell, gas in a kitchen, rain on the roads. Pure.

An event changes what its devices would have said; how far it is depends on how long it has been going on, and on how
long it has been over.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from .chance import chance
from .placing import Placed

Values = dict[str, float]


@dataclass(frozen=True, slots=True)
class Event:
    """`keys` are the devices it is about, the nearest first; none means every device at the place. Seconds since 1970."""

    id: int
    kind: str
    place_code: str
    keys: tuple[str, ...]
    began: float
    ends: float


LINGERS = {"fire": 75.0, "gas-leak": 60.0, "heavy-rain": 900.0, "crowd": 120.0, "burst-pipe": 90.0}
"""Seconds until nothing is left of it after its end."""


FEEL_RAIN = ("weather-station", "flood-gauge", "river-gauge", "traffic-counter")


def concerns(event: Event, placed: Placed) -> bool:
    """Whether the device notices: those the event is about, or those at its place that can."""
    if event.kind == "heavy-rain" and placed.model not in FEEL_RAIN:
        return False
    return placed.key in event.keys if event.keys else placed.place_code.startswith(event.place_code)


def over(event: Event, at: float) -> bool:
    return at > event.ends + LINGERS.get(event.kind, 3.0)


def silences(event: Event) -> bool:
    """Whether its devices cannot be heard while it lasts."""
    return event.kind == "network-cut"


def hurry(event: Event) -> float:
    """Seconds between two reports of a device that notices it: detectors that wake up speak more often."""
    return {"fire": 2.0, "gas-leak": 2.0, "burst-pipe": 5.0, "crowd": 5.0, "heavy-rain": 10.0}.get(event.kind, 1.0)


def changed(event: Event, placed: Placed, at: float, said: Values) -> Values:
    """What the device says instead."""
    since, left = at - event.began, _left(event, at)
    if since < 0 or left <= 0:
        return said
    nth = event.keys.index(placed.key) if placed.key in event.keys else 0
    match event.kind:
        case "fire":
            return said | _fire(placed, nth, since, left, said)
        case "gas-leak":
            risen = 34 * (1 - exp(-(since + 2.5) / 6)) * left
            shut = {"valve-shut": 1.0} if since > 20 else {}
            return said | {"gas": round(said.get("gas", 0.0) + risen, 1)} | shut
        case "blocked-lane":
            return said | {"occupied": 1.0}
        case "ebike":
            return said | {"ebike": 1.0}
        case "button":
            return said | {"pressed": 1.0}
        case "crowd":
            share = min(1.0, (since + 6) / 45) * left
            people = round(said["people"] + 1.28 * placed.size * share)
            return said | {"people": float(people), "crowded": float(round(people / placed.size * 100))}
        case "burst-pipe":
            fallen = (0.21 - 0.02 * nth) * (1 - exp(-(since + 3) / 12)) * left
            return said | {"pressure": round(max(0.01, said["pressure"] - fallen), 3)}
        case "heavy-rain":
            return said | _rain(placed, since, left, said)
    return said


def _left(event: Event, at: float) -> float:
    """1 while it lasts, then falling to nothing."""
    if at <= event.ends:
        return 1.0
    lingers = LINGERS.get(event.kind, 0.0)
    return max(0.0, exp(-4 * (at - event.ends) / lingers) - 0.02) if lingers else 0.0


def _fire(placed: Placed, nth: int, since: float, left: float, said: Values) -> Values:
    """The detector nearest to it at once, the others up the stairwell within twenty seconds; heat comes after smoke."""
    late = 0.0 if nth == 0 else min(20.0, 2.5 + 2.2 * nth + 3 * chance(placed.seed, 51))
    if since < late:
        return {}
    here = since - late
    strong = 1.0 if nth == 0 else 0.75 / (1 + 0.06 * nth)
    smoke = said["smoke"] + (0.3 + 1.7 * (1 - exp(-here / 14))) * strong * left
    heat = 46 * (1 - exp(-here / 55)) * strong * left
    return {"smoke": round(smoke, 3), "temperature": round(said["temperature"] + heat, 1)}


def _rain(placed: Placed, since: float, left: float, said: Values) -> Values:
    """Twenty-six millimetres a minute, so that nobody waits an hour for a flood."""
    fallen = min(130.0, (since + 10) / 60 * 26) * (1.0 if left == 1 else max(0.3, left))
    if placed.model == "weather-station":
        return {f"rain-{hours}h": round(said[f"rain-{hours}h"] + fallen, 1) for hours in (1, 3, 6, 12)} | {
            "humidity": 98.0
        }
    if placed.model == "flood-gauge":
        return {"depth": round(said["depth"] + max(0.0, fallen - 12) * 0.009 * placed.size * left, 2)}
    if placed.model == "river-gauge":
        return {"river-level": round(said["river-level"] + fallen * 0.0135 * max(left, 0.2), 2)}
    if placed.model == "traffic-counter":
        return {"speed": round(max(6.0, said["speed"] * 0.72), 1)}
    return {}
