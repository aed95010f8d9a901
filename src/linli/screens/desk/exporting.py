"""Tables to take away: CSV that a spreadsheet opens with its Chinese whole, or a workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from linli.kernel.declare import Quantity
from linli.kernel.readings.queries.series import Point
from linli.kernel.things.models import Thing
from linli.parts.words import word

FORMS = ("csv", "xlsx")
MOST = 20_000
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def points_file(form: str, thing: Thing, quantity: Quantity, points: Iterable[Point]) -> HttpResponse:
    """The points of a chart, a row each."""
    unit = f" ({quantity.unit})" if quantity.unit else ""
    heads = [
        _("时间"),
        _("读数"),
        _("最低") + unit,
        _("均值") + unit,
        _("最高") + unit,
        _("最后") + unit,
    ]
    rows = ([wall(p.at), p.n, p.least, p.mean, p.most, p.last] for p in points)
    name = f"{thing.key}-{quantity.name}-{timezone.localtime():%Y%m%d-%H%M}.{form}"
    return table_file(form, name, word("quantity", quantity.name), heads, rows)


def form_of(request: HttpRequest) -> str:
    """As which of FORMS somebody asks for a table; a workbook when they do not say."""
    form = request.GET.get("form", "xlsx")
    return form if form in FORMS else "xlsx"


def table_file(
    form: str, name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """A table as a file of one of FORMS. Texts stay texts: what begins with "=" is no formula."""
    body = _sheet(title, heads, rows) if form == "xlsx" else _csv(heads, rows)
    answer = HttpResponse(body, content_type=_KINDS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def wall(at: datetime) -> datetime:
    """Spreadsheets know no zones: the time as the clock on the wall showed it."""
    return timezone.localtime(at).replace(tzinfo=None, microsecond=0)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return "'" + value
    return value


def _sheet(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title.translate({ord(c): "" for c in "[]:*?/\\"})[:31] or "1")
    sheet.freeze_panes = "A2"
    for letter in "ABCDEFGHIJKLMNOP"[: len(heads)]:
        sheet.column_dimensions[letter].width = 18
    sheet.append([_cell(sheet, head) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=value if not isinstance(value, str) else None)
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, str):
        cell.value = "".join(c for c in value if c >= " ")
        cell.data_type = "s"
    return cell
