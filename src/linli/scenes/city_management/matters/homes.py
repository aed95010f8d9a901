"""Houses and who lives in them: 房管."""

from linli.kernel.declare import Check, Matter, Urgency, hours, minutes, working_days, working_hours

from ..departments import HOUSING
from ..numbers import ANSWER, ANSWER_AT_ONCE, CORRECTED, DANGER, ENFORCED, MEDIATED, REPAIRED, SAME_DAY

MATTERS = (
    Matter(
        "group-renting",
        owner=HOUSING.name,
        answer=working_hours(4),
        finish=working_days(10),
        faster=ENFORCED,
        check=Check.VISIT,
        reasons=CORRECTED,
        climb=working_days(2),
        public=False,
        hints=("群租", "隔间", "二房东", "上下铺", "住了十几个人", "分租", "打隔断", "宿舍"),
    ),
    Matter(
        "load-bearing-wall",
        owner=HOUSING.name,
        answer=hours(1),
        finish=working_days(5),
        urgency=Urgency.URGENT,
        faster=((Urgency.URGENT, minutes(30), working_days(2)), (Urgency.CRITICAL, minutes(15), hours(4))),
        check=Check.VISIT,
        reasons=CORRECTED,
        public=False,
        hints=("承重墙", "敲承重", "结构", "拆墙", "开门洞", "裂缝"),
    ),
    Matter(
        "falling-facade",
        owner=HOUSING.name,
        answer=ANSWER_AT_ONCE,
        finish=working_days(3),
        urgency=Urgency.URGENT,
        faster=DANGER,
        check=Check.VISIT,
        reasons=REPAIRED,
        hints=("外墙", "脱落", "掉落", "瓷砖", "墙皮", "高空坠物", "保温层"),
    ),
    Matter(
        "roof-leak",
        owner=HOUSING.name,
        answer=ANSWER,
        finish=working_days(7),
        faster=SAME_DAY,
        check=Check.CALL,
        reasons=REPAIRED,
        hints=("屋顶", "漏雨", "天花板", "楼上漏水", "渗漏", "防水", "顶楼", "维修基金"),
    ),
    Matter(
        "property-service",
        owner=HOUSING.name,
        answer=working_hours(4),
        finish=working_days(7),
        check=Check.CALL,
        reasons=MEDIATED,
        hints=("物业", "物业费", "保安", "门禁", "不作为", "停车费", "业委会", "公共收益"),
    ),
    Matter(
        "gas-smell",
        owner=HOUSING.name,
        answer=minutes(15),
        finish=hours(4),
        urgency=Urgency.CRITICAL,
        faster=((Urgency.CRITICAL, minutes(10), hours(2)),),
        check=Check.CALL,
        reasons=REPAIRED,
        hints=("燃气", "煤气", "天然气", "煤气味", "漏气", "燃气管"),
    ),
)
