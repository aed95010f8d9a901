"""The clock of an order: a reminder before its date, and at its date it is told to whoever gave it.

Each step is an instant reckoned from when the time to answer began and its date, and is taken once. The lock of its
matter guards an order, for the verbs as for the clock, so that two never write one history at once; a worker killed
between two steps loses nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.audit import append
from linli.kernel.clock.calendar import WorkingCalendar
from linli.kernel.declare import Unit

from .models import Order
from .numbers import Numbers

log = structlog.get_logger(__name__)
_AGAIN = timedelta(minutes=5)
_DUE = """
SELECT o.id FROM matters_order o JOIN matters_matter m ON m.id = o.matter_id WHERE o.next_tick_at <= %s
ORDER BY o.next_tick_at, o.id LIMIT %s FOR UPDATE OF o, m SKIP LOCKED
"""


def wait(order: Order, *, since: datetime, due: datetime, numbers: Numbers, calendar: WorkingCalendar) -> None:
    """From now on an answer is waited for. The reminder comes when as much of the time has gone as a matter is warned at."""
    order.since, order.reply_due = since, due
    order.reminded_at = order.missed_at = order.replied_at = None
    order.next_tick_at = calendar.share(since, due, Unit.WORKING_HOUR, numbers.warn)


def tick_due(*, at: datetime, limit: int) -> int:
    """Take one step of up to `limit` orders that have one due, earliest first; returns how many."""
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [at, limit])
            ids: list[UUID] = [row[0] for row in cursor.fetchall()]
        orders = Order.objects.select_related("matter").in_bulk(ids) if ids else {}
        for order_id in ids:
            try:
                with transaction.atomic():
                    _step(orders[order_id], at)
            except Exception:
                # One order that cannot be ticked must not hold up those behind it.
                log.exception("order not ticked", order=str(order_id), again_in=str(_AGAIN))
                Order.objects.filter(id=order_id).update(next_tick_at=at + _AGAIN)
    return len(ids)


def _step(order: Order, at: datetime) -> None:
    if order.reminded_at is None:
        due, order.reminded_at, order.next_tick_at = order.next_tick_at, at, order.reply_due
        _record(order, "order_reminded", due or at, at)
    else:
        order.missed_at, order.next_tick_at = at, None
        _record(order, "order_missed", order.reply_due, at)
    order.save(update_fields=["reminded_at", "missed_at", "next_tick_at"])


def _record(order: Order, verb: str, due: datetime, at: datetime) -> None:
    """For who must answer, and for who gave the order; the followers carry it to them."""
    matter = order.matter
    append(
        by=SYSTEM,
        at=at,
        verb=f"matters.{verb}",
        stream=matter.stream,
        place_code=matter.place_code,
        unit_ids=sorted({*matter.unit_ids, *filter(None, (order.unit_id, order.by_unit_id))}, key=str),
        person_ids=matter.person_ids,
        after={
            "scheduled": due,
            "order": {
                "id": str(order.id),
                "reply_due": order.reply_due,
                "level": int(order.level),
                "unit": order.unit_id,
                "by_unit": order.by_unit_id,
                "by_account": order.ordered_by_id,
            },
            "level": int(order.level),
        },
    )
