"""The one column the worker looks at: when does this matter next need the clock?

It is the earliest of: the next step of the running leg, a helper's own date, the date of an order's reply.
"""

from __future__ import annotations

from datetime import datetime

from linli.kernel.clock.calendar import WorkingCalendar
from linli.kernel.clock.queries import calendar_for

from .legs import next_step
from .models import Assignment, Matter, Order
from .numbers import Numbers, numbers_for


def next_tick(matter: Matter) -> datetime | None:
    """The earliest instant at which the clock has something to do for an open matter."""
    step = next_step(
        matter, numbers_for(matter.kind, matter.place_code, matter.urgency), calendar_for(matter.place_code)
    )
    candidates = [step.at if step else None, _next_part(matter), _next_order(matter)]
    return min((at for at in candidates if at is not None), default=None)


def first_tick(matter: Matter, numbers: Numbers, calendar: WorkingCalendar) -> datetime | None:
    """`next_tick` of a matter being opened, on which no helper and no order can hang yet: asks no database."""
    step = next_step(matter, numbers, calendar)
    return step.at if step else None


def late_parts(matter: Matter) -> list[Assignment]:
    """Helpers' parts that are open and were not reminded yet, earliest first."""
    return list(
        Assignment.objects.filter(
            matter=matter,
            part=Assignment.Part.HELP,
            finished_at=None,
            given_back_at=None,
            replaced_at=None,
            reminded_at=None,
        ).order_by("due_at", "id")
    )


def waiting_orders(matter: Matter) -> list[Order]:
    """Orders nobody replied to and whose date was not yet seen to pass, earliest first."""
    return list(
        Order.objects.filter(matter=matter, replied_at=None, settled_at=None, missed_at=None).order_by(
            "reply_due", "id"
        )
    )


def _next_part(matter: Matter) -> datetime | None:
    parts = late_parts(matter)
    return parts[0].due_at if parts else None


def _next_order(matter: Matter) -> datetime | None:
    orders = waiting_orders(matter)
    return orders[0].reply_due if orders else None
