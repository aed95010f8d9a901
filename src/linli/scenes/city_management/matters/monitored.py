"""What instruments notice before anybody reports it; `device-maintenance` is about the instruments themselves.

Opened by rules on readings. Nobody is called back, because nobody called.
"""

from linli.kernel.declare import Matter, Proof, Urgency, hours, minutes, working_days, working_hours

from ..departments import ENVIRONMENT, OPERATIONS_CENTRE, TRAFFIC_POLICE, WATER
from ..numbers import REPAIRED

MONITORED = ("made-safe", "explained", "false-alarm", "not-found")

MATTERS = (
    Matter(
        "traffic-jam",
        owner=TRAFFIC_POLICE.name,
        answer=minutes(10),
        finish=hours(2),
        urgency=Urgency.URGENT,
        proof=Proof.TEXT,
        climb=minutes(30),
        reasons=("cleared", *MONITORED),
        hints=("堵死", "堵车", "车流不动", "大拥堵", "交通瘫痪"),
    ),
    Matter(
        "high-water",
        owner=WATER.name,
        answer=minutes(15),
        finish=hours(4),
        urgency=Urgency.URGENT,
        climb=minutes(30),
        reasons=MONITORED,
        hints=("河水上涨", "水位过高", "漫堤", "倒灌", "超警戒"),
    ),
    Matter(
        "noise-over-limit",
        owner=ENVIRONMENT.name,
        answer=hours(1),
        finish=working_days(2),
        reasons=("corrected", "persuaded", *MONITORED),
        hints=("噪声超标", "分贝", "噪声监测", "夜间噪声超限", "声级"),
    ),
    Matter(
        "device-maintenance",
        owner=OPERATIONS_CENTRE.name,
        answer=working_hours(4),
        finish=working_days(3),
        reasons=("device-repaired", *REPAIRED, "false-alarm"),
        public=False,
        hints=("传感器坏", "监测设备", "探头", "设备离线", "感应器"),
    ),
)
