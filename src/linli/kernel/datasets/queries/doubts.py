"""The review queue: what a row said beside what it may mean, persons compared without being shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, as_system, require
from linli.kernel.people import numbers
from linli.kernel.people.models import Person
from linli.kernel.places import queries as places
from linli.kernel.sealed import unseal
from linli.kernel.things.models import Thing

from ..masking import masked_name
from ..models import Doubt
from ..models.rows import SUBJECTS
from ..saying import told

MOST = 50
HOME = 21
"""Digits of a building's code: nearer than that a person who may be meant is not placed."""


def doubts(by: Actor, *, subject: str = "", decided: bool = False) -> list[Any]:
    """Questions of the actor's place, those of most rows first; with `rows`, how many ask it. One query."""
    require(by, "datasets.read")
    found = Doubt.objects.select_related("dataset")
    found = found.exclude(state=Doubt.State.OPEN) if decided else found.filter(state=Doubt.State.OPEN)
    if subject in SUBJECTS:
        found = found.filter(subject=subject)
    counted = sum(
        (Count(f"rows_{s}", distinct=True) for s in SUBJECTS[1:]), Count(f"rows_{SUBJECTS[0]}", distinct=True)
    )
    found = found.annotate(rows=counted)
    order = ("-decided_at", "id") if decided else ("-rows", "asked_at", "id")
    return list(found.order_by(*order)[:MOST])


def open_count(by: Actor) -> dict[str, int]:
    """How many questions wait, by subject."""
    require(by, "datasets.read")
    found = Doubt.objects.filter(state=Doubt.State.OPEN).order_by().values("subject").annotate(n=Count("*"))
    return dict(found.values_list("subject", F("n")))


@dataclass(frozen=True, slots=True)
class Compared:
    """One that may be meant, beside what the row said: (what, said, known, agrees or None)."""

    ref: str
    title: str
    score: float
    reasons: list[str]
    sides: list[tuple[str, str, str, bool | None]]


def compared(doubt: Doubt) -> list[Compared]:
    """The candidates of a question, for who may decide it (`verbs.open_doubt` has asked and recorded that)."""
    match doubt.subject:
        case "place":
            return _places(doubt)
        case "person":
            return _persons(doubt)
    return _things(doubt)


def _places(doubt: Doubt) -> list[Compared]:
    refs = [one["ref"] for one in doubt.candidates]
    names = places.labels(refs)
    return [
        Compared(
            one["ref"],
            names.get(one["ref"], one["ref"]),
            one["score"],
            told(one["reasons"]),
            [(_("地址"), doubt.said, places.address(one["ref"]) or names.get(one["ref"], ""), None)],
        )
        for one in doubt.candidates
    ]


def _persons(doubt: Doubt) -> list[Compared]:
    said = json.loads(unseal(doubt.said_sealed)) if doubt.said_sealed else {}
    with as_system():
        known = Person.objects.in_bulk([one["ref"] for one in doubt.candidates])
    persons = {str(pk): person for pk, person in known.items()}
    return [
        Compared(one["ref"], masked_name(person.name), one["score"], told(one["reasons"]), _sides(said, person))
        for one in doubt.candidates
        if (person := persons.get(one["ref"])) is not None
    ]


def _sides(said: dict[str, str], person: Person) -> list[tuple[str, str, str, bool | None]]:
    sides: list[tuple[str, str, str, bool | None]] = []
    name, phone, identity = (said.get(part, "") for part in ("name", "phone", "identity"))
    if name:
        agree = "".join(name.split()) == "".join(person.name.split())
        sides.append((_("姓名"), masked_name(name), masked_name(person.name), agree))
    if phone:
        known = unseal(person.phone_sealed) if person.phone_sealed else ""
        telephone = numbers.telephone(phone) or phone
        sides.append((_("电话"), numbers.mask_phone(telephone), numbers.mask_phone(known), telephone == known))
    if identity:
        known = unseal(person.identity_sealed) if person.identity_sealed else ""
        number = numbers.identity(identity) or identity
        sides.append((_("证件号码"), _masked(number), _masked(known), number == known))
        if numbers.identity(identity) and person.birth_year:
            year = numbers.birth_year(number)
            sides.append((_("出生年份"), str(year), str(person.birth_year), year == person.birth_year))
    where = places.label(person.place_code[:HOME]) if person.place_code else ""
    sides.append((_("住处（到楼栋）"), "", where, None))
    return sides


def _masked(number: str) -> str:
    return numbers.mask_identity(number) if number else ""


def _things(doubt: Doubt) -> list[Compared]:
    known = {
        str(pk): thing for pk, thing in Thing.objects.in_bulk([one["ref"] for one in doubt.candidates]).items()
    }
    names = places.labels(thing.place_code for thing in known.values())
    return [
        Compared(
            one["ref"],
            thing.name,
            one["score"],
            told(one["reasons"]),
            [
                (_("设备编号"), doubt.said, thing.key, doubt.said == thing.key),
                (_("地点"), "", names.get(thing.place_code, ""), None),
            ],
        )
        for one in doubt.candidates
        if (thing := known.get(one["ref"])) is not None
    ]
