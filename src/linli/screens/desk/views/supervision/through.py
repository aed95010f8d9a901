"""穿透: a table of the places below with what lies at each; a number is the list behind it, a name the table below."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, Sees, holds
from linli.kernel.clock.now import now
from linli.kernel.matters.queries import lists, through
from linli.kernel.matters.queries.counts import BOUND
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.matters.queries.queue import queue
from linli.parts.doors import for_staff

from ... import exporting, supervising
from ...rail import shown
from ...rows import with_places, with_times
from ...shell import draw

_MATTERS = 50


@require_GET
@for_staff
def through_page(request: HttpRequest) -> HttpResponse:
    """The place of the address, the reader's own at first. Where nothing is below, its open matters stand themselves."""
    actor: Actor = request.actor
    place = _place(request)
    days = lists.read("overdue", request.GET.dict()).days
    table = through.look_through(actor, place, at=now(), days=days)
    rows: list[dict[str, Any]] = []
    if not table.lines:
        found = queue(actor, Filter(place=table.code), limit=_MATTERS)
        rows = with_places(with_times(found.rows), actor.scope)
    context = {
        "table": table,
        "columns": _columns(),
        "lines": [_line(line, days) for line in table.lines],
        "whole": _line(table.whole, days),
        "path": [(_address(code, days), name) for code, name in table.path[:-1]],
        "rows": rows,
        "days": lists.DAYS,
        "asked_days": days,
        "chosen_days": [(_address(table.code, n), n, n == days) for n in lists.DAYS],
        "bound": BOUND - 1,
        "export": reverse("desk:through_export") + "?" + urlencode({"place": table.code, "days": days}),
        "may_export": holds(actor, "matters.export"),
        "unit_alone": actor.sees is Sees.UNIT,
        "tabs": supervising.tabs("through", actor),
    }
    return draw(request, "desk/supervision/through.html", context, here="desk:orders")


@require_GET
@for_staff
def through_export(request: HttpRequest) -> HttpResponse:
    """The table on the screen as a workbook or as CSV."""
    actor: Actor = request.actor
    at = now()
    table = through.exported(actor, _place(request), at=at, days=lists.read("overdue", request.GET.dict()).days)
    form = exporting.form_of(request)
    rows = [
        [line.name, line.code, *(line.counts[c] for c in through.COLUMNS)] for line in [*table.lines, table.whole]
    ]
    heads = [_("地点"), _("代码"), *(str(words) for _column, words in _columns())]
    name = f"through-{table.code or 'all'}-{exporting.wall(at):%Y%m%d-%H%M}.{form}"
    return exporting.table_file(form, name, _("穿透"), heads, rows)


def _place(request: HttpRequest) -> str:
    place = request.GET.get("place", "")
    return place if place.isdecimal() and place.isascii() and len(place) <= 30 else ""


def _columns() -> list[tuple[str, object]]:
    heads = {"open": _("未结"), **supervising.LISTS, "orders": _("待回复督办"), "orders_late": _("督办逾期")}
    return [(column, heads[column]) for column in through.COLUMNS]


def _line(line: through.Line, days: int) -> dict[str, Any]:
    return {
        "name": line.name,
        "href": _address(line.code, days),
        "cells": [
            (shown(line.counts[column]), _behind(column, line.code, days) if line.counts[column] else "")
            for column in through.COLUMNS
        ],
    }


def _behind(column: str, code: str, days: int) -> str:
    """The list a number stands for."""
    if column == "open":
        return reverse("desk:queue", args=["all"]) + "?" + urlencode({"place": code})
    if column.startswith("orders"):
        late = {"late": "1"} if column == "orders_late" else {}
        return reverse("desk:orders") + "?" + urlencode({"side": "all", "phase": "0", "place": code, **late})
    return reverse("desk:lists", args=[column]) + "?" + urlencode({"place": code, "days": days})


def _address(code: str, days: int) -> str:
    return reverse("desk:through") + "?" + urlencode({"place": code, "days": days})
