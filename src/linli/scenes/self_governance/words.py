"""Words for what this scene knows by name, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy as _in

from .models import Activity, Charge, Request, SignUp

_ACTIVITY: dict[str, Promise] = {
    Activity.State.DRAFT: _in("activity", "草稿"),
    Activity.State.PUBLISHED: _in("activity", "招募中"),
    Activity.State.CLOSED: _in("activity", "已结束"),
    Activity.State.CANCELLED: _in("activity", "已取消"),
}
_SIGN_UP: dict[str, Promise] = {
    SignUp.State.APPLIED: _in("sign-up", "等监护人同意"),
    SignUp.State.WAITING: _in("sign-up", "候补"),
    SignUp.State.IN: _in("sign-up", "已报名"),
    SignUp.State.CANCELLED: _in("sign-up", "已取消"),
    SignUp.State.ARRIVED: _in("sign-up", "服务中"),
    SignUp.State.LEFT: _in("sign-up", "待认定"),
    SignUp.State.NO_SHOW: _in("sign-up", "未到"),
    SignUp.State.CERTIFIED: _in("sign-up", "已认定"),
    SignUp.State.APPEALED: _in("sign-up", "复核中"),
}
_MINORS: dict[str, Promise] = {
    Activity.Minors.NO: _in("minors", "只限成年人"),
    Activity.Minors.CONSENT: _in("minors", "监护人同意后可以参加"),
    Activity.Minors.WITH: _in("minors", "监护人陪同下可以参加"),
}
_CHARGES: dict[str, Promise] = {
    Charge.State.ASKED: _in("charge", "等顾客确认"),
    Charge.State.PAID: _in("charge", "已付"),
    Charge.State.REFUSED: _in("charge", "顾客没有同意"),
    Charge.State.LAPSED: _in("charge", "过时作废"),
    Charge.State.REFUNDED: _in("charge", "已退"),
}
_HELP: dict[str, Promise] = {
    Request.State.OPEN: _in("help", "找人帮忙"),
    Request.State.AGREED: _in("help", "已约好"),
    Request.State.DISPUTED: _in("help", "说法不一"),
    Request.State.DONE: _in("help", "已完成"),
    Request.State.CANCELLED: _in("help", "已取消"),
}
TONES = {
    Request.State.OPEN: "warned",
    Request.State.AGREED: "accent",
    Request.State.DISPUTED: "reminded",
    Request.State.DONE: "done",
    Charge.State.ASKED: "warned",
    Charge.State.PAID: "done",
    Charge.State.REFUNDED: "paused",
    Activity.State.DRAFT: "",
    Activity.State.PUBLISHED: "accent",
    Activity.State.CLOSED: "done",
    SignUp.State.APPLIED: "warned",
    SignUp.State.WAITING: "paused",
    SignUp.State.IN: "accent",
    SignUp.State.ARRIVED: "accent",
    SignUp.State.LEFT: "warned",
    SignUp.State.NO_SHOW: "reminded",
    SignUp.State.CERTIFIED: "done",
    SignUp.State.APPEALED: "warned",
    "cancelled": "",
}
MARKS = {
    Request.State.OPEN: "open",
    Request.State.AGREED: "clock",
    Request.State.DISPUTED: "question",
    Request.State.DONE: "done",
    Charge.State.ASKED: "clock",
    Charge.State.PAID: "done",
    Charge.State.REFUNDED: "undo",
    Charge.State.REFUSED: "close",
    Charge.State.LAPSED: "minus",
    Activity.State.DRAFT: "file",
    Activity.State.PUBLISHED: "open",
    Activity.State.CLOSED: "done",
    SignUp.State.APPLIED: "clock",
    SignUp.State.WAITING: "paused",
    SignUp.State.IN: "done",
    SignUp.State.ARRIVED: "open",
    SignUp.State.LEFT: "clock",
    SignUp.State.NO_SHOW: "minus",
    SignUp.State.CERTIFIED: "done",
    SignUp.State.APPEALED: "clock",
    "cancelled": "close",
}


def activity_word(state: str) -> str:
    return str(_ACTIVITY.get(state, state))


def sign_up_word(state: str) -> str:
    return str(_SIGN_UP.get(state, state))


def minors_word(minors: str) -> str:
    return str(_MINORS.get(minors, minors))


def charge_word(state: str) -> str:
    return str(_CHARGES.get(state, state))


def help_word(state: str) -> str:
    return str(_HELP.get(state, state))
