"""A report as a workbook: a sheet of sentences, one for each table, one for what the figures mean."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties

from .parts import Contents

_WIDE, _NAME, _NUMBER = 100, 30, 14


def make_xlsx(contents: Contents) -> bytes:
    """The same words and numbers as the PDF: what is hidden there is hidden here."""
    book = Workbook()
    sheet = book.active
    _fill(
        sheet,
        contents.title,
        [
            [contents.place],
            [contents.figures_at],
            [contents.versions],
            [],
            *[[p] for p in contents.lead],
            [],
            [contents.weights],
            *[[n] for n in contents.notes],
        ],
        [_WIDE],
    )
    sheet.title = _named(contents.period)
    for table in contents.tables:
        widths = [_NAME, *[_NUMBER] * (len(table.heads) - 1)]
        rows = [list(table.heads), *table.rows, *([[], [table.note]] if table.note else [])]
        _fill(book.create_sheet(_named(table.title)), table.title, rows, widths, head=2)
    meanings = [[m["word"], m["says"], m["of"], m["among"], m["without"]] for m in contents.meanings]
    words = contents.words
    heads = ["", "", words["of"], words["among"], words["without"]]
    _fill(
        book.create_sheet(_named(words["meanings"])),
        words["meanings"],
        [heads, *meanings],
        [20, 60, 40, 40, 50],
        head=2,
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _named(title: str) -> str:
    return title.translate({ord(c): "" for c in "[]:*?/\\"})[:31] or "1"


def _fill(sheet: Any, title: str, rows: Sequence[Sequence[str]], widths: Sequence[int], *, head: int = 0) -> None:
    sheet.append([title])
    sheet["A1"].font = Font(bold=True, size=14)
    for row in rows:
        sheet.append([_value(value)[0] for value in row])
        for cell, value in zip(sheet[sheet.max_row], row, strict=False):
            cell.number_format = _value(value)[1]
    for n, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGHIJKLMNOP"[n]].width = width
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.alignment = Alignment(
                wrap_text=True,
                vertical="top",
                horizontal="right" if cell.column > 1 and widths[1:] == [_NUMBER] * (len(widths) - 1) else "left",
            )
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what begins with "=" is no formula
            if cell.row == head:
                cell.font = Font(bold=True)
    if head:
        sheet.freeze_panes = f"B{head + 1}"
        sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if len(widths) > 5 else "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


_NUMBER_WORDS = re.compile(r"([+−±]?)(\d{1,3}(?:,\d{3})*|\d{1,11})(\.\d+)?(%?)", re.ASCII)


def _value(text: str) -> tuple[str | int | float | None, str]:
    """Numbers and shares as numbers with their format, so that a sheet can reckon with them; words as they are."""
    found = _NUMBER_WORDS.fullmatch(text)
    if found is None:
        return text or None, "General"
    sign, whole, part, percent = found.groups()
    number = float(whole.replace(",", "") + (part or "")) * (-1 if sign == "−" else 1)
    if sign:
        return int(number), "+#,##0;−#,##0;±0"
    digits = f".{'0' * (len(part) - 1)}" if part else ""
    if percent:
        return round(number / 100, 6), f"0{digits}%"
    return (number, f"#,##0{digits}") if part else (int(number), "#,##0")
