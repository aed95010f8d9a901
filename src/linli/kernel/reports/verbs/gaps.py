"""A neighbourhood looks at its sheet and fills what is missing: into the registers, so that the next report has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, covers, require
from linli.kernel.declare import Element
from linli.kernel.registers.defined import Defined
from linli.kernel.registers.defined import elements as defined
from linli.kernel.registers.verbs.supplying import supply

from ..columns import Kind, Table
from ..filling import Filled, fill, today_of
from ..models import Filled as FilledRow
from ..models import Sheet
from .common import FILLS, READS, act, held_sheet, record, tell_persons

OPEN = (Sheet.State.OPEN, Sheet.State.RETURNED, Sheet.State.SIGNED)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A sheet as it fills itself now. `first` is the number of the first row of `filled.rows` shown; `total` all there are."""

    sheet: Sheet
    table: Table
    filled: Filled
    defined: Mapping[str, Defined]
    first: int
    total: int
    gaps: int


def open_sheet(*, by: Actor, at: datetime, sheet_id: UUID, page: int = 0, gaps_only: bool = False) -> Shown:
    """The sheet filled from what is known now; of a list one page, and each person on it can read that they were seen.

    Needs `reports.read` at the sheet's place. Raises NotFound.
    """
    require(by, READS)
    with transaction.atomic():
        sheet = Sheet.objects.select_related("report").filter(pk=sheet_id).first()
        if sheet is None or not covers(by, sheet.place_code):
            raise NotFound(_("没有这张表，或者不在您的管辖范围内。"))
        table, known, filled = fill_now(sheet, at)
        gaps, total = filled.gaps, len(filled.rows)
        if table.listed:
            rows = [row for row in filled.rows if any(c.gap for c in row.cells)] if gaps_only else filled.rows
            total = len(rows)
            filled.rows = rows[page * PAGE : (page + 1) * PAGE]
            if table.about == "person":
                tell_persons(
                    by, at, "read_line", [r.subject for r in filled.rows if r.subject], sheet.report, table.elements
                )
    return Shown(sheet, table, filled, known, page * PAGE + 1, total, gaps)


def fill_now(sheet: Sheet, at: datetime) -> tuple[Table, dict[str, Defined], Filled]:
    """The table, its elements in words, and the sheet filled from what is in force now, with the connection's eyes."""
    table = sheet.report.table
    known = defined([*table.elements, *table.own_elements])
    elements: dict[str, Element] = {name: one.element for name, one in known.items()}
    on = min(today_of(at), sheet.report.ends_on)
    return table, known, fill(table, sheet.place_code, elements, on, [int(number) for number in sheet.zeros])


def fill_gap(
    *, by: Actor, at: datetime, sheet_id: UUID, values: Mapping[str, object], subject: UUID | None = None
) -> Sheet:
    """What was missing is said, of a subject of the list, or of the neighbourhood itself. It becomes facts.

    Needs `reports.fill` and `registers.enter` there. Raises Invalid by element, NotFound, Conflict (it was sent).
    """
    said = {name: value for name, value in values.items() if value not in (None, "", [])}
    with act():
        sheet = held_sheet(sheet_id, by, OPEN)
        table = sheet.report.table
        mine = table.own_elements if subject is None else table.elements
        if unknown := [name for name in said if name not in mine]:
            raise Invalid(_("这张表没有这一项。"), fields={name: _("这张表没有这一项。") for name in unknown})
        if not said:
            raise Invalid(_("请填写这一项。"))
        about = "place" if subject is None else table.about
        key: UUID | str = sheet.place_code if subject is None else subject
        if subject is not None:
            _is_ours(sheet, table, subject, at)
        entered = supply(
            by=by, at=at, about=about, subject=key, values=said, origin="report", source_name=sheet.report.title,
        )  # fmt: skip
        FilledRow.objects.create(sheet=sheet, entry=entered.entry)
        after = {"elements": sorted(said), "entry": str(entered.entry.id)}
        record(by, at, "fill", sheet.report, sheet.place_code, after=after)
    return sheet


def confirm_zero(*, by: Actor, at: datetime, sheet_id: UUID, column: int) -> Sheet:
    """Nothing is known of what a column counts, and that is right: there is nobody. Raises Invalid, NotFound, Conflict."""
    with act():
        sheet = held_sheet(sheet_id, by, OPEN)
        table = sheet.report.table
        if table.listed or not 1 <= column <= len(table.columns) or table.columns[column - 1].kind is Kind.OWN:
            raise Invalid(_("没有这一列。"), fields={"column": _("没有这一列。")})
        _table, _known, filled = fill_now(sheet, at)
        if filled.known.get(column, 0):
            raise Invalid(
                _("这一列已经有登记，不用确认为没有。"), fields={"column": _("这一列已经有登记，不用确认为没有。")}
            )
        sheet.zeros[str(column)] = by.name
        sheet.save(update_fields=["zeros"])
        record(
            by,
            at,
            "confirm_zero",
            sheet.report,
            sheet.place_code,
            after={"column": table.columns[column - 1].label},
        )
    return sheet


def _is_ours(sheet: Sheet, table: Table, subject: UUID, at: datetime) -> None:
    _table, _known, filled = fill_now(sheet, at)
    if all(row.subject != subject for row in filled.rows):
        raise NotFound(_("这个对象不在这张表里。"))


__all__ = ["FILLS", "PAGE", "Shown", "confirm_zero", "fill_gap", "fill_now", "open_sheet"]
