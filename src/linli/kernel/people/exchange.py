"""Taking in persons from a table: every line is checked, what is right is kept, what is not says why.

Reading the same file again changes nothing: whoever is registered already counts as a duplicate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, as_system, require
from linli.kernel.places import queries as places
from linli.kernel.sealed import fingerprint

from . import numbers
from .homes import place_named
from .models import Person, Residence
from .tables import Line
from .verbs.bulk import NewPerson, bulk_people
from .verbs.common import clean_name
from .verbs.persons import clean_birth_year

CHUNK = 2000

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken, the column at fault, and why in a sentence."""

    line: int
    column: str
    sentence: str


@dataclass(slots=True)
class Report:
    """What became of every line: accepted + duplicates + refused is all of them."""

    accepted: int = 0
    duplicates: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def take_in(lines: Iterable[Line], *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Register the persons of a table within the actor's scope. Needs `people.import`.

    Chunks of 2,000 lines are kept one by one, each with one audit record; with `dry_run` none is.
    """
    require(by, "people.import")
    report, seen = Report(), set[Key]()
    every = iter(lines)
    while chunk := list(islice(every, CHUNK)):
        checked = list(_checked(chunk, by, at, report))
        known = _known([person for _line, person in checked])
        new: list[NewPerson] = []
        for line, person in checked:
            key = _key(person)
            if key in seen or key in known:
                report.duplicates.append(line)
            else:
                seen.add(key)
                new.append(person)
        if not dry_run:
            bulk_people(new, by=by, at=at)
        report.accepted += len(new)
    return report


def _checked(lines: list[Line], by: Actor, at: datetime, report: Report) -> Iterator[tuple[int, NewPerson]]:
    codes = {line.cells.get("place", "") for line in lines}
    with as_system():
        known = places.names(code for code in codes if code.isascii() and code.isdigit())
    for line in lines:
        try:
            yield line.number, _person(line, by, at, known)
        except Invalid as refused:
            column, sentence = next(iter(refused.fields.items()), ("", refused.sentence))
            report.refused.append(Refusal(line.number, column, sentence))


def _person(line: Line, by: Actor, at: datetime, known: dict[str, str]) -> NewPerson:
    cells = line.cells
    identity = _number(cells, "identity", numbers.identity, _("证件号码不对：应是 18 位，最后一位是校验码。"))
    return NewPerson(
        name=clean_name(cells.get("name", "")),
        place_code=place_named(cells.get("place", ""), by, field="place", known=known),
        phone=_number(cells, "phone", numbers.telephone, _("电话应是 11 位手机号，或带区号的固定电话。")),
        identity=identity,
        birth_year=numbers.birth_year(identity) if identity else _year(cells.get("birth_year", ""), at),
        household=cells.get("household", ""),
        relation=_relation(cells.get("relation", "")),
    )


def _number(cells: Mapping[str, str], column: str, rule: Callable[[str], str | None], sentence: str) -> str:
    text = cells.get(column, "")
    number = rule(text) if text else ""
    if number is None:
        raise Invalid(sentence, fields={column: sentence})
    return number


def _year(text: str, at: datetime) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise Invalid(_("出生年份应是四位数字。"), fields={"birth_year": _("出生年份应是四位数字。")})
    return clean_birth_year(int(text), at)


_RELATIONS = {str(label): value for value, label in Residence.Relation.choices}


def _relation(text: str) -> str:
    """户主, 配偶, …; what is not among them is "other": no line is lost for it."""
    return _RELATIONS.get(text, text if text in Residence.Relation.values else Residence.Relation.OTHER)


def _key(person: NewPerson) -> Key:
    """By what a person is known again: the identity number, else name, place and phone."""
    if person.identity:
        return ("identity", fingerprint(person.identity).hex())
    return ("name", person.name, person.place_code, fingerprint(person.phone).hex() if person.phone else "")


def _known(persons: list[NewPerson]) -> set[Key]:
    """The keys of those among these who are registered already."""
    prints = [fingerprint(person.identity) for person in persons if person.identity]
    names = {person.name for person in persons if not person.identity}
    with as_system():
        found = Person.objects.filter(erased_at=None)
        same = found.filter(identity_print__in=prints).values_list("identity_print", flat=True)
        keys: set[Key] = {("identity", bytes(kept).hex()) for kept in same if kept is not None}
        alike = found.filter(name__in=names, place_code__in={person.place_code for person in persons})
        for name, code, phone in alike.values_list("name", "place_code", "phone_print"):
            keys.add(("name", name, code, bytes(phone).hex() if phone else ""))
    return keys
