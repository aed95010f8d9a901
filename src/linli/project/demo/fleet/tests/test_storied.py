"""What is told of the handful's past is what the rules themselves find in their readings, no more and no less."""

from __future__ import annotations

import random
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from linli.kernel.declare import Device, Rule
from linli.kernel.readings.models import Cause
from linli.kernel.readings.rules import Sample, compile_rule
from linli.kernel.readings.rules.replay import Replay, Stood
from linli.kernel.things.models import Thing
from linli.project.demo import geography
from linli.project.demo.fleet import placing, storied
from linli.project.demo.fleet.storied import TALES, Storied, Tale
from linli.scenes.public_safety.scene import scene

SEED = 7
UNTIL = 1_795_662_000.0  # 26 November 2026, 12:20 in Shanghai
RULES: dict[str, Rule] = {rule.name: rule for rule in scene.rules}
DEVICES: dict[str, Device] = {device.name: device for device in scene.devices}


@cache
def stories() -> list[Storied]:
    return storied.of(placing.place(geography.build(SEED), SEED), SEED, UNTIL)


def replayed(one: Storied, **numbers: float) -> list[Stood]:
    device = DEVICES[one.placed.model]
    slots = {quantity.name: n for n, quantity in enumerate(device.measures)}
    machine = compile_rule(RULES[one.tale.rule], device, slots, numbers, None, ZoneInfo("Asia/Shanghai"))
    times = one.times(UNTIL)
    said = one.said(times, SEED)
    replay = Replay(machine, int(times[0]) * 1000)
    for n, at in enumerate(times):
        values: list[float | None] = [None] * len(slots)
        for quantity, course in said.items():
            values[slots[quantity]] = float(course[n])
        replay.take(Sample(1, int(at) * 1000, values))
    replay.until(int(UNTIL) * 1000)
    return replay.found


@pytest.mark.parametrize("one", stories(), ids=lambda one: f"{one.tale.rule}-{one.placed.key}")
def test_the_rule_finds_each_of_them_and_nothing_else(one: Storied) -> None:
    thing = Thing(key=one.placed.key, no=1, place_code=one.placed.place_code)
    told = sorted(one.warnings(thing, random.Random(1)), key=lambda warning: warning.raised_at)
    found = sorted(replayed(one), key=lambda stood: stood.begun)
    assert len(found) == len(told) == len(one.happened)
    for stood, warning in zip(found, told, strict=True):
        assert abs(stood.begun / 1000 - warning.raised_at.timestamp()) < 300, "within a few minutes"
        assert warning.closed_at >= warning.cleared_at and warning.closed_at.timestamp() < UNTIL


@pytest.mark.parametrize("tale", TALES, ids=lambda tale: tale.rule)
def test_it_is_told_by_the_rules_own_numbers(tale: Tale) -> None:
    rule = RULES[tale.rule]
    numbers = rule.numbers()
    assert rule.lasts == tale.lasts and rule.clear_after == tale.clear_after
    if not tale.switch:
        assert tale.limit in numbers.values() and tale.clears in numbers.values()
    kinds = {sort.cause == Cause.REAL for sort in tale.sorts}
    assert kinds == {True, False}, "some true, some false"


def test_a_higher_limit_loses_the_cooks_and_keeps_the_fires() -> None:
    kitchens = [one for one in stories() if one.tale.rule == "smoke"]
    name = next(n for n, value in RULES["smoke"].numbers().items() if value == 0.25)
    now, then = (sum(len(replayed(one, **given)) for one in kitchens) for given in ({}, {name: 0.45}))
    fires = sum(h.cause == Cause.REAL for one in kitchens for h in one.happened)
    assert (now, then) == (7 * len(kitchens), fires)


def test_none_of_it_takes_long_to_write() -> None:
    assert sum(len(one.times(UNTIL)) for one in stories()) < 300_000
