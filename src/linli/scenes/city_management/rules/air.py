"""Dust and noise, by what the national standards call too much."""

from __future__ import annotations

from linli.kernel.declare import Hours, Reading, Rule, Severity

from ..devices.sky import AIR_STATION, NOISE_METER, ROADSIDE_NOISE_METER

pm25, pm10, noise = Reading("pm25"), Reading("pm10"), Reading("noise")

PM25 = (
    "HJ 633-2026（2026-03-01 起，二手资料）：PM2.5 115/150/250 μg/m³ 以上为中度/重度/严重污染（实时报按一小时均值）"
)
PM10 = (
    "HJ 633-2026（2026-03-01 起，二手资料）：PM10 250/350/420 μg/m³ 以上为中度/重度/严重污染（实时报按一小时均值）"
)
AREAS = "GB 3096-2008 表 1：2 类昼间 60、夜间 50 dB(A)；4a 类昼间 70、夜间 55 dB(A)；昼间 6–22 时"

DAY, NIGHT = Hours("06:00", "22:00"), Hours("22:00", "06:00")
SQUARE, ROAD = (NOISE_METER.name,), (ROADSIDE_NOISE_METER.name,)

RULES = (
    Rule(
        "fine-dust", of=(AIR_STATION.name,), when=pm25.above(115, clears=100), lasts=1800, severity=Severity.YELLOW,
        steps=((Severity.ORANGE, pm25.above(150, clears=135)), (Severity.RED, pm25.above(250, clears=220))),
        clear_after=1800, gathers=6, standard=PM25,
    ),
    # Coarse dust at one station and not at the others is a building site, not the weather.
    Rule(
        "coarse-dust", of=(AIR_STATION.name,), when=pm10.above(250, clears=200), lasts=900, severity=Severity.YELLOW,
        steps=((Severity.ORANGE, pm10.above(350, clears=300)), (Severity.RED, pm10.above(420, clears=370))),
        clear_after=1800, gathers=0, opens="dust", standard=PM10,
    ),
    Rule(
        "noise-by-day", of=SQUARE, when=noise.above(60, clears=58), lasts=1200, between=DAY,
        severity=Severity.BLUE, clear_after=600, gathers=0, standard=AREAS,
    ),
    Rule(
        "noise-at-night", of=SQUARE, when=noise.above(50, clears=48), lasts=900, between=NIGHT,
        severity=Severity.YELLOW, clear_after=900, gathers=0, opens="noise-over-limit", standard=AREAS,
    ),
    Rule(
        "noise-burst-at-night", of=SQUARE, when=Reading("noise-peak").above(65, clears=60), repeats=3, within=1800,
        between=NIGHT, severity=Severity.BLUE, clear_after=1800, gathers=0,
        standard="GB 3096：夜间突发噪声最大值不超过限值 15 dB(A)（1993 版原文，2008 版未取得原文）",
    ),
    Rule(
        "road-noise-by-day", of=ROAD, when=noise.above(70, clears=68), lasts=1200, between=DAY,
        severity=Severity.BLUE, clear_after=600, gathers=0, standard=AREAS,
    ),
    Rule(
        "road-noise-at-night", of=ROAD, when=noise.above(55, clears=53), lasts=1800, between=NIGHT,
        severity=Severity.BLUE, clear_after=1800, gathers=0, standard=AREAS,
    ),
)  # fmt: skip
