"""A sheet is signed, which freezes it, and sent; taken, or given back with a reason."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict
from linli.kernel.registers.models import Fact
from linli.kernel.registers.queries.known import opened
from linli.kernel.sealed import seal

from ..columns import Kind, Table
from ..filling import Cell, Filled, Row
from ..models import Basis, Handing, Line, Sheet
from .common import act, held_report, held_sheet, record, tell_persons, text_of
from .gaps import OPEN, fill_now


def sign_sheet(*, by: Actor, at: datetime, sheet_id: UUID, note: str = "") -> Handing:
    """签字: what the sheet says now is frozen, with the facts each cell came from, under the name of who signs.

    What is still empty needs a `note` that says why. Needs `reports.fill` there. Raises Invalid, Conflict (sent already).
    """
    with act():
        sheet = held_sheet(sheet_id, by, OPEN)
        table, _known, filled = fill_now(sheet, at)
        why = text_of(note, 300, "note", needed=filled.gaps > 0)
        number = (sheet.handings.aggregate(last=Max("number"))["last"] or 0) + 1
        frozen = _lines(filled)
        handing = Handing.objects.create(
            sheet=sheet, number=number, signed_at=at, signed_by_id=by.account_id, signed_name=by.name[:64], note=why,
            digest=_digest(sheet, frozen),
        )  # fmt: skip
        for line in frozen:
            line.handing = handing
        Line.objects.bulk_create(frozen, batch_size=1_000)
        Basis.objects.bulk_create(
            [
                Basis(handing=handing, element=name, facts=b"".join(f.bytes for f in ids))
                for name, ids in filled.bases.items()
            ]
        )
        sheet.cells, sheet.empty = filled.cells, filled.gaps
        sheet.typed = min(_typed(sheet, table, filled), filled.cells - filled.gaps)
        sheet.state = Sheet.State.SIGNED
        sheet.save()
        after = {"number": number, "rows": len(frozen), "empty": filled.gaps, "typed": sheet.typed}
        record(by, at, "sign", sheet.report, sheet.place_code, after=after, note=why or None)
    return handing


def send_sheet(*, by: Actor, at: datetime, sheet_id: UUID) -> Sheet:
    """报送: what was signed goes to who asked. Each person on a list can read that. Raises Conflict (not signed)."""
    with act():
        sheet = held_sheet(sheet_id, by, (Sheet.State.SIGNED,))
        handing = sheet.handings.latest("number")
        handing.sent_at = at
        handing.save(update_fields=["sent_at"])
        sheet.state, sheet.sent_at, sheet.returned = Sheet.State.SENT, sheet.sent_at or at, ""
        sheet.save()
        table = sheet.report.table
        if table.about == "person" and table.listed:
            subjects = handing.lines.exclude(subject=None).values_list("subject", flat=True)
            tell_persons(by, at, "send_line", [s for s in subjects if s], sheet.report, table.elements)
        late = at > sheet.report.due_at
        record(by, at, "send", sheet.report, sheet.place_code, after={"number": handing.number, "late": late})
    return sheet


def give_back(*, by: Actor, at: datetime, sheet_id: UUID, reason: str) -> Sheet:
    """退回: something is wrong; what was signed stays as it was, and another is signed. Raises Invalid, Conflict."""
    why = text_of(reason, 300, "reason")
    with act():
        sheet = held_sheet(sheet_id, by, (Sheet.State.SENT,), asker=True)
        sheet.state, sheet.returned = Sheet.State.RETURNED, why
        sheet.save()
        record(by, at, "give_back", sheet.report, sheet.place_code, note=why)
    return sheet


def accept_sheet(*, by: Actor, at: datetime, sheet_id: UUID) -> Sheet:
    """接收: it is as it should be. Raises Conflict (not sent)."""
    with act():
        sheet = held_sheet(sheet_id, by, (Sheet.State.SENT,), asker=True)
        sheet.state = Sheet.State.ACCEPTED
        sheet.save(update_fields=["state"])
        record(by, at, "accept", sheet.report, sheet.place_code)
    return sheet


def accept_all(*, by: Actor, at: datetime, report_id: UUID) -> int:
    """All that were sent are taken. Returns how many. Raises Conflict (none)."""
    with act():
        report = held_report(report_id, by)
        sent = report.sheets.filter(state=Sheet.State.SENT)
        codes = list(sent.order_by("place_code").values_list("place_code", flat=True))
        if not codes:
            raise Conflict(_("没有等着接收的表。"), code="state")
        sent.update(state=Sheet.State.ACCEPTED)
        record(by, at, "accept_all", report, report.place_code, after={"places": codes})
    return len(codes)


def erase_lines(*, at: datetime, most: int = 5_000) -> int:
    """What tables whose time is over say of persons is erased; counts stay. Returns how many lines. For the worker."""
    with act():
        due = Line.objects.filter(
            handing__sheet__report__keep_until__lt=at.date(), subject__isnull=False, erased_at=None
        )
        keys = list(due.values_list("pk", flat=True)[:most])
        empty_lines(Line.objects.filter(pk__in=keys), at)
    return len(keys)


def empty_lines(lines: Any, at: datetime) -> None:
    lines.update(cells=[], facts=[], sealed=None, label="", erased_at=at)


def _lines(filled: Filled) -> list[Line]:
    hidden = opened([f for row in filled.rows for cell in row.cells if cell.sealed for f in cell.facts])
    return [_line(number, row, hidden) for number, row in enumerate(filled.rows, 1)]


def _line(number: int, row: Row, hidden: dict[UUID, str]) -> Line:
    sealed = [json.loads(hidden[cell.facts[0]]) if cell.sealed and cell.facts else None for cell in row.cells]
    return Line(
        number=number,
        subject=row.subject,
        label=row.label[:120],
        cells=[_kept(cell) for cell in row.cells],
        facts=[str(cell.facts[0]) if cell.facts else None for cell in row.cells],
        sealed=seal(json.dumps(sealed, ensure_ascii=False)) if any(one is not None for one in sealed) else None,
    )


def _kept(cell: Cell) -> Any:
    return None if cell.gap else cell.value


def _digest(sheet: Sheet, lines: list[Line]) -> bytes:
    said = [str(sheet.id), sheet.report.asks, [[line.label, line.cells, line.facts] for line in lines]]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).digest()


def _typed(sheet: Sheet, table: Table, filled: Filled) -> int:
    """Cells whose value is there because somebody filled it in for this report."""
    entries = list(sheet.filled.values_list("entry_id", flat=True))
    if not entries:
        return 0
    mine = dict(Fact.objects.filter(entry__in=entries).values_list("id", "element"))
    if table.listed:
        return sum(bool(cell.facts) and cell.facts[0] in mine for row in filled.rows for cell in row.cells)
    touched = set(mine.values())
    return sum(
        (cell.facts[0] in mine) if column.kind is Kind.OWN and cell.facts else bool(touched & set(column.elements))
        for row in filled.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if not cell.gap
    )
