"""One neighbourhood's sheet: filled from what is known, only the gaps to fill; signed, sent, and where each cell comes from."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, NotFound, Refused, allows, covers
from linli.kernel.clock.now import now
from linli.kernel.declare import Element, Type
from linli.kernel.places import queries as places
from linli.kernel.registers.defined import Defined
from linli.kernel.registers.values import shown as in_words
from linli.kernel.registers.words import source_word
from linli.kernel.reports import verbs, words
from linli.kernel.reports.columns import Kind
from linli.kernel.reports.filling import Cell
from linli.kernel.reports.models import Line, Report, Sheet
from linli.kernel.reports.queries import lineage, looking
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, serve
from linli.parts.office import Kind as Ways

from ...exporting import table_file
from ...ordering import places as places_of
from ...ordering import taken
from ...shell import draw
from .one import shown

HERE = "desk:reports"
MASK = "＊＊＊"


@require_http_methods(["GET", "POST"])
@for_staff
def sheet_page(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    page = int(request.GET["page"]) if request.GET.get("page", "").isdecimal() else 0
    gaps = request.GET.get("gaps") == "1"
    at = now()
    sheet = Sheet.objects.select_related("report").filter(pk=sheet_id).first()
    if sheet is None or not covers(actor, sheet.place_code):
        raise NotFound(_t("没有这张表，或者不在您的管辖范围内。"))
    refusal: Refused | None = None
    if request.method == "POST" and request.POST.get("act") in ("fill", "zero"):
        try:
            _fill(request, actor, sheet_id)
            messages.success(request, _t("已填好，写进了台账，下次不用再填。"))
            return HttpResponseRedirect(request.get_full_path(), status=303)
        except Refused as refused:
            refusal = refused
    response, forms, status = serve(request, _acts(actor, sheet), keep=dict(request.GET.items()))
    if response:
        return response
    view = verbs.open_sheet(by=actor, at=at, sheet_id=sheet_id, page=page, gaps_only=gaps)
    columns = list(enumerate(view.table.columns, 1))
    context: dict[str, Any] = {
        "view": view,
        "sheet": view.sheet,
        "report": view.sheet.report,
        "place": places.label(view.sheet.place_code),
        "asker": places.label(view.sheet.report.place_code),
        "conds": words.conds_words(view.table.conds, dict(view.defined)),
        "columns": columns,
        "meaning": {n: words.conds_words(c.when, dict(view.defined)) for n, c in columns},
        "cell": partial(cell_words, view.defined, within=places.label(sheet.place_code)),
        "handings": looking.handings(actor, sheet_id),
        "sheet_words": words.SHEET_STATES,
        "tones": words.TONES,
        "late": sheet.state not in looking.DONE and sheet.report.due_at < at,
        "may_fill": _may_fill(actor, sheet),
        "refusal": refusal,
        "forms": forms,
        "page": page,
        "gaps": gaps,
        "n_pages": -(-view.total // verbs.gaps.PAGE),
        "kinds": Kind,
    }
    return draw(
        request, "desk/reports/sheet.html", context, here=HERE, status=refusal.status if refusal else status
    )


def cell_words(defined: dict[str, Defined], column: Any, cell: Cell, *, within: str = "") -> Any:
    """A cell in words: a choice by its label, something sealed masked, an address from the place down that the sheet is about."""
    if cell.sealed:
        return MASK
    one = defined.get(column.element)
    if column.kind in (Kind.VALUE, Kind.OWN) and one is not None and cell.value is not None:
        return in_words(one.element, cell.value, one.choices)
    if column.kind is Kind.ADDRESS and within:
        return str(shown(cell.value)).removeprefix(within).lstrip(" ·")
    return shown(cell.value)


def _may_fill(actor: Actor, sheet: Sheet) -> bool:
    fits = sheet.report.state == Report.State.OPEN and sheet.state in verbs.gaps.OPEN
    return fits and allows(actor, "reports.fill", sheet.place_code)


def _fill(request: HttpRequest, actor: Actor, sheet_id: UUID) -> None:
    data = request.POST
    if data["act"] == "zero":
        number = int(data["column"]) if data.get("column", "").isdecimal() else 0
        verbs.confirm_zero(by=actor, at=now(), sheet_id=sheet_id, column=number)
        return
    subject = UUID(data["subject"]) if data.get("subject") else None
    values: dict[str, Any] = {}
    for name in data:
        if name.startswith("v_"):
            said = [one for one in data.getlist(name) if one.strip()]
            values[name[2:]] = said if len(said) > 1 else said[0] if said else ""
    verbs.fill_gap(by=actor, at=now(), sheet_id=sheet_id, subject=subject, values=values)


def ways(element: Element) -> str:
    """Which input asks an element: a list to choose from, a day, a line."""
    if element.type is Type.YES_NO:
        return "yes_no"
    if element.type in (Type.CHOICE, Type.CHOICES):
        return element.type.value
    return "date" if element.type is Type.DATE else "line"


def _acts(actor: Actor, sheet: Sheet) -> tuple[Act, ...]:
    if not _may_fill(actor, sheet):
        return ()
    one = {"sheet_id": sheet.id}
    acts = [
        Act(
            key="sign", words=_("签字") if sheet.state != Sheet.State.SIGNED else _("重新签字"),
            tone="primary" if sheet.state != Sheet.State.SIGNED else "", done=_("已签字，内容已固定。下一步报送。"),
            fields=(Field(name="note", label=_("还空着的，写明为什么"), optional=True),),
            lead=_("签字后这一刻的内容就固定下来，以后更正台账也不会改它。"), verb=partial(verbs.sign_sheet, **one),
        ),
    ]  # fmt: skip
    if sheet.state == Sheet.State.SIGNED:
        acts.insert(
            0,
            Act(key="send", words=_("报送"), done=_("已报送。"), fields=(), verb=partial(verbs.send_sheet, **one)),
        )
    return tuple(acts)


@require_GET
@for_staff
def handing_page(request: HttpRequest, handing_id: UUID) -> HttpResponse:
    """What was signed, frozen; beside it what was corrected since."""
    actor: Actor = request.actor
    page = int(request.GET["page"]) if request.GET.get("page", "").isdecimal() else 0
    handing, lines, total = verbs.read_handing(by=actor, at=now(), handing_id=handing_id, page=page)
    sheet = handing.sheet
    table, known, fresh = verbs.gaps.fill_now(sheet, now())
    today = {row.subject: row.cells for row in fresh.rows}
    since = {(one.line_number, one.column): one for one in lineage.corrected(handing, lines, table, today)}
    left = lineage.left_out(lines, today) if table.listed else set()
    context = {
        "handing": handing,
        "sheet": sheet,
        "report": sheet.report,
        "place": places.label(sheet.place_code),
        "columns": list(enumerate(table.columns, 1)),
        "lines": lines,
        "total": total,
        "since": since,
        "left": left,
        "corrections": len(since) + len(left - {number for number, _column in since}),
        "value": partial(_line_words, known),
        "now": partial(_now_words, known),
        "page": page,
        "n_pages": -(-total // verbs.reading.PAGE),
        "listed": table.listed,
        "order": places_of(actor, "report", [column.label for column in table.columns]),
    }
    return draw(request, "desk/reports/handing.html", context, here=HERE)


def _line_words(known: dict[str, Defined], column: Any, line: Line, number: int) -> Any:
    if line.erased_at is not None:
        return ""
    value, fact = line.cells[number - 1], line.facts[number - 1]
    one = known.get(column.element)
    if value is None:
        return MASK if fact and one is not None and one.element.sealed else "—"
    return _now_words(known, column, value)


def _now_words(known: dict[str, Defined], column: Any, value: Any) -> Any:
    one = known.get(column.element)
    if column.kind in (Kind.VALUE, Kind.OWN) and one is not None and value is not None:
        return in_words(one.element, value, one.choices)
    return shown(value) if value is not None else MASK


@require_http_methods(["GET", "POST"])
@for_staff
def handing_file(request: HttpRequest, handing_id: UUID) -> HttpResponse:
    """What was signed as a workbook, its columns in the reader's own order. Sensitive values stay masked; every person in it can read that it was taken."""
    heads, rows = [], []
    chosen: list[int] = []
    page = 0
    while True:
        handing, lines, total = verbs.read_handing(by=request.actor, at=now(), handing_id=handing_id, page=page)
        table, known = handing.sheet.report.table, looking.words_of(handing.sheet.report.table)
        chosen = chosen or taken(request, "report", [column.label for column in table.columns])
        heads = [table.columns[n - 1].label for n in chosen]
        rows += [[_line_words(known, table.columns[n - 1], line, n) for n in chosen] for line in lines]
        page += 1
        if page * verbs.reading.PAGE >= total:
            break
    name = f"sheet-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
    return table_file("xlsx", name, handing.sheet.report.title[:30], heads, rows)


