"""The written answer to an order, and what becomes of it: sent back, or accepted (销号)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict
from linli.kernel.declare import working_days

from ..models import Matter, Order, SentBack
from .core import act, needed
from .orders import must_answer, on_its_level, order_of, said, to_come, waits


def reply_order(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    order_id: UUID,
    text: str,
    files: Iterable[UUID] = (),
    version: int | None = None,
) -> Matter:
    """The written reply to an order; a late one is taken too, and stays late."""
    needed(text=text)
    with act("reply_order", matter_id, by=by, at=at, version=version) as doing:
        order = order_of(doing.matter, order_id)
        must_answer(order, doing, by)
        doing.attach(files, "order", for_reporter=False)
        order.reply, order.replied_at, order.replied_by_id = text.strip(), at, by.account_id
        order.reply_files = [UUID(file) for file in doing.says.get("files", ())]
        order.next_tick_at = None
        order.save(update_fields=["reply", "reply_files", "replied_at", "replied_by", "next_tick_at"])
        doing.says["order"] = {"id": str(order.id), "reply": order.reply, "late": at > order.reply_due}
    return doing.matter


def return_order(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    order_id: UUID,
    reason: str,
    reply_due: datetime | None = None,
    version: int | None = None,
) -> Matter:
    """退回重报: the answer is not enough. It stays in the record; another is due, in one working day if no date is given."""
    needed(reason=reason)
    to_come(reply_due, at)
    with act("return_order", matter_id, by=by, at=at, version=version) as doing:
        order, replied_at = _judged(doing.matter, order_id, by)
        due = reply_due or doing.calendar.due_at(at, working_days(1))
        SentBack.objects.create(
            matter=doing.matter,
            order=order,
            reply=order.reply,
            reply_files=order.reply_files,
            replied_at=replied_at,
            replied_by_id=order.replied_by_id,
            due_before=order.reply_due,
            reason=reason.strip(),
            returned_at=at,
            returned_by_id=by.account_id,
            due_after=due,
        )
        waits(doing, order, due)
        order.reply, order.reply_files, order.replied_by_id = "", [], None
        order.returned += 1
        order.save()
        doing.says["order"] = {**said(order), "returned": order.returned}
        doing.note = reason.strip()
    return doing.matter


def settle_order(*, matter_id: UUID, by: Actor, at: datetime, order_id: UUID, version: int | None = None) -> Matter:
    """销号: whoever gave the order, or stands above, is content with the reply."""
    with act("settle_order", matter_id, by=by, at=at, version=version) as doing:
        order, _replied_at = _judged(doing.matter, order_id, by)
        order.settled_at, order.settled_by_id = at, by.account_id
        order.save(update_fields=["settled_at", "settled_by"])
        doing.says["order"] = {"id": str(order.id), "settled": True}
    return doing.matter


def _judged(matter: Matter, order_id: UUID, by: Actor) -> tuple[Order, datetime]:
    """An order with an answer, and when that came."""
    order = order_of(matter, order_id)
    if order.settled_at is not None:
        raise Conflict(_("这条督办已经结束了。"), code="settled")
    if order.replied_at is None:
        raise Conflict(_("这条督办还没有回复。"), code="unreplied")
    on_its_level(order, by)
    return order, order.replied_at
