"""The units of a reader's place and below it, for whom a list is narrowed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor, Sees
from linli.kernel.clock.now import now
from linli.kernel.people.models import Unit

MOST = 400


def units_in(actor: Actor, at: datetime | None = None) -> list[tuple[UUID, str]]:
    """(id, name) of units that stand, the widest first, at most MOST; none for who sees their own unit's alone."""
    if actor.sees not in (Sees.PLACE, Sees.ALL) or not actor.scope:
        return []
    standing = Unit.objects.filter(valid__contains=at or now())
    if actor.scope != "*":
        standing = standing.filter(place_code__startswith=actor.scope)
    return list(standing.order_by("place_code", "name").values_list("id", "name")[:MOST])
