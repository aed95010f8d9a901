"""Water that rises: in the river, and over a road."""

from __future__ import annotations

from linli.kernel.declare import Reading, Rule, Severity

from ..devices.waters import FLOOD_GAUGE, RIVER_GAUGE

river, depth = Reading("river-level"), Reading("depth")

ROADS = "0.25 m 封路为一地公开的做法（沈阳，2015）；0.15 m 为示例，GB 51222 未取得原文"

RULES = (
    Rule(
        "road-under-water", of=(FLOOD_GAUGE.name,), when=depth.above(0.15, clears=0.08), severity=Severity.YELLOW,
        steps=((Severity.ORANGE, depth.above(0.25, clears=0.18)), (Severity.RED, depth.above(0.5, clears=0.4))),
        clear_after=600, gathers=0, opens="road-flooding", standard=ROADS,
    ),
    Rule(
        "river-high", of=(RIVER_GAUGE.name,), when=river.above(3.5, clears=3.3), lasts=600, severity=Severity.YELLOW,
        steps=((Severity.ORANGE, river.above(4.0, clears=3.8)), (Severity.RED, river.above(4.4, clears=4.2))),
        clear_after=1800, gathers=6, opens="high-water",
        standard="示例：警戒、保证水位由水利部门按站公布，在“规则”里改",
    ),
    # Told before it is high: nothing is opened yet.
    Rule(
        "river-rises", of=(RIVER_GAUGE.name,), when=river.rises(0.5, within=3600), severity=Severity.YELLOW,
        clear_after=1800, gathers=6, standard="示例：一小时涨 0.5 m",
    ),
)  # fmt: skip
