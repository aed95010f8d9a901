"""The days the devices play are believable, within what they measure, and the same whenever they are asked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from linli.kernel.declare import Device, Rule, Silent, Unusual
from linli.kernel.declare.numbers import conditions_of
from linli.kernel.readings.rules import Sample, compile_rule
from linli.project.demo import geography
from linli.project.demo.fleet import courses, events, placing, sky
from linli.project.demo.fleet.placing import Placed
from linli.project.demo.fleet.saying import Mouth
from linli.scenes.city_management.scene import scene as city
from linli.scenes.public_safety.scene import scene as safety

SEED = 20260101
DEVICES: dict[str, Device] = {device.name: device for scene in (safety, city) for device in scene.devices}
TUESDAY = datetime(2026, 11, 24, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
SUNDAY = TUESDAY - 2 * 86400
WEEKS = np.arange(TUESDAY - 56 * 86400, TUESDAY, 900.0)


@cache
def fleet() -> list[Placed]:
    return placing.place(geography.build(SEED), SEED)


def one(model: str, about: str = "") -> Placed:
    return next(p for p in fleet() if p.model == model and about in ("", p.about))


def kinds() -> list[Placed]:
    """One device of every model and of everything its course depends on."""
    return list({(p.model, p.about): p for p in fleet()}.values())


def at(hour: float, quantity: str, placed: Placed, day: float = TUESDAY) -> float:
    """The mean of a quarter of an hour."""
    times = day + hour * 3600 + np.arange(0, 900, 60.0)
    return float(courses.course(placed, times, SEED)[quantity].mean())


def test_the_same_seed_places_the_same_fleet_and_every_device_stands_at_a_place_of_the_district() -> None:
    district = geography.build(SEED)
    assert placing.place(district, SEED) == fleet()
    assert placing.place(district, SEED + 1) != fleet()
    assert len(fleet()) >= 2000
    assert len({p.key for p in fleet()}) == len(fleet())
    assert {p.place_code for p in fleet()} <= {spot.code for spot in district.spots}
    assert {p.model for p in fleet()} == set(DEVICES), "every model that is declared is shown"
    assert max(len(p.name) for p in fleet()) <= 64


@pytest.mark.parametrize("placed", kinds(), ids=lambda p: f"{p.model}-{p.about}")
def test_what_is_said_can_be_true_of_the_world(placed: Placed) -> None:
    device = DEVICES[placed.model]
    for name, values in courses.course(placed, WEEKS, SEED).items():
        quantity = device.quantity(name)
        assert quantity is not None, name
        assert all(quantity.holds(float(value)) for value in (values.min(), values.max())), name
        assert np.isfinite(values).all()
    mouth = Mouth(placed, SEED)
    for moment in (TUESDAY, TUESDAY + 8 * 3600, TUESDAY + 19 * 3600):
        said = mouth.values(moment) | mouth.upkeep(moment)
        assert said, "a device has something to say"
        for name, value in said.items():
            quantity = device.quantity(name)
            assert quantity is not None and quantity.holds(value), (name, value)


@pytest.mark.parametrize(
    "model", ["smoke-detector", "traffic-counter", "weather-station", "river-gauge", "noise-meter"]
)
def test_asked_for_weeks_or_for_an_instant_it_is_one_course(model: str) -> None:
    placed = one(model)
    long = courses.course(placed, WEEKS, SEED)
    for n in (0, 777, 3000):
        brief = courses.course(placed, WEEKS[n : n + 1], SEED)
        for name in long:
            assert brief[name][0] == pytest.approx(long[name][n], abs=1e-6), name


def test_roads_are_full_twice_on_a_working_day_and_once_on_sunday() -> None:
    road = one("traffic-counter", "main")
    flow = {hour: at(hour, "flow", road) for hour in (3, 8, 13, 18, 23)}
    assert flow[8] > 1.25 * flow[13] < 1.25 * flow[18] and flow[3] < 0.15 * flow[8] and flow[23] < flow[13]
    assert at(8, "flow", road, SUNDAY) < 0.6 * flow[8]
    assert at(18, "speed", road) < at(3, "speed", road) - 12


def test_the_town_sleeps_draws_water_and_parks() -> None:
    meter, hydrant, park = one("noise-meter"), one("fire-water-pressure"), one("car-park", "mall")
    assert at(3, "noise", meter) < 48 < at(12, "noise", meter) < 60
    assert at(3, "pressure", hydrant) > at(19, "pressure", hydrant) + 0.03 > 0.17
    assert at(3, "free", park) > at(15, "free", park)
    assert at(8, "people", one("people-counter", "metro")) > 3 * at(14, "people", one("people-counter", "metro"))


def test_rain_falls_on_the_days_the_reports_speak_of_and_floods_the_roads_only_then() -> None:
    summer = np.arange(
        datetime(2026, 6, 1, tzinfo=UTC).timestamp(), datetime(2026, 9, 1, tzinfo=UTC).timestamp(), 600.0
    )
    fallen = sky.rain(summer, 12, SEED)
    names = [sky.day_of(int((moment + sky.OFFSET) // 86400), SEED)[0] for moment in summer]
    wet = np.array([name in ("storm", "downpour") for name in names])
    assert fallen[wet].max() > 50 and fallen[wet].mean() > 6 * fallen[~wet].mean()
    deep = courses.course(one("flood-gauge"), summer, SEED)["depth"]
    assert deep.max() > 0.02 and (deep > 0).mean() < 0.05


def test_vehicles_drive_without_leaps_and_stand_in_the_depot_at_night() -> None:
    for placed in [p for p in fleet() if p.route][:6]:
        before = None
        for second in range(9 * 3600, 9 * 3600 + 3600, 5):
            said = events.driving(placed, TUESDAY + second)
            if before is not None:
                east = (said["lon"] - before["lon"]) * 95_800
                north = (said["lat"] - before["lat"]) * 111_195
                assert (east**2 + north**2) ** 0.5 < 120, "no vehicle of this town leaps"
            before = said
        night = events.driving(placed, TUESDAY + 2 * 3600)
        assert night["speed"] == 0 and (night["lon"], night["lat"]) == pytest.approx(placed.route[0], abs=1e-5)


def test_an_ordinary_day_raises_a_handful_of_warnings_and_no_storm() -> None:
    """The declared rules over the declared days, by the machines that run them in the house."""
    raised: Counter[str] = Counter()
    rules: list[Rule] = [
        rule for scene in (safety, city) for rule in scene.rules
        if not any(_is(part, Silent) or _is(part, Unusual) for _before, part in conditions_of(rule))
        and "spreads" not in rule.name
    ]  # fmt: skip
    for placed in fleet()[::19]:
        device = DEVICES[placed.model]
        slots = {quantity.name: n for n, quantity in enumerate(device.measures)}
        machines = [
            (rule.name, compile_rule(rule, device, slots, {}, None, ZoneInfo("Asia/Shanghai")))
            for rule in rules if placed.model in rule.of
        ]  # fmt: skip
        mouth, states = Mouth(placed, SEED), {name: None for name, _machine in machines}
        if mouth.fault:
            continue
        for moment in np.arange(TUESDAY, TUESDAY + 86400, 60.0 if placed.every < 60 else float(placed.every)):
            said = mouth.values(float(moment))
            sample = Sample(1, int(moment * 1000), [said.get(q.name) for q in device.measures])
            for name, machine in machines:
                states[name], changes = machine.fed(states[name], sample)
                raised[name] += sum(change.what == "raise" for change in changes)
    whole = sum(raised.values()) * 19
    assert whole < 120, raised
    assert raised["smoke"] <= 1 and raised["fire-water-low"] == 0 and raised["gas-leak"] == 0, raised


def _is(condition: object, kind: type) -> bool:
    parts = getattr(condition, "conditions", None) or (
        (condition.condition,) if hasattr(condition, "condition") else ()
    )
    return isinstance(condition, kind) or any(_is(part, kind) for part in parts)
