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
from linli.kernel.access.prepared import ask
from linli.kernel.audit import append
from linli.kernel.clock.calendar import WorkingCalendar
from linli.kernel.declare import working_days

from . import legs, ordering
from .models import Matter, Order, Stage
from .numbers import Numbers
from .rules import Rules
from .timers import earliest, late_parts

log = structlog.get_logger(__name__)
_AGAIN = timedelta(minutes=5)
_DUE = """
SELECT id FROM matters_matter WHERE next_tick_at <= %s
ORDER BY next_tick_at, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_NEXT = """
SELECT to_json(min(next_tick_at)) #>> '{}' FROM (
  (SELECT next_tick_at FROM matters_matter WHERE next_tick_at IS NOT NULL ORDER BY next_tick_at, id LIMIT 1)
  UNION ALL
  (SELECT next_tick_at FROM matters_order WHERE next_tick_at IS NOT NULL ORDER BY next_tick_at, id LIMIT 1)) first
"""
_MOVED = "UPDATE matters_matter SET stage = %s, climbed = %s, ever_late = %s, next_tick_at = %s WHERE id = %s"
_STAGES = {Stage.WARNED: "warned", Stage.REMINDED: "reminded", Stage.SUPERVISED: "supervised"}


def tick_due(*, at: datetime, limit: int = 100) -> int:
    """Take the steps that are due, earliest first, for up to `limit` matters and as many orders; returns how many."""
    return _tick_matters(at, limit) + ordering.tick_due(at=at, limit=limit)


def _tick_matters(at: datetime, limit: int) -> int:
    with transaction.atomic():
        look_as(SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [at, limit])
            ids = [row[0] for row in cursor.fetchall()]
        batch = _Batch(ids)
        for matter_id in ids:
            try:
                with transaction.atomic():
                    _tick(batch, matter_id, at)
            except Exception:
                # One matter that cannot be ticked must not hold up the ten thousand behind it.
                log.exception("matter not ticked", matter=str(matter_id), again_in=str(_AGAIN))
                Matter.objects.filter(id=matter_id).update(next_tick_at=at + _AGAIN)
    return len(ids)


def next_due() -> datetime | None:
    """When the clock is needed next; the worker sleeps no longer than until then."""
    look_as(SYSTEM)
    ((first,),) = ask(_NEXT)
    return datetime.fromisoformat(first.decode()) if first else None


class _Batch:
    """What the ticks of one transaction are reckoned with, asked for once and not by each of them."""

    def __init__(self, ids: list[UUID]) -> None:
        self.matters = Matter.objects.in_bulk(ids)
        self.parts = late_parts(ids)
        self.rules = Rules()


def _tick(batch: _Batch, matter_id: UUID, at: datetime) -> None:
    """One step of one matter: the earliest of its leg and its helpers."""
    matter = batch.matters[matter_id]
    numbers = batch.rules.numbers(matter.kind, matter.place_code, matter.urgency)
    calendar = batch.rules.calendar(matter.place_code)
    step = legs.next_step(matter, numbers, calendar)
    parts = batch.parts.get(matter_id, [])
    due = earliest(step, parts)
    if due is not None and due <= at:
        if step is not None and step.at == due:
            _walk(matter, step, at, numbers, calendar)
        else:
            parts[0].reminded_at = at
            parts[0].save(update_fields=["reminded_at"])
            _record(matter, "part_reminded", due, at, unit=str(parts[0].unit_id))
            parts = parts[1:]
    matter.next_tick_at = earliest(legs.next_step(matter, numbers, calendar), parts)
    ask(_MOVED, [int(matter.stage), int(matter.climbed), matter.ever_late, matter.next_tick_at, matter_id])


def _walk(matter: Matter, step: legs.Step, at: datetime, numbers: Numbers, calendar: WorkingCalendar) -> None:
    matter.stage, matter.climbed = step.stage, step.level
    says: dict[str, object] = {"leg": matter.leg, "due_at": matter.due_at, "stage": int(step.stage)}
    if step.stage == Stage.SUPERVISED:
        matter.ever_late = True
        order = _order(matter, step.level, at, numbers, calendar)
        says |= {"level": int(step.level), "order": {"id": str(order.id), "reply_due": order.reply_due}}
    _record(matter, _STAGES[step.stage], step.at, at, **says)


def _order(matter: Matter, level: Level, at: datetime, numbers: Numbers, calendar: WorkingCalendar) -> Order:
    with override("zh-hans"):
        text = _("已超过期限，请书面说明原因和完成时间。")
    order = Order(
        matter=matter,
        place_code=matter.place_code,
        level=level,
        automatic=True,
        text=text,
        ordered_at=at,
        unit_id=matter.lead_unit_id,
    )
    ordering.wait(order, since=at, due=calendar.due_at(at, working_days(1)), numbers=numbers, calendar=calendar)
    order.save(force_insert=True)
    return order


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
