"""报表: what was asked for, what is owed, and how much work it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, holds
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.reports import words
from linli.kernel.reports.queries import looking
from linli.parts.doors import for_staff

from ...shell import draw

HERE = "desk:reports"


@require_GET
@for_staff
def reports_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    asks, fills = holds(actor, "reports.ask"), holds(actor, "reports.fill")
    tab = request.GET.get("tab", "asked" if asks else "owed")
    here = reverse(HERE)
    tabs = [("asked", _("我要的")), ("ended", _("要过的"))] if asks else []
    tabs += [("owed", _("要填的")), ("given", _("报过的"))] if fills else []
    tabs += [("burden", _("填表负担"))]
    context: dict[str, Any] = {
        "tab": tab,
        "asks": asks,
        "tabs": [(f"{here}?tab={name}", word, name == tab) for name, word in tabs],
        "sheet_words": words.SHEET_STATES,
        "tones": words.TONES,
    }
    if tab in ("asked", "ended") and asks:
        rows = looking.asked(actor, at, ended=tab == "ended")
        context |= {"rows": rows, "labels": places.labels({row.report.place_code for row in rows})}
    elif tab == "burden":
        context |= {"burden": looking.burden(actor, at)}
    else:
        context |= {"owed": looking.owed(actor, at, done=tab == "given")}
    return draw(request, "desk/reports/list.html", context, here=HERE)
