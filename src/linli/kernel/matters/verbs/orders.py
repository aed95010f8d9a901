"""What the verbs about an order share: which order it is, whose it is to answer and to judge, and from when it waits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, Level, NotAllowed, NotFound, Role

from .. import ordering
from ..models import Matter, Order
from .core import Doing


def order_of(matter: Matter, order_id: UUID) -> Order:
    order = matter.orders.filter(id=order_id).first()
    if order is None:
        raise NotFound(_("这件事没有这条督办。"))
    return order


def must_answer(order: Order, doing: Doing, by: Actor) -> None:
    """The transition table has said that one of the matter's orders is theirs to answer; this says whether this one is."""
    if order.settled_at is not None:
        raise Conflict(_("这条督办已经结束了。"), code="settled")
    if order.replied_at is not None:
        raise Conflict(_("这条督办已经回复过了。"), code="replied")
    if by.role == Role.SYSTEM:
        return
    if order.addressed:
        mine = by.unit_id == order.unit_id
    elif doing.matter.lead_unit_id is None:
        mine = by.level < order.level
    else:
        mine = by.unit_id == doing.matter.lead_unit_id
    if not mine:
        raise NotAllowed(_("这条督办发给了别的单位，由那个单位回复。"), code="who")


def on_its_level(order: Order, by: Actor) -> None:
    if by.level < Level(order.level):
        raise NotAllowed(_("这条督办由发出它的层级或更高的层级来定。"), code="level")


def to_come(reply_due: datetime | None, at: datetime) -> None:
    if reply_due is not None and reply_due <= at:
        raise Invalid(_("回复期限要晚于现在。"), fields={"reply_due": _("请选择以后的时间。")})


def waits(doing: Doing, order: Order, due: datetime) -> None:
    ordering.wait(order, since=doing.at, due=due, numbers=doing.numbers, calendar=doing.calendar)


def said(order: Order) -> dict[str, object]:
    return {
        "id": str(order.id),
        "level": int(order.level),
        "text": order.text,
        "reply_due": order.reply_due,
        "unit": order.unit_id,
        **({"addressed": True} if order.addressed else {}),
    }
