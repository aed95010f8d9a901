"""A spreadsheet as people keep one: merged cells, full-width digits, dates of all kinds, numbers that lost their last digits.

Reading is streamed line by line; what a cell is stays what it is (text, number, day) until its column says what it should be.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from linli.kernel.access import Invalid
from linli.kernel.declare import Type

MOST_COLUMNS = 400
EXACT = 10**15
"""A spreadsheet's numbers have fifteen digits; of a longer one the last are gone."""
_FIRST_DAY = date(1899, 12, 30)
Cell = object


class Lost(ValueError):
    """A number was kept as a number and its last digits are gone."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line by the number a spreadsheet gives it (the heading is 1)."""

    number: int
    cells: tuple[Cell, ...]


def read(content: bytes) -> tuple[list[str], Iterator[Line]]:
    """The headings and the lines. Raises Invalid with a sentence for what is no such table."""
    rows = _csv(content) if not content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else _sheet(content)
    heads = [plain(cell) for cell in next(rows, ())]
    if not any(heads):
        raise Invalid(_("第一行要写每一列的名称。"), fields={"file": _("第一行要写每一列的名称。")})
    if len(heads) > MOST_COLUMNS:
        raise Invalid(_("最多 %(n)d 列。") % {"n": MOST_COLUMNS})
    return heads, (Line(n, tuple(row)) for n, row in enumerate(rows, 2) if any(plain(cell) for cell in row))


def plain(cell: Cell) -> str:
    """A cell as one line of text; full-width letters and digits as plain ones."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return " ".join(unicodedata.normalize("NFKC", str(cell)).split())


def number_of(cell: Cell) -> str:
    """A number people call by its digits: an identity number, a phone. Raises Lost."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= EXACT:
        raise Lost
    text = plain(cell)
    if "E+" in text.upper() and text.replace(".", "").upper().replace("E+", "").isdecimal():
        raise Lost
    return text


def value_of(cell: Cell, type_: Type) -> object:
    """A cell as its element is read: a day also from the count of days a spreadsheet keeps. Raises Lost."""
    if type_ in (Type.IDENTITY, Type.PHONE):
        return number_of(cell)
    if type_ is Type.DATE and isinstance(cell, int | float) and 10_000 < cell < 80_000:
        return _FIRST_DAY + timedelta(days=int(cell))
    if type_ is Type.CHOICES:
        return [
            part
            for part in plain(cell).replace("，", "、").replace(",", "、").replace(";", "、").split("、")
            if part
        ]
    return plain(cell) or None


def _sheet(content: bytes) -> Iterator[Sequence[Cell]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, IndexError):
        sentence = _("这个文件打不开，请确认是 xlsx 表格。")
        raise Invalid(sentence, fields={"file": sentence}) from None
    merged = _merged(sheet)
    kept: dict[tuple[int, int], Cell] = {}
    rows = sheet.to_python(skip_empty_area=False) if merged else sheet.iter_rows()
    for number, row in enumerate(rows):
        cells: list[Cell] = list(row)
        for first, left, last, right in merged:
            if first <= number <= last:
                said = kept.setdefault((first, left), cells[left])
                cells[left : right + 1] = [said] * (min(right + 1, len(cells)) - left)
        yield cells


def _merged(sheet: CalamineSheet) -> list[tuple[int, int, int, int]]:
    """(first row, left column, last row, right column) of what is merged: every cell of it says what the first says."""
    ranges = sheet.merged_cell_ranges or []
    return [(begin[0], begin[1], end[0], end[1]) for begin, end in ranges]


def _csv(content: bytes) -> Iterator[Sequence[Cell]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid(_("认不出文件的编码，请另存为 UTF-8 的 CSV 或者 xlsx。"))
    if "\0" in text:
        raise Invalid(_("认不出文件的编码，请另存为 UTF-8 的 CSV 或者 xlsx。"))
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
