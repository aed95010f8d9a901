"""Reading a table, of persons unless told otherwise: CSV in UTF-8 or GBK, or XLSX. Lines come out as plain text by column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from linli.kernel.access import Invalid

LARGEST = 50 * 1024 * 1024
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "name"),
    "phone": ("手机号", "手机", "手机号码", "电话", "联系电话", "phone"),
    "identity": ("身份证号", "身份证", "身份证号码", "证件号码", "identity"),
    "place": ("地点代码", "住址", "地址", "居住地址", "place"),
    "household": ("户号", "家庭编号", "household"),
    "relation": ("与户主关系", "关系", "relation"),
    "birth_year": ("出生年份", "出生年", "birth_year"),
}
NEEDED = ("name", "place")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: its number as a spreadsheet counts (the heading is 1), and its cells by column."""

    number: int
    cells: Mapping[str, str]


def read(path: Path) -> Iterator[Line]:
    """The lines of a table, empty ones left out. Raises Invalid with a sentence for what is no such table."""
    if path.stat().st_size > LARGEST:
        raise Invalid(_("文件太大，最多 %(n)s MB。") % {"n": LARGEST // 1024 // 1024})
    return read_content(path.read_bytes())


def read_content(
    content: bytes, columns: Mapping[str, tuple[str, ...]] = COLUMNS, needed: Sequence[str] = NEEDED
) -> Iterator[Line]:
    """As `read`, of a file's content. `columns` are the headings each of our columns may have, `needed` those of our
    columns without which it is no such table."""
    rows = _sheet(content) if content.startswith(b"PK") else _csv(content)
    try:
        heading = next(rows)
    except StopIteration:
        raise Invalid(_("文件是空的。")) from None
    where = _columns(heading, columns, needed)
    for number, row in enumerate(rows, start=2):
        cells = {key: row[index].strip() if index < len(row) else "" for key, index in where.items()}
        if any(cells.values()):
            yield Line(number, cells)


def _columns(heading: list[str], columns: Mapping[str, tuple[str, ...]], needed: Sequence[str]) -> dict[str, int]:
    titles = [title.strip().lower() for title in heading]
    where = {
        key: next(titles.index(name) for name in names if name in titles)
        for key, names in columns.items()
        if any(name in titles for name in names)
    }
    missing = [columns[key][0] for key in needed if key not in where]
    if missing:
        seen = "、".join(title for title in heading if title.strip())[:200]
        given = {"missing": "、".join(missing), "seen": seen or "—"}
        raise Invalid(_("表头里缺少这些列：%(missing)s。现有的列：%(seen)s。") % given)
    return where


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise Invalid(_("这是网页，不是表格。请在 Excel 里打开，另存为 xlsx。"))
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Invalid(_("表格没有写完整或引号不成对：%(why)s") % {"why": error}) from None


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid(_("认不出文件的编码，请另存为 UTF-8 的 CSV 或者 xlsx。"))


def _sheet(content: bytes) -> Iterator[list[str]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except (CalamineError, IndexError):
        raise Invalid(_("这个文件打不开，请确认是 xlsx 表格。")) from None
    for row in sheet.to_python(skip_empty_area=False):
        yield [_text(cell) for cell in row]


def _text(cell: object) -> str:
    """A phone number that a spreadsheet keeps as a number comes back without its decimals."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
