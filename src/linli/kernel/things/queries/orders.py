"""What a thing was told to do, by whom and when, and how far each order has come."""

from __future__ import annotations

from uuid import UUID

from linli.kernel.access import Actor, require

from ..models import Order

MOST = 100


def of_thing(actor: Actor, thing_id: UUID, *, limit: int = MOST) -> list[Order]:
    """The latest first, of a thing the actor may see. One query. Raises NotAllowed."""
    require(actor, "things.read")
    return list(Order.objects.filter(thing=thing_id).order_by("-id")[:limit])
