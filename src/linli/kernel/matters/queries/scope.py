"""Which index serves a reader: the stored prefix column of a scope, the unit that leads, the person's own.

A *branch* is one equality on the first column of a queue index, plus conditions that narrow it further.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from linli.kernel.access import Actor, Sees, shortest

from .filters import Filter

_COLUMNS = {4: "p4", 6: "p6", 9: "p9", 12: "p12"}

# Every city below a province (or everywhere, for the system), read by leaps over the index: one probe a city.
_CITIES = """
WITH RECURSIVE city(p4) AS (
  (SELECT m.p4 FROM matters_matter m WHERE m.p4 >= %(from)s ORDER BY m.p4 LIMIT 1)
  UNION ALL
  SELECT (SELECT m.p4 FROM matters_matter m WHERE m.p4 > c.p4 ORDER BY m.p4 LIMIT 1)
  FROM city c WHERE c.p4 IS NOT NULL
) SELECT p4 FROM city WHERE starts_with(p4, %(from)s)
"""


@dataclass(frozen=True, slots=True)
class Branch:
    """`column = value` picks the index; `narrower` are further SQL conditions on `m` with their values."""

    column: str
    value: Any
    narrower: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()


def branches(actor: Actor, asked: Filter) -> list[Branch]:
    """How to read what the actor may see and asks for; an empty list when nothing can match.

    These conditions find the index. What the actor may see is decided again, by PostgreSQL, row by row.
    """
    if actor.sees in (Sees.NOTHING, Sees.THINGS):
        return []
    if actor.sees is Sees.OWN:
        return [Branch("reporter_id", actor.person_id)] if actor.person_id else []
    # More than one only while rows are being carried from old codes to new ones.
    prefixes = shortest(p for scope in actor.scopes if (p := _prefix(scope, asked.place)) is not None)
    if not prefixes:
        return []
    values = () if prefixes == ("",) else prefixes
    inside = (" OR ".join(["starts_with(m.place_code, %s)"] * len(values)),) if values else ()
    if asked.mine:
        return [Branch("lead_account_id", actor.account_id, _bracketed(inside), values)]
    if actor.sees is Sees.UNIT:
        return [Branch("lead_unit_id", actor.unit_id, _bracketed(inside), values)] if actor.unit_id else []
    if asked.unit:
        return [Branch("lead_unit_id", asked.unit, _bracketed(inside), values)]
    return [branch for prefix in prefixes for branch in _places(prefix)]


def _bracketed(conditions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"({condition})" for condition in conditions)


def _prefix(scope: str, place: str) -> str | None:
    """The narrower of scope and asked place; None when they have nothing in common."""
    if not scope:
        return None
    if scope == "*":
        return place
    if place.startswith(scope):
        return place
    return scope if scope.startswith(place) else None


def _places(prefix: str) -> list[Branch]:
    stored = max((n for n in _COLUMNS if n <= len(prefix)), default=0)
    if not stored:
        with connection.cursor() as cursor:
            cursor.execute(_CITIES, {"from": prefix})
            return [Branch("p4", city) for (city,) in cursor.fetchall()]
    exact = stored == len(prefix)
    return [
        Branch(
            _COLUMNS[stored],
            prefix[:stored],
            () if exact else ("starts_with(m.place_code, %s)",),
            () if exact else (prefix,),
        )
    ]
