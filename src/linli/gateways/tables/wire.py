"""Tables as they arrive: CSV in whatever encoding, XLSX, JSON. One row at a time, each with its line.

What a file is is told by its content, never by its name: a web page saved as .csv is called a web page.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

LONGEST_FIELD = 1_000_000
_PIECE = 1 << 20


class TableFault(ValueError):
    """The file as a whole cannot be read; the message is a sentence for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands in the file (1 is the first line), its cells by column, or why it is none."""

    line: int
    cells: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file opened: its form ("csv", "xlsx", "json"), its encoding, about how many rows, and the rows."""

    form: str
    encoding: str
    about: int
    rows: Iterator[Row]


def open_table(path: Path, columns: Sequence[str] | None = None) -> Table:
    """Open a file. `columns` names the columns of a CSV without a header line. Raises TableFault."""
    try:
        head = path.open("rb").read(4096)
    except OSError as error:
        raise TableFault(
            _("无法读取文件 %(name)s：%(why)s") % {"name": path.name, "why": error.strerror}
        ) from error
    if not head.strip():
        raise TableFault(_("文件 %(name)s 是空的。") % {"name": path.name})
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _sheet(path, columns)
    encoding = _encoding(path, head)
    start = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if start[:1] == "<":
        raise TableFault(
            _("文件 %(name)s 其实是网页（HTML），不是表格。请在原系统里用“导出”而不是“另存网页”。")
            % {"name": path.name}
        )
    if start[:1] in ("[", "{"):
        return _json(path, encoding)
    return _csv(path, encoding, columns)


def _encoding(path: Path, head: bytes) -> str:
    """UTF-8 when the whole file is, else GB 18030 (which holds GBK), else UTF-16 when it says so."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(_PIECE):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise TableFault(_("无法识别文件 %(name)s 的文字编码，请另存为 UTF-8 或 GBK 后再导入。") % {"name": path.name})


def _csv(path: Path, encoding: str, columns: Sequence[str] | None) -> Table:
    with path.open("rb") as file:
        lines = sum(piece.count(b"\n") for piece in iter(lambda: file.read(_PIECE), b""))
    return Table("csv", encoding, lines, _csv_rows(path, encoding, columns))


def _csv_rows(path: Path, encoding: str, columns: Sequence[str] | None) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file)
        names = list(columns) if columns else [name.strip() for name in next(reader, [])]
        before = reader.line_num
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(before + 1, fault=_("这一行不是完整的 CSV：%(why)s") % {"why": error})
                before = reader.line_num
                continue
            line, before = before + 1, reader.line_num
            if not cells:
                continue
            if len(cells) != len(names):
                sentence = _("这一行有 %(n)d 列，应有 %(m)d 列，可能被截断了。")
                yield Row(line, fault=sentence % {"n": len(cells), "m": len(names)})
                continue
            yield Row(line, dict(zip(names, cells, strict=True)))


def _sheet(path: Path, columns: Sequence[str] | None) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError) as error:
        raise TableFault(_("表格文件 %(name)s 已损坏或不是 Excel 文件。") % {"name": path.name}) from error
    names = list(columns) if columns else [str(cell).strip() for cell in (rows[0] if rows else [])]
    body = rows if columns else rows[1:]
    first = 1 if columns else 2
    found = (
        Row(first + index, dict(zip(names, [*cells, *[""] * len(names)], strict=False)))
        for index, cells in enumerate(body)
        if any(cell not in ("", None) for cell in cells)
    )
    return Table("xlsx", "", len(body), found)


def _json(path: Path, encoding: str) -> Table:
    text = path.read_text(encoding=encoding)
    try:
        given = json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        return Table("json", encoding, len(lines), _json_lines(text))
    if isinstance(given, dict):  # {"rows": [...]} and the like: the one list in it
        lists = [value for value in given.values() if isinstance(value, list)]
        given = lists[0] if len(lists) == 1 else [given]
    rows = (
        Row(n, item) if isinstance(item, dict) else Row(n, fault=_("这一条不是一个对象。"))
        for n, item in enumerate(given, 1)
    )
    return Table("json", encoding, len(given), rows)


def _json_lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except ValueError:
            yield Row(number, fault=_("这一行不是完整的 JSON。"))
            continue
        yield Row(number, item) if isinstance(item, dict) else Row(number, fault=_("这一条不是一个对象。"))


def text_of(cell: Any) -> str:
    """A cell as text: Excel's 12.0 is 12, a date is ISO, nothing is empty."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell).strip()
