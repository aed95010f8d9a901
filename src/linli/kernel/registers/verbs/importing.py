"""A table is taken in: one entry, a fact for each cell that says something new. A row with a fault is refused and holds up no other."""

from __future__ import annotations

import json
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
from linli.kernel.sealed import fingerprint, seal

from ..defined import Defined, elements_at
from ..models import Entry, Waiting, WaitingPart
from ..spreadsheets import Cell, Line, Lost, plain, value_of
from ..values import Misfit, Value, clean
from .common import ENTERS, act, text_of
from .meant import Answer, Stranger, Target, lost, persons_meant, places_meant, register_stranger
from .setwise import NewFact, write_facts

BATCH = 10_000
"""Lines in a transaction, which are all that is held in memory."""
MOST_TOLD = 1_000
"""Refused rows that are told one by one; all are counted."""
MOST_SHOWN = 100
"""Of those who are not registered; all wait."""
PART = 50
"""Lines of theirs that are registered in one transaction, and at one step of the page."""


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


@dataclass(slots=True)
class Imported:
    """What came of it. `unknown` are headings no element has. `strangers` are not registered, and wait for a second click
    (`waiting.register_waiting` with `waiting_id`); `stranger_rows` counts all of them, `registered` those who were registered now."""

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
    waiting_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column is which: those that say who is meant, and those of elements."""

    heads: Sequence[str]
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
    columns, done = columns_of(heads, about, by)
    source = iter(lines)
    with noting_who() as seen:
        taking = Taking(by, at, about, title, observed_at or at, columns, seen, register)
        while batch := list(islice(source, BATCH)):
            with act():
                take(batch, taking, done)
    return done


def columns_of(heads: Sequence[str], about: str, by: Actor) -> tuple[_Columns, Imported]:
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
    return _Columns(heads, who, elements), Imported(
        elements=[one.name for one in elements.values()], unknown=unknown
    )


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes a table in, and how; `register` says that somebody has seen who is not registered, and wants them to be."""

    by: Actor
    at: datetime
    about: str
    title: str
    observed_at: datetime
    columns: _Columns
    seen: _Seen
    register: bool

    @property
    def knocks(self) -> bool:
        return holds(self.by, "people.change")


def take(batch: Sequence[Line], taking: Taking, done: Imported) -> None:
    """A batch in the transaction it is called in, its record included: whoever is killed between two batches has told what is there."""
    before = (done.facts, done.refused_rows, done.registered)
    meant = (persons_meant if taking.about == "person" else places_meant)(batch, taking.columns.who, taking.by)
    waiting: list[Line] = []
    rows = _checked(batch, meant, taking, done, waiting)
    _keep_waiting(waiting, taking, done)
    if not rows:
        return
    entry = _entry(taking, done, rows[0][0].place_code)
    if taking.about == "person":
        _lock([target.id for target, _values in rows])
    came = write_facts(entry, _facts(rows), taking.at, repeats=False)
    done.facts += came.facts
    done.same += came.same
    _record(entry, taking, done, len(batch), before)


def _entry(taking: Taking, done: Imported, place_code: str) -> Entry:
    """One for the whole table."""
    if done.entry_id is not None:
        return Entry.objects.get(pk=done.entry_id)
    by = taking.by
    entry = Entry.objects.create(
        form="import", version=1, about=taking.about, place_code=by.scope if by.scope != "*" else place_code,
        source=Source.IMPORT, source_name=taking.title, author_id=by.account_id, observed_at=taking.observed_at,
        recorded_at=taking.at,
    )  # fmt: skip
    done.entry_id = entry.id
    return entry


def _record(entry: Entry, taking: Taking, done: Imported, rows: int, before: tuple[int, int, int]) -> None:
    facts, refused, registered = before
    after = {
        "table": taking.title,
        "rows": rows,
        "facts": done.facts - facts,
        "refused": done.refused_rows - refused,
        "elements": done.elements,
        **({"registered": done.registered - registered} if done.registered > registered else {}),
    }
    audit.append(
        by=taking.by, at=taking.at, verb="registers.import", stream=f"entry:{entry.id}",
        place_code=taking.by.scope if taking.by.scope != "*" else "", after=after,
    )  # fmt: skip


Checked = tuple[Target, dict[str, Value]]


