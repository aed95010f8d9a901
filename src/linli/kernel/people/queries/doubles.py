"""Pairs that may be one person: the queue, what was decided, and how often each reason was right."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from linli.kernel.access import Actor, require
from linli.kernel.places.queries import labels

from ..models import Double, Merging, Search
from ..words import reason_words

MOST = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One pair of the queue. Names are shown; numbers are not even read."""

    id: UUID
    names: tuple[str, str]
    places: tuple[str, str]
    reasons: list[str]
    confidence: int
    state: str
    decided_name: str
    note: str
    merging_id: UUID | None


def queue(by: Actor, *, decided: bool = False) -> list[Row]:
    """Pairs of the actor's place, the likeliest first, or those decided, the latest first. Where the search is switched off
    nothing is asked. Needs `people.read`; row level security says which."""
    require(by, "people.read")
    found = Double.objects.select_related("one", "other")
    if decided:
        found = found.exclude(state=Double.State.OPEN).order_by("-decided_at", "id")
    else:
        found = found.filter(state=Double.State.OPEN).order_by("-confidence", "id")
    off = set(Search.objects.filter(on=False).values_list("street", flat=True))
    rows = [row for row in found[:MOST] if decided or row.one.place_code[:9] not in off]
    names = labels({code for row in rows for code in (row.one.place_code, row.other.place_code) if code})
    merged = dict(
        Merging.objects.filter(parted_at=None, alias__in=[p for row in rows for p in (row.one_id, row.other_id)])
        .values_list("alias_id", "id")
    )  # fmt: skip
    return [
        Row(
            row.id,
            (row.one.name, row.other.name),
            (names.get(row.one.place_code, ""), names.get(row.other.place_code, "")),
            reason_words(row.reasons),
            row.confidence,
            row.state,
            row.decided_name,
            row.note,
            merged.get(row.one_id) or merged.get(row.other_id),
        )
        for row in rows
    ]


def merged_into(by: Actor, person_id: UUID) -> list[Merging]:
    """What was merged into a person and stands so, the latest first. Needs `people.read`; row level security says whose."""
    require(by, "people.read")
    return list(Merging.objects.filter(standing=person_id, parted_at=None).order_by("-at"))


@dataclass(frozen=True, slots=True)
class Precision:
    """How often a reason was right, of the pairs a person decided."""

    reason: str
    decided: int
    same: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.same / self.decided) if self.decided >= 5 else None


_PRECISION = """
SELECT reason, count(*), count(*) FILTER (WHERE state = 'merged')
FROM people_double, jsonb_array_elements_text(reasons) reason WHERE state <> 'open' GROUP BY 1 ORDER BY 2 DESC, 1
"""


def precision(by: Actor) -> list[Precision]:
    """By reason, in the actor's place; a percentage only from five decisions on. One query."""
    require(by, "people.read")
    with connection.cursor() as cursor:
        cursor.execute(_PRECISION)
        rows = cursor.fetchall()
    return [Precision(reason_words([reason])[0], decided, same) for reason, decided, same in rows]


def searches(by: Actor) -> list[Search]:
    """The streets that are looked through, in the actor's place."""
    require(by, "people.read")
    return list(Search.objects.order_by("street"))
