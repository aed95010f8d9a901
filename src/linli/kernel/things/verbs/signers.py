"""Who must agree to a device, and who agrees for whom: checked before anybody is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, covers
from linli.kernel.declare import Agreement as Declared
from linli.kernel.declare import Whose
from linli.kernel.people.models import Person

from ..models import Thing

CHILD = 14
"""Under so many years a guardian agrees (PIPL art. 31). Only the year of birth is known, so who may be under it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Somebody a device is about. `guardian_id`: who agrees for a child, or for an adult who cannot decide."""

    person_id: UUID
    guardian_id: UUID | None = None


def chosen_for(
    thing: Thing, declared: Declared, signers: Iterable[Signer], by: Actor, at: datetime
) -> list[tuple[Person, Person | None]]:
    """Who agrees, and for whom; checked against who must."""
    chosen = []
    for signer in {s.person_id: s for s in signers}.values():
        person = _registered(signer.person_id, by)
        guardian = _registered(signer.guardian_id, by) if signer.guardian_id else None
        _fit_to_agree(person, guardian, at)
        chosen.append((person, guardian))
    if not chosen:
        sentence = _("请先找到同意的人。")
        raise Invalid(sentence, fields={"name": sentence})
    if declared.whose is Whose.ONE and len(chosen) > 1:
        sentence = _("这种设备只关系到一个人，请只登记使用它的人。")
        raise Invalid(sentence, fields={"name": sentence})
    if declared.whose is Whose.HOME and (missing := at_home(thing, at) - {p.id for p, _g in chosen}):
        names = _("、").join(Person.objects.filter(pk__in=missing).order_by("id").values_list("name", flat=True))
        sentence = _("同住的人也要同意：%(names)s。") % {"names": names}
        raise Invalid(sentence, code="household", fields={"name": sentence})
    return chosen


def _fit_to_agree(person: Person, guardian: Person | None, at: datetime) -> None:
    if guardian is not None and guardian.id == person.id:
        sentence = _("监护人不能是本人。")
    elif may_be_child(person, at) and guardian is None:
        sentence = _("“%(name)s”可能未满 14 周岁，要由监护人同意。") % {"name": person.name}
    elif guardian is not None and _minor(guardian, at):
        sentence = _("监护人要是成年人。")
    else:
        return
    raise Invalid(sentence, fields={"guardian_name": sentence})


def may_be_child(person: Person, at: datetime) -> bool:
    return person.birth_year is not None and at.year - person.birth_year <= CHILD


def _minor(person: Person, at: datetime) -> bool:
    return person.birth_year is not None and at.year - person.birth_year < 18


def at_home(thing: Thing, at: datetime) -> set[UUID]:
    """Everybody registered at the very home the device hangs in."""
    living = Person.objects.filter(
        residences__household__place_code=thing.place_code, residences__valid__contains=at, erased_at=None
    )
    return set(living.values_list("id", flat=True))


def _registered(person_id: UUID, by: Actor) -> Person:
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None or not covers(by, person.place_code):
        raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
    return person
