"""Water that must be there when it burns: pressure at the hydrant, level in the tank."""

from __future__ import annotations

from linli.kernel.declare import Reading, Rule, Severity

from ..devices.buildings import FIRE_TANK, FIRE_WATER

pressure, tank = Reading("pressure"), Reading("tank")

AT_REST = (
    "GB 55036-2022 3.0.3、GB 50974-2014 7.2.8：平时运行工作压力不小于 0.14 MPa，灭火时从地面算起不小于 0.10 MPa"
)

RULES = (
    Rule(
        "fire-water-low", of=(FIRE_WATER.name,), when=pressure.below(0.14, clears=0.16), lasts=120,
        severity=Severity.YELLOW, steps=((Severity.ORANGE, pressure.below(0.10, clears=0.12)),),
        clear_after=300, opens="fire-water", gathers=12, standard=AT_REST,
    ),
    # It is for whoever mends pipes, a department of city_management; the fire service hears of the pressure.
    Rule(
        "pipe-burst", of=(FIRE_WATER.name,), when=pressure.falls(0.08, within=300), severity=Severity.ORANGE,
        clear_after=300, opens="water-leak", opens_of="city_management", gathers=12,
        standard="示例：五分钟内降 0.08 MPa 不是用水，是漏水",
    ),
    Rule(
        "fire-tank-low", of=(FIRE_TANK.name,), when=tank.below(80, clears=88), lasts=300, severity=Severity.YELLOW,
        steps=((Severity.ORANGE, tank.below(50, clears=60)),), clear_after=300, opens="fire-water", gathers=0,
        standard="GB 50974-2014 要求消防水池显示水位并报警，未取得条文原文；80 %、50 % 为示例",
    ),
)  # fmt: skip
