"""Which topics are whose. Pure.

A thing speaks on `d/<key>/up` and beneath, on ThingsBoard's `v1/devices/me/telemetry` and on `r/<anything>/<key>`; it
hears `d/<key>/down/…`; and what several clients of one thing have to say to each other goes over `d/<key>/own/…`.
Everything else belongs to somebody else.
"""

from __future__ import annotations

from enum import Enum

LONGEST = 255
"""Characters of a topic or a filter."""
MOST = 32
"""Filters of one session."""
THINGSBOARD = "v1/devices/me/telemetry"


class Road(Enum):
    """Where a publish goes."""

    READING = "reading"
    OWN = "own"


def road_of(topic: str, key: str) -> Road | None:
    """Where what a thing publishes on a topic goes; None when the topic is not its own."""
    mine = f"d/{key}/"
    if topic.startswith(mine):
        below = topic[len(mine) :]
        if below == "up" or below.startswith("up/"):
            return Road.READING
        return Road.OWN if below.startswith("own/") and len(below) > 4 else None
    if topic == THINGSBOARD:
        return Road.READING
    levels = topic.split("/")
    return Road.READING if len(levels) == 3 and levels[0] == "r" and levels[2] == key else None


def well_formed(pattern: str) -> bool:
    """Whether a topic filter is one (4.7.1): wildcards stand alone in their level, `#` in the last."""
    levels = pattern.split("/")
    return pattern != "" and all(
        level in ("+", "#") or ("+" not in level and "#" not in level) for level in levels
    ) and "#" not in levels[:-1]  # fmt: skip


def may_hear(pattern: str, key: str) -> bool:
    """Whether everything a filter matches is this thing's own: its first three levels say so, without wildcards."""
    return pattern.startswith((f"d/{key}/down/", f"d/{key}/own/"))


def matches(pattern: str, topic: str) -> bool:
    """Whether a filter takes in a topic (4.7.1)."""
    wanted, levels = pattern.split("/"), topic.split("/")
    for place, level in enumerate(wanted):
        if level == "#":
            return True
        if place >= len(levels) or level not in ("+", levels[place]):
            return False
    return len(wanted) == len(levels)
