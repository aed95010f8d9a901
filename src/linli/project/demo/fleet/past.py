"""Warnings of the last weeks with what they turned out to be: the figures of rules and devices begin with something.

About as many as such a district has; the shares of false alarms are of the order its fire services report.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.readings.models import Cause, State, Warning
from linli.kernel.things.models import Thing

from .placing import Placed


@dataclass(frozen=True, slots=True)
class Story:
    """How often a rule spoke in eight weeks, at which hours, for how many minutes, and what it was, by weight."""

    rule: str
    model: str
    times: int
    hours: tuple[int, int]
    minutes: tuple[int, int]
    causes: dict[Cause, int]
    says: dict[str, Any]
    values: tuple[float, float]
    highest: int = 0


_OFTEN = {Cause.COOKING: 7, Cause.REAL: 2, Cause.DUST: 1, Cause.TEST: 1, Cause.FAULT: 1}
STORIES = (
    Story("smoke", "smoke-detector", 34, (11, 20), (4, 22), _OFTEN, {"how": "above", "quantity": "smoke", "limit": 0.25},
          (0.26, 0.62)),
    Story("smoke", "smoke-detector", 3, (1, 23), (25, 60), {Cause.REAL: 1}, {"how": "above", "quantity": "smoke", "limit": 0.25},
          (0.9, 2.4), highest=4),
    Story("gas-leak", "gas-detector", 7, (7, 21), (6, 40), {Cause.REAL: 4, Cause.COOKING: 2, Cause.FAULT: 1},
          {"how": "above", "quantity": "gas", "limit": 10}, (10.5, 18)),
    Story("fire-lane-occupied", "fire-lane-sensor", 62, (7, 22), (8, 70), {Cause.REAL: 15, Cause.FAULT: 2, Cause.OTHER: 2},
          {"how": "on", "quantity": "occupied", "seconds": 300}, (1, 1)),
    Story("ebike-in-lift", "lift-ebike-detector", 21, (7, 23), (1, 3), {Cause.REAL: 5, Cause.OTHER: 2},
          {"how": "on", "quantity": "ebike"}, (1, 1)),
    Story("fire-door-open", "fire-door-contact", 26, (8, 20), (12, 90), {Cause.REAL: 8, Cause.TEST: 1},
          {"how": "on", "quantity": "open", "seconds": 600}, (1, 1)),
    Story("fire-water-low", "fire-water-pressure", 6, (5, 21), (20, 180), {Cause.REAL: 4, Cause.FAULT: 1, Cause.TEST: 1},
          {"how": "below", "quantity": "pressure", "limit": 0.14, "seconds": 120}, (0.05, 0.13)),
    Story("emergency-pressed", "emergency-button", 9, (0, 23), (5, 35), {Cause.REAL: 4, Cause.TEST: 2, Cause.OTHER: 3},
          {"how": "on", "quantity": "pressed"}, (1, 1)),
    Story("crowd", "people-counter", 4, (17, 20), (15, 60), {Cause.REAL: 4, Cause.LIMIT: 1},
          {"how": "above", "quantity": "crowded", "limit": 80, "seconds": 60}, (81, 97)),
    Story("traffic-jam", "traffic-counter", 29, (7, 19), (12, 55), {Cause.REAL: 8, Cause.FAULT: 1},
          {"how": "below", "quantity": "speed", "limit": 15, "seconds": 600}, (7, 14.5)),
    Story("noise-at-night", "noise-meter", 18, (22, 23), (16, 70), {Cause.REAL: 6, Cause.OTHER: 2, Cause.LIMIT: 2},
          {"how": "above", "quantity": "noise", "limit": 50, "seconds": 900}, (51, 58)),
    Story("safety-device-silent", "smoke-detector", 11, (0, 23), (60, 2000), {Cause.FAULT: 6, Cause.OTHER: 1},
          {"how": "silent", "after": 7200}, (0, 0)),
)  # fmt: skip


def warnings(fleet: list[Placed], rng: random.Random, until: datetime) -> list[Warning]:
    """All closed before today."""
    with as_system():
        things = {thing.key: thing for thing in Thing.objects.filter(key__in=[one.key for one in fleet])}
    by_model: dict[str, list[Thing]] = {}
    for one in fleet:
        by_model.setdefault(one.model, []).append(things[one.key])
    told = (story for story in STORIES if story.model in by_model)
    return [warning for story in told for warning in _told(story, by_model[story.model], rng, until)]


def _told(story: Story, things: list[Thing], rng: random.Random, until: datetime) -> Iterator[Warning]:
    severity = int(catalogue().rules[story.rule].severity)
    for _n in range(story.times):
        thing = rng.choice(things)
        day = until.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
            days=rng.randrange(2, 56)
        )
        # Hours are of the demo's own day, eight before UTC.
        raised = day + timedelta(hours=rng.randint(*story.hours) - 8, seconds=rng.randrange(3600))
        lasted = timedelta(minutes=rng.randint(*story.minutes), seconds=rng.randrange(60))
        seen = raised + timedelta(seconds=rng.randint(25, 240))
        value = round(rng.uniform(*story.values), 2)
        cleared = min(raised + lasted, until - timedelta(hours=2))
        yield Warning(
            rule=story.rule, thing=thing, subject=str(thing.no), place_code=thing.place_code, severity=severity,
            highest=max(severity, story.highest), state=State.CLOSED, version=4, raised_at=raised,
            recorded_at=raised + timedelta(milliseconds=rng.randint(120, 700)), says=story.says | {"value": value},
            acknowledged_at=seen, cleared_at=cleared,
            closed_at=max(cleared, seen) + timedelta(minutes=rng.randint(4, 40)),
            cause=rng.choices(list(story.causes), list(story.causes.values()))[0],
        )  # fmt: skip
