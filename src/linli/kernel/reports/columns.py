"""What a table asks, as values: columns over facts in force, and whom it lists. Pure: no database, no clock.

A list has one row for each subject that meets the conditions, and a column is an element of it (`VALUE`) or what the register of
persons says (`NAME`, `AGE`, `ADDRESS`). A count has one row for each neighbourhood: how many subjects meet a condition
(`COUNT`), the sum of an element over them (`SUM`), a share of others in percent (`SHARE`), or an element of the neighbourhood
itself (`OWN`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from linli.kernel.declare import Element, Type
from linli.kernel.declare.elements import CHOSEN, NUMBERS
from linli.kernel.registers.values import print_of

MOST = 400
"""Columns of one table: more is nobody's work."""
AGE = "@age"


class Kind(StrEnum):
    NAME = "name"
    AGE = "age"
    ADDRESS = "address"
    VALUE = "value"
    COUNT = "count"
    SUM = "sum"
    SHARE = "share"
    OWN = "own"


LISTED = (Kind.NAME, Kind.AGE, Kind.ADDRESS, Kind.VALUE)
COUNTED = (Kind.COUNT, Kind.SUM, Kind.SHARE, Kind.OWN)


class Op(StrEnum):
    IS = "is"
    LEAST = "least"
    MOST = "most"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Cond:
    """An element of a subject is one of `values` (a choice, "yes", "no", a text), at least or at most a number or a day, or
    known at all. `AGE` is a person's, by the year of birth."""

    element: str
    op: Op
    values: tuple[str, ...] = ()

    def holds(self, element: Element | None, value: Any, print_: bytes | None = None) -> bool:
        """Whether a fact in force meets it. A sealed one is compared by its print and never opened."""
        if self.op is Op.KNOWN:
            return True
        if element is not None and element.sealed:
            return print_ is not None and print_ in {print_of(element, value) for value in self.wanted(element)}
        if self.op is Op.IS:
            said = value if isinstance(value, list) else [value]
            return any(one in said for one in self.wanted(element))
        low = self.op is Op.LEAST
        if element is not None and element.type is Type.DATE:
            return str(value) >= self.values[0] if low else str(value) <= self.values[0]
        number, limit = Decimal(str(value)), Decimal(self.values[0])
        return number >= limit if low else number <= limit

    def wanted(self, element: Element | None) -> list[Any]:
        """Its values as facts keep them."""
        if element is None or element.type in CHOSEN:
            return list(self.values)
        if element.type is Type.YES_NO:
            return [value == "yes" for value in self.values]
        if element.type is Type.INTEGER:
            return [int(value) for value in self.values]
        return list(self.values)

    def faults(self, element: Element | None) -> Iterator[str]:
        """Names of sentences (words.FAULTS) for what does not fit."""
        if self.element == AGE:
            if self.op not in (Op.LEAST, Op.MOST) or not all(v.isdecimal() and int(v) < 150 for v in self.values):
                yield "age"
            if len(self.values) != 1:
                yield "one_limit"
            return
        if element is None:
            yield "no_element"
            return
        if self.op in (Op.LEAST, Op.MOST):
            if element.sealed:
                yield "sealed_limit"
            elif element.type not in (*NUMBERS, Type.DATE):
                yield "no_number"
            elif len(self.values) != 1 or not _fits(element, self.values[0]):
                yield "one_limit"
        elif self.op is Op.IS:
            if not self.values:
                yield "no_value"
            elif element.sealed and element.type is Type.CHOICES:
                yield "sealed_many"
            elif not all(_fits(element, value) for value in self.values):
                yield "no_such_value"


def _fits(element: Element, value: str) -> bool:
    if element.type in CHOSEN:
        return element.codes is not None and value in element.codes.choices
    if element.type is Type.YES_NO:
        return value in ("yes", "no")
    if element.type in NUMBERS:
        try:
            return Decimal(value).is_finite() and (
                element.type is not Type.INTEGER or value.lstrip("+-").isdecimal()
            )
        except ArithmeticError:
            return False
    if element.type is Type.DATE:
        return len(value) == 10 and value[4] == value[7] == "-" and value.replace("-", "").isdecimal()
    return bool(value)


