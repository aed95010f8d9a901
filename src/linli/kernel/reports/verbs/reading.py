"""One sealed value of a signed line is opened, with a reason that is written down."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, NotFound, require
from linli.kernel.people.models import Person
from linli.kernel.people.verbs.common import clean_reason
from linli.kernel.sealed import unseal

from ..models import Handing, Line
from ..queries.lineage import Origin, of_cell
from .common import READS, tell_persons

PAGE = 50


def read_handing(*, by: Actor, at: datetime, handing_id: UUID, page: int = 0) -> tuple[Handing, list[Line], int]:
    """One page of what was signed, and how many lines there are; each person on it can read that they were seen.

    Row level security says who sees it: the neighbourhood, and whoever asked once it was sent. Raises NotFound.
    """
    require(by, READS)
    with transaction.atomic():
        handing = Handing.objects.select_related("sheet__report").filter(pk=handing_id).first()
        if handing is None:
            raise NotFound(_("没有这张表，或者不在您的管辖范围内。"))
        lines = list(handing.lines.order_by("number")[page * PAGE : (page + 1) * PAGE])
        report = handing.sheet.report
        if report.table.about == "person":
            tell_persons(
                by, at, "read_line", [x.subject for x in lines if x.subject], report, report.table.elements
            )
        return handing, lines, handing.lines.count()


def read_cell(*, by: Actor, at: datetime, handing: Handing, line: Line, column: int) -> list[Origin]:
    """The facts one signed cell came from; of a count as well, each person behind them can read that they were looked at."""
    require(by, READS)
    with transaction.atomic():
        found = of_cell(handing, line, column)
        report = handing.sheet.report
        if report.table.about == "person":
            persons = list(dict.fromkeys(origin.subject for origin in found))
            elements = list(dict.fromkeys(origin.element for origin in found))
            tell_persons(by, at, "read_line", persons, report, elements)
        return found


def unmask_cell(*, by: Actor, at: datetime, line_id: int, column: int, reason: str) -> Any:
    """One sensitive value, in plain, once. The record says which and why, not the value. Needs `people.unmask` at the
    sheet's place. Raises NotFound, Invalid (no reason)."""
    require(by, "people.unmask")
    why = clean_reason(reason)
    with transaction.atomic():
        line = Line.objects.select_related("handing__sheet__report").filter(pk=line_id).first()
        if line is None or line.sealed is None:
            raise NotFound(_("没有这一项，或者已经删除。"))
        sheet = line.handing.sheet
        require(by, "people.unmask", sheet.place_code)
        values = json.loads(unseal(line.sealed))
        table = sheet.report.table
        if not 1 <= column <= len(table.columns) or values[column - 1] is None:
            raise NotFound(_("没有这一项，或者已经删除。"))
        who = line.subject
        person = Person.objects.filter(pk=who).values_list("place_code", flat=True).first() if who else None
        audit.append(
            by=by,
            at=at,
            verb="reports.unmask_cell",
            stream=f"person:{who}" if person is not None else sheet.report.stream,
            place_code=person or sheet.place_code,
            person_ids=[who] if person is not None and who else [],
            after={"report": str(sheet.report.id), "element": table.columns[column - 1].element},
            note=why,
        )
        return values[column - 1]
