"""The one column the worker looks at: when does this matter next need the clock?

It is the earliest of: the next step of the running leg, a helper's own date. Orders have a clock of their own
(`ordering`): an answer may be owed when its matter has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from linli.kernel.access.prepared import ask
from linli.kernel.clock.calendar import WorkingCalendar
from linli.kernel.clock.queries import calendar_for

from .legs import Step, next_step
from .models import Assignment, Matter
from .numbers import Numbers, numbers_for

# The first date of what `late_parts` finds for one matter.
_HANGING = """
SELECT to_json(min(due_at)) #>> '{}' FROM matters_assignment WHERE matter_id = %s AND part = 'help'
  AND finished_at IS NULL AND given_back_at IS NULL AND replaced_at IS NULL AND reminded_at IS NULL
"""


def next_tick(matter: Matter) -> datetime | None:
    """The earliest instant at which the clock has something to do for an open matter."""
    step = next_step(
        matter, numbers_for(matter.kind, matter.place_code, matter.urgency), calendar_for(matter.place_code)
    )
    ((hanging,),) = ask(_HANGING, [matter.id])
    return _first(step.at if step else None, datetime.fromisoformat(hanging.decode()) if hanging else None)


def earliest(step: Step | None, parts: Sequence[Assignment]) -> datetime | None:
    """Of the next step, and the first of the helpers' parts, which come in the order of their dates."""
    return _first(step.at if step else None, parts[0].due_at if parts else None)


def _first(*moments: datetime | None) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)


def first_tick(matter: Matter, numbers: Numbers, calendar: WorkingCalendar) -> datetime | None:
    """`next_tick` of a matter being opened, on which no helper can hang yet: asks no database."""
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
    found: dict[UUID, list[Assignment]] = {}
    for part in open_parts.order_by("due_at", "id"):
        found.setdefault(part.matter_id, []).append(part)
    return found
