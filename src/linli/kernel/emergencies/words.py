"""What this room's choices are called, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .models import Category, Certainty, Grade, Severity, State, Urgency

STATES = {
    State.DECLARED: pgettext_lazy("emergency", "已启动"),
    State.RESPONDING: pgettext_lazy("emergency", "响应中"),
    State.CONTROLLED: pgettext_lazy("emergency", "已控制"),
    State.ENDED: pgettext_lazy("emergency", "已结束"),
    State.REVIEWED: pgettext_lazy("emergency", "已复盘"),
}
GRADES = {
    Grade.FIRST: _("一级响应（省级指挥）"),
    Grade.SECOND: _("二级响应（市级指挥）"),
    Grade.THIRD: _("三级响应（区级指挥）"),
    Grade.FOURTH: _("四级响应（街镇指挥）"),
}
CATEGORIES = {
    Category.FIRE: pgettext_lazy("emergency", "火灾"),
    Category.RESCUE: pgettext_lazy("emergency", "救援"),
    Category.SAFETY: pgettext_lazy("emergency", "公共安全"),
    Category.SECURITY: pgettext_lazy("emergency", "治安"),
    Category.HEALTH: pgettext_lazy("emergency", "卫生"),
    Category.MET: pgettext_lazy("emergency", "气象"),
    Category.GEO: pgettext_lazy("emergency", "地质"),
    Category.ENV: pgettext_lazy("emergency", "环境"),
    Category.INFRA: pgettext_lazy("emergency", "市政设施"),
    Category.TRANSPORT: pgettext_lazy("emergency", "交通"),
    Category.CBRNE: pgettext_lazy("emergency", "危险化学品"),
    Category.OTHER: pgettext_lazy("emergency", "其他"),
}
URGENCIES = {
    Urgency.IMMEDIATE: pgettext_lazy("emergency", "立即行动"),
    Urgency.EXPECTED: pgettext_lazy("emergency", "一小时内行动"),
    Urgency.FUTURE: pgettext_lazy("emergency", "近期行动"),
    Urgency.PAST: pgettext_lazy("emergency", "已不需要行动"),
    Urgency.UNKNOWN: pgettext_lazy("emergency", "不明"),
}
SEVERITIES = {
    Severity.EXTREME: pgettext_lazy("emergency", "特别严重"),
    Severity.SEVERE: pgettext_lazy("emergency", "严重"),
    Severity.MODERATE: pgettext_lazy("emergency", "中等"),
    Severity.MINOR: pgettext_lazy("emergency", "轻微"),
    Severity.UNKNOWN: pgettext_lazy("emergency", "不明"),
}
CERTAINTIES = {
    Certainty.OBSERVED: pgettext_lazy("emergency", "已确认发生"),
    Certainty.LIKELY: pgettext_lazy("emergency", "很可能"),
    Certainty.POSSIBLE: pgettext_lazy("emergency", "可能"),
    Certainty.UNLIKELY: pgettext_lazy("emergency", "不大可能"),
    Certainty.UNKNOWN: pgettext_lazy("emergency", "不明"),
}


def state_word(state: str) -> str:
    return str(STATES[State(state)])


def grade_word(grade: int) -> str:
    return str(GRADES[Grade(grade)])
