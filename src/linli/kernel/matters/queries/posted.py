"""公示: what was dealt with nearby, as staff approved it for everybody: for a screen on a wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.kernel.access import Actor, under

from ..models import Matter
from ..public import DEEPEST


@dataclass(frozen=True, slots=True)
class Posted:
    """One matter, in approved words alone. `words` is never empty; `reply` is "" where none was approved."""

    kind: str
    words: str
    reply: str
    address: str
    place_code: str
    state: str
    opened_at: datetime
    ended_at: datetime | None


def posted(by: Actor, *, since: datetime, limit: int = 12) -> list[Posted]:
    """What was published since then within the actor's scope, the latest first; row level security shows what is
    public. One query."""
    rows = Matter.objects.filter(under(by.scopes), published_at__gte=since).exclude(public_words="")
    fields = (
        "kind",
        "public_words",
        "public_reply",
        "public_address",
        "place_code",
        "state",
        "opened_at",
        "ended_at",
    )
    return [
        Posted(kind, words, reply, address, code[:DEEPEST], state, opened_at, ended_at)
        for kind, words, reply, address, code, state, opened_at, ended_at in rows.order_by(
            "-published_at", "-id"
        ).values_list(*fields)[:limit]
    ]
