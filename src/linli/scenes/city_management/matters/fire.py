"""What burns or stands in the way of help: 消防."""

from linli.kernel.declare import Check, Matter, Urgency, hours, working_days, working_hours

from ..departments import FIRE_SERVICE
from ..numbers import ANSWER, ANSWER_AT_ONCE, CORRECTED, DANGER, ENFORCED, REPAIRED

MATTERS = (
    Matter(
        "fire-exit-blocked",
        owner=FIRE_SERVICE.name,
        answer=ANSWER_AT_ONCE,
        finish=hours(12),
        urgency=Urgency.URGENT,
        faster=DANGER,
        check=Check.VISIT,
        reasons=CORRECTED,
        hints=("消防通道", "安全出口", "消防车", "堵塞", "锁住", "登高面", "疏散"),
    ),
    Matter(
        "ebike-charging",
        owner=FIRE_SERVICE.name,
        answer=hours(1),
        finish=working_days(1),
        faster=DANGER,
        check=Check.VISIT,
        reasons=CORRECTED,
        hints=("飞线充电", "电瓶车充电", "楼道充电", "电动车进楼", "电池", "上楼充电"),
    ),
    Matter(
        "stairwell-clutter",
        owner=FIRE_SERVICE.name,
        answer=ANSWER,
        finish=working_days(2),
        faster=ENFORCED,
        check=Check.VISIT,
        reasons=("cleaned", *CORRECTED),
        hints=("楼道", "堆物", "鞋柜", "走廊", "纸箱", "楼梯间", "过道"),
    ),
    Matter(
        "fire-equipment",
        owner=FIRE_SERVICE.name,
        answer=working_hours(4),
        finish=working_days(5),
        faster=ENFORCED,
        check=Check.VISIT,
        reasons=REPAIRED,
        hints=("灭火器", "消火栓", "消防栓", "烟感", "应急灯", "喷淋", "消防水带"),
    ),
)
