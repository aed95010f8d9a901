"""Whom or what the lines of a table mean: a batch is asked about at once, each line keeps its own sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, Refused, covers, require
from linli.kernel.people import numbers
from linli.kernel.people.homes import place_named
from linli.kernel.people.models import Person
from linli.kernel.people.verbs.persons import register_person
from linli.kernel.places import queries as places
from linli.kernel.sealed import fingerprint

from ..models import Site
from ..spreadsheets import Line, Lost, number_of, plain
from ..values import Misfit
from .common import ENTERS

NEIGHBOURHOOD = 12
"""Digits of the code of a neighbourhood: a person is registered in one, or below."""
_NUMBERED = """
SELECT identity_print, id, name, place_code FROM people_person WHERE identity_print = ANY(%s) AND erased_at IS NULL
"""
# By name within the actor's places; a phone narrows it, and a number nobody has means somebody whose number is not known.
_NAMED = """
SELECT l.n, count(*), (array_agg(p.id))[1], (array_agg(p.place_code))[1]
FROM unnest(%(lines)s::int[], %(names)s::text[], %(phones)s::bytea[], %(unnumbered)s::bool[]) AS l(n, name, phone, unnumbered)
JOIN people_person p ON p.name = l.name AND p.erased_at IS NULL AND (l.phone IS NULL OR p.phone_print = l.phone)
  AND (NOT l.unnumbered OR p.identity_print IS NULL)
WHERE '*' = ANY(%(scopes)s) OR p.place_code ^@ ANY(%(scopes)s) GROUP BY l.n
"""


@dataclass(frozen=True, slots=True)
class Target:
    """Who or what a line is about, and where it lies."""

    id: UUID
    place_code: str


class Nobody(Misfit):
    """Nobody who is registered is meant."""


class Stranger(Nobody):
    """Nobody who is registered, but with a name and a valid number: enough to register them."""

    def __init__(self, sentence: str, name: str, number: str, phone: str, place: str) -> None:
        super().__init__(sentence)
        self.name, self.number, self.phone, self.place = name, number, phone, place


Answer = Target | Misfit | Refused
Which = Mapping[str, int]
"""Which column says what of whom is meant."""


def persons_meant(batch: Sequence[Line], who: Which, by: Actor) -> list[Answer]:
    """A person for each line, or why there is none: by identity number, else by name and phone, else by a name that only one
    has in the actor's place. Two queries, and one where somebody is not registered yet."""
    asked = [_asked(line, who) for line in batch]
    prints = {one.identity for one in asked if isinstance(one, _Asked) and one.identity}
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, [list(prints)])
        numbered = {bytes(row[0]): row[1:] for row in cursor.fetchall()}
    rest = {
        n: one
        for n, one in enumerate(asked)
        if isinstance(one, _Asked) and (one.identity is None or one.identity not in numbered)
    }
    faults, named = _by_name(batch, who, rest, by)
    answers: list[Answer] = []
    for n, one in enumerate(asked):
        if not isinstance(one, _Asked):
            answers.append(one)
        elif n in faults:
            answers.append(faults[n])
        elif n in rest:
            answers.append(_named(*named.get(n, (0, None, "")), by))
        else:
            answers.append(_numbered(one, numbered[one.identity or b""], by))
    return _strangers(batch, who, answers, by)


def register_stranger(one: Stranger, by: Actor, at: datetime) -> Target:
    """Register whom a line means: where it says that they live, else in the actor's own neighbourhood. Needs `people.change`.
    Raises Refused."""
    place_code = place_named(one.place, by, field="place") if one.place else by.scope
    if len(place_code) < NEIGHBOURHOOD:
        sentence = _("要写住址，才能登记这个人。")
        raise Invalid(sentence, fields={"place": sentence})
    require(by, ENTERS, place_code)
    person = register_person(
        by=by, at=at, name=one.name, place_code=place_code, phone=one.phone, identity=one.number,
        birth_year=numbers.birth_year(one.number),
    )  # fmt: skip
    return Target(person.id, place_code)


def _strangers(batch: Sequence[Line], who: Which, answers: Sequence[Answer], by: Actor) -> list[Answer]:
    """Nobody there, but a name and a valid number: somebody to register, unless one of the name waits for a number."""
    unknown = {n for n, one in enumerate(answers) if isinstance(one, Nobody)}
    names = {n: _said(batch[n], who, "name") for n in unknown}
    named = Person.objects.filter(erased_at=None, identity_print=None, name__in=set(filter(None, names.values())))
    alike = {row[0] for row in named.values_list("name", "place_code") if covers(by, row[1])} if unknown else set()
    found: list[Answer] = list(answers)
    for n in unknown:
        number = numbers.identity(number_in(batch[n], who, "identity"))
        if not names[n] or number is None:
            continue
        if names[n] in alike:
            found[n] = Misfit(_("有一个同名的人没有登记证件号码。请先核对是不是同一个人，补上号码再导入。"))
            continue
        phone = numbers.telephone(number_in(batch[n], who, "phone")) or ""
        found[n] = Stranger(str(answers[n]), names[n], number, phone, _said(batch[n], who, "place"))
    return found


