"""What was served elsewhere before it came here: an old roster's attendance, one record for each roster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor, require

from ..models import Roster, Shift
from .common import act, record


@dataclass(frozen=True, slots=True)
class Served:
    """When somebody came to a shift and left it; `unverified` where nobody said the latter."""

    shift_id: UUID
    came: datetime
    left: datetime
    unverified: bool = False


def take_over_attendance(*, by: Actor, at: datetime, roster_id: UUID, served: Iterable[Served]) -> int:
    """Write attendance of shifts that are over and to which nobody checked in. Only the operator may; returns how many."""
    require(by, "*")
    given = {one.shift_id: one for one in served if one.left <= at}
    with act():
        roster = Roster.objects.get(pk=roster_id)
        rows = list(
            Shift.objects.select_for_update().filter(
                roster=roster, pk__in=given, in_at=None, account__isnull=False, published_at__isnull=False,
                cancelled_at=None,
            )
        )  # fmt: skip
        for row in rows:
            one = given[row.pk]
            row.in_at, row.out_at, row.unverified = one.came, one.left, one.unverified
        Shift.objects.bulk_update(rows, ["in_at", "out_at", "unverified"], batch_size=500)
        if rows:
            record(by, at, "take_over_attendance", roster, after={"shifts": len(rows)})
    return len(rows)
