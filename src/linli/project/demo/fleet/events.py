"""Devices that tell of something that happens: a door opens, a car stops on the fire lane, a vehicle drives its round."""

from __future__ import annotations

from itertools import pairwise
from math import cos, pi, radians, sin

from .chance import chance, episode
from .placing import Placed
from .sky import OFFSET

_DAY = 86400


def hour_of(at: float) -> float:
    return (at + OFFSET) % _DAY / 3600


def standing(placed: Placed, at: float) -> dict[str, float]:
    """How the switches of a device stand at an instant; {} for one that has none."""
    seed, hour = placed.seed, hour_of(at)
    by_day = 6.5 < hour < 22
    match placed.model:
        case "fire-lane-sensor":
            # Somebody is let out, something unloaded; now and then somebody stays.
            brief = by_day and episode(seed, at, 5400, 0.35, 40, 240) is not None
            return {
                "occupied": float(brief or (by_day and episode(seed + 1, at, 8 * _DAY, 0.5, 420, 1500) is not None))
            }
        case "fire-door-contact":
            brief = by_day and episode(seed, at, 2700, 0.3, 8, 150) is not None
            return {
                "open": float(brief or (by_day and episode(seed + 1, at, 12 * _DAY, 0.5, 700, 2400) is not None))
            }
        case "lift-ebike-detector":
            return {"ebike": float(by_day and episode(seed, at, 40 * _DAY, 0.5, 35, 70) is not None)}
        case "home-door":
            return {"open": float(6 < hour < 21 and episode(seed, at, 7200, 0.4, 10, 90) is not None)}
        case "emergency-button":
            return {"pressed": 0.0}
        case "gas-detector":
            return {"valve-shut": 0.0}
        case "door-reader":
            return _passing(placed, at, by_day)
    return {}


def _passing(placed: Placed, at: float, by_day: bool) -> dict[str, float]:
    """Somebody at the entrance: card, code, the attendant, or the reader's own recognition; one in thirty is refused."""
    if episode(placed.seed, at, 240 if by_day else 3600, 0.5, 4, 6) is None:
        return {"credential": 0.0, "refused": 0.0, "forced": 0.0}
    bucket = int(at // 240)
    which = chance(placed.seed + 1, bucket)
    credential = 1.0 if which < 0.55 else 2.0 if which < 0.85 else 3.0 if which < 0.93 else 4.0
    refused = float(chance(placed.seed + 2, bucket) < 0.033)
    return {"credential": 0.0 if refused else credential, "refused": refused, "forced": 0.0}


def driving(placed: Placed, at: float) -> dict[str, float]:
    """Where a vehicle is: on its round in its shifts, in the depot otherwise. Speeds in km/h, positions in degrees."""
    hour = hour_of(at)
    patrol = placed.about == "巡查车"
    works = (7.5 < hour < 22) if patrol else (4.5 < hour < 10.5 or 13 < hour < 18.5)
    lon, lat = placed.route[0]
    if not works:
        return _said(placed, lon, lat, 0.0, False, 0.0)
    length, marks = _measured(placed.route)
    pace = (5.0 if not patrol else 7.0) * (0.9 + 0.2 * chance(placed.seed, 4))  # m/s
    # From light to light: it gathers way and all but stops, and is where that has brought it.
    between = 150 + 90 * chance(placed.seed, 5)
    turn = 2 * pi * at / between
    lon, lat = _at(placed.route, marks, pace * (at - 0.94 * between / (2 * pi) * sin(turn)) % length)
    speed = pace * 3.6 * (1 - 0.94 * cos(turn))
    return _said(placed, lon, lat, speed, not patrol, (hour - 4.5) % 6 / 6 * 95)


def _said(placed: Placed, lon: float, lat: float, speed: float, working: bool, load: float) -> dict[str, float]:
    said = {"lon": round(lon, 6), "lat": round(lat, 6), "speed": round(speed, 1)}
    if placed.model == "sanitation-vehicle":
        said |= {"working": float(working and speed > 1), "load": float(round(load))}
    return said


def _measured(route: tuple[tuple[float, float], ...]) -> tuple[float, list[float]]:
    """Metres of the way, and where along it each point lies."""
    marks = [0.0]
    for (a, b), (c, d) in pairwise(route):
        east, north = (c - a) * cos(radians(b)) * 111_195, (d - b) * 111_195
        marks.append(marks[-1] + (east * east + north * north) ** 0.5)
    return marks[-1], marks


def _at(route: tuple[tuple[float, float], ...], marks: list[float], along: float) -> tuple[float, float]:
    for n in range(1, len(marks)):
        if along <= marks[n]:
            share = (along - marks[n - 1]) / max(marks[n] - marks[n - 1], 1e-9)
            (a, b), (c, d) = route[n - 1], route[n]
            return a + (c - a) * share, b + (d - b) * share
    return route[-1]
