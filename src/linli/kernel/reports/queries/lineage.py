"""Where a cell comes from: its facts, who entered each, when, in which form or visit; and what was corrected since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.kernel.declare import Element
from linli.kernel.registers.defined import Defined
from linli.kernel.registers.defined import elements as defined
from linli.kernel.registers.models import Fact, State
from linli.kernel.registers.queries.known import known_of
from linli.kernel.registers.values import masked, says, shown

from ..columns import AGE, Column, Kind, Table
from ..filling import Cell
from ..models import Handing, Line

MOST = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """One fact a cell came from. `now` is what holds instead, in words, where it was corrected since; "" for no longer known."""

    fact_id: UUID
    subject: UUID
    element: str
    said: str
    source: str
    source_name: str
    author: str
    form: str
    visited_on: Any
    observed_at: datetime
    recorded_at: datetime
    corrected: bool
    now: str


def of_cell(handing: Handing, line: Line, number: int) -> list[Origin]:
    """The facts a signed cell came from: of a list the one, of a count those that met its conditions. Four queries."""
    table = handing.sheet.report.table
    column = table.columns[number - 1]
    known = defined([*table.elements, *table.own_elements])
    if table.listed or column.kind is Kind.OWN:
        fact = line.facts[number - 1] if len(line.facts) >= number else None
        return origins([UUID(fact)] if fact else [], known)
    return origins(counted(handing, column, known), known)


def counted(handing: Handing, column: Column, known: Mapping[str, Defined]) -> list[UUID]:
    """Facts of a signed count that met all its conditions. A fact never changes, so they can be asked again."""
    conds = [cond for cond in column.when if cond.element != AGE]
    names = list(dict.fromkeys([*(cond.element for cond in conds), *([column.element] if column.element else [])]))
    ids = basis(handing, names)
    by_subject: dict[UUID, dict[str, tuple[UUID, Any, bytes | None]]] = {}
    rows = Fact.objects.filter(pk__in=ids).values_list("id", "subject", "element", "value", "print")
    for id_, subject, element, value, print_ in rows.iterator(chunk_size=10_000):
        by_subject.setdefault(subject, {})[element] = (id_, value, bytes(print_) if print_ else None)
    found: list[UUID] = []
    for facts in by_subject.values():
        if all(
            cond.element in facts and cond.holds(_element(known, cond.element), *facts[cond.element][1:])
            for cond in conds
        ):
            found += [fact[0] for fact in facts.values()]
    return found


def basis(handing: Handing, names: Sequence[str]) -> list[UUID]:
    found: list[UUID] = []
    for raw in handing.bases.filter(element__in=names).values_list("facts", flat=True):
        packed = bytes(raw)
        found += [UUID(bytes=packed[n : n + 16]) for n in range(0, len(packed), 16)]
    return found


def origins(ids: Iterable[UUID], known: Mapping[str, Defined]) -> list[Origin]:
    """Facts with who entered them, the latest first, at most `MOST`. Sealed values are masked."""
    rows = (
        Fact.objects.filter(pk__in=list(ids))
        .select_related("author", "entry", "entry__visit")
        .order_by("-recorded_at", "id")[:MOST]
    )
    facts = list(rows)
    gone = [fact for fact in facts if fact.state != State.IN_FORCE]
    instead = {
        (fact.subject, fact.element): fact
        for fact in Fact.objects.filter(
            subject__in={f.subject for f in gone}, element__in={f.element for f in gone}, state=State.IN_FORCE
        )
    }
    return [_origin(fact, instead.get((fact.subject, fact.element)), known) for fact in facts]


def _origin(fact: Fact, other: Fact | None, known: Mapping[str, Defined]) -> Origin:
    entry = fact.entry
    visit = getattr(entry, "visit", None) if entry else None
    corrected = fact.state != State.IN_FORCE and (
        other is None or not same(fact, other, _element(known, fact.element))
    )
    return Origin(
        fact.id,
        fact.subject,
        fact.element,
        in_words(fact, known),
        fact.source,
        entry.source_name if entry else "",
        fact.author.name if fact.author else "",
        entry.form if entry else "",
        visit.due_on if visit else None,
        fact.observed_at,
        fact.recorded_at,
        corrected,
        in_words(other, known) if corrected and other else "",
    )


def same(one: Fact, other: Fact, element: Element | None) -> bool:
    if one.print is not None or other.print is not None:
        return one.print is not None and other.print is not None and bytes(one.print) == bytes(other.print)
    if one.value is None or other.value is None:
        return one.value is other.value
    return says(element, one.value) == says(element, other.value)


def in_words(fact: Fact, known: Mapping[str, Defined]) -> str:
    one = known.get(fact.element)
    if one is None:
        return str(fact.value if fact.value is not None else "")
    if fact.value is None:
        return masked(one.element, "") if fact.sealed is not None else ""
    return shown(one.element, fact.value, one.choices)


@dataclass(frozen=True, slots=True)
class Since:
    """A cell of a signed line that would say something else today: what it said, and what it would say."""

    line_number: int
    column: int
    said: Any
    now: Any


def corrected(
    handing: Handing, lines: Iterable[Line], table: Table, fresh: Mapping[Any, Sequence[Any]]
) -> list[Since]:
    """Signed cells beside `fresh`, what the same sheet says now, by subject (None for a count): both values where they differ.
    Of a subject the sheet leaves out by now, what is in force is asked; one query for all of them."""
    lines = list(lines)
    found: list[Since] = []
    others = _elsewhere(
        [line.subject for line in lines if line.subject is not None and line.subject not in fresh], table
    )
    for line in lines:
        if line.erased_at is not None:
            continue
        now = fresh.get(line.subject, others.get(line.subject) if line.subject else None)
        for number, (said, fact) in enumerate(zip(line.cells, line.facts, strict=True), 1):
            kind = table.columns[number - 1].kind
            if kind in (Kind.NAME, Kind.AGE, Kind.ADDRESS):
                continue
            today = now[number - 1] if now is not None else None
            if today is None or (line.subject in others and today.gap):
                continue
            if kind is Kind.VALUE:
                if fact is not None and (not today.facts or str(today.facts[0]) != fact) and _differs(said, today):
                    found.append(Since(line.number, number, said, today.value))
            elif said is not None and today.value != said:
                found.append(Since(line.number, number, said, today.value))
    return found


def left_out(lines: Iterable[Line], fresh: Mapping[Any, Sequence[Any]]) -> set[int]:
    """Numbers of signed lines whose subject the sheet would not list today: a condition is no longer met."""
    return {
        line.number
        for line in lines
        if line.erased_at is None and line.subject is not None and line.subject not in fresh
    }


def _elsewhere(subjects: Sequence[UUID], table: Table) -> dict[UUID, list[Cell]]:
    """What is in force of subjects a list leaves out, as its cells; as far as the eyes of the connection see."""
    if not subjects:
        return {}
    held = known_of(subjects, table.elements)
    cells: dict[UUID, list[Cell]] = {}
    for subject in subjects:
        facts = [held.get((subject, column.element)) for column in table.columns]
        cells[subject] = [
            Cell(one.value, (one.fact_id,), sealed=one.sealed) if one else Cell(gap=True) for one in facts
        ]
    return cells


def _differs(said: Any, today: Any) -> bool:
    return bool(today.sealed) or today.value != said


def _element(known: Mapping[str, Defined], name: str) -> Element | None:
    return known[name].element if name in known else None
