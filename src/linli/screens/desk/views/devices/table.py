"""Devices from a table: tried first if wished, every refused line with its reason, secrets to take away once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.things.exchange import COLUMNS, NEEDED, Report, take_in
from linli.parts.doors import for_staff
from linli.parts.office.uploads import table

from ...shell import draw

SHOWN = 200


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def import_page(request: HttpRequest) -> HttpResponse:
    """The form; after sending it the report, and the secrets of what is new, which no other page shows."""
    actor: Actor = request.actor
    require(actor, "things.change")
    context: dict[str, Any] = {"report": None, "refusal": None, "tried": True, "shown": SHOWN, "secrets": ""}
    context["titles"] = {key: _title(names) for key, names in COLUMNS.items()}
    context["columns"] = [(title, key in NEEDED) for key, title in context["titles"].items()]
    status = 200
    if request.method == "POST":
        context["tried"] = request.POST.get("try") == "1"
        try:
            report = take_in(table(request), by=actor, at=now(), dry_run=context["tried"])
            context |= {
                "report": report,
                "secrets": _secrets(report),
                "asking": sum(n.asks for n in report.new),
                "waiting": sum(bool(n.code) for n in report.new),
            }
        except Refused as refused:
            context["refusal"], status = refused, refused.status
    return draw(request, "desk/devices/import.html", context, here="desk:things", status=status)


def _title(names: Sequence[str]) -> str:
    """A heading in the reader's language: the first is Chinese, the last English."""
    return names[0] if (get_language() or "zh").startswith("zh") else names[-1]


def _secrets(report: Report) -> str:
    """An address of the kind data: with the CSV in it, so that it is kept nowhere. "" when there is none."""
    if report.dry_run or not report.new:
        return ""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([_("编号"), _("密钥"), _("安装码")])
    writer.writerows([new.key, new.secret, new.code] for new in report.new)
    return "data:text/csv;charset=utf-8," + quote("\ufeff" + table.getvalue())
