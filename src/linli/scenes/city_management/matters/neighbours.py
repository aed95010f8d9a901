"""People and their neighbours: 民政, 社区服务办 and 公安."""

from linli.kernel.declare import Check, Matter, Proof, hours, minutes, working_days, working_hours

from ..departments import CIVIL_AFFAIRS, COMMUNITY, POLICE
from ..numbers import ANSWER, ANSWERED, CORRECTED, HOTLINE, MEDIATED, REPAIRED, SAME_DAY

MATTERS = (
    Matter(
        "neighbour-dispute",
        owner=COMMUNITY.name,
        answer=working_hours(4),
        finish=working_days(7),
        proof=Proof.TEXT,
        check=Check.CALL,
        reasons=MEDIATED,
        public=False,
        anonymous=False,
        hints=("邻居", "纠纷", "矛盾", "吵架", "楼上楼下", "调解", "晾衣"),
    ),
    Matter(
        "community-facility",
        owner=COMMUNITY.name,
        answer=working_hours(4),
        finish=working_days(5),
        reasons=REPAIRED,
        hints=("健身器材", "活动室", "宣传栏", "小区座椅", "信报箱", "快递柜", "儿童乐园"),
    ),
    Matter(
        "lonely-elder",
        owner=CIVIL_AFFAIRS.name,
        answer=hours(1),
        finish=working_days(2),
        faster=((HOTLINE[0][0], minutes(30), hours(8)), (HOTLINE[1][0], minutes(15), hours(2))),
        proof=Proof.TEXT,
        check=Check.CALL,
        reasons=("helped", *ANSWERED),
        public=False,
        hints=("独居老人", "老人", "联系不上", "没人照顾", "助餐", "孤老", "养老"),
    ),
    Matter(
        "person-in-need",
        owner=CIVIL_AFFAIRS.name,
        answer=hours(1),
        finish=hours(24),
        faster=((HOTLINE[0][0], minutes(30), hours(4)), (HOTLINE[1][0], minutes(15), hours(2))),
        proof=Proof.TEXT,
        reasons=("helped", *ANSWERED),
        public=False,
        hints=("流浪", "乞讨", "救助", "低保", "困难", "露宿", "桥洞"),
    ),
    Matter(
        "unleashed-dog",
        owner=POLICE.name,
        answer=ANSWER,
        finish=working_days(2),
        faster=SAME_DAY,
        check=Check.CALL,
        reasons=CORRECTED,
        hints=("狗", "不牵绳", "遛狗", "流浪狗", "咬人", "大型犬", "狗屎", "犬"),
    ),
)
