"""How often a thing reports is otherwise: somebody says so, or it has acknowledged an order that says so.

What was expected of it before is kept (`models.Interval`): its health of last week is reckoned with last week's interval.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM, Actor

from ..models import Interval, Order, Thing
from . import common


def take_interval(
    thing: Thing, every: int | None, by: Actor, at: datetime, verb: str, order: UUID | None = None
) -> bool:
    """Within a verb that holds the thing; whether anything changed."""
    if thing.every == every:
        return False
    before, thing.every = thing.every, every
    Interval.objects.create(thing=thing, every=before, until=at)
    common.save(thing, "every")
    of_order = {"order": str(order)} if order else {}
    common.record(by, at, verb, thing, before={"every": before}, after={"every": every, **of_order})
    return True


def follow_intervals(*, at: datetime, limit: int = 100) -> int:
    """What devices have acknowledged they will do is what is expected of them. The worker calls it; returns how many orders
    were followed. In the order in which they were acknowledged: the last holds.

    A thing is held before its order, as by who sends one.
    """
    owed = Order.objects.filter(every__isnull=False, answered_at__isnull=False, followed_at=None)
    with common.act():
        found = list(owed.order_by("answered_at", "id").values_list("thing_id", "id")[:limit])
    return sum(_follow(thing_id, order_id, at) for thing_id, order_id in found)


def _follow(thing_id: UUID, order_id: UUID, at: datetime) -> bool:
    with common.act():
        thing = common.held(thing_id)
        order = Order.objects.select_for_update().filter(pk=order_id, followed_at=None).first()
        if order is None or order.answered_at is None:
            return False  # another worker was faster
        take_interval(thing, order.every, SYSTEM, order.answered_at, "follow_interval", order.id)
        order.followed_at = at
        order.save(update_fields=["followed_at"])
    return True
