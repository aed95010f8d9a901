"""Words for what this room knows by name, in the reader's language."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy as _in

from . import wall
from .models import Leave, Shift, Stands, Swap

_STANDS: dict[str, Promise] = {
    Stands.CANCELLED: _in("shift", "已取消"),
    Stands.OPEN: _in("shift", "空班"),
    Stands.UNFILLED: _in("shift", "没有人值"),
    Stands.PLANNED: _in("shift", "未开始"),
    Stands.DUE: _in("shift", "没到岗"),
    Stands.ON: _in("shift", "在岗"),
    Stands.DONE: _in("shift", "已离岗"),
    Stands.UNVERIFIED: _in("shift", "忘了离岗，待核实"),
    Stands.MISSED: _in("shift", "没来"),
}
_TONES = {
    Stands.CANCELLED: "",
    Stands.OPEN: "reminded",
    Stands.UNFILLED: "supervised",
    Stands.PLANNED: "",
    Stands.DUE: "warned",
    Stands.ON: "accent",
    Stands.DONE: "done",
    Stands.UNVERIFIED: "warned",
    Stands.MISSED: "supervised",
}
_MARKS = {
    Stands.CANCELLED: "close",
    Stands.OPEN: "warned",
    Stands.UNFILLED: "supervised",
    Stands.PLANNED: "clock",
    Stands.DUE: "reminded",
    Stands.ON: "person",
    Stands.DONE: "done",
    Stands.UNVERIFIED: "question",
    Stands.MISSED: "supervised",
}
_SWAPS: dict[str, Promise] = {
    Swap.State.ASKED: _in("swap", "等同事答复"),
    Swap.State.AGREED: _in("swap", "等负责人决定"),
    Swap.State.DONE: _in("swap", "已换班"),
    Swap.State.REFUSED: _in("swap", "同事没有同意"),
    Swap.State.DENIED: _in("swap", "负责人没有同意"),
    Swap.State.WITHDRAWN: _in("swap", "已撤回"),
    Swap.State.VOID: _in("swap", "班有变动，作废"),
}
_LEAVES: dict[str, Promise] = {
    Leave.State.ASKED: _in("leave", "等负责人决定"),
    Leave.State.GRANTED: _in("leave", "已准假"),
    Leave.State.DENIED: _in("leave", "没有准假"),
    Leave.State.WITHDRAWN: _in("leave", "已撤回"),
}
_KINDS: dict[str, Promise] = {
    Leave.Kind.ANNUAL: _in("leave", "年休假"),
    Leave.Kind.PERSONAL: _in("leave", "事假"),
    Leave.Kind.SICK: _in("leave", "病假"),
    Leave.Kind.OTHER: _in("leave", "其他"),
}
# Names of declared shifts, which a roster keeps as it was told them; another name stays as it was written.
_SLOTS: dict[str, Promise] = {
    "早班": _in("slot", "早班"),
    "中班": _in("slot", "中班"),
    "夜班": _in("slot", "夜班"),
    "白班": _in("slot", "白班"),
    "值守": _in("slot", "值守"),
    "晚间": _in("slot", "晚间"),
}
WEEKDAYS = (
    _in("weekday", "周一"),
    _in("weekday", "周二"),
    _in("weekday", "周三"),
    _in("weekday", "周四"),
    _in("weekday", "周五"),
    _in("weekday", "周六"),
    _in("weekday", "周日"),
)


def stands_word(shift: Shift, at: datetime) -> str:
    return str(_STANDS[shift.stands(at)])


def stands_tone(shift: Shift, at: datetime) -> str:
    """Its tone among the tokens: word, shape and colour together."""
    return _TONES[shift.stands(at)]


def stands_mark(shift: Shift, at: datetime) -> str:
    return _MARKS[shift.stands(at)]


def swap_word(state: str) -> str:
    return str(_SWAPS.get(state, state))


def leave_word(state: str) -> str:
    return str(_LEAVES.get(state, state))


def leave_kind_word(kind: str) -> str:
    return str(_KINDS.get(kind, kind))


def slot_word(name: str) -> str:
    return str(_SLOTS.get(name, name))


def hours(starts: datetime, ends: datetime) -> str:
    """ "08:00–16:00"; "20:00–08:00 +1" where it ends on the next day."""
    begin, end = wall.local(starts), wall.local(ends)
    over = begin.date() != end.date() and f"{end:%H:%M}" != "00:00"
    return f"{begin:%H:%M}–{end:%H:%M}" + (" +1" if over else "")
