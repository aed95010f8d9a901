"""The form of every verb, declared once: fields, labels, and where the choices come from.

A verb whose tuple is empty is done by its button alone. `KEYS` are the keys of the matter page; the help lists them.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.parts.office import Field, Kind

FILES = Field(name="files", label=_("照片或文件"), kind=Kind.FILES, optional=True, bulk=False)

FORMS: dict[str, tuple[Field, ...]] = {
    "accept": (Field(name="note", label=_("备注"), kind=Kind.TEXT, optional=True),),
    "decline": (
        Field(name="outcome", label=_("理由"), kind=Kind.SELECT, options="reasons"),
        Field(name="reply", label=_("给上报人的答复"), kind=Kind.TEXT, hint=_("上报人会原样看到这段话。")),
    ),
    "reclassify": (
        Field(name="kind", label=_("类别"), kind=Kind.SELECT, options="kinds", start="kind"),
        Field(name="urgency", label=_("紧急程度"), kind=Kind.SELECT, options="urgencies", start="urgency"),
        Field(
            name="note",
            label=_("说明"),
            kind=Kind.TEXT,
            optional=True,
            hint=_("时限从上报时重新计算，不从现在算起。"),
        ),
    ),
    "move": (Field(name="spot", label=_("新的地点"), kind=Kind.SPOT, bulk=False),),
    "assign": (
        Field(
            name="unit_id",
            label=_("主办单位"),
            kind=Kind.ID,
            options="units",
            start="unit",
            hint=_("按类别和地点建议，最近的一级在前。"),
        ),
        Field(name="task", label=_("交办要求"), kind=Kind.TEXT, optional=True),
        Field(name="due_at", label=_("完成时间"), kind=Kind.MOMENT, optional=True, hint=_("不填则按承诺期限。")),
        Field(name="helpers", label=_("协办单位"), kind=Kind.HELPERS, options="helping_units", optional=True),
    ),
    "go": (),
    "arrive": (),
    "found": (
        Field(name="cause", label=_("是不是真的"), kind=Kind.CHOICE, options="causes"),
        Field(
            name="text",
            label=_("现场看到的"),
            kind=Kind.TEXT,
            optional=True,
            hint=_("误报的原因会记到这台设备和这条规则上。"),
        ),
        FILES,
    ),
    "take": (),
    "hand_over": (
        Field(name="account_id", label=_("转交给"), kind=Kind.ID, options="colleagues"),
        Field(name="note", label=_("说明"), kind=Kind.TEXT, optional=True),
    ),
    "give_back": (
        Field(
            name="reason",
            label=_("退回理由"),
            kind=Kind.TEXT,
            hint=_("退回后由派遣人员重新派遣，时限继续计算。"),
        ),
    ),
    "finish_part": (Field(name="result", label=_("办理情况"), kind=Kind.TEXT), FILES),
    "ask": (
        Field(name="text", label=_("要问的问题"), kind=Kind.TEXT),
        Field(name="pauses", label=_("等待答复期间暂停计时"), kind=Kind.TICK),
    ),
    "pause": (
        Field(name="reason", label=_("挂起原因"), kind=Kind.CHOICE, options="pause_reasons"),
        Field(name="words", label=_("说明"), kind=Kind.TEXT, optional=True),
    ),
    "resume": (),
    "ask_extension": (
        Field(name="span", label=_("延长多久"), kind=Kind.SPAN),
        Field(name="reason", label=_("理由"), kind=Kind.TEXT),
    ),
    "decide_extension": (
        Field(name="granted", label=_("是否同意"), kind=Kind.YES_NO, options="granting"),
        Field(name="decision", label=_("意见"), kind=Kind.TEXT, optional=True, hint=_("不同意时必须填写。")),
    ),
    "ask_write_off": (Field(name="reason", label=_("无法解决的原因"), kind=Kind.TEXT),),
    "decide_write_off": (
        Field(name="granted", label=_("是否同意"), kind=Kind.YES_NO, options="granting"),
        Field(name="decision", label=_("意见"), kind=Kind.TEXT),
    ),
    "report_done": (
        Field(name="outcome", label=_("办理结论"), kind=Kind.SELECT, options="reasons", start="outcome"),
        Field(name="result", label=_("处置结果"), kind=Kind.TEXT, hint=_("做了什么，现在是什么样。")),
        FILES,
    ),
    "verify": (
        Field(name="passed", label=_("核查结果"), kind=Kind.YES_NO, options="passing"),
        Field(name="how", label=_("怎样核查的"), kind=Kind.CHOICE, options="checks", start="check"),
        Field(
            name="words", label=_("看到或听到的情况"), kind=Kind.TEXT, optional=True, hint=_("不通过时必须填写。")
        ),
        FILES,
    ),
    "close": (
        Field(name="outcome", label=_("办理结论"), kind=Kind.SELECT, options="reasons", start="outcome"),
        Field(name="reply", label=_("给上报人的答复"), kind=Kind.TEXT, hint=_("上报人会原样看到这段话。")),
    ),
    "reopen": (Field(name="reason", label=_("重新打开的理由"), kind=Kind.TEXT),),
    "merge": (
        Field(
            name="into_id",
            label=_("并入哪一件"),
            kind=Kind.MATTER,
            options="likely",
            hint=_("填写编号，例如 20261123-000042。"),
        ),
    ),
    "unmerge": (),
    "split": (Field(name="parts", label=_("拆成哪几件"), kind=Kind.PARTS, options="kinds", bulk=False),),
    "link": (
        Field(name="other_id", label=_("与哪一件有关"), kind=Kind.MATTER, options="likely"),
        Field(name="words", label=_("有什么关系"), optional=True),
    ),
    "publish": (
        Field(
            name="words",
            label=_("公开的说明"),
            kind=Kind.TEXT,
            optional=True,
            start="public_words",
            hint=_("去掉姓名、电话、门牌等能认出人的内容。上报人没有同意公开他写的话时，请留空。"),
            bulk=False,
        ),
        Field(
            name="address",
            label=_("公开的地点"),
            optional=True,
            start="public_address",
            hint=_("不填就只显示到小区。"),
            bulk=False,
        ),
        Field(
            name="reply",
            label=_("公开的答复"),
            kind=Kind.TEXT,
            optional=True,
            start="public_reply",
            hint=_("三项都留空，就收回公开的内容。"),
            bulk=False,
        ),
    ),
    "comment": (
        Field(name="text", label=_("内容"), kind=Kind.TEXT),
        Field(name="for_reporter", label=_("上报人也能看到"), kind=Kind.TICK),
        FILES,
    ),
    "supervise": (
        Field(name="text", label=_("督办要求"), kind=Kind.TEXT),
        Field(
            name="unit_ids",
            label=_("由谁回复"),
            kind=Kind.IDS,
            options="units_below",
            optional=True,
            hint=_("不选则由承办单位回复。可以选几个，各自回复、各自销号；选了上面一级的单位，由它转办并回复。"),
        ),
        Field(
            name="reply_due",
            label=_("书面回复期限"),
            kind=Kind.MOMENT,
            optional=True,
            hint=_("不填则为一个工作日。"),
        ),
    ),
    "pass_order": (
        Field(name="order_id", label=_("转办哪一条督办"), kind=Kind.ID, options="open_orders", start="open_order"),
        Field(
            name="unit_ids",
            label=_("转给谁"),
            kind=Kind.IDS,
            options="units_below",
            optional=True,
            hint=_("不选则转给承办单位。可以选几个。"),
        ),
        Field(name="text", label=_("转办意见"), kind=Kind.TEXT, optional=True, hint=_("不填则照上级的要求。")),
        Field(
            name="reply_due",
            label=_("书面回复期限"),
            kind=Kind.MOMENT,
            optional=True,
            hint=_("不能晚于上级的期限；不填则留出五分之一的时间给您回复上级。"),
        ),
    ),
    "reply_order": (
        Field(name="order_id", label=_("回复哪一条督办"), kind=Kind.ID, options="open_orders", start="open_order"),
        Field(
            name="text",
            label=_("书面回复"),
            kind=Kind.TEXT,
            start="passed_reply",
            hint=_("写明原因、已经做了什么、什么时候完成。"),
        ),
        FILES,
    ),
    "return_order": (
        Field(
            name="order_id",
            label=_("退回哪一条督办的回复"),
            kind=Kind.ID,
            options="replied_orders",
            start="replied_order",
        ),
        Field(name="reason", label=_("为什么不够"), kind=Kind.TEXT, hint=_("对方会看到这段话。")),
        Field(
            name="reply_due",
            label=_("再次回复的期限"),
            kind=Kind.MOMENT,
            optional=True,
            hint=_("不填则为一个工作日。"),
        ),
    ),
    "settle_order": (
        Field(
            name="order_id",
            label=_("销号哪一条督办"),
            kind=Kind.ID,
            options="replied_orders",
            start="replied_order",
        ),
    ),
    "urge_order": (
        Field(
            name="order_id",
            label=_("催办哪一条督办"),
            kind=Kind.ID,
            options="urged_orders",
            start="urged_order",
        ),
        Field(
            name="text",
            label=_("催办的话"),
            kind=Kind.TEXT,
            optional=True,
            hint=_("期限不变，对方看到催办的时间和这段话；一小时内只能催一次。"),
        ),
    ),
    "withdraw_order": (
        Field(
            name="order_id",
            label=_("撤销哪一条督办"),
            kind=Kind.ID,
            options="standing_orders",
            start="standing_order",
        ),
        Field(name="reason", label=_("撤销的原因"), kind=Kind.TEXT),
    ),
}

# Of what a device opened and nobody reported there is nobody to answer: what is asked for is a conclusion, for the record.
_CONCLUSION = Field(
    name="reply",
    label=_("结案说明"),
    kind=Kind.TEXT,
    hint=_("没有上报人要答复；这段话写进这件事的记录，经办的人都看得到。"),
)


def fields_of(verb: str, *, nobody_reported: bool = False) -> tuple[Field, ...]:
    """The fields of a verb's form; without those for a reporter where there is none."""
    if not nobody_reported or verb not in ("close", "decline", "comment"):
        return FORMS[verb]
    return tuple(_CONCLUSION if f.name == "reply" else f for f in FORMS[verb] if f.name != "for_reporter")


