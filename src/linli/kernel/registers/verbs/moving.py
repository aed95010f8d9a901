"""Whoever moves takes along what is known about them: facts lie where their subject does.

A follower reads that somebody lives elsewhere now; nothing in the room of people calls upward.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from linli.kernel import audit
from linli.kernel.access import SYSTEM
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.people.models import Household, Person

from ..models import Conflict, Contest, Entry, Fact, Visit
from .common import act

MOVES = frozenset({"people.move_in", "people.move_household", "people.correct_person"})
_ROWS = (Fact, Entry, Conflict, Visit)


def follow_homes(records: Sequence[Record]) -> None:
    """Told twice, it finds nothing the second time."""
    with act():
        for told in records:
            if (told.before or {}).get("place_code") is not None:
                _follow(told, now())


def _follow(told: Record, at: datetime) -> None:
    for person_id, code in Person.objects.filter(pk__in=told.person_ids, erased_at=None).values_list(
        "id", "place_code"
    ):
        _move(person_id, code, f"person:{person_id}", (person_id,), at)
    if told.verb == "people.move_household":
        household = Household.objects.filter(pk=told.stream.partition(":")[2]).first()
        if household is not None:
            _move(household.id, household.place_code, f"register:{household.id}", (), at)


def _move(subject: UUID, code: str, stream: str, persons: tuple[UUID, ...], at: datetime) -> None:
    moved = sum(
        rows._default_manager.filter(subject=subject).exclude(place_code=code).update(place_code=code)
        for rows in _ROWS
    )
    moved += Contest.objects.filter(fact__subject=subject).exclude(place_code=code).update(place_code=code)
    if moved:
        audit.append(
            by=SYSTEM, at=at, verb="registers.follow", stream=stream, place_code=code, person_ids=persons,
            after={"rows": moved},
        )  # fmt: skip
