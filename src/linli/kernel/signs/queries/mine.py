"""What was suggested about one's own home: told once somebody has decided, with the data that were used."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from linli.kernel.access import as_system
from linli.kernel.people.models import Person
from linli.kernel.places.codes import Level

from ..evidence import Said, read
from ..models import Suggestion


@dataclass(frozen=True, slots=True)
class Mine:
    suggestion: Suggestion
    said: list[Said]


def mine(person_id: UUID) -> list[Mine]:
    """Decided suggestions about the home a person is registered at, the latest first; none for who has no home here."""
    with as_system():
        code = (
            Person.objects.filter(pk=person_id, erased_at=None).values_list("place_code", flat=True).first() or ""
        )
        if len(code) < Level.HOME.digits:
            return []
        found = Suggestion.objects.filter(place_code=code, decided_at__isnull=False).select_related("matter")
        return [Mine(one, read(one.evidence)) for one in found.order_by("-decided_at")[:20]]
