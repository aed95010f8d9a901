"""A table is taken in: one entry, a fact for each cell that says something new. A row with a fault is refused and holds up no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, Refused, covers, require
from linli.kernel.declare import About, Source
from linli.kernel.people import numbers
from linli.kernel.people.homes import place_named
from linli.kernel.people.models import Person
from linli.kernel.people.tables import COLUMNS
from linli.kernel.sealed import fingerprint

from ..defined import Defined, elements_at
from ..models import Entry, Fact, State
from ..spreadsheets import Line, Lost, number_of, plain, value_of
from ..subjects import Subject, found
from ..values import Misfit, Value, clean, print_of, says
from .common import ENTERS, act, put_in_force, text_of
from .entering import fact_of

BATCH = 2_000
MOST_TOLD = 1_000
"""Refused rows that are told one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    number: int
    sentence: str
    cells: tuple[str, ...]


@dataclass(slots=True)
class Imported:
    """What came of it. `unknown` are headings no element has."""

    entry_id: UUID | None = None
    rows: int = 0
    facts: int = 0
    same: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    refused_rows: int = 0
    elements: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column is which: those that say who is meant, and those of elements."""

    who: Mapping[str, int]
    elements: Mapping[int, Defined]


def import_table(
    *,
    by: Actor,
    at: datetime,
    about: str,
    heads: Sequence[str],
    lines: Iterable[Line],
    name: str,
    observed_at: datetime | None = None,
) -> Imported:
    """Take a table of persons or places in, a batch in a transaction; valid rows are kept beside refused ones.

    A person is found by identity number, else by name and phone, else by a name that only one has in the actor's place; a
    place by its code or address. Headings are the labels of elements. Needs `registers.enter` over each subject's place.
    Raises Invalid where no column says who is meant, or none is an element.
    """
    require(by, ENTERS)
    title = text_of(name, 120, "name")
    columns, done = _columns(heads, about, by)
    seen: dict[str, int] = {}
    source = iter(lines)
    while batch := list(islice(source, BATCH)):
        _take(batch, columns, done, seen, by, at, about, title, observed_at or at)
    if done.entry_id is not None:
        after = {
            "table": title,
            "rows": done.rows,
            "facts": done.facts,
            "refused": done.refused_rows,
            "elements": done.elements,
        }
        with act():
            audit.append(
                by=by, at=at, verb="registers.import", stream=f"entry:{done.entry_id}", place_code=by.scope if by.scope != "*" else "",
                after=after,
            )  # fmt: skip
    return done


def _columns(heads: Sequence[str], about: str, by: Actor) -> tuple[_Columns, Imported]:
    if about not in ("person", "place"):
        raise Invalid(_("只能按人或地点导入。"), fields={"about": _("只能按人或地点导入。")})
    known = {one.label.strip().lower(): one for one in elements_at(by.scope, about=about)}
    who: dict[str, int] = {}
    elements: dict[int, Defined] = {}
    unknown: list[str] = []
    for index, head in enumerate(heads):
        low = head.strip().lower()
        key = next((key for key, names in COLUMNS.items() if low in names), "")
        if low in known:
            elements[index] = known[low]
        elif key in ("name", "phone", "identity", "place", "birth_year"):
            who.setdefault(key, index)
        elif head.strip():
            unknown.append(head)
    needed = ("identity", "name") if about == "person" else ("place",)
    if not any(key in who for key in needed):
        words = _("证件号码或姓名") if about == "person" else _("地点代码或地址")
        sentence = _("表里要有一列%(what)s，才知道说的是谁。") % {"what": words}
        raise Invalid(sentence, fields={"file": sentence})
    if not elements:
        sentence = _("没有一列是台账的数据项。列名要和数据项的名称一样。")
        raise Invalid(sentence, fields={"file": sentence})
    return _Columns(who, elements), Imported(elements=[one.name for one in elements.values()], unknown=unknown)


def _take(
    batch: Sequence[Line],
    columns: _Columns,
    done: Imported,
    seen: dict[str, int],
    by: Actor,
    at: datetime,
    about: str,
    title: str,
    observed_at: datetime,
) -> None:
    with act():
        rows = list(_checked(batch, columns, done, seen, by, about, at))
        if not rows:
            return
        if done.entry_id is None:
            entry = Entry.objects.create(
                form="import", version=1, about=about, place_code=by.scope if by.scope != "*" else rows[0][1].place_code,
                source=Source.IMPORT, source_name=title, author_id=by.account_id, observed_at=observed_at, recorded_at=at,
            )  # fmt: skip
            done.entry_id = entry.id
        else:
            entry = Entry.objects.get(pk=done.entry_id)
        _write(entry, rows, columns, done, at)


Checked = tuple[Line, Subject, dict[str, Value]]


def _checked(
    batch: Sequence[Line],
    columns: _Columns,
    done: Imported,
    seen: dict[str, int],
    by: Actor,
    about: str,
    at: datetime,
) -> Iterator[Checked]:
    persons = _Persons(batch, columns) if about == "person" else None
    for line in batch:
        done.rows += 1
        try:
            target = persons.found(line, columns, by) if persons else _place(line, columns, by, at)
            key = str(target.id) if persons else target.place_code
            if key in seen:
                raise Misfit(_("和第 %(n)d 行说的是同一个。") % {"n": seen[key]})
            values = _values(line, columns)
        except (Misfit, Refused) as fault:
            _refuse(done, line, fault.sentence if isinstance(fault, Refused) else str(fault))
            continue
        seen[key] = line.number
        yield line, target, values


def _refuse(done: Imported, line: Line, sentence: str) -> None:
    done.refused_rows += 1
    if len(done.refused) < MOST_TOLD:
        done.refused.append(RefusedRow(line.number, sentence, tuple(plain(cell) for cell in line.cells)))


def _values(line: Line, columns: _Columns) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for index, one in columns.elements.items():
        cell = line.cells[index] if index < len(line.cells) else None
        try:
            value = clean(one.element, value_of(cell, one.element.type), one.choices)
        except Lost:
            raise Misfit(_lost(one.label)) from None
        except Misfit as misfit:
            raise Misfit(_("%(column)s：%(why)s") % {"column": one.label, "why": misfit}) from None
        if value is not None:
            found[one.name] = value
    if not found:
        raise Misfit(_("这一行没有要登记的内容。"))
    return found


def _lost(column: str) -> str:
    return _("%(column)s被表格按数字保存，后几位已经丢失。请把这一列设成“文本”再填一遍。") % {"column": column}


class _Persons:
    """Persons a batch may mean, looked up at once: by identity number, and by name."""

    def __init__(self, batch: Sequence[Line], columns: _Columns) -> None:
        names, prints = set(), set()
        for line in batch:
            if name := _said(line, columns, "name"):
                names.add(name)
            if number := numbers.identity(_said(line, columns, "identity")):
                prints.add(fingerprint(number))
        rows = Person.objects.filter(erased_at=None)
        fields = ("id", "name", "place_code", "identity_print", "phone_print")
        by_identity = rows.filter(identity_print__in=list(prints)).values_list(*fields)
        self.by_identity = {bytes(row[3]): row for row in by_identity if row[3] is not None}
        self.by_name: dict[str, list[Any]] = {}
        for row in rows.filter(name__in=list(names)).values_list(*fields):
            self.by_name.setdefault(row[1], []).append(row)

    def found(self, line: Line, columns: _Columns, by: Actor) -> Subject:
        name = _said(line, columns, "name")
        row = self._row(line, columns, name, by)
        if name and row[1] != name:
            raise Misfit(_("这个证件号码登记在另一个姓名下，请核对。"))
        if not covers(by, row[2]):
            raise Misfit(_("这个人不在您的管辖范围内。"))
        target = found_person(row)
        require(by, ENTERS, target.place_code)
        return target

    def _row(self, line: Line, columns: _Columns, name: str, by: Actor) -> Any:
        said = _number(line, columns, "identity")
        if said:
            number = numbers.identity(said)
            if number is None:
                raise Misfit(_("证件号码不对：应是 18 位，最后一位是校验码。"))
            row = self.by_identity.get(fingerprint(number))
            if row is not None:
                return row
        same = [row for row in self.by_name.get(name, []) if covers(by, row[2])]
        phone = _number(line, columns, "phone")
        if phone:
            digits = numbers.telephone(phone)
            if digits is None:
                raise Misfit(_("电话应是 11 位手机号，或带区号的固定电话。"))
            same = [row for row in same if row[4] is not None and bytes(row[4]) == fingerprint(digits)]
        if said and not phone:
            same = [row for row in same if row[3] is None]
        if not same:
            raise Misfit(_("没有登记过这个人。请先登记，再导入。"))
        if len(same) > 1:
            raise Misfit(_("同名的有 %(n)d 人，要写证件号码或电话才分得清。") % {"n": len(same)})
        return same[0]


def found_person(row: Any) -> Subject:

    return Subject(About.PERSON, row[0], row[2], row[1], ((row[0], row[2]),))


def _place(line: Line, columns: _Columns, by: Actor, at: datetime) -> Subject:
    code = place_named(_said(line, columns, "place"), by, field="place")
    require(by, ENTERS, code)
    return found("place", code, at, held=True)


def _said(line: Line, columns: _Columns, key: str) -> str:
    index = columns.who.get(key)
    return plain(line.cells[index]) if index is not None and index < len(line.cells) else ""


def _number(line: Line, columns: _Columns, key: str) -> str:
    index = columns.who.get(key)
    if index is None or index >= len(line.cells):
        return ""
    try:
        return number_of(line.cells[index])
    except Lost:
        raise Misfit(_lost(_("证件号码") if key == "identity" else _("电话"))) from None


def _write(entry: Entry, rows: Sequence[Checked], columns: _Columns, done: Imported, at: datetime) -> None:
    """What is new goes in at once; where something is known of a subject already, the rule says which is in force."""
    defined = {one.name: one for one in columns.elements.values()}
    _lock([target.id for _line, target, _values in rows])
    known: dict[tuple[UUID, str], Fact] = {}
    anything: set[tuple[UUID, str]] = set()
    for fact in Fact.objects.filter(subject__in=[t.id for _l, t, _v in rows], element__in=list(defined)).exclude(
        state=State.ERASED
    ):
        anything.add((fact.subject, fact.element))
        if fact.state == State.IN_FORCE:
            known[fact.subject, fact.element] = fact
    fresh: list[Fact] = []
    again: dict[Subject, list[str]] = {}
    for _line, target, values in rows:
        for name, value in values.items():
            before = known.get((target.id, name))
            if before is not None and _says_so(defined[name], value, before):
                done.same += 1
                continue
            fact = fact_of(entry, target, defined[name], value)
            if (target.id, name) in anything:
                again.setdefault(target, []).append(name)
            else:
                fact.state = State.IN_FORCE
            fresh.append(fact)
    Fact.objects.bulk_create(fresh, batch_size=5_000)
    for target, names in again.items():
        put_in_force(target, names, at)
    done.facts += len(fresh)


def _lock(ids: Sequence[UUID]) -> None:
    """Persons are held in one order, so that two imports of the same people wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM people_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [list(ids)])


def _says_so(one: Defined, value: Value, before: Fact) -> bool:
    if before.print is not None:
        return bytes(before.print) == print_of(one.element, value)
    return says(one.element, before.value) == says(one.element, value)
