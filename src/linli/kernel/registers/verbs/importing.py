"""A table is taken in: one entry, a fact for each cell that says something new. A row with a fault is refused and holds up no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, Refused, holds, require
from linli.kernel.audit.lines import lines as written
from linli.kernel.declare import Source
from linli.kernel.people import numbers
from linli.kernel.people.tables import COLUMNS

from ..defined import Defined, elements_at
from ..models import Entry
from ..spreadsheets import Cell, Line, Lost, plain, value_of
from ..values import Misfit, Value, clean
from .common import ENTERS, act, text_of
from .meant import Answer, Stranger, Target, lost, persons_meant, places_meant, register_stranger
from .setwise import NewFact, write_facts

BATCH = 10_000
"""Lines in a transaction, which are all that is held in memory."""
MOST_TOLD = 1_000
"""Refused rows that are told one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    number: int
    sentence: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewOne:
    """Somebody a line would register: who, with which number (masked), and where they would live (as it is written)."""

    number: int
    name: str
    identity: str
    place: str
    cells: tuple[Cell, ...]


@dataclass(slots=True)
class Imported:
    """What came of it. `unknown` are headings no element has. `strangers` are not registered, and waited for a second click
    (`register`); `stranger_rows` counts all of them, `registered` those who were registered now."""

    entry_id: UUID | None = None
    rows: int = 0
    facts: int = 0
    same: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    refused_rows: int = 0
    elements: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    strangers: list[NewOne] = field(default_factory=list)
    stranger_rows: int = 0
    registered: int = 0


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
    register: bool = False,
) -> Imported:
    """Take a table of persons or places in, a batch in a transaction; valid rows are kept beside refused ones.

    A person is found by identity number, else by name and phone, else by a name that only one has in the actor's place; a
    place by its code or address. Whoever is not registered, but has a name and a valid number, is told as a stranger to who holds
    `people.change`; and with `register`, which somebody says who has seen them, registered. Headings are the labels of elements. Needs `registers.enter` over each subject's place.
    Raises Invalid where no column says who is meant, or none is an element.
    """
    require(by, ENTERS)
    title = text_of(name, 120, "name")
    columns, done = _columns(heads, about, by)
    source = iter(lines)
    with _noting_who() as seen:
        while batch := list(islice(source, BATCH)):
            _take(batch, columns, done, seen, by, at, about, title, observed_at or at, register)
    if done.entry_id is not None:
        after = {
            "table": title,
            "rows": done.rows,
            "facts": done.facts,
            "refused": done.refused_rows,
            "elements": done.elements,
            **({"registered": done.registered} if done.registered else {}),
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
    seen: _Seen,
    by: Actor,
    at: datetime,
    about: str,
    title: str,
    observed_at: datetime,
    register: bool,
) -> None:
    with act():
        meant = (persons_meant if about == "person" else places_meant)(batch, columns.who, by)
        rows = _checked(batch, meant, columns, done, seen, _Door(by, at, register))
        if not rows:
            return
        if done.entry_id is None:
            entry = Entry.objects.create(
                form="import", version=1, about=about, place_code=by.scope if by.scope != "*" else rows[0][0].place_code,
                source=Source.IMPORT, source_name=title, author_id=by.account_id, observed_at=observed_at, recorded_at=at,
            )  # fmt: skip
            done.entry_id = entry.id
        else:
            entry = Entry.objects.get(pk=done.entry_id)
        if about == "person":
            _lock([target.id for target, _values in rows])
        came = write_facts(entry, _facts(rows), at, repeats=False)
        done.facts += came.facts
        done.same += came.same


Checked = tuple[Target, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class _Door:
    """Who may let somebody in who is not registered, and whether they have said so."""

    by: Actor
    at: datetime
    open: bool

    @property
    def knocks(self) -> bool:
        return holds(self.by, "people.change")


def _checked(
    batch: Sequence[Line], meant: Sequence[Answer], columns: _Columns, done: Imported, seen: _Seen, door: _Door
) -> list[Checked]:
    """The valid lines of a batch; each other one is refused with its sentence, or waits for somebody to be registered."""
    done.rows += len(batch)
    rows: list[Checked] = []
    earlier = seen.of(one.id for one in meant if isinstance(one, Target))
    kept: dict[UUID, int] = {}
    numbered: dict[str, tuple[int, str]] = {}
    for line, target in zip(batch, meant, strict=True):
        try:
            if not isinstance(target, Target | Stranger) or (isinstance(target, Stranger) and not door.knocks):
                raise target
            if isinstance(target, Stranger):
                _once(target, line, numbered)
            elif (first := earlier.get(target.id) or kept.get(target.id)) is not None:
                raise Misfit(_("和第 %(n)d 行说的是同一个。") % {"n": first})
            values = _values(line, columns)
            if isinstance(target, Stranger):
                if not door.open:
                    _knock(done, line, target)
                    continue
                target = register_stranger(target, door.by, door.at)
                done.registered += 1
        except (Misfit, Refused) as fault:
            _refuse(done, line, fault.sentence if isinstance(fault, Refused) else str(fault))
            continue
        kept[target.id] = line.number
        rows.append((target, values))
    seen.note(kept)
    return rows


def _once(one: Stranger, line: Line, numbered: dict[str, tuple[int, str]]) -> None:
    """One number is one person's: of two lines with it the second is refused."""
    first, name = numbered.setdefault(one.number, (line.number, one.name))
    if first == line.number:
        return
    if name != one.name:
        raise Misfit(_("和第 %(n)d 行是同一个证件号码，姓名却不同，请核对。") % {"n": first})
    raise Misfit(_("和第 %(n)d 行说的是同一个。") % {"n": first})


def _knock(done: Imported, line: Line, one: Stranger) -> None:
    done.stranger_rows += 1
    if len(done.strangers) < MOST_TOLD:
        cells = tuple(cell if isinstance(cell, str | int | float | None) else plain(cell) for cell in line.cells)
        done.strangers.append(NewOne(line.number, one.name, numbers.mask_identity(one.number), one.place, cells))


def _facts(rows: Sequence[Checked]) -> Iterator[NewFact]:
    for target, values in rows:
        for name, value in values.items():
            yield NewFact(target.id, target.place_code, name, value)


class _Seen:
    """Which line spoke of whom, kept by the database: a table may have more lines than fit in memory."""

    def of(self, ids: Iterable[UUID]) -> dict[UUID, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT subject, line FROM import_seen WHERE subject = ANY(%s)", [list(ids)])
            return dict(cursor.fetchall())

    def note(self, lines: Mapping[UUID, int]) -> None:
        with connection.cursor() as cursor, cursor.copy("COPY import_seen FROM STDIN") as copy:
            copy.write(written(lines.items()))


@contextmanager
def _noting_who() -> Iterator[_Seen]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE import_seen (subject uuid PRIMARY KEY, line int)")
    try:
        yield _Seen()
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE import_seen")


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
            raise Misfit(lost(one.label)) from None
        except Misfit as misfit:
            raise Misfit(_("%(column)s：%(why)s") % {"column": one.label, "why": misfit}) from None
        if value is not None:
            found[one.name] = value
    if not found:
        raise Misfit(_("这一行没有要登记的内容。"))
    return found


def _lock(ids: Sequence[UUID]) -> None:
    """Persons are held in one order, so that two imports of the same people wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM people_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [list(ids)])
