"""A handful of devices whose last four weeks are there as they were said, with what was raised from it and what it was.

A trial of other numbers (desk: 规则) then has something to tell: kitchens that cry wolf while somebody cooks and once
burned, a tap left open, lanes where a van unloads and lanes where a car stays, a hydrant that loses pressure.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.readings.models import Cause, State, Warning
from linli.kernel.things.models import Thing

from .chance import Array
from .courses import course
from .faults import Fault, fault_of
from .placing import Placed

DAYS = 28
DENSE = 30
"""Seconds between two readings while something is the matter."""
_LOCAL = 8 * 3600
_SPARED = 3600
"""Seconds before the visitor comes in which nothing happens."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of happening: how often on one device in four weeks, at which local hours, for how many minutes, how far
    the value goes, and what it turned out to be."""

    cause: Cause
    times: int
    hours: tuple[float, float]
    minutes: tuple[float, float]
    reaches: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tale:
    """One rule on some devices of a model. `limit` and `lasts` are what the rule declares (a test compares them): a warning
    begins when the value has been beyond for so long. `below`: beyond is beneath."""

    rule: str
    model: str
    about: str
    things: int
    quantity: str
    limit: float
    clears: float
    sorts: tuple[Sort, ...]
    lasts: int = 0
    clear_after: int = 60
    below: bool = False
    switch: bool = False
    says: tuple[tuple[str, Any], ...] = ()


TALES = (
    Tale(
        "smoke", "smoke-detector", "kitchen", 5, "smoke", 0.25, 0.12,
        (
            Sort(Cause.COOKING, 5, (11, 19.5), (4, 11), (0.27, 0.36)),
            Sort(Cause.DUST, 1, (2, 22), (8, 20), (0.26, 0.3)),
            Sort(Cause.REAL, 1, (17, 22), (20, 45), (0.75, 1.9)),
        ),
        says=(("how", "above"),),
    ),
    Tale(
        "gas-leak", "gas-detector", "kitchen", 3, "gas", 10, 5,
        (
            Sort(Cause.COOKING, 3, (11, 19), (3, 6), (10.6, 13.5)),
            Sort(Cause.REAL, 1, (8, 21), (12, 30), (17, 31)),
        ),
        clear_after=120, says=(("how", "above"),),
    ),
    Tale(
        "fire-lane-occupied", "fire-lane-sensor", "", 3, "occupied", 0.5, 0.5,
        (
            Sort(Cause.OTHER, 4, (8, 18), (6, 9), (1, 1)),
            Sort(Cause.REAL, 3, (8, 21), (16, 70), (1, 1)),
        ),
        lasts=300, switch=True, says=(("how", "on"), ("seconds", 300)),
    ),
    Tale(
        "fire-water-low", "fire-water-pressure", "", 3, "pressure", 0.14, 0.16,
        (
            Sort(Cause.TEST, 2, (9, 16), (4, 7), (0.118, 0.132)),
            Sort(Cause.REAL, 1, (0, 23), (40, 170), (0.05, 0.09)),
        ),
        lasts=120, clear_after=300, below=True, says=(("how", "below"), ("seconds", 120)),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that was the matter: from and until (seconds since 1970), how far it went, what it was."""

    begins: float
    ends: float
    reaches: float
    cause: Cause


