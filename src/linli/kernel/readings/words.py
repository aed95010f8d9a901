"""Words for what warnings are known by: their grade, their state, what they were found to be."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Cause, Severity, State

_SEVERITIES: dict[int, Promise] = {
    Severity.BLUE: _("蓝色"),
    Severity.YELLOW: _("黄色"),
    Severity.ORANGE: _("橙色"),
    Severity.RED: _("红色"),
}
_STATES: dict[str, Promise] = {
    State.RAISED: pgettext_lazy("warning", "待确认"),
    State.ACKNOWLEDGED: pgettext_lazy("warning", "已确认"),
    State.CLEARED: pgettext_lazy("warning", "已恢复"),
    State.CLOSED: pgettext_lazy("warning", "已关闭"),
}
_CAUSES: dict[str, Promise] = {
    Cause.REAL: _("属实"),
    Cause.COOKING: _("油烟、蒸汽"),
    Cause.DUST: _("灰尘、虫"),
    Cause.TEST: _("测试、演练"),
    Cause.FAULT: _("设备故障"),
    Cause.LIMIT: _("阈值不合适"),
    Cause.OTHER: _("其他误报"),
}


def severity_word(severity: int) -> str:
    return str(_SEVERITIES.get(severity, "?"))


def state_word(state: str) -> str:
    return str(_STATES.get(state, state))


def cause_word(cause: str) -> str:
    """ "属实", or which false alarm; "" for what nobody has said yet."""
    return str(_CAUSES.get(cause, cause))
