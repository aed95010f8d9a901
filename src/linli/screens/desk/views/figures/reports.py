"""月报: which there are of a place, and asking for another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, Sees, require
from linli.kernel.clock.now import now
from linli.kernel.figures import sentences, verbs
from linli.kernel.figures.models import Report
from linli.kernel.figures.queries.periods import month_of, today_of
from linli.kernel.figures.queries.reports import reports
from linli.kernel.files.queries import shown
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff

from ... import figured
from ...shell import draw
from .overview import subpages

_LEVELS = (4, 6, 9, 12)
_MONTHS = 24


@require_http_methods(["GET", "POST"])
@for_staff
def reports_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "figures.read")
    at = now()
    asked = figured.read(request.GET, actor, at)
    place = figured.place_of(asked, actor)
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            month = _month(request.POST.get("month", ""))
            language = request.POST.get("language", "")
            verbs.ask_report(by=actor, at=at, place_code=place, month=month, language=language)
            messages.success(request, _("已开始生成，一般不到一分钟；可以离开这一页，稍后回来下载。"))
            return redirect(reverse("desk:figures_reports") + asked.write())
        except Invalid as refused:
            faults = dict(refused.fields)
    found = reports(actor, place) if place else []
    context: dict[str, Any] = {
        "asked": asked,
        "place": place,
        "place_name": places.label(place) if place else _("全部地点"),
        "may_ask": len(place) in _LEVELS and actor.sees in (Sees.PLACE, Sees.ALL),
        "months": _months(at),
        "rows": _rows(found, at),
        "waits": any(report.made_at is None for report in found),
        "faults": faults,
        "subpages": subpages(actor, asked),
    }
    return draw(request, "desk/figures/reports.html", context, here="desk:figures", status=422 if faults else 200)


def _rows(found: list[Report], at: Any) -> list[dict[str, Any]]:
    ids = [file.id for report in found for file in (report.pdf, report.xlsx) if file]
    links = {file.id: file for file in shown(ids, at=at)}
    return [
        {
            "report": report,
            "month": sentences.month_word(report.month),
            "whole": report.figures_at is None or today_of(report.figures_at) > month_of(report.month).last,
            "files": [
                (form, links[file_id].link, links[file_id].size)
                for form, file_id in (("PDF", report.pdf_id), ("XLSX", report.xlsx_id))
                if file_id in links
            ],
        }
        for report in found
    ]


def _months(at: Any) -> list[tuple[str, str]]:
    """The last two years, the month that is over first."""
    month = month_of(today_of(at))
    found = [month.before]
    while len(found) < _MONTHS:
        found.append(found[-1].before)
    return [(one.first.isoformat(), sentences.month_word(one.first)) for one in (found[0], month, *found[1:])]


def _month(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        sentence = _("请选择已经开始的月份。")
        raise Invalid(sentence, fields={"month": sentence}) from wrong