def places_meant(batch: Sequence[Line], who: Which, by: Actor) -> list[Answer]:
    """A place for each line, by its code or address, with its row as a subject; or why there is none."""
    texts = [_said(line, who, "place") for line in batch]
    known = places.names(sorted({text for text in texts if text.isdigit()}))
    codes = {text: _code(text, known, by) for text in dict.fromkeys(texts)}
    sites = _sites({code for code in codes.values() if isinstance(code, str)})
    answers: list[Answer] = []
    for text in texts:
        code = codes[text]
        answers.append(Target(sites[code], code) if isinstance(code, str) else code)
    return answers


def number_in(line: Line, who: Which, key: str) -> str:
    """A number people call by its digits. Raises Misfit where a spreadsheet lost some of them."""
    index = who.get(key)
    if index is None or index >= len(line.cells):
        return ""
    try:
        return number_of(line.cells[index])
    except Lost:
        raise Misfit(lost(_("证件号码") if key == "identity" else _("电话"))) from None


def lost(column: str) -> str:
    return _("%(column)s被表格按数字保存，后几位已经丢失。请把这一列设成“文本”再填一遍。") % {"column": column}


@dataclass(frozen=True, slots=True)
class _Asked:
    name: str
    identity: bytes | None
    """The print of the number that is said."""


def _asked(line: Line, who: Which) -> _Asked | Misfit:
    try:
        said = number_in(line, who, "identity")
        number = numbers.identity(said) if said else None
        if said and number is None:
            raise Misfit(_("证件号码不对：应是 18 位，最后一位是校验码。"))
    except Misfit as misfit:
        return misfit
    return _Asked(_said(line, who, "name"), fingerprint(number) if number else None)


def _by_name(
    batch: Sequence[Line], who: Which, rest: Mapping[int, _Asked], by: Actor
) -> tuple[dict[int, Misfit], dict[int, tuple[int, UUID | None, str]]]:
    """Of lines no identity number answers: what is wrong with their phone, and how many bear the name, with one of them."""
    faults: dict[int, Misfit] = {}
    asked: list[tuple[int, str, bytes | None, bool]] = []
    for n, one in rest.items():
        try:
            phone = _phone(batch[n], who)
        except Misfit as misfit:
            faults[n] = misfit
            continue
        if one.name:
            asked.append((n, one.name, phone, one.identity is not None and phone is None))
    if not asked:
        return faults, {}
    lines, names, phones, unnumbered = (list(column) for column in zip(*asked, strict=True))
    given = {
        "lines": lines,
        "names": names,
        "phones": phones,
        "unnumbered": unnumbered,
        "scopes": ["*"] if by.scope == "*" else list(by.scopes),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, given)
        return faults, {row[0]: row[1:] for row in cursor.fetchall()}


def _phone(line: Line, who: Which) -> bytes | None:
    said = number_in(line, who, "phone")
    if not said:
        return None
    digits = numbers.telephone(said)
    if digits is None:
        raise Misfit(_("电话应是 11 位手机号，或带区号的固定电话。"))
    return fingerprint(digits)


def _named(count: int, key: UUID | None, place_code: str, by: Actor) -> Answer:
    if key is None:
        return Nobody(_("没有登记过这个人。请先登记，再导入。"))
    if count > 1:
        return Misfit(_("同名的有 %(n)d 人，要写证件号码或电话才分得清。") % {"n": count})
    return _allowed(Target(key, place_code), by)


def _numbered(asked: _Asked, row: tuple[Any, ...], by: Actor) -> Answer:
    key, name, place_code = row
    if asked.name and name != asked.name:
        return Misfit(_("这个证件号码登记在另一个姓名下，请核对。"))
    if not covers(by, place_code):
        return Misfit(_("这个人不在您的管辖范围内。"))
    return _allowed(Target(key, place_code), by)


def _allowed(target: Target, by: Actor) -> Answer:
    try:
        require(by, ENTERS, target.place_code)
    except Refused as refused:
        return refused
    return target


def _code(text: str, known: Mapping[str, str], by: Actor) -> str | Refused:
    try:
        code = place_named(text, by, field="place", known=known)
        require(by, ENTERS, code)
    except Refused as refused:
        return refused
    return code


def _sites(codes: Iterable[str]) -> dict[str, UUID]:
    """The rows places have as subjects, held; made for those that have none yet."""
    wanted = sorted(codes)
    rows = Site.objects.select_for_update().filter(place_code__in=wanted).order_by("place_code", "-id")
    found = {row.place_code: row.id for row in rows}
    fresh = Site.objects.bulk_create([Site(place_code=code) for code in wanted if code not in found])
    return found | {row.place_code: row.id for row in fresh}


def _said(line: Line, who: Which, key: str) -> str:
    index = who.get(key)
    return plain(line.cells[index]) if index is not None and index < len(line.cells) else ""
