"""督办: an order from a higher level that needs a written reply by a date."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound
from linli.kernel.declare import working_days

from ..models import Matter, Order
from .core import act, needed


def supervise(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    text: str,
    reply_due: datetime | None = None,
    version: int | None = None,
) -> Matter:
    """Give an order; without a date the reply is due in one working day."""
    needed(text=text)
    if reply_due is not None and reply_due <= at:
        raise Invalid(_("回复期限要晚于现在。"), fields={"reply_due": _("请选择以后的时间。")})
    with act("supervise", matter_id, by=by, at=at, version=version) as doing:
        order = Order.objects.create(
            matter=doing.matter,
            level=by.level,
            text=text.strip(),
            ordered_at=at,
            ordered_by_id=by.account_id,
            unit_id=doing.matter.lead_unit_id,
            reply_due=reply_due or doing.calendar.due_at(at, working_days(1)),
        )
        doing.says["order"] = {
            "id": str(order.id),
            "level": int(order.level),
            "text": order.text,
            "reply_due": order.reply_due,
        }
    return doing.matter


def reply_order(
    *, matter_id: UUID, by: Actor, at: datetime, order_id: UUID, text: str, version: int | None = None
) -> Matter:
    """The written reply to an order; a late one is taken too, and stays late."""
    needed(text=text)
    with act("reply_order", matter_id, by=by, at=at, version=version) as doing:
        order = _order(doing.matter, order_id)
        if order.replied_at is not None:
            raise Conflict(_("这条督办已经回复过了。"), code="replied")
        order.reply, order.replied_at, order.replied_by_id = text.strip(), at, by.account_id
        order.save(update_fields=["reply", "replied_at", "replied_by"])
        doing.says["order"] = {"id": str(order.id), "reply": order.reply, "late": at > order.reply_due}
    return doing.matter


def settle_order(*, matter_id: UUID, by: Actor, at: datetime, order_id: UUID, version: int | None = None) -> Matter:
    """销号: whoever stands above is content with the reply."""
    with act("settle_order", matter_id, by=by, at=at, version=version) as doing:
        order = _order(doing.matter, order_id)
        if order.replied_at is None:
            raise Conflict(_("这条督办还没有回复，不能销号。"), code="unreplied")
        order.settled_at = at
        order.save(update_fields=["settled_at"])
        doing.says["order"] = {"id": str(order.id), "settled": True}
    return doing.matter


def _order(matter: Matter, order_id: UUID) -> Order:
    order = matter.orders.filter(id=order_id).first()
    if order is None:
        raise NotFound(_("这件事没有这条督办。"))
    return order
