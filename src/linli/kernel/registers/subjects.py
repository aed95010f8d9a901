"""What a fact is about: a person, a household, a place or a thing; found by its key, and whose business it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Invalid, NotFound
from linli.kernel.declare import About
from linli.kernel.people.models import Household, Person, Residence
from linli.kernel.places import queries as places
from linli.kernel.things.models import Thing

from .models import Site

Key = UUID | str
"""An id; of a place, its code."""
HOME = 27
"""Digits of a home's code."""


@dataclass(frozen=True, slots=True)
class Subject:
    """`label` is what it is called: a name, an address. `persons` are those it is about, who may see it and who read it: the
    person, or who lives in the household or the home now."""

    about: About
    id: UUID
    place_code: str
    label: str
    persons: tuple[tuple[UUID, str], ...] = ()
    """(id, place code) of each."""

    @property
    def stream(self) -> str:
        return f"{'person' if self.about is About.PERSON else 'register'}:{self.id}"

    @property
    def person_ids(self) -> tuple[UUID, ...]:
        return tuple(person for person, _code in self.persons)


def found(about: str, key: Key, at: datetime, *, held: bool = False) -> Subject:
    """The subject, with the eyes of the connection; `held` locks it until the end of the transaction (a verb's, with the
    system's eyes: a place gets its row then). Raises NotFound, Invalid."""
    kind = _about(about)
    if kind is About.PERSON:
        return _person(_id(key), held)
    if kind is About.HOUSEHOLD:
        return _household(_id(key), at, held)
    if kind is About.THING:
        return _thing(_id(key), held)
    return _place(key, held)


def site_id(place_code: str) -> UUID | None:
    """The id of a place as a subject; None where nothing is known of it yet."""
    return Site.objects.filter(place_code=place_code).values_list("id", flat=True).first()


def _about(about: str) -> About:
    try:
        return About(about)
    except ValueError:
        raise Invalid(_("没有这种对象。"), fields={"about": _("没有这种对象。")}) from None


def _id(key: Key) -> UUID:
    try:
        return key if isinstance(key, UUID) else UUID(key)
    except ValueError:
        raise NotFound(_("没有这个对象，或者不在您的管辖范围内。")) from None


def _person(key: UUID, held: bool) -> Subject:
    rows = Person.objects.select_for_update() if held else Person.objects.all()
    person = rows.filter(pk=key, erased_at=None).first()
    if person is None:
        raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
    return Subject(About.PERSON, person.id, person.place_code, person.name, ((person.id, person.place_code),))


def _household(key: UUID, at: datetime, held: bool) -> Subject:
    rows = Household.objects.select_for_update() if held else Household.objects.all()
    home = rows.filter(pk=key).first()
    if home is None:
        raise NotFound(_("没有这一户。"))
    living = Residence.objects.filter(household=home, valid__contains=at, person__erased_at=None)
    persons = tuple(living.order_by("valid", "id").values_list("person_id", "person__place_code"))
    return Subject(About.HOUSEHOLD, home.id, home.place_code, places.label(home.place_code), persons)


def _thing(key: UUID, held: bool) -> Subject:
    rows = Thing.objects.select_for_update() if held else Thing.objects.all()
    thing = rows.filter(pk=key).first()
    if thing is None:
        raise NotFound(_("没有这个设备，或者不在您的管辖范围内。"))
    return Subject(About.THING, thing.id, thing.place_code, thing.name)


def _place(key: Key, held: bool) -> Subject:
    """By its code, or by the id it has here."""
    rows = Site.objects.select_for_update() if held else Site.objects.all()
    if isinstance(key, UUID) or "-" in key:
        site = rows.filter(pk=_id(key)).first()
        code = site.place_code if site else ""
    else:
        code = places.now_called(key.strip()) or "" if key.strip().isdigit() else ""
        site = rows.filter(place_code=code).order_by("id").first() if code else None
    if not code:
        raise NotFound(_("没有这个地点。"))
    if site is None:
        site = Site.objects.create(place_code=code) if held else Site(place_code=code)
    persons: tuple[tuple[UUID, str], ...] = ()
    if len(code) >= HOME:
        living = Person.objects.filter(place_code=code, erased_at=None).order_by("id")
        persons = tuple(living.values_list("id", "place_code")[:50])
    return Subject(About.PLACE, site.id, code, places.label(code), persons)
