"""A sheet fills itself from the facts in force at its place: every value with the facts it came from, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from linli.kernel.declare import Element
from linli.kernel.people.models import Person
from linli.kernel.places import queries as places
from linli.kernel.registers.models import Fact, State
from linli.kernel.registers.subjects import site_id

from .columns import AGE, Column, Cond, Conds, Kind, Table

LONGEST_LIST = 20_000
"""Rows of one neighbourhood's list: more is no table but a register."""


class Held(NamedTuple):
    """A fact in force as a table looks at it. `value` is None where it is sealed."""

    id: UUID
    value: Any
    print: bytes | None
    contested: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is None where nothing is known, and where it is `sealed`. `facts`: what it came from. A `gap` is to be filled."""

    value: Any = None
    facts: tuple[UUID, ...] = ()
    gap: bool = False
    sealed: bool = False
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    subject: UUID | None
    label: str
    place_code: str
    cells: tuple[Cell, ...]


@dataclass(slots=True)
class Filled:
    """A whole sheet. `known` says of a column of a count how many subjects its element is known of."""

    rows: list[Row]
    known: dict[int, int] = field(default_factory=dict)
    bases: dict[str, list[UUID]] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        return sum(len(row.cells) for row in self.rows)

    @property
    def gaps(self) -> int:
        return sum(cell.gap for row in self.rows for cell in row.cells)


Facts = Mapping[UUID, Mapping[str, Held]]


def fill(
    table: Table,
    place_code: str,
    elements: Mapping[str, Element],
    on: date,
    zeros: Iterable[int] = (),
) -> Filled:
    """The sheet of one neighbourhood, as far as the eyes of the connection see. Five queries, however large it is."""
    facts = facts_at(place_code, table.about, table.elements)
    if table.listed:
        return _list(table, place_code, facts, elements, on)
    return _count(table, place_code, facts, elements, on, frozenset(zeros))


def facts_at(place_code: str, about: str, names: Sequence[str]) -> dict[UUID, dict[str, Held]]:
    """Facts in force at a place and below, by subject and element. One query."""
    found: dict[UUID, dict[str, Held]] = defaultdict(dict)
    rows = Fact.objects.filter(
        state=State.IN_FORCE, element__in=list(names), place_code__gte=place_code, place_code__lt=place_code + ":",
        about=about,
    )  # fmt: skip
    values = rows.values_list("id", "subject", "element", "value", "print", "contested")
    for id_, subject, element, value, print_, contested in values.iterator(chunk_size=10_000):
        found[subject][element] = Held(id_, value, bytes(print_) if print_ else None, contested)
    return found


def meets(
    conds: Conds, facts: Mapping[str, Held], born: int | None, elements: Mapping[str, Element], on: date
) -> bool:
    """Whether a subject meets all conditions."""
    return all(_meets(cond, facts, born, elements, on) for cond in conds)


def _meets(
    cond: Cond, facts: Mapping[str, Held], born: int | None, elements: Mapping[str, Element], on: date
) -> bool:
    if cond.element == AGE:
        return born is not None and cond.holds(None, on.year - born)
    held = facts.get(cond.element)
    return held is not None and cond.holds(elements.get(cond.element), held.value, held.print)


class _Who(NamedTuple):
    name: str
    place_code: str
    born: int | None


def _persons(place_code: str) -> dict[UUID, _Who]:
    rows = Person.objects.filter(erased_at=None, place_code__gte=place_code, place_code__lt=place_code + ":")
    return {
        id_: _Who(name, code, born)
        for id_, name, code, born in rows.values_list("id", "name", "place_code", "birth_year")
    }


def _list(table: Table, place_code: str, facts: Facts, elements: Mapping[str, Element], on: date) -> Filled:
    persons = _persons(place_code) if table.about == "person" else {}
    candidates: Iterable[UUID] = facts if any(c.element != AGE for c in table.conds) else persons
    chosen = [
        subject
        for subject in candidates
        if (table.about != "person" or subject in persons)
        and meets(
            table.conds, facts.get(subject, {}), persons[subject].born if subject in persons else None, elements, on
        )
    ]
    where = {s: who.place_code for s, who in persons.items()} if persons else _where(chosen, table.about)
    labels = places.labels({where.get(subject, "") for subject in chosen})
    rows = [
        Row(
            subject,
            persons[subject].name if subject in persons else labels.get(where.get(subject, ""), ""),
            where.get(subject, ""),
            tuple(
                _value(
                    column,
                    facts.get(subject, {}),
                    persons.get(subject),
                    labels,
                    where.get(subject, ""),
                    elements,
                    on,
                )
                for column in table.columns
            ),
        )
        for subject in chosen
    ]
    rows.sort(key=lambda row: (row.place_code, row.label, str(row.subject)))
    return Filled(rows[:LONGEST_LIST])


def _where(subjects: Sequence[UUID], about: str) -> dict[UUID, str]:
    rows = Fact.objects.filter(subject__in=list(subjects), about=about, state=State.IN_FORCE)
    return dict(rows.values_list("subject", "place_code"))


def _value(
    column: Column,
    facts: Mapping[str, Held],
    who: _Who | None,
    labels: Mapping[str, str],
    code: str,
    elements: Mapping[str, Element],
    on: date,
) -> Cell:
    if column.kind is Kind.NAME:
        return Cell(who.name if who else "")
    if column.kind is Kind.AGE:
        return Cell(on.year - who.born) if who and who.born else Cell(gap=True)
    if column.kind is Kind.ADDRESS:
        return Cell(labels.get(code, ""))
    held = facts.get(column.element)
    if held is None:
        return Cell(gap=True)
    element = elements.get(column.element)
    sealed = element is not None and element.sealed
    return Cell(held.value, (held.id,), sealed=sealed, contested=held.contested)


def _count(
    table: Table,
    place_code: str,
    facts: Facts,
    elements: Mapping[str, Element],
    on: date,
    zeros: frozenset[int],
) -> Filled:
    aged = table.about == "person" and any(
        cond.element == AGE for column in table.columns for cond in (*column.when, *column.of)
    )
    everybody = _persons(place_code) if table.about == "person" and (aged or _counts_all(table)) else {}
    own = _own(place_code, table.own_elements)
    cells: list[Cell] = []
    filled = Filled([])
    everyone = _Everyone(facts, everybody, elements, on)
    for number, column in enumerate(table.columns, 1):
        if column.kind is Kind.OWN:
            held = own.get(column.element)
            cells.append(Cell(held.value, (held.id,), contested=held.contested) if held else Cell(gap=True))
            continue
        known = everyone.known(tuple(column.elements))
        filled.known[number] = known
        value = _reckon(column, everyone)
        cells.append(Cell(value, gap=known == 0 and number not in zeros))
    filled.rows = [Row(None, "", place_code, tuple(cells))]
    for name in table.elements:
        filled.bases[name] = sorted(held[name].id for held in facts.values() if name in held)
    return filled


class _Everyone:
    """The subjects of a sheet. Each condition is asked of each of them once, however many columns name it."""

    def __init__(
        self, facts: Facts, persons: Mapping[UUID, _Who], elements: Mapping[str, Element], on: date
    ) -> None:
        self.facts, self.persons, self.elements, self.on = facts, persons, elements, on
        self.all = frozenset(facts) | frozenset(persons)
        self._meeting: dict[Cond, frozenset[UUID]] = {}
        self._known: dict[tuple[str, ...], int] = {}

    def meeting(self, conds: Conds) -> frozenset[UUID]:
        """Who meets all conditions."""
        found = self.all
        for cond in conds:
            if cond not in self._meeting:
                self._meeting[cond] = frozenset(self._asked(cond))
            found &= self._meeting[cond]
        return found

    def known(self, names: tuple[str, ...]) -> int:
        """Of how many subjects something is known that a column looks at: nobody then is no answer."""
        if names not in self._known:
            self._known[names] = (
                sum(any(name in held for name in names) for held in self.facts.values())
                if names
                else sum(who.born is not None for who in self.persons.values())
            )
        return self._known[names]

    def _asked(self, cond: Cond) -> Iterator[UUID]:
        if cond.element == AGE:
            holds = {
                born: cond.holds(None, self.on.year - born)
                for born in {who.born for who in self.persons.values() if who.born is not None}
            }
            yield from (key for key, who in self.persons.items() if who.born is not None and holds[who.born])
            return
        element = self.elements.get(cond.element)
        for key, held in self.facts.items():
            one = held.get(cond.element)
            if one is not None and cond.holds(element, one.value, one.print):
                yield key


def _counts_all(table: Table) -> bool:
    """Whether a share is of everybody registered."""
    return any(column.kind is Kind.SHARE and not column.of for column in table.columns)


def _own(place_code: str, names: Sequence[str]) -> dict[str, Held]:
    site = site_id(place_code) if names else None
    if site is None:
        return {}
    rows = Fact.objects.filter(subject=site, state=State.IN_FORCE, element__in=list(names))
    return {
        element: Held(id_, value, None, contested)
        for element, id_, value, contested in rows.values_list("element", "id", "value", "contested")
    }


def _reckon(column: Column, everyone: _Everyone) -> Any:
    found = everyone.meeting(column.when)
    if column.kind is Kind.COUNT:
        return len(found)
    if column.kind is Kind.SUM:
        facts = everyone.facts
        return total(facts[s][column.element].value for s in found if column.element in facts.get(s, ()))
    whole = everyone.meeting(column.of) if column.of else frozenset(everyone.persons)
    return share(len(found & whole), len(whole))


def total(values: Iterable[Any]) -> Any:
    """The sum of numbers as facts keep them: whole stays whole, a decimal is text again."""
    added = sum((Decimal(str(value)) for value in values), Decimal(0))
    return int(added) if added == added.to_integral_value() else str(added)


def share(part: int, whole: int) -> str | None:
    """Percent with one digit, as text; None of nobody. Halves are rounded up."""
    if whole == 0:
        return None
    thousandths = (2000 * part + whole) // (2 * whole)
    return f"{thousandths // 10}.{thousandths % 10}"


def today_of(at: datetime) -> date:
    from zoneinfo import ZoneInfo

    from django.conf import settings

    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