@dataclass(frozen=True, slots=True)
class Storied:
    placed: Placed
    tale: Tale
    happened: tuple[Happened, ...]

    def times(self, until: float) -> Array:
        """When it spoke: as often as silence allows, and every half minute while something was the matter."""
        step = max(2.5 * self.placed.every, 120.0)
        end = until // step * step
        usual = np.arange(end - DAYS * 86400, end, step)
        dense = [np.arange(h.begins - 2 * DENSE, h.ends + 6 * DENSE, DENSE) for h in self.happened]
        return np.unique(np.concatenate([usual, *dense]).round())

    def said(self, times: Array, seed: int) -> dict[str, Array]:
        """Its course, with what happened in it."""
        found = course(self.placed, times, seed)
        values = found.get(self.tale.quantity, np.zeros(len(times)))
        if self.tale.switch:
            values = np.zeros(len(times))
        for h in self.happened:
            during = (times >= h.begins) & (times < h.ends)
            values = np.where(during, self._shape(h, times), values)
        return found | {self.tale.quantity: values}

    def _shape(self, h: Happened, times: Array) -> Array:
        """Up within a minute or two, a little unsteady, and down again at the end."""
        if self.tale.switch:
            return np.ones(len(times))
        swing = 1 - 0.03 * (1 + np.sin(times / 37.0))
        edge = np.clip(np.minimum((times - h.begins) / 60, (h.ends - times) / 90), 0, 1)
        return self._rest() + (h.reaches * swing - self._rest()) * edge

    def _rest(self) -> float:
        return 0.25 if self.tale.below else 0.0

    def warnings(self, thing: Thing, rng: random.Random) -> Iterator[Warning]:
        for h in self.happened:
            yield _warning(self, thing, h, rng)


def of(fleet: Sequence[Placed], seed: int, until: float) -> list[Storied]:
    """The devices that have a story, and their stories."""
    found = []
    for tale in TALES:
        rng = random.Random(f"tale {seed} {tale.rule}")
        able = [
            one
            for one in fleet
            if one.model == tale.model and tale.about in ("", one.about) and fault_of(one) == Fault.NONE
        ]
        for one in rng.sample(able, min(tale.things, len(able))):
            found.append(Storied(one, tale, tuple(_happenings(tale, rng, until))))
    return found


def _happenings(tale: Tale, rng: random.Random, until: float) -> Iterator[Happened]:
    """Each on a day of its own, so that none runs into another."""
    midnight = (until + _LOCAL) // 86400 * 86400 - _LOCAL
    count = sum(sort.times for sort in tale.sorts)
    days = iter(rng.sample(range(1, DAYS), count))
    for sort in tale.sorts:
        for _n in range(sort.times):
            begins = midnight - next(days) * 86400 + rng.uniform(*sort.hours) * 3600
            ends = min(begins + rng.uniform(*sort.minutes) * 60, until - _SPARED)
            yield Happened(float(round(begins)), float(round(ends)), rng.uniform(*sort.reaches), sort.cause)


def _warning(one: Storied, thing: Thing, h: Happened, rng: random.Random) -> Warning:
    tale = one.tale
    rule = catalogue().rules[tale.rule]
    raised = datetime.fromtimestamp(h.begins + 45 + tale.lasts, UTC)
    cleared = datetime.fromtimestamp(h.ends + tale.clear_after, UTC)
    seen = raised + timedelta(seconds=rng.randint(25, 200))
    says = dict(tale.says) | {"quantity": tale.quantity, "value": round(h.reaches, 2)}
    if not tale.switch:
        says["limit"] = tale.limit
    return Warning(
        rule=rule.name, thing=thing, subject=str(thing.no), place_code=thing.place_code, severity=int(rule.severity),
        highest=int(rule.severity), state=State.CLOSED, version=4, raised_at=raised,
        recorded_at=raised + timedelta(milliseconds=rng.randint(120, 700)), says=says, acknowledged_at=seen,
        cleared_at=cleared, closed_at=max(cleared, seen) + timedelta(minutes=rng.randint(4, 40)), cause=h.cause,
    )  # fmt: skip


def warnings(stories: Sequence[Storied], seed: int) -> list[Warning]:
    """What was raised from what happened, and what it turned out to be."""
    with as_system():
        keys = [one.placed.key for one in stories]
        things = {thing.key: thing for thing in Thing.objects.filter(key__in=keys)}
    rng = random.Random(f"told {seed}")
    return [warning for one in stories for warning in one.warnings(things[one.placed.key], rng)]
