"""Who lives and works in the district, as the living find them: made from the seed, and looked up in the database."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.people.models import Person, Unit

from .. import crew, geography, residents
from ..crew import Crew
from ..filling import SEED
from ..lives import World

_NEIGHBOUR = """
SELECT p.id, p.name FROM people_person p
WHERE p.place_code LIKE %s AND p.account_id IS NULL AND p.erased_at IS NULL ORDER BY md5(p.id::text || %s) LIMIT 1
"""


@dataclass(slots=True)
class Town:
    """The world the texts speak of, and the crew that works in it."""

    world: World
    crew: Crew
    rng: random.Random = field(default_factory=random.Random)

    def neighbour(self, place_code: str) -> Actor | None:
        """Somebody registered in the compound who has no account of their own to report with."""
        with as_system(), connection.cursor() as cursor:
            cursor.execute(_NEIGHBOUR, [f"{place_code[:18]}%", str(self.rng.random())])
            row = cursor.fetchone()
        return crew.resident(row[0], row[1]) if row else None

    def person(self, person_id: UUID) -> Actor | None:
        """Somebody of the register, acting for themselves."""
        with as_system():
            person = Person.objects.filter(id=person_id, erased_at=None).first()
        return crew.resident(person.id, person.name, person.account_id) if person else None

    def of_unit(self, unit_id: UUID | None, role: Role) -> Actor | None:
        """Who of the crew has this role in a unit."""
        unit = next((key for key, one in self.crew.units.items() if one.id == unit_id), None)
        return self.crew.actors.get((unit, role)) if unit else None


def settled(at: datetime) -> Town:
    """The town as it is at a time. Raises LookupError where the demo district is not."""
    district = geography.build(SEED)
    world = World(district, residents.settle(district, SEED, at.year), SEED)
    with as_system():
        found = crew.at_work(at)
    if not found.actors:
        raise LookupError("the demo district is not here")
    return Town(world, found)


def lead_of(town: Town, department: str, place_code: str) -> Unit | None:
    try:
        return town.crew.lead(department, place_code)
    except KeyError:  # the visitor has recoded this street: the crew knows it by its old name
        return None
