"""Reports as pages show them: what was asked for, what is owed, and how much work it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require
from linli.kernel.places import queries as places
from linli.kernel.registers.defined import Defined, form
from linli.kernel.registers.defined import elements as defined

from ..columns import Kind, Table
from ..filling import today_of
from ..models import Handing, Report, Sheet
from ..overview import overview
from ..verbs.common import ASKS, READS

MOST = 100
LEAST = 5
"""A count of 1 to 4 of something sensitive is not shown above the neighbourhood: with it one could know somebody."""
DONE = (Sheet.State.SENT, Sheet.State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that was asked for: how many sheets there are, were sent, and are late."""

    report: Report
    sheets: int
    sent: int
    late: int


def asked(by: Actor, at: datetime, *, ended: bool = False) -> list[Asked]:
    """Reports asked at the actor's place or below it, those due first. One query; row level security says which."""
    require(by, ASKS)
    rows = Report.objects.annotate(n=Count("sheets"), n_sent=Count("sheets", filter=Q(sheets__state__in=DONE)))
    rows = rows.exclude(state=Report.State.OPEN) if ended else rows.filter(state=Report.State.OPEN)
    if by.scope != "*":
        rows = rows.filter(place_code__startswith=by.scope)
    found = rows.order_by("-ended_at" if ended else "due_at", "id")[:MOST]
    return [
        Asked(
            row, row.n, row.n_sent, row.n - row.n_sent if row.state == Report.State.OPEN and row.due_at < at else 0
        )
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class Owed:
    """A sheet that somebody in the actor's place owes, or gave."""

    sheet: Sheet
    place: str
    late: bool


def owed(by: Actor, at: datetime, *, done: bool = False) -> list[Owed]:
    """Sheets of open reports in the actor's place, those due first; or those that were sent. Two queries at most."""
    require(by, READS)
    rows = Sheet.objects.select_related("report").filter(~Q(report__state="withdrawn"))
    if done:
        rows = rows.filter(Q(state__in=DONE) | Q(report__state="closed")).order_by("-sent_at", "id")
    else:
        rows = rows.filter(report__state="open").exclude(state__in=DONE).order_by("report__due_at", "place_code")
    found = list(rows[:MOST])
    names = places.labels({row.place_code for row in found})
    return [
        Owed(row, names.get(row.place_code, row.place_code), not done and row.report.due_at < at) for row in found
    ]


@dataclass(frozen=True, slots=True)
class Burden:
    """How much is asked of a place since a day: tables, cells, how many filled by themselves, by hand, and stayed empty."""

    place_code: str
    place: str
    tables: int
    cells: int
    typed: int
    empty: int

    @property
    def by_themselves(self) -> int:
        return self.cells - self.typed - self.empty

    @property
    def percent(self) -> int | None:
        return round(100 * self.by_themselves / self.cells) if self.cells else None


_BURDEN = """
SELECT s.place_code, count(*), sum(s.cells), sum(s.typed), sum(s.empty)
FROM reports_sheet s JOIN reports_report r ON r.id = s.report_id
WHERE r.asked_at >= %s AND r.state <> 'withdrawn' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 500
"""


def burden(by: Actor, at: datetime, *, days: int = 365) -> list[Burden]:
    """By neighbourhood in the actor's place, those asked most first. Two queries."""
    require(by, READS)
    with connection.cursor() as cursor:
        cursor.execute(_BURDEN, [at - timedelta(days=days)])
        rows = cursor.fetchall()
    names = places.labels({row[0] for row in rows})
    return [Burden(code, names.get(code, code), n, int(c), int(t), int(e)) for code, n, c, t, e in rows]


@dataclass(frozen=True, slots=True)
class Part:
    """One neighbourhood's part of a report, for who asked: its state, its latest sent handing, and cells of a count."""

    sheet: Sheet
    place: str
    late: bool
    handing_id: UUID | None
    signed_name: str
    rows: int
    cells: Sequence[Any] = ()
    frozen: bool = False
    since: frozenset[int] = frozenset()
    """Numbers of columns whose signed count would be another today; of a report that is still open."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A report with all its parts. Cells that were not sent yet are what the facts say now, and are marked so.
    `hidden` are (place code, number of the column) that are small and sensitive."""

    report: Report
    table: Table
    defined: Mapping[str, Defined]
    parts: Sequence[Part]
    totals: Sequence[Any]
    hidden: frozenset[tuple[str, int]] = field(default=frozenset())


def whole(by: Actor, report_id: UUID, at: datetime) -> Whole:
    """A report for who asked, with every neighbourhood. Needs `reports.ask`. Raises NotFound."""
    require(by, ASKS)
    report = Report.objects.select_related("asked_by").filter(pk=report_id).first()
    if report is None or not (by.scope == "*" or report.place_code.startswith(by.scope)):
        raise NotFound(_("没有这张报表，或者不是您所在的层级要的。"))
    table = report.table
    known = defined([*table.elements, *table.own_elements])
    last = Handing.objects.filter(sheet=OuterRef("pk"), sent_at__isnull=False).order_by("-number")
    sheets = report.sheets.annotate(
        last_id=Subquery(last.values("id")[:1]), last_name=Subquery(last.values("signed_name")[:1])
    ).order_by("place_code")
    found = list(sheets)
    names = places.labels({sheet.place_code for sheet in found})
    frozen, counts = _sent(found, table)
    live = {} if table.listed or report.state != Report.State.OPEN else _live(report, table, known, at)
    parts = [
        Part(
            sheet,
            names.get(sheet.place_code, sheet.place_code),
            report.state == Report.State.OPEN and sheet.state not in DONE and report.due_at < at,
            getattr(sheet, "last_id"),  # noqa: B009 - annotations
            getattr(sheet, "last_name") or "",  # noqa: B009
            counts.get(getattr(sheet, "last_id"), 0),  # noqa: B009
            frozen.get(getattr(sheet, "last_id"), live.get(sheet.place_code, ())),  # noqa: B009
            getattr(sheet, "last_id") in frozen,  # noqa: B009
            _since(frozen.get(getattr(sheet, "last_id"), ()), live.get(sheet.place_code, ())),  # noqa: B009
        )
        for sheet in found
    ]
    hidden = _small(table, known, parts)
    return Whole(report, table, known, parts, _totals(table, parts), hidden)


def _sent(sheets: Sequence[Sheet], table: Table) -> tuple[dict[Any, Any], dict[Any, int]]:
    ids = [key for sheet in sheets if (key := getattr(sheet, "last_id"))]  # noqa: B009
    handings = Handing.objects.filter(pk__in=ids)
    if table.listed:
        return {}, dict(handings.annotate(n=Count("lines")).values_list("id", "n"))
    return dict(handings.values_list("id", "lines__cells")), {}


def _live(report: Report, table: Table, known: Mapping[str, Defined], at: datetime) -> dict[str, list[Any]]:
    elements = {name: one.element for name, one in known.items()}
    return overview(table, report.place_code, elements, min(today_of(at), report.ends_on))


def _since(signed: Sequence[Any], today: Sequence[Any]) -> frozenset[int]:
    pairs = zip(signed, today, strict=False)
    return frozenset(n for n, (said, now) in enumerate(pairs, 1) if said is not None and said != now)


def _small(table: Table, known: Mapping[str, Defined], parts: Sequence[Part]) -> frozenset[tuple[str, int]]:
    """Small counts of something sensitive; and where just one of a column would be left out, the smallest other too, because the
    total gives it back."""
    found: set[tuple[str, int]] = set()
    for number, column in enumerate(table.columns, 1):
        if column.kind not in (Kind.COUNT, Kind.SHARE) or not any(
            known[name].element.sealed for name in column.elements if name in known
        ):
            continue
        counts = [(p.cells[number - 1], p.sheet.place_code) for p in parts if len(p.cells) >= number]
        if column.kind is Kind.SHARE:
            found |= {(code, number) for value, code in counts if value is not None}
            continue
        out = [(n, code) for n, code in counts if n and n < LEAST]
        rest = sorted((n, code) for n, code in counts if n and n >= LEAST)
        if len(out) == 1 and rest:
            out.append(rest[0])
        found |= {(code, number) for _n, code in out}
    return frozenset(found)


def _totals(table: Table, parts: Sequence[Part]) -> list[Any]:
    """Sums of counts and sums; None where a total says nothing."""
    from ..filling import total

    totals: list[Any] = []
    for number, column in enumerate(table.columns):
        if column.kind not in (Kind.COUNT, Kind.SUM):
            totals.append(None)
            continue
        totals.append(
            total(p.cells[number] for p in parts if len(p.cells) > number and p.cells[number] is not None)
        )
    return totals


def handings(by: Actor, sheet_id: UUID) -> list[Handing]:
    """What was signed of a sheet, the latest first, as far as the actor sees it."""
    require(by, READS)
    return list(Handing.objects.filter(sheet=sheet_id).order_by("-number"))


def late_count(by: Actor, at: datetime) -> int:
    """How many sheets in the actor's place are late. One query."""
    require(by, READS)
    return Sheet.objects.filter(report__state="open", report__due_at__lt=at).exclude(state__in=DONE).count()


def words_of(table: Table) -> dict[str, Defined]:
    """The elements of a table with their words."""
    return defined([*table.elements, *table.own_elements])


def form_words(names: set[str]) -> dict[str, str]:
    """What forms are called, by name; an entry that was made for a report or from a table has none."""
    found = {name: form(name) for name in names if name}
    return {name: one.label for name, one in found.items() if one is not None}
