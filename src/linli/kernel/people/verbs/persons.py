"""Persons and households: registered, corrected, moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, covers, holds, require
from linli.kernel.places import queries as places
from linli.kernel.sealed import fingerprint, seal, unseal

from .. import numbers
from ..models import Account, Household, Person, Residence
from ..numbers import mask_phone
from .common import act, clean_name, end_sessions, known_place, locked_person, record_person

_FIRST_BIRTH_YEAR = 1900


def register_person(
    *,
    by: Actor,
    at: datetime,
    name: str,
    place_code: str,
    phone: str = "",
    identity: str = "",
    birth_year: int | None = None,
    household_id: UUID | None = None,
    relation: str = Residence.Relation.OTHER,
    new_household: bool = False,
) -> Person:
    """A person at a place, in a household there when one is named or made. Needs `people.change` there.

    Raises Invalid (number, year), Conflict (the identity number, or the name with this phone, is registered).
    """
    require(by, "people.change")
    name, place_code = clean_name(name), known_place(place_code)
    places.require_at(by, "people.change", place_code)
    person = Person(name=name, place_code=place_code)
    _set_phone(person, phone)
    _set_identity(person, identity, at)
    if birth_year is not None:
        person.birth_year = clean_birth_year(birth_year, at)
    with _twice(), act():
        _not_there_yet(person)
        person.save()
        home = _household(household_id, place_code, by) if household_id or new_household else None
        if home:
            _move_in(person, home, relation, at)
        record_person(by, at, "register_person", person, after=_facts(person))
    return person


def correct_person(*, by: Actor, at: datetime, person_id: UUID, **changes: Any) -> Person:
    """Correct `name`, `phone`, `identity`, `birth_year` or `place_code`; what is not named stays.

    Everybody corrects themselves (name and birth year); the rest needs `people.change` at the place, and for
    a new place there as well. A resident's phone is proved by a code, so it changes at the counter alone.
    """
    unknown = changes.keys() - {"name", "phone", "identity", "birth_year", "place_code"}
    if unknown:
        raise TypeError(f"a person has no {', '.join(sorted(unknown))}")
    with _twice(), act():
        person = locked_person(person_id, by)
        _require_change(by, person, set(changes))
        before = _facts(person)
        _apply(person, changes, by, at)
        person.save()
        if "name" in changes and person.account_id:
            Account.objects.filter(pk=person.account_id).update(name=person.name)
        after = _facts(person)
        changed = {key for key in after if after[key] != before[key]}
        record_person(
            by,
            at,
            "correct_person",
            person,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
    return person


def move_household(*, by: Actor, at: datetime, household_id: UUID, place_code: str) -> Household:
    """The household and who lives in it now live elsewhere. Needs `people.change` at both places."""
    place_code = known_place(place_code)
    places.require_at(by, "people.change", place_code)
    with act():
        home = _household(household_id, place_code, by, anywhere=True)
        require(by, "people.change", home.place_code)
        before, home.place_code = home.place_code, place_code
        home.save(update_fields=["place_code"])
        living = Residence.objects.filter(household=home, valid__contains=at).values_list("person_id", flat=True)
        persons = list(living)
        Person.objects.filter(pk__in=persons, erased_at=None).update(place_code=place_code)
        audit.append(
            by=by,
            at=at,
            verb="people.move_household",
            stream=f"household:{home.id}",
            place_code=place_code,
            person_ids=persons,
            before={"place_code": before},
            after={"place_code": place_code, "persons": len(persons)},
        )
    return home


def move_in(
    *,
    by: Actor,
    at: datetime,
    name: str,
    place_code: str,
    phone: str = "",
    identity: str = "",
    household_id: UUID | None = None,
    relation: str = Residence.Relation.OTHER,
    new_household: bool = False,
) -> Person:
    """迁入: somebody registered elsewhere, or nowhere in particular, lives at this place from now on.

    They stand at the counter: the full name and one number, both exact, prove who is meant. Needs `people.change`
    there. Raises NotFound, in the same words, when nobody has this name and number or they live here already.
    """
    require(by, "people.change", known_place(place_code))
    name = clean_name(name)
    with act():
        person = _with_number(name, phone, identity)
        if person is None or covers(by, person.place_code):
            raise NotFound(_("没有在别处登记的人同时符合这个姓名和号码。"))
        before, person.place_code = person.place_code, place_code
        person.save(update_fields=["place_code"])
        for residence in person.residences.filter(valid__contains=at):
            residence.valid = DateTimeTZRange(residence.valid.lower, at)
            residence.save(update_fields=["valid"])
        if household_id or new_household:
            _move_in(person, _household(household_id, place_code, by), relation, at)
        facts = {"place_code": place_code}
        record_person(by, at, "move_in", person, before={"place_code": before}, after=facts)
    return person


def _with_number(name: str, phone: str, identity: str) -> Person | None:
    found = Person.objects.select_for_update().filter(name=name, erased_at=None)
    digits, number = numbers.telephone(phone), numbers.identity(identity)
    if number:
        return found.filter(identity_print=fingerprint(number)).first()
    return found.filter(phone_print=fingerprint(digits)).first() if digits else None


def _not_there_yet(person: Person) -> None:
    same = Person.objects.filter(name=person.name, phone_print=person.phone_print, erased_at=None)
    if person.phone_print and same.exists():
        sentence = _("这个姓名和电话已经登记过。")
        raise Conflict(sentence, fields={"phone": sentence})


def clean_birth_year(year: int, at: datetime) -> int:
    if not _FIRST_BIRTH_YEAR <= year <= at.year:
        sentence = _("出生年份应在 %(from)s 到 %(to)s 之间。") % {"from": _FIRST_BIRTH_YEAR, "to": at.year}
        raise Invalid(sentence, fields={"birth_year": sentence})
    return year


class _twice:  # noqa: N801 - reads as a clause of `with`
    """The unique constraint on identity numbers speaks, as a sentence."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, IntegrityError) and "one_person_per_identity_number" in str(error):
            sentence = _("这个证件号码已经登记过。")
            raise Conflict(sentence, fields={"identity": sentence}) from None


