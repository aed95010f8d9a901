"""What drives and stands: 公安交警."""

from linli.kernel.declare import Matter, Urgency, hours, working_days, working_hours

from ..departments import TRAFFIC_POLICE
from ..numbers import ANSWER, ANSWER_AT_ONCE, CORRECTED, DANGER, REPAIRED, SAME_DAY

MATTERS = (
    Matter(
        "illegal-parking",
        owner=TRAFFIC_POLICE.name,
        answer=hours(1),
        finish=working_hours(8),
        faster=SAME_DAY,
        reasons=("fined", *CORRECTED),
        hints=("违停", "乱停车", "停车", "堵住", "占道停车", "人行道停车", "堵路口", "贴罚单"),
    ),
    Matter(
        "abandoned-vehicle",
        owner=TRAFFIC_POLICE.name,
        answer=working_hours(4),
        finish=working_days(7),
        faster=SAME_DAY,
        reasons=("towed", *CORRECTED),
        hints=("僵尸车", "废弃车", "长期停放", "没人开", "轮胎瘪", "落满灰"),
    ),
    Matter(
        "traffic-signal",
        owner=TRAFFIC_POLICE.name,
        answer=ANSWER_AT_ONCE,
        finish=hours(8),
        urgency=Urgency.URGENT,
        faster=DANGER,
        reasons=REPAIRED,
        hints=("红绿灯", "信号灯", "绿灯时间", "黄灯", "灯灭", "倒计时"),
    ),
    Matter(
        "road-markings",
        owner=TRAFFIC_POLICE.name,
        answer=working_hours(4),
        finish=working_days(7),
        reasons=REPAIRED,
        hints=("斑马线", "标线", "停车线", "减速带", "限速", "交通标志", "人行横道"),
    ),
    Matter(
        "reckless-riding",
        owner=TRAFFIC_POLICE.name,
        answer=ANSWER,
        finish=working_days(3),
        reasons=("fined", *CORRECTED),
        hints=("逆行", "闯红灯", "电瓶车", "外卖", "飙车", "超速", "炸街"),
    ),
)
