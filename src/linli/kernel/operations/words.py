"""Words for what this room knows by name, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy as _in

from .models import State

_STATES: dict[str, Promise] = {
    State.DRAFT: _in("operation", "草稿"),
    State.ANNOUNCED: _in("operation", "已通知"),
    State.RUNNING: _in("operation", "进行中"),
    State.ENDED: _in("operation", "已结束"),
    State.REPORTED: _in("operation", "已总结"),
    State.CANCELLED: _in("operation", "已取消"),
}
TONES = {
    State.DRAFT: "",
    State.ANNOUNCED: "paused",
    State.RUNNING: "accent",
    State.ENDED: "warned",
    State.REPORTED: "done",
    State.CANCELLED: "",
}
MARKS = {
    State.DRAFT: "file",
    State.ANNOUNCED: "clock",
    State.RUNNING: "open",
    State.ENDED: "paused",
    State.REPORTED: "done",
    State.CANCELLED: "close",
}


def state_word(state: str) -> str:
    return str(_STATES.get(state, state))
