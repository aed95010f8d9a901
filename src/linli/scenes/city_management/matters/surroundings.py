"""What is heard, smelled and breathed: 生态环境, and noise of neighbours for 公安."""

from linli.kernel.declare import Check, Matter, hours, working_days, working_hours

from ..departments import CITY_ENFORCEMENT, ENVIRONMENT, HOUSING, POLICE
from ..numbers import ANSWER, CORRECTED, ENFORCED, MEDIATED, SAME_DAY

# Who is asked about noise differs by source (噪声污染防治法, 2022): homes and squares 公安, building sites
# at night 城管, works and shops 生态环境. A place that divides it otherwise changes the owner's unit.
MATTERS = (
    Matter(
        "noise",
        owner=POLICE.name,
        answer=hours(1),
        finish=working_days(2),
        faster=SAME_DAY,
        check=Check.CALL,
        reasons=("persuaded", *MEDIATED),
        hints=("噪声", "噪音", "扰民", "广场舞", "音响", "吵", "半夜", "唱歌", "狗叫", "睡不着"),
    ),
    Matter(
        "construction-noise",
        owner=CITY_ENFORCEMENT.name,
        answer=hours(1),
        finish=working_days(2),
        faster=SAME_DAY,
        check=Check.CALL,
        reasons=CORRECTED,
        hints=("工地", "夜间施工", "打桩", "施工噪声", "混凝土", "搅拌车", "凌晨施工", "电锯"),
    ),
    Matter(
        "renovation-noise",
        owner=HOUSING.name,
        answer=ANSWER,
        finish=working_days(1),
        faster=SAME_DAY,
        check=Check.CALL,
        reasons=("persuaded", *MEDIATED),
        hints=("装修", "电钻", "敲墙", "楼上装修", "午休", "周末装修", "敲打"),
    ),
    Matter(
        "commercial-noise",
        owner=ENVIRONMENT.name,
        answer=ANSWER,
        finish=working_days(3),
        faster=ENFORCED,
        check=Check.CALL,
        reasons=CORRECTED,
        hints=("喇叭", "叫卖", "空调外机", "KTV", "酒吧", "低音炮", "排风机", "冷却塔", "健身房"),
    ),
    Matter(
        "cooking-fumes",
        owner=ENVIRONMENT.name,
        answer=ANSWER,
        finish=working_days(5),
        faster=ENFORCED,
        check=Check.VISIT,
        reasons=CORRECTED,
        hints=("油烟", "烟道", "排烟", "饭店", "呛", "烧烤味", "净化器"),
    ),
    Matter(
        "dust",
        owner=ENVIRONMENT.name,
        answer=ANSWER,
        finish=working_days(2),
        faster=ENFORCED,
        check=Check.VISIT,
        reasons=CORRECTED,
        hints=("扬尘", "灰尘", "粉尘", "没有洒水", "裸土", "没盖网", "尘土"),
    ),
    Matter(
        "bad-smell",
        owner=ENVIRONMENT.name,
        answer=ANSWER,
        finish=working_days(3),
        faster=ENFORCED,
        check=Check.VISIT,
        reasons=CORRECTED,
        hints=("异味", "恶臭", "刺鼻", "化学味", "臭气", "油漆味", "焦味"),
    ),
    Matter(
        "open-burning",
        owner=ENVIRONMENT.name,
        answer=hours(1),
        finish=working_hours(4),
        faster=SAME_DAY,
        reasons=CORRECTED,
        hints=("焚烧", "烧垃圾", "烧树叶", "烧纸", "冒烟", "燃放", "烟花爆竹"),
    ),
)
