"""公开统计: tables for everybody, without signing in, to read and to take away."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.datasets import queries
from linli.kernel.datasets.models import Publication
from linli.kernel.places import queries as places
from linli.parts.words import word


@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """What is published, the latest first."""
    found = queries.publications()
    names = places.names({one.place_code for one in found})
    rows = [(one, names.get(one.place_code, "")) for one in found]
    return render(request, "phone/statistics.html", {"rows": rows})


@require_GET
def statistic(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """One table, with what was left out and why."""
    made = queries.publication(publication_id)
    heads, rows = _table(made)
    columns = [(str(n), head, "number") for n, head in enumerate(heads)]
    context = {"made": made, "columns": columns, "rows": rows, "place": places.label(made.place_code)}
    return render(request, "phone/statistic.html", context)


@require_GET
def statistic_file(_request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """The same as CSV; what is left out is empty and marked."""
    made = queries.publication(publication_id)
    heads, rows = _table(made)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("类别"), *heads])
    writer.writerows([name, *(_("隐去") if n is None else n for n in cells)] for name, cells in rows)
    answer = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="linli-{made.first}-{made.last}.csv"'
    return answer


def _table(made: Publication) -> tuple[list[str], list[tuple[str, list[Any]]]]:
    names = places.names(made.columns)
    heads = [*(names.get(code, code) for code in made.columns), _("合计")]
    kinds = [*(word("matter", kind) if kind else _("其他类别") for kind in made.rows), _("合计")]
    return heads, list(zip(kinds, made.cells, strict=True))
