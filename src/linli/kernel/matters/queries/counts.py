"""How many wait in each queue: counted up to a bound, so that the rail costs the same at any size.

Beyond the bound the exact number helps nobody to decide what to do next ("999+"). Ended matters are not counted
here at all: their number is a figure of a period, kept by the followers that keep figures.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from linli.kernel.access import Actor, Sees, require
from linli.kernel.matters.models import OPEN, Stage, State

from .filters import Filter
from .queue import compose

BOUND = 1000

# The queues of the rail, in their order.
QUEUES: dict[str, Filter] = {
    "mine": Filter(mine=True),
    "reported": Filter(state=(State.REPORTED.value,)),
    "accepted": Filter(state=(State.ACCEPTED.value,)),
    "assigned": Filter(state=(State.ASSIGNED.value,)),
    "done": Filter(state=(State.DONE.value,)),
    "verified": Filter(state=(State.VERIFIED.value,)),
    "soon": Filter(stage=(Stage.WARNED.value, Stage.REMINDED.value)),
    "supervised": Filter(supervised=True),
    "helping": Filter(helping=True),
    "ended": Filter(state=(State.CLOSED.value, State.DECLINED.value, State.WRITTEN_OFF.value)),
}


def counts(actor: Actor, queues: dict[str, Filter] | None = None) -> dict[str, int]:
    """How many matters each queue of open matters holds for the actor, at most BOUND each: one query."""
    require(actor, "matters.read")
    if actor.sees in (Sees.NOTHING, Sees.THINGS):
        return {}
    asked = {n: f for n, f in (queues or QUEUES).items() if all(s in OPEN for s in f.states)}
    parts: list[str] = []
    values: list[Any] = []
    for name, question in asked.items():
        selects, given = compose(actor, question, limit=BOUND, columns="m.id", ordered=False)
        if selects:
            every = " UNION ALL ".join(f"({part})" for part in selects)
            parts.append(f"SELECT %s, (SELECT count(*) FROM (SELECT FROM ({every}) e LIMIT {BOUND}) bounded)")  # noqa: S608
            values += [name, *given]
    found: dict[str, int] = dict.fromkeys(asked, 0)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            found.update(cursor.fetchall())
    return found
