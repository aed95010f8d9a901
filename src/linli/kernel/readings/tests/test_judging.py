"""The written rules on values and clocks, a row each (docs/payloads.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from linli.kernel.declare import BATTERY, Device, Field, Quantity, minutes
from linli.kernel.readings import limits
from linli.kernel.readings.judging import Ago, Flaw, Measured, instant, judge, says, sound
from linli.kernel.readings.measures import Measures
from linli.kernel.readings.units import converted
from linli.kernel.readings.wire import Flag

NOW = 1_764_150_000_000
DAY = 86_400_000
OWN, SKEWED, PARTLY = Flag.OWN_CLOCK, Flag.SKEWED, Flag.PARTLY
GAUGE = Device(
    "gauge",
    (Quantity("water-level", "m", 0, 10), Quantity("open", switch=True), BATTERY, Quantity("count")),
    every=minutes(1),
    fields=(Field("lvl", "water-level", 0.01), Field("batt", "battery")),
)
MEASURES = Measures(GAUGE, {"water-level": 0, "open": 1, "battery": 2, "count": 4}, {"bat": "battery", "x": "none"})


@pytest.mark.parametrize(
    ("time", "at", "flags"),
    [
        (NOW, NOW, OWN),
        (NOW - 1, NOW - 1, OWN),
        (NOW - limits.OLDEST, NOW - limits.OLDEST, OWN),
        (NOW - limits.OLDEST - 1, None, None),
        (NOW + limits.NEAR, NOW + limits.NEAR, OWN),
        (NOW + limits.NEAR + 1, NOW, SKEWED),
        (NOW + limits.AHEAD, NOW, SKEWED),
        (NOW + limits.AHEAD + 1, None, None),
        (NOW // 1000 - 7, NOW - 7000, OWN),
        (NOW / 1000 - 0.25, NOW - 250, OWN),
        ((NOW - 3) * 1000, NOW - 3, OWN),
        ((NOW - 3) * 1_000_000, NOW - 3, OWN),
        (float(NOW - 9), NOW - 9, OWN),
        ("2025-11-26T09:40:00Z", NOW, OWN),
        ("2025-11-26T17:39:59+08:00", NOW - 1000, OWN),
        ("2025-11-26 09:39:59.250Z", NOW - 750, OWN),
        ("2025-11-26T09:39:59.775023242+00:00", NOW - 225, OWN),
        ("2025-11-26T09:40:00", None, None),
        ("1970-01-01T00:00:00Z", None, None),
        ("2100-01-01T00:00:00Z", None, None),
        ("0001-01-01T00:00:00+23:59", None, None),
        ("", None, None),
        ("1764150000000", None, None),
        ("2" * 100, None, None),
        (0, None, None),
        (-5, None, None),
        (4_102_444_800_000, None, None),
        (True, None, None),
        (float("nan"), None, None),
        (float("inf"), None, None),
        (10**400, None, None),
        ({}, None, None),
        (Ago(60_000), NOW - 60_000, 0),
        (Ago(-1), None, None),
        (Ago(limits.OLDEST + 1), None, None),
    ],
)
def test_a_time_is_believed_or_not(time: Any, at: int | None, flags: int | None) -> None:
    read = instant(time, NOW)
    if at is None:
        assert isinstance(read, Flaw) and read.why == "clock"
        assert judge(MEASURES, time, {"count": 1}, NOW).values is None
    else:
        assert read == (at, flags)


@pytest.mark.parametrize(
    ("given", "values", "whys"),
    [
        ({"water-level": 3}, [3, None, None, None, None], []),
        ({"water_level": 3, "other": "x"}, [3, None, None, None, None], []),
        ({"waterLevel": 3.5}, [3.5, None, None, None, None], []),
        ({"lvl": 350}, [3.5, None, None, None, None], []),
        ({"lvl": 3500}, None, ["out_of_range"]),
        ({"bat": 90, "batt": None}, [None, None, 90, None, None], []),
        ({"water-level": 0, "battery": 100}, [0, None, 100, None, None], []),
        ({"water-level": -0.001}, None, ["out_of_range"]),
        ({"water-level": 10.001}, None, ["out_of_range"]),
        ({"water-level": 11, "battery": 101}, None, ["out_of_range"]),
        ({"water-level": 11, "battery": 50}, [None, None, 50, None, None], ["out_of_range"]),
        (
            {"water-level": "3", "battery": float("nan"), "open": True},
            [None, 1, None, None, None],
            ["not_a_number"] * 2,
        ),
        ({"open": 1.5}, None, ["out_of_range"]),
        ({"open": "1"}, None, ["not_a_number"]),
        ({"battery": False}, None, ["not_a_number"]),
        ({"count": 1e299}, [None, None, None, None, 1e299], []),
        ({"count": 1e308}, None, ["out_of_range"]),
        ({"count": 10**400}, None, ["not_a_number"]),
        ({"count": float("-inf")}, None, ["not_a_number"]),
        ({"water-level": Measured(250, "cm")}, [2.5, None, None, None, None], []),
        ({"water-level": Measured(2.5, "m")}, [2.5, None, None, None, None], []),
        ({"water-level": Measured(250, "kPa")}, None, ["unit"]),
        ({"water-level": {"value": 250, "unit": "cm"}}, [2.5, None, None, None, None], []),
        ({"water-level": {"value": 2.5}}, [2.5, None, None, None, None], []),
        ({"water-level": {"value": 2.5, "more": 1}}, None, ["not_a_number"]),
        ({"battery": Measured(0.5, "/")}, [None, None, 50, None, None], []),
        ({}, None, ["no_value"]),
        ({"water-level": None}, None, ["no_value"]),
    ],
)
def test_a_value_is_kept_or_set_aside(
    given: dict[str, Any], values: list[float | None] | None, whys: list[str]
) -> None:
    judged = judge(MEASURES, None, given, NOW)
    assert judged.values == values
    assert [flaw.why for flaw in judged.flaws] == whys
    assert judged.flags == (PARTLY if values and whys else 0)


def test_what_is_said_of_a_fault_names_the_field_the_value_and_the_range() -> None:
    def told(**given: Any) -> str:
        return judge(MEASURES, None, given, NOW).flaws[0].says

    assert told(battery=101) == "battery=101 (0…100 %)"
    assert told(battery="90\0") == "battery='90\\x00'"
    assert told(open=3) == "open=3 (0, 1)"
    assert told(battery=Measured(1, "kg")) == "battery=1 kg (%)"
    assert told(battery=101, open=3) == "battery=101 (0…100 %); open=3 (0, 1)"
    assert judge(MEASURES, 1000, {"battery": 1}, NOW).flaws[0].says == "t=1000 1970-01-01T00:16:40Z"
    assert len(told(battery="x" * 1000)) == limits.SAYS
    assert says("a\0b\ud800") == "a�b�"


def test_a_quantity_without_a_slot_is_not_measured_yet() -> None:
    assert judge(Measures(GAUGE, {"battery": 0}), None, {"open": 1, "battery": 7}, NOW).values == [7]


@pytest.mark.parametrize(
    ("value", "theirs", "ours", "wanted"),
    [
        (77, "degF", "°C", 25),
        (300, "K", "°C", 26.85),
        (20, "Cel", "°C", 20),
        (350, "kPa", "MPa", 0.35),
        (10, "m/s", "km/h", 36),
        (0.5, "/", "%", 50),
        (0.035, "mg/m3", "μg/m³", 35),
        (1, "", "", 1),
        (1, "m", "%", None),
        (1, "m", "", None),
        (1, "", "m", None),
    ],
)
def test_a_unit_is_converted_where_that_is_declared(
    value: float, theirs: str, ours: str, wanted: float | None
) -> None:
    found = converted(value, theirs, ours)
    assert found is None if wanted is None else found == pytest.approx(wanted)


def test_a_field_of_nothing_is_a_fault_of_the_declaration() -> None:
    device = Device("d", (BATTERY,), every=minutes(1), fields=(Field("a", "none"), Field("b", "battery", 0)))
    assert len(list(device.faults())) == 2


def test_more_than_a_device_measures_and_not_more_than_can_be_counts_as_the_most_it_measures() -> None:
    gas = Device("gas", (Quantity("gas", "%LEL", 0, 100, worst=2000), Quantity("t", "°C", 0, 50)), every=minutes(5))
    measures = Measures(gas, {"gas": 0, "t": 1})
    for value, stored in ((100, 100.0), (130, 100.0), (2000, 100.0), (65535, None), (-1, None)):
        judged = judge(measures, None, {"gas": value, "t": 20}, NOW)
        assert judged.values == [stored, 20]
        assert [flaw.why for flaw in judged.flaws] == ([] if value == 100 else ["out_of_range"])
        assert (sound(measures, None, {"gas": value}, NOW) is None) == (value != 100)
    assert judge(measures, None, {"t": 60}, NOW).values is None
    assert list(replace(gas, measures=(Quantity("gas", "", 0, 100, worst=50),)).faults())
