"""Breath is told from fire by how fast it comes, and heat beside it makes it grave."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from linli.kernel.declare import Severity
from linli.kernel.readings.rules import Sample, compile_rule
from linli.kernel.readings.rules.replay import Replay, Stood
from linli.scenes.public_safety.devices.homes import FIRE_GAS_DETECTOR
from linli.scenes.public_safety.scene import scene

RULE = next(rule for rule in scene.rules if rule.name == "fire-gas")
SLOTS = {quantity.name: n for n, quantity in enumerate(FIRE_GAS_DETECTOR.measures)}


def found(gas: Callable[[float], float], heat: Callable[[float], float], minutes: int) -> list[Stood]:
    """What stands while it says gas (ppm) and heat (°C), by the minute, every twenty seconds."""
    replay = Replay(compile_rule(RULE, FIRE_GAS_DETECTOR, SLOTS, {}, None, ZoneInfo("Asia/Shanghai")), 0)
    for n in range(minutes * 3):
        replay.take(Sample(1, n * 20_000, [round(gas(n / 3)), round(heat(n / 3), 1), -80.0]))
    return replay.found


def test_four_people_behind_a_closed_door_are_no_fire() -> None:
    assert found(lambda at: 400 + 40 * at, lambda at: 22 + 0.05 * at, 60) == []


def test_a_small_fire_is_found_within_three_minutes_and_is_not_yet_red() -> None:
    (fire,) = found(lambda at: 400 + 110 * max(0, at - 10), lambda at: 22.0, 16)
    assert 10 * 60_000 < fire.begun <= 13 * 60_000 and fire.severity == Severity.ORANGE


def test_with_heat_beside_it_is_red() -> None:
    (fire,) = found(lambda at: 400 + 400 * max(0, at - 10), lambda at: 22 + 2 * max(0, at - 10), 20)
    assert fire.begun <= 11 * 60_000 and fire.severity == Severity.RED


def test_a_room_that_is_aired_is_no_fire_and_one_full_of_gas_is_though_it_came_slowly() -> None:
    assert found(lambda at: 2400 - 200 * at, lambda at: 22.0, 10) == []
    assert len(found(lambda at: 400 + 60 * at, lambda at: 22.0, 100)) == 1
