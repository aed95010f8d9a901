"""Looking at a person is an act: it is written down, and the person can read who looked (PIPL arts 44-45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, NotFound, require
from linli.kernel.sealed import unseal

from ..models import Person, Residence
from ..numbers import mask_identity, mask_phone
from .common import clean_reason, record_person, stream_of_person

FIELDS = ("phone", "identity")
"""What is sealed, and can be unmasked one at a time."""


@dataclass(frozen=True, slots=True)
class Card:
    """A person as staff see one: numbers masked."""

    id: UUID
    name: str
    place_code: str
    birth_year: int | None
    phone: str
    identity: str
    household_id: UUID | None


def read_person(*, by: Actor, at: datetime, person_id: UUID, purpose: str) -> Card:
    """A person's card, and the record that it was looked at, for what.

    Needs `people.read` at the place. `purpose` is a short sentence of the screen ("处理事项 20261003-0042").
    Row level security decides whether there is such a person for the actor: NotFound otherwise.
    """
    require(by, "people.read")
    with transaction.atomic():
        person = _seen(person_id)
        require(by, "people.read", person.place_code)
        record_person(by, at, "read_person", person, after={"purpose": purpose})
        return card_of(person, at)


def unmask(*, by: Actor, at: datetime, person_id: UUID, field: str, reason: str) -> str:
    """One sealed value of one person, in plain, once. The record says which field and why, not the value.

    Needs `people.unmask` at the place. Raises Invalid (unknown field, no reason), NotFound.
    """
    require(by, "people.unmask")
    reason = clean_reason(reason)
    if field not in FIELDS:
        raise Invalid(_("没有这一项。"), fields={"field": _("没有这一项。")})
    with transaction.atomic():
        person = _seen(person_id)
        require(by, "people.unmask", person.place_code)
        sealed = person.phone_sealed if field == "phone" else person.identity_sealed
        if sealed is None:
            raise NotFound(_("这个人没有登记这一项。"))
        record_person(by, at, "unmask", person, after={"field": field}, note=reason)
        return unseal(sealed)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who lives in the same household."""

    person_id: UUID
    name: str
    relation: str


def read_household(*, by: Actor, at: datetime, person_id: UUID, purpose: str) -> list[Member]:
    """Who lives with a person now, as far as the actor sees them; each of them can read that it was looked at."""
    require(by, "people.read")
    with transaction.atomic():
        person = _seen(person_id)
        require(by, "people.read", person.place_code)
        homes = person.residences.filter(valid__contains=at).values("household_id")
        living = Residence.objects.filter(household_id__in=homes, valid__contains=at, person__erased_at=None)
        rows = list(living.exclude(person=person).select_related("person").order_by("valid", "id"))
        audit.append_each(
            [
                audit.Entry(
                    stream_of_person(row.person_id),
                    row.person.place_code,
                    person_ids=(row.person_id,),
                    after={"purpose": purpose},
                )
                for row in rows
            ],
            by=by,
            at=at,
            verb="people.read_household",
        )
    return [Member(row.person_id, row.person.name, row.relation) for row in rows]


def card_of(person: Person, at: datetime) -> Card:
    home = person.residences.filter(valid__contains=at).values_list("household_id", flat=True).first()
    return Card(
        id=person.id,
        name=person.name,
        place_code=person.place_code,
        birth_year=person.birth_year,
        phone=mask_phone(unseal(person.phone_sealed)) if person.phone_sealed else "",
        identity=mask_identity(unseal(person.identity_sealed)) if person.identity_sealed else "",
        household_id=home,
    )


def _seen(person_id: UUID) -> Person:
    """With the actor's own eyes: this is the room's one reading that leans on the second lock."""
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
    return person
