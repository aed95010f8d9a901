"""What is bought and sold, and lifts: 市场监管."""

from linli.kernel.declare import Check, Matter, Urgency, hours, working_days, working_hours

from ..departments import MARKET_REGULATION
from ..numbers import ANSWER_AT_ONCE, CORRECTED, DANGER, ENFORCED, MEDIATED, REPAIRED

MATTERS = (
    Matter(
        "food-safety",
        owner=MARKET_REGULATION.name,
        answer=working_hours(4),
        finish=working_days(7),
        faster=ENFORCED,
        check=Check.CALL,
        reasons=CORRECTED,
        hints=("食品", "变质", "过期", "吃坏", "外卖", "餐馆", "卫生差", "健康证", "异物"),
    ),
    Matter(
        "unlicensed-business",
        owner=MARKET_REGULATION.name,
        answer=working_hours(4),
        finish=working_days(7),
        check=Check.VISIT,
        reasons=CORRECTED,
        hints=("无照经营", "营业执照", "没有执照", "黑作坊", "无证", "地下加工"),
    ),
    Matter(
        "price-fraud",
        owner=MARKET_REGULATION.name,
        answer=working_hours(4),
        finish=working_days(7),
        check=Check.CALL,
        reasons=("refunded", *CORRECTED),
        hints=("价格", "乱收费", "标价", "涨价", "缺斤少两", "短斤", "欺诈", "电费加价"),
    ),
    Matter(
        "fake-goods",
        owner=MARKET_REGULATION.name,
        answer=working_hours(4),
        finish=working_days(10),
        check=Check.CALL,
        reasons=("refunded", *CORRECTED),
        hints=("假货", "假冒", "伪劣", "山寨", "保健品", "虚假宣传", "三无"),
    ),
    Matter(
        "prepaid-card",
        owner=MARKET_REGULATION.name,
        answer=working_hours(4),
        finish=working_days(10),
        check=Check.CALL,
        reasons=("refunded", *MEDIATED),
        hints=("预付卡", "退费", "会员卡", "退卡", "跑路", "关门", "健身卡", "培训费"),
    ),
    Matter(
        "lift-fault",
        owner=MARKET_REGULATION.name,
        answer=ANSWER_AT_ONCE,
        finish=hours(24),
        urgency=Urgency.URGENT,
        faster=DANGER,
        check=Check.CALL,
        reasons=REPAIRED,
        hints=("电梯", "困人", "停运", "下坠", "电梯门", "年检", "维保"),
    ),
)
