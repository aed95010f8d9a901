"""What waits for a decision: facts that differ, and what persons contest; the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor, require
from linli.kernel.places import queries as places
from linli.kernel.sealed import unseal

from ..defined import elements as defined
from ..models import Conflict, Contest
from ..verbs.common import READS
from .scopes import within
from .visits import labels_of

MOST = 100
OPEN = (Contest.State.OPEN, Contest.State.AGAIN)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line: whose, which element, since when. `what`: "conflict" or "contest"; `state` why, or how far it is."""

    id: UUID
    what: str
    about: str
    subject: UUID
    label: str
    place: str
    element: str
    element_label: str
    state: str
    since: datetime
    words: str = ""
    mine_before: bool = False


def conflicts(by: Actor, *, limit: int = MOST) -> list[Waiting]:
    """Facts that differ and somebody should look at, within the actor's scope. Four queries."""
    require(by, READS)
    rows = list(within(Conflict.objects.filter(end=""), by).order_by("opened_at", "id")[:limit])
    names = labels_of([(row.about, row.subject) for row in rows])
    known, where = defined(row.element for row in rows), places.labels(row.place_code for row in rows)
    return [
        Waiting(
            row.id, "conflict", row.about, row.subject, names.get(row.subject, ""), where.get(row.place_code, ""),
            row.element, known[row.element].label if row.element in known else row.element, row.why, row.opened_at,
        )
        for row in rows
    ]  # fmt: skip


def contests(by: Actor, *, limit: int = MOST) -> list[Waiting]:
    """What persons contest and nobody has answered yet; `mine_before`: who looks answered it the first time. Four queries."""
    require(by, READS)
    found = Contest.objects.filter(state__in=OPEN).select_related("fact")
    rows = list(within(found, by).order_by("opened_at", "id")[:limit])
    names = labels_of([(row.fact.about, row.fact.subject) for row in rows])
    known, where = defined(row.fact.element for row in rows), places.labels(row.place_code for row in rows)
    return [
        Waiting(
            row.id, "contest", row.fact.about, row.fact.subject, names.get(row.fact.subject, ""),
            where.get(row.place_code, ""), row.fact.element,
            known[row.fact.element].label if row.fact.element in known else row.fact.element, row.state,
            row.again_at or row.opened_at, unseal(row.reason_sealed) if row.reason_sealed is not None else "",
            row.answered_by_id is not None and row.answered_by_id == by.account_id,
        )
        for row in rows
    ]  # fmt: skip


def waiting(by: Actor) -> tuple[int, int]:
    """How many conflicts and contests wait within the actor's scope; a hundred is many enough."""
    require(by, READS)
    open_ones = within(Conflict.objects.filter(end=""), by)
    contested = within(Contest.objects.filter(state__in=OPEN), by)
    return len(open_ones.values_list("id")[:MOST]), len(contested.values_list("id")[:MOST])
