"""Whoever moves away leaves the devices of the home they lived in: their agreement was about that home.

A follower reads that somebody lives elsewhere now; nothing in the room of people calls upward.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.people.models import Person

from .models import Signature, Thing, Why
from .verbs import common, ending
from .verbs.withdrawing import end_for

MOVES = frozenset({"people.move_in", "people.move_household", "people.correct_person"})


def end_left(records: Sequence[Record]) -> None:
    """Told twice, it finds nothing the second time."""
    with common.act():
        for record in records:
            before = str((record.before or {}).get("place_code") or "")
            if before:
                _left(record, before, now())


def _left(record: Record, before: str, at: datetime) -> None:
    theirs = Signature.objects.filter(ending.stands(), person__in=record.person_ids, signed_at__isnull=False)
    for signature in theirs.select_related("agreement", "person").order_by("agreement__thing_id"):
        thing = common.held(signature.agreement.thing_id)
        if signature.person is None or not _together(before, thing) or _together(_place(signature.person), thing):
            continue
        end_for(signature, thing, Why.LEFT, at)


def _place(person: Person) -> str:
    return str(Person.objects.values_list("place_code", flat=True).get(pk=person.pk))


def _together(place_code: str, thing: Thing) -> bool:
    """Whether the one lies in the other, as far as both are known."""
    return bool(place_code) and (place_code.startswith(thing.place_code) or thing.place_code.startswith(place_code))
