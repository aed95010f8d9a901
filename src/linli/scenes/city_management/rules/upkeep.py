"""The instruments themselves: silent, or with an empty battery. One neighbourhood's are one round."""

from __future__ import annotations

from linli.kernel.declare import Reading, Rule, Severity, Silent, Unwell

from ..devices import DEVICES
from ..devices.waters import FLOOD_GAUGE, RIVER_GAUGE

VEHICLES = tuple(device.name for device in DEVICES if device.moves)
STANDING = tuple(device.name for device in DEVICES if not device.moves)

RULES = (
    Rule(
        "city-device-silent", of=STANDING, when=Silent(), severity=Severity.BLUE, opens="device-maintenance",
        gathers=12, standard="按型号声明的上报间隔",
    ),
    # A vehicle under a bridge or in the depot is silent too; only a long silence is looked into.
    Rule(
        "vehicle-silent", of=VEHICLES, when=Silent(21600), severity=Severity.BLUE, opens="device-maintenance",
        gathers=6, standard="示例：六小时",
    ),
    Rule(
        "city-device-unwell", of=STANDING, when=Unwell(), severity=Severity.BLUE, opens="device-maintenance",
        gathers=12, calms=0, standard="示例：一周里有 2 天、共 10 条，到报率不足一半，装好一天",
    ),
    Rule(
        "vehicle-unwell", of=VEHICLES, when=Unwell(few=10), severity=Severity.BLUE, opens="device-maintenance",
        gathers=6, calms=0, standard="示例：车辆不是整天在外，到报率不足一成才算",
    ),
    Rule(
        "city-battery-low", of=(RIVER_GAUGE.name, FLOOD_GAUGE.name), when=Reading("battery").below(15, clears=40),
        severity=Severity.BLUE, opens="device-maintenance", gathers=12, calms=0, standard="示例",
    ),
)  # fmt: skip