Conds = tuple[Cond, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`when` are the conditions that count, all of them; `of` those a share is a share of. In a list both are empty."""

    label: str
    kind: Kind
    element: str = ""
    when: Conds = ()
    of: Conds = ()

    @property
    def key(self) -> str:
        """Equal for two columns that ask the same, whatever they are called."""
        return json.dumps([self.kind, self.element, sorted(map(_plain, self.when)), sorted(map(_plain, self.of))])

    @property
    def elements(self) -> list[str]:
        named = [self.element, *(cond.element for cond in (*self.when, *self.of))]
        return list(dict.fromkeys(name for name in named if name and name != AGE))


@dataclass(frozen=True, slots=True)
class Table:
    """What is asked: of whom (`about`), as a list of those who meet `conds` or as counts, and which columns."""

    about: str
    listed: bool
    conds: Conds = ()
    columns: tuple[Column, ...] = field(default=())

    @property
    def elements(self) -> list[str]:
        """Every element it looks at, of the subjects; those of the neighbourhood itself are `own_elements`."""
        named = [cond.element for cond in self.conds if cond.element != AGE]
        named += [name for c in self.columns if c.kind is not Kind.OWN for name in c.elements]
        return list(dict.fromkeys(named))

    @property
    def own_elements(self) -> list[str]:
        return list(dict.fromkeys(c.element for c in self.columns if c.kind is Kind.OWN))

    def covers(self, other: Table) -> bool:
        """Whether this one asks all that another asks, of the same."""
        if (self.about, self.listed) != (other.about, other.listed):
            return False
        if self.listed and sorted(map(_plain, self.conds)) != sorted(map(_plain, other.conds)):
            return False
        return {c.key for c in other.columns} <= {c.key for c in self.columns}

    def to_json(self) -> dict[str, Any]:
        return {
            "about": self.about,
            "listed": self.listed,
            "conds": [_plain(c) for c in self.conds],
            "columns": [
                {
                    "label": c.label,
                    "kind": c.kind.value,
                    "element": c.element,
                    "when": [_plain(one) for one in c.when],
                    "of": [_plain(one) for one in c.of],
                }
                for c in self.columns
            ],
        }


def table_of(kept: Mapping[str, Any]) -> Table:
    """A table as it was kept. Raises KeyError or ValueError for what is none."""
    return Table(
        kept["about"],
        bool(kept["listed"]),
        _conds(kept["conds"]),
        tuple(
            Column(c["label"], Kind(c["kind"]), c["element"], _conds(c["when"]), _conds(c["of"]))
            for c in kept["columns"]
        ),
    )


def _conds(kept: Iterable[Sequence[Any]]) -> Conds:
    return tuple(Cond(element, Op(op), tuple(values)) for element, op, values in kept)


def _plain(cond: Cond) -> list[Any]:
    return [cond.element, cond.op.value, sorted(cond.values)]


def faults(table: Table, elements: Mapping[str, Element]) -> Iterator[tuple[int, str, str]]:
    """(number of the column, 0 for the conditions; name of a sentence; what it is about) for all that does not fit."""
    allowed = LISTED if table.listed else COUNTED
    if not table.columns:
        yield 0, "no_columns", ""
    if len(table.columns) > MOST:
        yield 0, "too_many", str(MOST)
    if table.listed and not table.conds:
        yield 0, "no_conditions", ""
    yield from _bad_conds(0, table.conds, table.about, elements)
    seen: set[str] = set()
    for number, column in enumerate(table.columns, 1):
        if column.kind not in allowed:
            yield number, "other_table", column.label
        if not column.label.strip() or len(column.label) > 60:
            yield number, "no_label", column.label
        if column.key in seen:
            yield number, "twice", column.label
        seen.add(column.key)
        if column.kind in (Kind.NAME, Kind.AGE) and table.about != "person":
            yield number, "only_persons", column.label
        yield from _bad_column(number, column, table.about, elements)


def _bad_column(
    number: int, column: Column, about: str, elements: Mapping[str, Element]
) -> Iterator[tuple[int, str, str]]:
    element = elements.get(column.element)
    if column.kind in (Kind.VALUE, Kind.SUM, Kind.OWN):
        wanted = "place" if column.kind is Kind.OWN else about
        if element is None:
            yield number, "no_element", column.element
        elif element.about != wanted:
            yield number, "other_about", column.label
        elif column.kind is Kind.SUM and (element.type not in NUMBERS or element.sealed):
            yield number, "no_sum", column.label
    if column.kind is Kind.SHARE and not column.of and about != "person":
        yield number, "no_whole", column.label
    if column.kind in (Kind.COUNT, Kind.SHARE) and not column.when:
        yield number, "no_conditions", column.label
    yield from _bad_conds(number, (*column.when, *column.of), about, elements)


def _bad_conds(
    number: int, conds: Conds, about: str, elements: Mapping[str, Element]
) -> Iterator[tuple[int, str, str]]:
    for cond in conds:
        element = elements.get(cond.element)
        for fault in cond.faults(element):
            yield number, fault, cond.element
        if element is not None and element.about != about:
            yield number, "other_about", cond.element
        if cond.element == AGE and about != "person":
            yield number, "only_persons", cond.element