# What can be done to many at once, in the order of the buttons.
BULK = ("accept", "assign", "decline", "take", "verify", "close", "reclassify", "supervise", "comment")

# Done at once, from most urgent to least: the first two possible ones stand as large buttons.
ORDER = (
    "accept",
    "assign",
    "go",
    "arrive",
    "found",
    "take",
    "report_done",
    "verify",
    "close",
    "decide_extension",
    "decide_write_off",
    "reply_order",
    "settle_order",
    "return_order",
    "pass_order",
    "urge_order",
    "resume",
    "finish_part",
    "supervise",
    "ask",
    "decline",
    "give_back",
    "hand_over",
    "pause",
    "ask_extension",
    "ask_write_off",
    "reclassify",
    "move",
    "merge",
    "unmerge",
    "split",
    "link",
    "publish",
    "comment",
    "withdraw_order",
    "reopen",
)

# What brings a matter on: the first of these is the button that stands out.
ONWARD = frozenset(ORDER[: ORDER.index("supervise")])

KEYS = {
    "accept": "a",
    "assign": "s",
    "go": "g",
    "take": "t",
    "report_done": "d",
    "verify": "v",
    "close": "c",
    "supervise": "o",
    "ask": "q",
    "pause": "p",
    "resume": "r",
    "comment": "m",
    "reclassify": "e",
    "merge": "b",
    "reply_order": "y",
}