def _checked(
    batch: Sequence[Line], meant: Sequence[Answer], taking: Taking, done: Imported, waiting: list[Line]
) -> list[Checked]:
    """The valid lines of a batch; each other one is refused with its sentence, or waits for somebody to be registered."""
    done.rows += len(batch)
    rows: list[Checked] = []
    earlier = taking.seen.of(one.id for one in meant if isinstance(one, Target))
    kept: dict[UUID, int] = {}
    numbered = taking.seen.numbered(one.number for one in meant if isinstance(one, Stranger))
    known = frozenset(numbered)
    for line, target in zip(batch, meant, strict=True):
        try:
            if not isinstance(target, Target | Stranger) or (isinstance(target, Stranger) and not taking.knocks):
                raise target
            if isinstance(target, Stranger):
                _once(target, line, numbered)
            elif (first := earlier.get(target.id) or kept.get(target.id)) is not None:
                raise Misfit(_("和第 %(n)d 行说的是同一个。") % {"n": first})
            values = _values(line, taking.columns)
            if isinstance(target, Stranger):
                if not taking.register:
                    _knock(done, line, target)
                    waiting.append(line)
                    continue
                target = register_stranger(target, taking.by, taking.at)
                done.registered += 1
        except (Misfit, Refused) as fault:
            _refuse(done, line, fault.sentence if isinstance(fault, Refused) else str(fault))
            continue
        kept[target.id] = line.number
        rows.append((target, values))
    taking.seen.note(kept)
    taking.seen.note_numbers({number: said for number, said in numbered.items() if number not in known})
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
    if len(done.strangers) < MOST_SHOWN:
        done.strangers.append(NewOne(line.number, one.name, numbers.mask_identity(one.number), one.place))


def _keep_waiting(lines: Sequence[Line], taking: Taking, done: Imported) -> None:
    """Lines of those who are not registered wait, sealed, in parts that are registered one after the other (`waiting`)."""
    if not lines or taking.by.account_id is None:
        return
    if done.waiting_id is None:
        waiting = Waiting.objects.create(
            account_id=taking.by.account_id, about=taking.about, name=taking.title, heads=list(taking.columns.heads),
            observed_at=taking.observed_at, made_at=taking.at,
        )  # fmt: skip
        done.waiting_id = waiting.id
    parts = [lines[begin : begin + PART] for begin in range(0, len(lines), PART)]
    WaitingPart.objects.bulk_create(
        [
            WaitingPart(waiting_id=done.waiting_id, number=part[0].number, sealed=sealed_lines(part))
            for part in parts
        ]
    )
    Waiting.objects.filter(pk=done.waiting_id).update(total=done.stranger_rows)


def sealed_lines(lines: Sequence[Line]) -> bytes:
    rows = [[line.number, *(_plain_cell(cell) for cell in line.cells)] for line in lines]
    return seal(json.dumps(rows, ensure_ascii=False))


def _plain_cell(cell: Cell) -> str | int | float | None:
    return cell if isinstance(cell, str | int | float | None) else plain(cell)


def _facts(rows: Sequence[Checked]) -> Iterator[NewFact]:
    for target, values in rows:
        for name, value in values.items():
            yield NewFact(target.id, target.place_code, name, value)


class _Seen:
    """Which line spoke of whom, kept by the database: a table may have more lines than fit in memory."""

    def of(self, ids: Iterable[UUID]) -> dict[UUID, int]:
        with connection.cursor() as cursor:
            # By its key: of so many ids the planner would rather read all that was noted, once for each batch.
            cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")
            cursor.execute("SELECT subject, line FROM import_seen WHERE subject = ANY(%s)", [list(ids)])
            found: dict[UUID, int] = dict(cursor.fetchall())
            cursor.execute("SELECT set_config('enable_seqscan', 'on', true)")
            return found

    def note(self, lines: Mapping[UUID, int]) -> None:
        with connection.cursor() as cursor, cursor.copy("COPY import_seen FROM STDIN") as copy:
            copy.write(written(lines.items()))

    def numbered(self, numbers: Iterable[str]) -> dict[str, tuple[int, str]]:
        """(line, name) of each number nobody has that a line before said, as far as these say it again."""
        prints = {fingerprint(number): number for number in numbers}
        if not prints:
            return {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT print, line, name FROM import_numbered WHERE print = ANY(%s)", [list(prints)])
            return {prints[bytes(print_)]: (line, name) for print_, line, name in cursor.fetchall()}

    def note_numbers(self, said: Mapping[str, tuple[int, str]]) -> None:
        if said:
            rows = [(fingerprint(number), line, name) for number, (line, name) in said.items()]
            with connection.cursor() as cursor, cursor.copy("COPY import_numbered FROM STDIN") as copy:
                copy.write(written(rows))


@contextmanager
def noting_who() -> Iterator[_Seen]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE import_seen (subject uuid PRIMARY KEY, line int)")
        cursor.execute("CREATE TEMP TABLE import_numbered (print bytea PRIMARY KEY, line int, name text)")
    try:
        yield _Seen()
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE import_seen, import_numbered")


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
