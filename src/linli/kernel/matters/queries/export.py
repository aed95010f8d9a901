"""The reader's question as a workbook, written row by row: a large one takes no more memory than a small one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from linli.kernel.access import Actor, require
from linli.kernel.matters.models import Stage, State
from linli.kernel.matters.models.matter import Urgency

from .filters import Filter
from .queue import queue
from .taking import note, page_by_page

CAP = 50_000
Word = Callable[[str, str], str]


def rows(actor: Actor, asked: Filter, *, cap: int = CAP) -> Iterator[dict[str, Any]]:
    """The matters of a question in the order of its queue, page after page, at most `cap`."""
    return page_by_page(lambda after, limit: queue(actor, asked, after=after, limit=limit), cap)


def export(actor: Actor, asked: Filter, *, at: datetime, word: Word, cap: int = CAP) -> tuple[Path, int]:
    """Write the question's matters to a temporary XLSX file; returns its path and how many rows it has.

    `word(noun, name)` gives the words of declared things. One audit record `matters.exported` says who took what.
    Texts are written as texts: what begins with "=" is no formula. Raises NotAllowed. The caller removes the file.
    """
    require(actor, "matters.export")
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("事项"))
    sheet.freeze_panes = "A2"
    columns = _columns(word)
    for letter, (_title, width, _value) in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", columns, strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.append([_text(sheet, title, bold=True) for title, _width, _value in columns])
    count = 0
    with transaction.atomic():
        for row in rows(actor, asked, cap=cap):
            sheet.append([_cell(sheet, value(row)) for _title, _width, value in columns])
            count += 1
        note(actor, at, filter=asked.write(), rows=count)
    with NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        book.save(file)
    return Path(file.name), count


def _columns(word: Word) -> list[tuple[str, int, Callable[[dict[str, Any]], Any]]]:
    """(heading, width in characters, value of a row)"""
    return [
        (_("编号"), 18, lambda r: r["number"]),
        (_("标题"), 36, lambda r: r["title"]),
        (_("类别"), 14, lambda r: word("matter", r["kind"])),
        (_("部门"), 14, lambda r: word("department", r["department"])),
        (_("紧急程度"), 10, lambda r: _(Urgency(r["urgency"]).label)),
        (_("状态"), 10, lambda r: _(State(r["state"]).label)),
        (_("时限阶段"), 10, lambda r: _(Stage(r["stage"]).label)),
        (_("地点代码"), 20, lambda r: r["place_code"]),
        (_("地址"), 28, lambda r: r["address"]),
        (_("主办单位"), 20, lambda r: r["unit"]),
        (_("经办人"), 10, lambda r: r["account"]),
        (_("来源"), 10, lambda r: r["source"]),
        (_("上报时间"), 18, lambda r: _moment(r["opened_at"])),
        (_("期限"), 18, lambda r: _moment(r["due_at"])),
        (_("报结时间"), 18, lambda r: _moment(r["done_at"])),
        (_("办结时间"), 18, lambda r: _moment(r["ended_at"])),
        (_("曾逾期"), 8, lambda r: _("是") if r["ever_late"] else _("否")),
        (_("重开次数"), 8, lambda r: r["reopened"]),
        (_("满意度"), 8, lambda r: r["rating"]),
    ]


def _moment(text: str | None) -> datetime | None:
    """Spreadsheets know no zones: the time as the clock on the wall showed it."""
    return timezone.localtime(datetime.fromisoformat(text)).replace(tzinfo=None) if text else None


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    return _text(sheet, value) if isinstance(value, str) else value


def _text(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.value = "".join(c for c in text if c >= " " or c in "\n\t")
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