@require_http_methods(["GET", "POST"])
@for_staff
def cell_page(request: HttpRequest, handing_id: UUID, line: int, column: int) -> HttpResponse:
    """Where one signed cell comes from: its facts, who entered each, when and in which visit."""
    actor: Actor = request.actor
    handing, _lines, _total = verbs.read_handing(
        by=actor, at=now(), handing_id=handing_id, page=max(0, line - 1) // verbs.reading.PAGE
    )
    row = Line.objects.filter(handing=handing, number=line).first()
    table = handing.sheet.report.table
    if row is None or not 1 <= column <= len(table.columns):
        raise NotFound(_t("没有这一项，或者已经删除。"))
    known = looking.words_of(table)
    asked = table.columns[column - 1]
    acts: tuple[Act, ...] = ()
    if row.sealed is not None and allows(actor, "people.unmask", handing.sheet.place_code):
        acts = (
            Act(
                key="unmask", words=_("查看完整内容"), tone="", fields=(Field(name="reason", label=_("为什么要看"), kind=Ways.LINE),),
                lead=_("只显示这一次，本人能看到是谁、为什么看的。"), verb=partial(verbs.unmask_cell, line_id=row.pk, column=column),
                tells=lambda value: _t("内容：%(value)s") % {"value": _now_words(known, asked, value)},
            ),
        )  # fmt: skip
    response, forms, status = serve(request, acts)
    if response:
        return response
    found = verbs.read_cell(by=actor, at=now(), handing=handing, line=row, column=column)
    context = {
        "handing": handing,
        "report": handing.sheet.report,
        "place": places.label(handing.sheet.place_code),
        "column": asked,
        "meaning": words.conds_words((*asked.when, *asked.of), known),
        "value": _line_words(known, asked, row, column),
        "label": row.label,
        "origins": found,
        "labels": {name: one.label for name, one in known.items()},
        "forms_of": looking.form_words({origin.form for origin in found}),
        "source_word": source_word,
        "most": lineage.MOST,
        "forms": forms,
    }
    return draw(request, "desk/reports/cell.html", context, here=HERE, status=status)