def _require_change(by: Actor, person: Person, fields: set[str]) -> None:
    own = person.id == by.person_id and holds(by, "people.change_self") and fields <= {"name", "birth_year"}
    if not own:
        if person.id == by.person_id and not covers(by, person.place_code):
            raise NotAllowed(_("这一项请到居村委会的柜台修改。"))
        require(by, "people.change", person.place_code)


def _apply(person: Person, changes: dict[str, Any], by: Actor, at: datetime) -> None:
    if "name" in changes:
        person.name = clean_name(changes["name"])
    if "phone" in changes:
        _set_phone(person, changes["phone"])
        _sign_in_follows(person)
    if "identity" in changes:
        _set_identity(person, changes["identity"], at)
    if "birth_year" in changes:
        year = changes["birth_year"]
        person.birth_year = None if year is None else clean_birth_year(year, at)
    if "place_code" in changes:
        person.place_code = known_place(changes["place_code"])
        places.require_at(by, "people.change", person.place_code)


def _set_phone(person: Person, text: str) -> None:
    digits = numbers.telephone(text) if text.strip() else ""
    if digits is None:
        sentence = _("电话应是 11 位手机号，或带区号的固定电话。")
        raise Invalid(sentence, fields={"phone": sentence})
    person.phone_print = fingerprint(digits) if digits else None
    person.phone_sealed = seal(digits) if digits else None


def _sign_in_follows(person: Person) -> None:
    """Who signs in by phone signs in by the new one from now on, and is signed out wherever the old one was."""
    if person.account_id is None:
        return
    digits = unseal(person.phone_sealed) if person.phone_sealed else ""
    if numbers.mobile(digits) is None:
        sentence = _("用手机登录的居民要留一个手机号；不再用手机的，请先注销账号。")
        raise Invalid(sentence, fields={"phone": sentence})
    account = Account.objects.select_for_update().get(pk=person.account_id)
    if account.phone_print is not None and bytes(account.phone_print) == person.phone_print:
        return
    if Account.objects.filter(phone_print=person.phone_print, kind=Account.Kind.RESIDENT).exists():
        sentence = _("这个手机号已经有人用来登录。")
        raise Conflict(sentence, fields={"phone": sentence})
    account.phone_print, account.phone_sealed = person.phone_print, person.phone_sealed
    account.username = f"resident:{fingerprint(digits).hex()[:32]}"
    account.save(update_fields=["phone_print", "phone_sealed", "username"])
    end_sessions(account.id)


def _set_identity(person: Person, text: str, at: datetime) -> None:
    number = numbers.identity(text) if text.strip() else ""
    if number is None:
        sentence = _("证件号码不对：应是 18 位，最后一位是校验码。")
        raise Invalid(sentence, fields={"identity": sentence})
    person.identity_print = fingerprint(number) if number else None
    person.identity_sealed = seal(number) if number else None
    if number:
        person.birth_year = clean_birth_year(numbers.birth_year(number), at)


def _household(household_id: UUID | None, place_code: str, by: Actor, *, anywhere: bool = False) -> Household:
    if household_id is None:
        return Household.objects.create(place_code=place_code)
    home = Household.objects.select_for_update().filter(pk=household_id).first()
    if home is None or not covers(by, home.place_code):
        raise NotFound(_("没有这一户。"))
    if not anywhere and home.place_code != place_code:
        sentence = _("这一户住在另一个地址。")
        raise Invalid(sentence, fields={"household": sentence})
    return home


def _move_in(person: Person, home: Household, relation: str, at: datetime) -> None:
    if relation not in Residence.Relation.values:
        raise Invalid(_("没有这种关系。"), fields={"relation": _("没有这种关系。")})
    Residence.objects.create(person=person, household=home, relation=relation, valid=(at, None))


def _facts(person: Person) -> dict[str, Any]:
    """What a record says of a person: numbers only masked, so that history needs no unsealing to erase."""
    return {
        "name": person.name,
        "place_code": person.place_code,
        "birth_year": person.birth_year,
        "phone": mask_phone(unseal(person.phone_sealed)) if person.phone_sealed else "",
        "identity": numbers.mask_identity(unseal(person.identity_sealed)) if person.identity_sealed else "",
    }
