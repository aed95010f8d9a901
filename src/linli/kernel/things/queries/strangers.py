"""Who knocked and is not known."""

from __future__ import annotations

from linli.kernel.access import Actor, require

from ..models import Stranger

MOST = 200


def waiting(actor: Actor, *, limit: int = MOST) -> list[Stranger]:
    """Those nobody has settled, who knocked last first. Needs `things.change`: what is found out here is claimed."""
    require(actor, "things.change")
    return list(Stranger.objects.filter(settled_at=None).order_by("-last_at", "id")[:limit])


def how_many(actor: Actor) -> int:
    """How many wait, at most `MOST`."""
    require(actor, "things.change")
    return Stranger.objects.filter(settled_at=None).order_by()[:MOST].count()
