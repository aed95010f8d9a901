"""When an agreement ends, what the thing had said is erased. Rooms above keep it, so they say here how (as `people.keepers`).

An eraser runs in the transaction of the verb that ends the agreement, with the system's eyes, after the thing has stopped
to be listened to and before that is recorded. The worker calls it once more a little later: what an intake had taken a
moment before is gone then as well. So it may find nothing, and says what it erased.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from linli.kernel.access import as_system

from .models import Agreement, Erasure, Interval, Order, State, Thing

Erases = Callable[[Thing, datetime], Mapping[str, int]]
AGAIN = timedelta(minutes=1)
"""So long after an agreement ended the worker looks once more."""


@dataclass(slots=True)
class Erasers:
    """By the room that registered it; from the top down, as what stands on something goes first."""

    known: dict[str, Erases] = field(default_factory=dict)

    def add(self, room: str, erases: Erases) -> None:
        self.known[room] = erases

    def erase(self, thing: Thing, at: datetime) -> dict[str, int]:
        counts: dict[str, int] = {}
        for erases in reversed(self.known.values()):
            for what, n in erases(thing, at).items():
                counts[what] = counts.get(what, 0) + n
        return counts


erasers = Erasers()


def erase_orders(thing: Thing, _at: datetime) -> dict[str, int]:
    """This room's own: what the device was told to do, and how often it spoke before."""
    counts = {
        "orders": Order.objects.filter(thing=thing).delete()[0],
        "intervals": Interval.objects.filter(thing=thing).delete()[0],
    }
    return {what: n for what, n in counts.items() if n}


def erase(thing: Thing, at: datetime, why: str, agreement: Agreement | None = None) -> Erasure:
    """Within a verb that holds the thing: erase what it said, and leave a tombstone."""
    counts = erasers.erase(thing, at)
    return Erasure.objects.create(thing=thing, no=thing.no, agreement=agreement, at=at, why=why, counts=counts)


def erase_again(*, at: datetime, limit: int = 50) -> int:
    """What was still on its road when an agreement ended. The worker calls it; returns how many tombstones were settled.

    A thing that works again under a new agreement by now keeps what it said under that: an evaluator takes nothing
    from before (`readings.evaluating`).
    """
    with transaction.atomic(), as_system():
        owed = Erasure.objects.select_for_update(of=("self",), skip_locked=True).select_related("thing")
        rows = list(owed.filter(again_at=None, at__lte=at - AGAIN).order_by("id")[:limit])
        for row in rows:
            thing = Thing.objects.select_for_update(of=("self",), no_key=True).get(pk=row.thing_id)
            if thing.state != State.WORKING:
                more = erasers.erase(thing, at)
                row.counts = {what: row.counts.get(what, 0) + more.get(what, 0) for what in {*row.counts, *more}}
            row.again_at = at
            row.save(update_fields=["again_at", "counts"])
    return len(rows)
