"""What waits for whoever leads: swaps two have agreed on, leave that was asked. One's own is decided by somebody else."""

from __future__ import annotations

from datetime import datetime

from linli.kernel.access import Actor, Sees, as_system, require, under

from ..models import Leave, Shift, Swap
from ..verbs.common import PLANS

MOST = 100


def swaps(by: Actor, at: datetime) -> list[Swap]:
    """Swaps of shifts to come that wait for a decision, the nearest first. One query."""
    require(by, PLANS)
    rows = Swap.objects.select_related(
        "shift", "shift__slot", "shift__roster", "shift__roster__unit", "back", "back__slot", "asker", "colleague"
    ).filter(state=Swap.State.AGREED, shift__lasts__startswith__gt=at)
    if by.sees is Sees.UNIT:
        rows = rows.filter(shift__roster__unit=by.unit_id)
    elif by.scope != "*":
        rows = rows.filter(shift__in=Shift.objects.filter(under(by.scopes)))
    return list(rows.exclude(asker=by.account_id).exclude(colleague=by.account_id).order_by("shift__lasts")[:MOST])


def leaves(by: Actor, at: datetime) -> list[Leave]:
    """Leave that was asked and is not over, the nearest first, with its reason: only for who decides on it. One query
    with the system's eyes, over the actor's own scope or unit."""
    require(by, PLANS)
    with as_system():
        rows = Leave.objects.select_related("account", "unit").filter(
            state=Leave.State.ASKED, lasts__endswith__gt=at
        )
        if by.sees is Sees.UNIT:
            rows = rows.filter(unit=by.unit_id)
        elif by.scope != "*":
            rows = rows.filter(under(by.scopes))
        return list(rows.exclude(account=by.account_id).order_by("lasts", "id")[:MOST])
