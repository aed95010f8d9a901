"""How an emergency may go on: one table, and what a verb needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from .models import State


@dataclass(frozen=True, slots=True)
class Step:
    """From which states a verb may be done, where it leads ("" stays), and the permission it needs."""

    word: str | Promise
    since: tuple[State, ...]
    to: State | None = None
    needs: str = "emergencies.command"


_STANDS = (State.DECLARED, State.RESPONDING, State.CONTROLLED)
_WRITTEN = (*_STANDS, State.ENDED)

STEPS: dict[str, Step] = {
    "respond": Step(pgettext_lazy("emergency", "开始响应"), (State.DECLARED, State.CONTROLLED), State.RESPONDING),
    "control": Step(pgettext_lazy("emergency", "宣布已控制"), (State.RESPONDING,), State.CONTROLLED),
    "end": Step(pgettext_lazy("emergency", "结束应急"), _STANDS, State.ENDED),
    "review": Step(pgettext_lazy("emergency", "完成复盘"), (State.ENDED,), State.REVIEWED),
    "change": Step(pgettext_lazy("emergency", "更改"), _STANDS),
    "move_zone": Step(pgettext_lazy("emergency", "调整范围"), _STANDS),
    "set_task": Step(pgettext_lazy("emergency", "下达任务"), _STANDS),
    "drop_task": Step(pgettext_lazy("emergency", "撤销任务"), _STANDS),
    "open_from_task": Step(pgettext_lazy("emergency", "转为事项"), _STANDS),
    "take_task": Step(pgettext_lazy("emergency", "接任务"), _WRITTEN, needs="emergencies.read"),
    "arrive_task": Step(pgettext_lazy("emergency", "到现场"), _WRITTEN, needs="emergencies.read"),
    "told": Step(pgettext_lazy("emergency", "发布通知"), _STANDS),
    "finish_task": Step(pgettext_lazy("emergency", "完成任务"), _WRITTEN, needs="emergencies.read"),
    "say": Step(pgettext_lazy("emergency", "记入日志"), _WRITTEN, needs="emergencies.read"),
}
