"""The one column the worker looks at: when does this matter next need the clock?

It is the earliest of: the next step of the running leg, a helper's own date, the date of an order's reply.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from linli.kernel.access.prepared import ask
from linli.kernel.clock.calendar import WorkingCalendar
from linli.kernel.clock.queries import calendar_for

from .legs import Step, next_step
from .models import Assignment, Matter, Order
from .numbers import Numbers, numbers_for

# The first date of what `late_parts` and `waiting_orders` find for one matter.
_HANGING = """
SELECT to_json(least(
  (SELECT min(due_at) FROM matters_assignment WHERE matter_id = %s AND part = 'help' AND finished_at IS NULL
     AND given_back_at IS NULL AND replaced_at IS NULL AND reminded_at IS NULL),
  (SELECT min(reply_due) FROM matters_order WHERE matter_id = %s AND replied_at IS NULL AND settled_at IS NULL
     AND missed_at IS NULL))) #>> '{}'
"""

Row = TypeVar("Row", Assignment, Order)


def next_tick(matter: Matter) -> datetime | None:
    """The earliest instant at which the clock has something to do for an open matter."""
    step = next_step(
        matter, numbers_for(matter.kind, matter.place_code, matter.urgency), calendar_for(matter.place_code)
    )
    ((hanging,),) = ask(_HANGING, [matter.id, matter.id])
    return _first(step.at if step else None, datetime.fromisoformat(hanging.decode()) if hanging else None)


def earliest(step: Step | None, parts: Sequence[Assignment], orders: Sequence[Order]) -> datetime | None:
    """Of the next step, and the first of the helpers' parts and of the orders, each in the order of their dates."""
    return _first(
        step.at if step else None,
        parts[0].due_at if parts else None,
        orders[0].reply_due if orders else None,
    )


def _first(*moments: datetime | None) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)


def first_tick(matter: Matter, numbers: Numbers, calendar: WorkingCalendar) -> datetime | None:
    """`next_tick` of a matter being opened, on which no helper and no order can hang yet: asks no database."""
    step = next_step(matter, numbers, calendar)
    return step.at if step else None


def late_parts(matters: Iterable[UUID]) -> dict[UUID, list[Assignment]]:
    """Helpers' parts that are open and were not reminded yet, of each of the matters, earliest first."""
    open_parts = Assignment.objects.filter(
        matter_id__in=matters,
        part=Assignment.Part.HELP,
        finished_at=None,
        given_back_at=None,
        replaced_at=None,
        reminded_at=None,
    )
    return _of_each(open_parts.order_by("due_at", "id"))


def waiting_orders(matters: Iterable[UUID]) -> dict[UUID, list[Order]]:
    """Orders nobody replied to and whose date was not yet seen to pass, of each of the matters, earliest first."""
    waiting = Order.objects.filter(matter_id__in=matters, replied_at=None, settled_at=None, missed_at=None)
    return _of_each(waiting.order_by("reply_due", "id"))


def _of_each(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row.matter_id, []).append(row)
    return found
