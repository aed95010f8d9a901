"""Smoke and heat, and what stands in the way when help comes."""

from __future__ import annotations

from linli.kernel.declare import Reading, Rule, Severity, Together

from ..devices.buildings import FIRE_DOOR, LIFT_CAMERA
from ..devices.ground import FIRE_LANE
from ..devices.homes import FIRE_GAS_DETECTOR, SMOKE_DETECTOR

smoke, temperature, eco2 = Reading("smoke"), Reading("temperature"), Reading("eco2")
hot = temperature.above(54, clears=45) | temperature.rises(8, within=300)

DETECTORS = "GB 4715-2024 5.7：响应阈值不小于 0.15 dB/m（B 型）；GB 20517-2025 未取得原文。0.25 为示例"
HEAT = "GB 4716 未取得原文，54 °C 与升温速率为示例"
GASES = (
    "示例：四人在 30 m³ 密闭房间里每分钟约升 40 ppm，1 kW 的木材火 100 ppm 以上；5000 ppm 住人的房间很少到。"
    "多判据探测的标准 EN 54-30、EN 54-31、UL 217 第 8 版未取得原文"
)

RULES = (
    # Cooking makes 0.05 to 0.2 dB/m; a fire in a room passes 0.25 within seconds and does not come back.
    Rule(
        "smoke", of=(SMOKE_DETECTOR.name,), when=smoke.above(0.25, clears=0.12) | temperature.above(54, clears=45),
        severity=Severity.ORANGE,
        steps=((Severity.RED, smoke.above(0.8, clears=0.4) | temperature.above(70, clears=54)),),
        clear_after=60, opens="smoke-alarm", standard=DETECTORS,
    ),
    # Two detectors of one building at once are hardly ever two kitchens. Whoever goes has been sent by the first.
    Rule(
        "smoke-spreads", of=(SMOKE_DETECTOR.name,), when=Together(smoke.above(0.25, clears=0.12), things=2, level=21),
        severity=Severity.RED, clear_after=60, standard=DETECTORS,
    ),
    Rule(
        "heat-rises", of=(SMOKE_DETECTOR.name,), when=temperature.rises(15, within=120), severity=Severity.YELLOW,
        clear_after=300, standard=HEAT,
    ),
    # A fire's gas is told from breath by how fast it comes: four people in a closed room of 30 m³ raise it by 40 ppm a
    # minute (0.3 l of carbon dioxide each), a kilowatt of burning wood by more than 100. Heat beside it leaves no doubt.
    Rule(
        "fire-gas", of=(FIRE_GAS_DETECTOR.name,),
        when=eco2.rises(300, within=180) | eco2.above(5000, clears=2000), severity=Severity.ORANGE,
        steps=((Severity.RED, eco2.above(2000, clears=1000) & hot),), clear_after=300, opens="smoke-alarm",
        standard=GASES,
    ),
    Rule(
        "fire-lane-occupied", of=(FIRE_LANE.name,), when=Reading("occupied").is_true(), lasts=300,
        severity=Severity.ORANGE, clear_after=60, opens="fire-lane-blocked", gathers=0,
        standard="消防法 第 28 条：不得占用、堵塞、封闭消防车通道；5 分钟为示例，让临停上下客的车离开",
    ),
    Rule(
        "fire-door-open", of=(FIRE_DOOR.name,), when=Reading("open").is_true(), lasts=600, severity=Severity.YELLOW,
        clear_after=30, opens="fire-door-open",
        standard="公安部令第 61 号 第 21 条：保持防火门处于正常状态；10 分钟为示例",
    ),
    # At once, and for as long as it stands there: a battery that burns in a lift leaves seconds.
    Rule(
        "ebike-in-lift", of=(LIFT_CAMERA.name,), when=Reading("ebike").is_true(), severity=Severity.ORANGE,
        clear_after=30, calms=0, opens="ebike-in-lift",
        standard="应急管理部令第 5 号第 37 条（未取得条文原文）：电动自行车不得进入电梯轿厢",
    ),
)  # fmt: skip
