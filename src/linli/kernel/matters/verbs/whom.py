"""The person a verb on matters is about, as far as the actor may know them."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require
from linli.kernel.people.models import Person


def whom(person_id: UUID, by: Actor, permission: str) -> Person:
    """A registered person, found with the eyes of the connection, at whose place the actor holds the permission."""
    person = Person.objects.select_related("account").filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
    require(by, permission, person.place_code)
    return person
