"""What states, columns and faults of a table are called."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.kernel.registers.defined import Defined

from .columns import AGE, Cond, Kind, Op

REPORT_STATES = {"open": _("收集中"), "closed": _("已收齐"), "withdrawn": _("已撤回")}
SHEET_STATES = {
    "open": _("待填报"),
    "signed": _("已签字"),
    "sent": _("已报送"),
    "returned": _("被退回"),
    "accepted": _("已接收"),
}
KINDS = {
    Kind.NAME: _("姓名"),
    Kind.AGE: _("年龄"),
    Kind.ADDRESS: _("住址"),
    Kind.VALUE: _("数据项的内容"),
    Kind.COUNT: _("符合条件的数量"),
    Kind.SUM: _("合计"),
    Kind.SHARE: _("占比（%）"),
    Kind.OWN: _("居村自己的情况"),
}
OPS = {
    Op.IS: pgettext_lazy("condition", "是"),
    Op.LEAST: _("不少于"),
    Op.MOST: _("不超过"),
    Op.KNOWN: pgettext_lazy("fact", "已登记"),
}
ABOUT = {
    "person": pgettext_lazy("subject", "人"),
    "household": pgettext_lazy("subject", "户"),
    "place": _("地点"),
}

FAULTS = {
    "no_columns": _("至少要有一列。"),
    "too_many": _("一张表最多 %(what)s 列。"),
    "no_conditions": _("要写明列谁、数谁的条件。"),
    "other_table": _("“%(what)s”不能放在这种表里。"),
    "no_label": _("每一列要有名称，最多 60 个字。"),
    "twice": _("“%(what)s”和前面一列问的是同一件事。"),
    "only_persons": _("年龄和姓名只有人才有。"),
    "no_element": _("没有“%(what)s”这个数据项，请先在台账里登记它的用途、依据和保存期限。"),
    "other_about": _("“%(what)s”说的不是这种对象。"),
    "no_sum": _("“%(what)s”不是可以合计的数字。"),
    "no_whole": _("“%(what)s”要写明占谁的比例。"),
    "age": _("年龄只能写“不少于”或“不超过”几岁。"),
    "one_limit": _("“%(what)s”要写一个界限。"),
    "sealed_limit": _("“%(what)s”是敏感信息，只能按是不是某个值来数。"),
    "no_number": _("“%(what)s”不是数字或日期，不能比大小。"),
    "no_value": _("“%(what)s”要选一个值。"),
    "sealed_many": _("“%(what)s”是可以多选的敏感信息，不能按值来数。"),
    "no_such_value": _("“%(what)s”没有这个值。"),
    "law": _("“%(what)s”是敏感信息，要写明依据的法律或文件。"),
}


def fault(name: str, what: str) -> str:
    return str(FAULTS[name]) % {"what": what} if "%(" in str(FAULTS[name]) else str(FAULTS[name])


def cond_words(cond: Cond, defined: dict[str, Defined]) -> str:
    """A condition in words: "独居 是 是", "年龄 不少于 80"."""
    one = defined.get(cond.element)
    label = str(KINDS[Kind.AGE]) if cond.element == AGE else one.label if one else cond.element
    if cond.op is Op.KNOWN:
        return _t("%(element)s已登记") % {"element": label}
    words = [_value_word(value, one) for value in cond.values]
    if cond.op is Op.IS:
        return _t("%(element)s：%(values)s") % {"element": label, "values": _t("或").join(words)}
    return f"{label} {OPS[cond.op]} {words[0]}"


def conds_words(conds: Iterable[Cond], defined: dict[str, Defined]) -> str:
    return _t("，并且").join(cond_words(cond, defined) for cond in conds)


def _value_word(value: str, one: Defined | None) -> str:
    if value in ("yes", "no"):
        return _t("是") if value == "yes" else _t("否")
    return one.choices.get(value, value) if one else value


TONES = {"open": "", "signed": "", "sent": "accent", "returned": "warned", "accepted": "done"}
