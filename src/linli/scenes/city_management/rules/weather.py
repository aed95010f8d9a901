"""Weather that needs somebody to look up: rain, wind, heat. The grades are those of the national signals."""

from __future__ import annotations

from linli.kernel.declare import Reading, Rule, Severity

from ..devices.sky import WEATHER_STATION

RAIN = "气象灾害预警信号：暴雨 12 h 50 mm 蓝、6 h 50 mm 黄、3 h 50 mm 橙、3 h 100 mm 红"
WIND = (
    "气象灾害预警信号：大风 6 级蓝、8 级黄、10 级橙、12 级红；各级风速按风力等级下限 10.8、17.2、24.5、32.7 m/s"
    "（GB/T 28591，未取得原文）"
)
HEAT = "气象灾害预警信号：高温 37 ℃ 橙、40 ℃ 红"

STATION = (WEATHER_STATION.name,)

# Weather is looked at and told on; it opens no matter, what it does opens them (water on the road, a jam).
RULES = (
    Rule(
        "heavy-rain", of=STATION, when=Reading("rain-12h").above(50, clears=40), severity=Severity.BLUE,
        steps=(
            (Severity.YELLOW, Reading("rain-6h").above(50, clears=40)),
            (Severity.ORANGE, Reading("rain-3h").above(50, clears=40)),
            (Severity.RED, Reading("rain-3h").above(100, clears=80)),
        ),
        clear_after=1800, gathers=6, standard=RAIN,
    ),
    # A cloudburst is over the drains long before three hours are summed up.
    Rule(
        "cloudburst", of=STATION, when=Reading("rain-1h").above(30, clears=15), severity=Severity.YELLOW,
        clear_after=1800, gathers=6, standard="示例：一小时 30 mm 接近许多城区排水管渠的设计能力，以当地设计重现期为准",
    ),
    Rule(
        "strong-wind", of=STATION, when=Reading("wind").above(10.8, clears=9), lasts=600, severity=Severity.BLUE,
        steps=(
            (Severity.YELLOW, Reading("wind").above(17.2, clears=15)),
            (Severity.ORANGE, Reading("wind").above(24.5, clears=21)),
            (Severity.RED, Reading("wind").above(32.7, clears=28)),
        ),
        clear_after=1800, gathers=6, standard=WIND,
    ),
    Rule(
        "heat", of=STATION, when=Reading("temperature").above(37, clears=36), lasts=600, severity=Severity.ORANGE,
        steps=((Severity.RED, Reading("temperature").above(40, clears=39)),), clear_after=3600, gathers=6,
        standard=HEAT,
    ),
)  # fmt: skip
