"""An XLSForm in, with sentences for what could not be taken over."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Invalid
from linli.kernel.registers.incoming import Gap, IncomingForm, Question

from . import wire

LARGEST = 5 * 1024 * 1024
SENTENCES = {
    "repeat": _("“%(what)s”是可以重复填的一组，这里没有带过来。请把每一个（人、户、地点）各自登记。"),
    "reckoned": _("“%(what)s”是自动计算的，没有带过来。"),
    "no_time": _("“%(what)s”问的是钟点，台账只有日期，没有带过来。"),
    "no_place": _("“%(what)s”问的是地图上的位置，没有带过来。对象住在哪里，台账已经知道。"),
    "no_sound": _("“%(what)s”要录音或录像，没有带过来。"),
    "no_rank": _("“%(what)s”要排次序，没有带过来。"),
    "elsewhere": _("“%(what)s”的选项在另一个文件里，没有带过来。"),
    "one_choice": _("“%(what)s”只有一个选项，没有带过来。"),
    "or_other": _("“%(what)s”的“其他”成了一个选项，写明是什么的那一栏没有带过来。"),
    "expression": _("条件“%(what)s”太复杂，没有带过来：这一项会一直问、可以不填。"),
    "no_such_question": _("条件里的“%(what)s”在前面没有问，没有带过来：这一项会一直问。"),
    "no_choice": _("条件里的“%(what)s”不是选择题，没有带过来：这一项会一直问。"),
    "no_constraint": _("限制“%(what)s”没有带过来，填写时请自己留意。"),
    "no_calculation": _("计算“%(what)s”没有带过来。"),
    "no_default": _("默认值“%(what)s”没有带过来：台账只写真的问过的。"),
    "no_choice_filter": _("按前面的回答筛选选项“%(what)s”没有带过来：会列出全部选项。"),
    "no_repeat_count": _("重复次数“%(what)s”没有带过来。"),
    "no_trigger": _("触发“%(what)s”没有带过来。"),
    "no_question_type": _("“%(what)s”没有写类型。"),
    "unknown_type": _("没有“%(what)s”这种类型。"),
    "no_name": _("这一行没有名称（name）。"),
    "bad_name": _("名称“%(what)s”不能用：应以字母开头，不能有空格。"),
    "twice": _("名称“%(what)s”有两次。"),
    "no_list": _("选项表里没有“%(what)s”。"),
    "choice_twice": _("选项“%(what)s”有两次。"),
    "ends_nothing": _("这里结束了一组，但前面没有开始。"),
    "never_ends": _("这一组没有结束。"),
    "nothing_left": _("这张表里没有可以用的问题。"),
}
NO_FORM = {
    "unreadable": _("这个文件打不开，请确认是 xlsx 或 xls 表格。"),
    "no_survey": _("这不是 XLSForm：没有名为 survey 的工作表。"),
    "no_type": _("这不是 XLSForm：survey 工作表没有 type 这一列。"),
}


def read(content: bytes) -> IncomingForm:
    """A file as a form. Raises Invalid for what is none."""
    if len(content) > LARGEST:
        raise Invalid(_t("文件太大，最多 %(n)s MB。") % {"n": LARGEST // 1024 // 1024})
    try:
        found = wire.read(content)
    except wire.NoForm as fault:
        sentence = str(NO_FORM[str(fault)])
        raise Invalid(sentence, fields={"file": sentence}) from None
    return IncomingForm(
        title=found.title,
        questions=tuple(_question(asked) for asked in found.questions),
        gaps=tuple(_gaps(found.gaps)),
        faults=tuple(_gaps(found.faults)),
        languages=found.languages,
    )


def _question(asked: wire.Asked) -> Question:
    choices = tuple((code, wire.said(labels)) for code, labels in asked.choices)
    return Question(
        row=asked.row,
        name=asked.name,
        label=wire.said(asked.labels)[:40],
        type=asked.type,
        hint=wire.said(asked.hints),
        required=asked.required,
        choices=choices,
        group=wire.said(asked.group)[:40],
        when=asked.when,
        values=asked.values,
    )


def _gaps(faults: Iterable[wire.Remark]) -> list[Gap]:
    return [
        Gap(one.sheet, one.row, one.column, str(SENTENCES[one.name]) % {"what": one.what}, one.lost)
        for one in faults
    ]
