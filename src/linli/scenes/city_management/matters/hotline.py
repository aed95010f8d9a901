"""The five appeals of a 12345 hotline: 咨询、求助、建议、投诉、举报, for what no other kind names.

Days after one county's published practice (see numbers.py).
"""

from linli.kernel.declare import Appeal, Check, Matter, Proof, working_days, working_hours

from ..departments import OPERATIONS_CENTRE
from ..numbers import ANSWER, ANSWERED, CORRECTED, HOTLINE

_TAKEN_UP = ("taken-up", "explained", *ANSWERED[3:])

MATTERS = (
    Matter(
        "inquiry",
        owner=OPERATIONS_CENTRE.name,
        appeal=Appeal.INQUIRY,
        answer=ANSWER,
        finish=working_days(1),
        proof=Proof.TEXT,
        reasons=ANSWERED,
        public=False,
        hints=("咨询", "请问", "怎么办理", "如何", "需要什么材料", "政策", "在哪里办", "什么时候"),
    ),
    Matter(
        "help-request",
        owner=OPERATIONS_CENTRE.name,
        appeal=Appeal.HELP,
        answer=ANSWER,
        finish=working_days(5),
        faster=HOTLINE,
        proof=Proof.TEXT,
        check=Check.CALL,
        reasons=("helped", *ANSWERED),
        public=False,
        hints=("求助", "帮忙", "帮助", "请帮", "急需", "求解决"),
    ),
    Matter(
        "suggestion",
        owner=OPERATIONS_CENTRE.name,
        appeal=Appeal.SUGGESTION,
        answer=working_hours(4),
        finish=working_days(5),
        proof=Proof.TEXT,
        reasons=_TAKEN_UP,
        hints=("建议", "希望", "能否", "增设", "加装", "优化", "延长", "增加"),
    ),
    Matter(
        "complaint",
        owner=OPERATIONS_CENTRE.name,
        appeal=Appeal.COMPLAINT,
        answer=ANSWER,
        finish=working_days(10),
        faster=HOTLINE,
        proof=Proof.TEXT,
        check=Check.CALL,
        reasons=("solved", *CORRECTED, "explained"),
        public=False,
        hints=("投诉", "不满", "态度", "推诿", "服务差", "不合理", "没人管"),
    ),
    Matter(
        "whistleblowing",
        owner=OPERATIONS_CENTRE.name,
        appeal=Appeal.WHISTLEBLOWING,
        answer=ANSWER,
        finish=working_days(10),
        faster=HOTLINE,
        proof=Proof.TEXT,
        reasons=CORRECTED,
        public=False,
        hints=("举报", "违法", "违规", "线索", "查处", "传销", "赌博", "黑车"),
    ),
)
