"""What is breathed without being noticed, or catches fire: gas and carbon monoxide."""

from __future__ import annotations

from linli.kernel.declare import Reading, Rule, Severity

from ..devices.homes import CO_DETECTOR, GAS_DETECTOR

gas, co = Reading("gas"), Reading("co")

HOUSEHOLD_GAS = "GB 15322.2-2019 家用可燃气体探测器（未取得原文）；10 %LEL 为常用设定值"
EN_CO = "EN 50291-1：50 ppm 60–90 分钟内、100 ppm 10–40 分钟内、300 ppm 3 分钟内报警；GB 15322.2-2019 未取得原文"

RULES = (
    Rule(
        "gas-leak", of=(GAS_DETECTOR.name,), when=gas.above(10, clears=5), severity=Severity.ORANGE,
        steps=((Severity.RED, gas.above(20, clears=10)),), clear_after=120, opens="gas-alarm",
        standard=HOUSEHOLD_GAS,
    ),
    # Far below what explodes, but never quite gone: a fitting that seeps.
    Rule(
        "gas-seeps", of=(GAS_DETECTOR.name,), when=gas.above(3, clears=2), lasts=3600, severity=Severity.BLUE,
        clear_after=1800, standard="示例：远低于报警值，但一小时不散",
    ),
    # The standard's long times are for the sounder in the home, so that a passing car wakes nobody. Here somebody
    # rings up and asks; three minutes are enough for that.
    Rule(
        "co-present", of=(CO_DETECTOR.name,), when=co.above(50, clears=30), lasts=180, severity=Severity.YELLOW,
        steps=((Severity.ORANGE, co.above(100, clears=60)), (Severity.RED, co.above(300, clears=150))),
        clear_after=300, opens="co-alarm", standard=EN_CO,
    ),
)  # fmt: skip
