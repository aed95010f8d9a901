"""A matter that is with a unit from its first moment: accepted and assigned by the system as it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM
from linli.kernel.access.prepared import ask
from linli.kernel.audit import append
from linli.kernel.audit.ids import uuid7

from ..models import Matter, State

_GIVE = """
INSERT INTO matters_assignment (id, matter_id, unit_id, part, task, due_at, assigned_at, result, cause, found)
VALUES (%s, %s, %s, 'lead', '', %s, %s, '', '', '')
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """Which unit is sent, and who of it is told first: the accounts of those on shift there, none where no roster says."""

    unit_id: UUID
    called: tuple[UUID, ...] = ()


def sent(matter: Matter, unit_id: UUID, at: datetime) -> None:
    """What a matter's own row says when the system has accepted and assigned it."""
    matter.state = State.ASSIGNED
    matter.accepted_at = matter.answered_at = matter.assigned_at = at
    matter.lead_unit_id, matter.unit_ids = unit_id, [unit_id]


def give(matter: Matter, to: Sent, at: datetime) -> None:
    """The unit's part, and the record that tells the unit and who of it is called first (`called`, for whoever sends
    messages). By a statement that is planned once: alarms come in storms."""
    unit_id = to.unit_id
    ask(_GIVE, [uuid7(), matter.id, unit_id, matter.finish_due, at])
    append(
        by=SYSTEM,
        at=at,
        verb="matters.assign",
        stream=matter.stream,
        place_code=matter.place_code,
        unit_ids=matter.unit_ids,
        before={"state": State.REPORTED.value},
        after={
            "state": State.ASSIGNED.value,
            "lead_unit_id": unit_id,
            "assigned_at": at,
            "parts": [{"unit": str(unit_id), "part": "lead", "due": matter.finish_due, "task": ""}],
            **({"called": [str(account) for account in to.called]} if to.called else {}),
        },
    )
