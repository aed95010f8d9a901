"""What a record says of a matter's dates and of supervision: orders, their answers, reminders."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .told import Said, Saying, Told, moment


def _supervise(t: Told) -> Said:
    if t.to_reporter:
        return Said(_("上级督办这件事"), tone="supervised")
    due, unit = moment(t.quoted("order", "reply_due")), _addressee(t)
    if unit:
        sentence = _("向%(unit)s发出督办，%(due)s 前书面回复") % {"unit": unit, "due": due}
    else:
        sentence = _("督办，%(due)s 前书面回复") % {"due": due} if due else _("发出督办")
    return Said(sentence, quote=t.quoted("order", "text"), tone="supervised")


def _pass_order(t: Told) -> Said:
    due, unit = moment(t.quoted("order", "reply_due")), _addressee(t)
    if unit:
        sentence = _("督办转给%(unit)s，%(due)s 前书面回复") % {"unit": unit, "due": due}
    else:
        sentence = _("督办转给承办单位，%(due)s 前书面回复") % {"due": due} if due else _("转办督办")
    return Said(sentence, quote=t.quoted("order", "text"), tone="supervised")


def _addressee(t: Told) -> str:
    """The units an order names."""
    orders = t.after.get("orders") or [t.after.get("order") or {}]
    return _("、").join(t.unit(order.get("unit")) for order in orders if order.get("addressed"))


def _reply_order(t: Told) -> Said:
    late = bool(t.quoted("order", "late"))
    return Said(_("逾期才回复督办") if late else _("回复了督办"), quote=t.quoted("order", "reply"))


def _return_order(t: Told) -> Said:
    due = moment(t.quoted("order", "reply_due"))
    sentence = _("督办回复退回重报，%(due)s 前再次回复") % {"due": due} if due else _("督办回复退回重报")
    return Said(sentence, quote=t.note, tone="supervised")


def _settle_order(t: Told) -> Said:
    return Said(_("督办已销号"))


def _urge_order(t: Told) -> Said:
    return Said(_("催办，请尽快书面回复"), quote=t.quoted("order", "words"), tone="reminded")


def _withdraw_order(t: Told) -> Said:
    return Said(_("督办已撤销"), quote=t.note)


def _order_reminded(t: Told) -> Said:
    due = moment(t.quoted("order", "reply_due"))
    sentence = _("督办将到回复期限（%(due)s），已提醒承办单位") % {"due": due} if due else _("督办将到回复期限")
    return Said(sentence, tone="reminded")


def _warned(t: Told) -> Said:
    return Said(_("预警：%(due)s 到期") % {"due": moment(t.after.get("due_at"))}, tone="reminded")


def _reminded(t: Told) -> Said:
    return Said(_("期限将到，已提醒承办单位"), tone="reminded")


def _supervised(t: Told) -> Said:
    level = _LEVELS.get(int(t.after.get("level") or 0))
    if level is None:
        return Said(_("超过期限，上级督办"), tone="supervised")
    return Said(_("超过期限，%(level)s督办") % {"level": _(level)}, tone="supervised")


# access.Level of who supervises → its word
_LEVELS = {3: "街镇", 4: "区", 5: "市"}


def _order_missed(t: Told) -> Said:
    """At its date it goes to whoever gave it."""
    level = _LEVELS.get(int(t.after.get("level") or 0))
    if level is None:
        return Said(_("督办到期没有回复"), tone="supervised")
    return Said(_("督办到期没有回复，已报%(level)s") % {"level": _(level)}, tone="supervised")


def _part_reminded(t: Told) -> Said:
    return Said(_("协办到期，已提醒%(unit)s") % {"unit": t.unit(t.after.get("unit"))}, tone="reminded")


ORDERS: dict[str, Saying] = {
    "supervise": _supervise,
    "reply_order": _reply_order,
    "pass_order": _pass_order,
    "return_order": _return_order,
    "settle_order": _settle_order,
    "urge_order": _urge_order,
    "withdraw_order": _withdraw_order,
    "warned": _warned,
    "reminded": _reminded,
    "supervised": _supervised,
    "order_reminded": _order_reminded,
    "order_missed": _order_missed,
    "part_reminded": _part_reminded,
}
