"""The devices themselves: silent, nearly empty, badly heard, dirty. A device nobody hears protects nobody.

What they open belongs to city_management, which looks after all devices of a place; one neighbourhood's faulty
devices are one round for whoever mends them.
"""

from __future__ import annotations

from linli.kernel.declare import Reading, Rule, Severity, Silent, Unwell

from ..devices.buildings import DOOR_READER, FIRE_DOOR, FIRE_TANK, FIRE_WATER, LIFT_CAMERA
from ..devices.ground import FIRE_LANE, PEOPLE_COUNTER
from ..devices.homes import (
    CO_DETECTOR,
    EMERGENCY_BUTTON,
    FIRE_GAS_DETECTOR,
    GAS_DETECTOR,
    HOME_DOOR,
    SMOKE_DETECTOR,
)

LIFE = tuple(
    device.name for device in (SMOKE_DETECTOR, GAS_DETECTOR, CO_DETECTOR, FIRE_GAS_DETECTOR, EMERGENCY_BUTTON)
)
OTHERS = tuple(
    device.name
    for device in (FIRE_WATER, FIRE_TANK, FIRE_DOOR, LIFT_CAMERA, DOOR_READER, FIRE_LANE, PEOPLE_COUNTER, HOME_DOOR)
)
ON_BATTERY = tuple(
    device.name
    for device in (SMOKE_DETECTOR, CO_DETECTOR, EMERGENCY_BUTTON, HOME_DOOR, FIRE_WATER, FIRE_DOOR, FIRE_LANE)
)
KEEPER = "city_management"

RULES = (
    Rule(
        "safety-device-silent", of=LIFE, when=Silent(), severity=Severity.YELLOW, opens="device-maintenance", opens_of=KEEPER,
        gathers=12, standard="按型号声明的上报间隔；GB/T 45839-2025 未取得原文",
    ),
    Rule(
        "safety-sensor-silent", of=OTHERS, when=Silent(), severity=Severity.BLUE, opens="device-maintenance", opens_of=KEEPER,
        gathers=12, standard="按型号声明的上报间隔",
    ),
    # It seems to be there, and watches nothing: as bad as silence.
    Rule(
        "safety-device-unwell", of=LIFE, when=Unwell(), severity=Severity.YELLOW, opens="device-maintenance", opens_of=KEEPER,
        gathers=12, calms=0, standard="示例：一周里有 2 天、共 10 条，到报率不足一半，装好一天",
    ),
    Rule(
        "safety-sensor-unwell", of=OTHERS, when=Unwell(), severity=Severity.BLUE, opens="device-maintenance", opens_of=KEEPER,
        gathers=12, calms=0, standard="示例：一周里有 2 天、共 10 条，到报率不足一半，装好一天",
    ),
    Rule(
        "safety-battery-low", of=ON_BATTERY, when=Reading("battery").below(15, clears=40), severity=Severity.BLUE,
        opens="device-maintenance", opens_of=KEEPER, gathers=12, calms=0,
        standard="GB 20517-2025 5.11.1：电池检测周期不大于 24 h，失效前报警；15 % 为示例",
    ),
    Rule(
        "safety-signal-poor", of=(*LIFE, *OTHERS), when=Reading("signal").below(-115, clears=-108), lasts=21600,
        severity=Severity.BLUE, clear_after=3600, gathers=12, standard="示例：窄带物联网在 -115 dBm 以下常重传",
    ),
    # A chamber that dust has crept into never quite comes back to clear air.
    Rule(
        "smoke-detector-dirty", of=(SMOKE_DETECTOR.name,), when=Reading("smoke").above(0.08, clears=0.05),
        lasts=86400, severity=Severity.BLUE, clear_after=3600, opens="device-maintenance", opens_of=KEEPER, gathers=12,
        standard="GB 20517-2025 5.21 要求传感部件抗污染与污染报警，未取得数值原文；0.08 dB/m 为示例",
    ),
)  # fmt: skip
