"""The clock: whatever is due is taken in order of time, one step in one transaction.

Several workers may tick at once: a due row another worker holds is skipped, not waited for. A worker killed
between two steps loses nothing: what was not committed is still due.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.kernel.access import SYSTEM, Level, look_as
from linli.kernel.audit import append
from linli.kernel.clock.queries import calendar_for
from linli.kernel.declare import working_days

from . import legs
from .models import Matter, Order, Stage
from .numbers import numbers_for
from .timers import late_parts, next_tick, waiting_orders

log = structlog.get_logger(__name__)
_AGAIN = timedelta(minutes=5)
_DUE = """
SELECT id FROM matters_matter WHERE next_tick_at <= %s
ORDER BY next_tick_at, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_STAGES = {Stage.WARNED: "warned", Stage.REMINDED: "reminded", Stage.SUPERVISED: "supervised"}


def tick_due(*, at: datetime, limit: int = 100) -> int:
    """Take the steps that are due, earliest first, for up to `limit` matters; returns how many were taken."""
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [at, limit])
            ids = [row[0] for row in cursor.fetchall()]
        for matter_id in ids:
            try:
                with transaction.atomic():
                    _tick(matter_id, at)
            except Exception:
                # One matter that cannot be ticked must not hold up the ten thousand behind it.
                log.exception("matter not ticked", matter=str(matter_id), again_in=str(_AGAIN))
                Matter.objects.filter(id=matter_id).update(next_tick_at=at + _AGAIN)
    return len(ids)


def next_due() -> datetime | None:
    """When the clock is needed next; the worker sleeps no longer than until then."""
    look_as(SYSTEM)
    return (
        Matter.objects.exclude(next_tick_at=None)
        .order_by("next_tick_at")
        .values_list("next_tick_at", flat=True)
        .first()
    )


def _tick(matter_id: UUID, at: datetime) -> None:
    """One step of one matter: the earliest of its leg, its helpers and its orders."""
    matter = Matter.objects.get(id=matter_id)
    numbers = numbers_for(matter.kind, matter.place_code, matter.urgency)
    step = legs.next_step(matter, numbers, calendar_for(matter.place_code))
    parts, orders = late_parts(matter), waiting_orders(matter)
    part_at = parts[0].due_at if parts else None
    order_at = orders[0].reply_due if orders else None
    earliest = min((t for t in (step.at if step else None, part_at, order_at) if t is not None), default=None)
    if earliest is not None and earliest <= at:
        if step is not None and step.at == earliest:
            _walk(matter, step, at)
        elif part_at == earliest:
            parts[0].reminded_at = at
            parts[0].save(update_fields=["reminded_at"])
            _record(matter, "part_reminded", earliest, at, unit=str(parts[0].unit_id))
        else:
            _miss(matter, orders[0], at)
    matter.next_tick_at = next_tick(matter)
    matter.save(update_fields=["stage", "climbed", "ever_late", "next_tick_at"])


def _walk(matter: Matter, step: legs.Step, at: datetime) -> None:
    matter.stage, matter.climbed = step.stage, step.level
    says: dict[str, object] = {"leg": matter.leg, "due_at": matter.due_at, "stage": int(step.stage)}
    if step.stage == Stage.SUPERVISED:
        matter.ever_late = True
        order = _order(matter, step.level, at)
        says |= {"level": int(step.level), "order": {"id": str(order.id), "reply_due": order.reply_due}}
    _record(matter, _STAGES[step.stage], step.at, at, **says)


def _order(matter: Matter, level: Level, at: datetime) -> Order:
    with override("zh-hans"):
        text = _("已超过期限，请书面说明原因和完成时间。")
    return Order.objects.create(
        matter=matter,
        level=level,
        automatic=True,
        text=text,
        ordered_at=at,
        unit_id=matter.lead_unit_id,
        reply_due=calendar_for(matter.place_code).due_at(at, working_days(1)),
    )


def _miss(matter: Matter, order: Order, at: datetime) -> None:
    order.missed_at = at
    order.save(update_fields=["missed_at"])
    _record(matter, "order_missed", order.reply_due, at, order={"id": str(order.id)}, level=int(order.level))


def _record(matter: Matter, verb: str, due: datetime, at: datetime, **says: object) -> None:
    """The record is the reminder: it names the units it is for, and the followers carry it to them.

    `scheduled` is when the step was due, `at` when a worker took it: late only when no worker ran.
    """
    append(
        by=SYSTEM,
        at=at,
        verb=f"matters.{verb}",
        stream=matter.stream,
        place_code=matter.place_code,
        unit_ids=matter.unit_ids,
        person_ids=matter.person_ids,
        after={"scheduled": due, "lead_unit": matter.lead_unit_id, "lead_account": matter.lead_account_id, **says},
    )
