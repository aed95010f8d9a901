"""Water that should come, go, or stay clean: 水务."""

from linli.kernel.declare import Check, Matter, Urgency, hours, working_days, working_hours

from ..departments import WATER
from ..numbers import ANSWER, ANSWER_AT_ONCE, DANGER, REPAIRED, SAME_DAY

MATTERS = (
    Matter(
        "water-leak",
        owner=WATER.name,
        answer=ANSWER_AT_ONCE,
        finish=hours(24),
        faster=DANGER,
        reasons=REPAIRED,
        hints=("漏水", "水管", "爆管", "冒水", "水表", "渗水", "喷水", "自来水漏"),
    ),
    Matter(
        "no-water",
        owner=WATER.name,
        answer=ANSWER_AT_ONCE,
        finish=hours(12),
        faster=DANGER,
        check=Check.CALL,
        reasons=("explained", *REPAIRED),
        hints=("停水", "没水", "水压", "水太小", "断水", "二次供水", "水泵"),
    ),
    Matter(
        "water-quality",
        owner=WATER.name,
        answer=hours(1),
        finish=hours(24),
        faster=DANGER,
        check=Check.CALL,
        reasons=("explained", *REPAIRED),
        hints=("水质", "水发黄", "水浑", "铁锈", "异味水", "水箱", "漂白粉"),
    ),
    Matter(
        "road-flooding",
        owner=WATER.name,
        answer=ANSWER_AT_ONCE,
        finish=hours(8),
        urgency=Urgency.URGENT,
        faster=DANGER,
        check=Check.VISIT,
        reasons=REPAIRED,
        hints=("积水", "内涝", "暴雨", "淹", "排水", "下水口堵", "水没过"),
    ),
    Matter(
        "blocked-sewer",
        owner=WATER.name,
        answer=ANSWER,
        finish=working_days(1),
        faster=SAME_DAY,
        reasons=REPAIRED,
        hints=("污水", "下水道", "堵塞", "外溢", "冒溢", "化粪池", "粪水", "疏通"),
    ),
    Matter(
        "river-pollution",
        owner=WATER.name,
        answer=working_hours(4),
        finish=working_days(5),
        faster=SAME_DAY,
        check=Check.VISIT,
        reasons=("cleaned", "corrected", "case-filed", *REPAIRED[2:]),
        hints=("河道", "河水", "河面", "发臭", "排污", "水葫芦", "漂浮物", "死鱼"),
    ),
)
