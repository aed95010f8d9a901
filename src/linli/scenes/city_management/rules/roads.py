"""Roads that stand still, streets that fill, car parks that are full, vehicles that go too fast."""

from __future__ import annotations

from linli.kernel.declare import Reading, Rule, Severity

from ..devices.street import CAR_PARK, FOOTFALL_COUNTER, TRAFFIC_COUNTER
from ..devices.vehicles import PATROL_VEHICLE, SANITATION_VEHICLE

flow, speed, full = Reading("flow"), Reading("speed"), Reading("full")

GRADES = "五级划分：主干路平均行程速度不大于 15 km/h 为严重拥堵（二手资料，GB/T 33171-2016 未取得原文）"

RULES = (
    # Slow and empty is a red light at night; slow and full is a jam.
    Rule(
        "traffic-jam", of=(TRAFFIC_COUNTER.name,), when=speed.below(15, clears=22) & flow.above(200, clears=100),
        lasts=600, severity=Severity.YELLOW, steps=((Severity.ORANGE, speed.below(6, clears=12)),), clear_after=300,
        opens="traffic-jam", gathers=12, standard=GRADES,
    ),
    Rule(
        "traffic-missing", of=(TRAFFIC_COUNTER.name,), when=flow.unusual(4, least=300, up=False), lasts=900,
        severity=Severity.BLUE, clear_after=900, gathers=12, standard="与本处过去几周同一时段相比，无外部标准",
    ),
    Rule(
        "footfall-unusual", of=(FOOTFALL_COUNTER.name,), when=Reading("passing").unusual(5, least=400, down=False),
        lasts=600, severity=Severity.BLUE, clear_after=900, gathers=12,
        standard="与本处过去几周同一时段相比，无外部标准",
    ),
    Rule(
        "car-park-full", of=(CAR_PARK.name,), when=full.above(95, clears=88), lasts=600, severity=Severity.BLUE,
        clear_after=600, gathers=0, standard="示例",
    ),
    Rule(
        "vehicle-too-fast", of=(SANITATION_VEHICLE.name, PATROL_VEHICLE.name), when=speed.above(70, clears=60),
        repeats=3, within=300, severity=Severity.BLUE, clear_after=600, gathers=0,
        standard="示例：城区道路限速 50–70 km/h，以路牌为准",
    ),
)  # fmt: skip
