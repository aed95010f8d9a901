"""What sources and states are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SOURCES = {
    "department": _("部门数据"),
    "visit": _("走访"),
    "staff": _("录入"),
    "resident": _("本人填报"),
    "import": _("导入"),
    "correction": _("异议更正"),
}
STATES = {
    "in_force": _("现行"),
    "beside": _("并存"),
    "rejected": _("不采用"),
    "erased": _("已消除"),
}
WHYS = {
    "later": _("较新的说法来自较弱的来源"),
    "unaware": _("填写时没有看到已有的说法"),
}
CONTESTS = {
    "open": _("待答复"),
    "corrected": _("已更正"),
    "refused": _("未更正"),
    "again": _("待复核"),
    "upheld": _("复核维持"),
    "gone": _("内容已消除"),
}
OUTCOMES = {
    "": _("待走访"),
    "met": _("已见面"),
    "absent": _("不在家"),
    "declined": _("不愿接受走访"),
    "dropped": _("已取消"),
}
ABOUTS = {
    "person": pgettext_lazy("about", "人"),
    "household": pgettext_lazy("about", "户"),
    "place": pgettext_lazy("about", "地点"),
    "thing": pgettext_lazy("about", "设备"),
}
SENSITIVITIES = {"open": _("公开"), "personal": _("个人"), "sensitive": _("敏感")}
TYPES = {
    "text": _("文字"),
    "integer": _("整数"),
    "decimal": _("小数"),
    "date": _("日期"),
    "yes_no": _("是或否"),
    "choice": _("单选"),
    "choices": _("多选"),
    "phone": _("电话"),
    "identity": _("证件号码"),
    "place": _("地点"),
    "file": _("附件"),
}


def source_word(source: str) -> str:
    return str(SOURCES.get(source, source))


def state_word(state: str) -> str:
    return str(STATES.get(state, state))


def why_word(why: str) -> str:
    return str(WHYS.get(why, why))


def contest_word(state: str) -> str:
    return str(CONTESTS.get(state, state))


def outcome_word(outcome: str) -> str:
    return str(OUTCOMES.get(outcome, outcome))


def about_word(about: str) -> str:
    return str(ABOUTS.get(about, about))


def sensitivity_word(sensitivity: str) -> str:
    return str(SENSITIVITIES.get(sensitivity, sensitivity))


def type_word(type_: str) -> str:
    return str(TYPES.get(type_, type_))
