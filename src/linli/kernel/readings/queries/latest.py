"""What things say at present. Asked for things somebody may see: the rows themselves know no place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from linli.kernel.things.models import Thing

from ..models import Latest
from . import slots


@dataclass(frozen=True, slots=True)
class Now:
    """The last reading of a thing, by its own clock (`at`) and ours (`received_at`); None for who never said a word.

    `changed_at` is when a value last differed from the one before it. `values` holds what it has ever said, by
    quantity, in the quantity's unit.
    """

    at: datetime | None
    received_at: datetime | None
    changed_at: datetime | None
    values: Mapping[str, float]


SILENT = Now(None, None, None, {})


def of(things: Iterable[Thing]) -> dict[int, Now]:
    """Thing.no → its present state, for every thing asked about. Two queries, however many things."""
    asked = {thing.no: thing.model for thing in things}
    where = slots.of(set(asked.values()))
    found = dict.fromkeys(asked, SILENT)
    for row in Latest.objects.filter(thing__in=list(asked)):
        named = {
            quantity: value
            for quantity, slot in where[asked[row.thing]].items()
            if slot < len(row.values) and (value := row.values[slot]) is not None
        }
        found[row.thing] = Now(row.at, row.received_at, row.changed_at, named)
    return found
