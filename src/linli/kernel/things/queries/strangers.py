"""Who knocked and is not known."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.kernel.access import Actor, require

from ..models import State, Stranger, Thing

MOST = 200


def waiting(actor: Actor, *, limit: int = MOST) -> list[Stranger]:
    """Those nobody has settled, who knocked last first. Needs `things.change`: what is found out here is claimed."""
    require(actor, "things.change")
    return list(_open().order_by("-last_at", "id")[:limit])


def how_many(actor: Actor) -> int:
    """How many wait, at most `MOST`."""
    require(actor, "things.change")
    return _open().order_by()[:MOST].count()


def _open() -> QuerySet[Stranger]:
    """Without those who knocked in the moment before they were let in: what kept them out is over."""
    same = Thing.objects.filter(key=OuterRef("key"))
    installed = Q(Exists(same.exclude(state=State.WAITING)), why="waiting")
    in_use = Q(Exists(same.exclude(state=State.RETIRED)), why="retired")
    registered = Q(Exists(same), why="unknown")
    return Stranger.objects.filter(settled_at=None).exclude(installed | in_use | registered)
