"""What the verbs of this room share: finding a report or a sheet, whose it is, one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, NotFound, covers, require
from linli.kernel.access import act as act
from linli.kernel.access.lines import fitting
from linli.kernel.people.models import Person

from ..models import Report, Sheet
from ..words import SHEET_STATES

ASKS, FILLS, READS = "reports.ask", "reports.fill", "reports.read"


def text_of(value: str, most: int, field: str, *, needed: bool = True) -> str:
    """A line as it is kept, with something in it. Raises Invalid when it is missing or too long."""
    return fitting(" ".join(value.replace("\x00", " ").split()), most, field, needed=needed, letters=2)


def held_report(report_id: UUID, by: Actor) -> Report:
    """The report, held, for whoever asks at its place. Raises NotFound, NotAllowed, Conflict (it has ended)."""
    require(by, ASKS)
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None or not covers(by, report.place_code):
        raise NotFound(_("没有这张报表，或者不是您所在的层级要的。"))
    if report.state != Report.State.OPEN:
        raise Conflict(_("这张报表已经结束。"), code="state")
    return report


def held_sheet(sheet_id: UUID, by: Actor, states: Iterable[str], *, asker: bool = False) -> Sheet:
    """A sheet, held, in one of the states; for its neighbourhood, or for who asked. Raises NotFound, NotAllowed, Conflict."""
    require(by, ASKS if asker else FILLS)
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("report").filter(pk=sheet_id).first()
    if sheet is None or not covers(by, sheet.report.place_code if asker else sheet.place_code):
        raise NotFound(_("没有这张表，或者不在您的管辖范围内。"))
    if sheet.report.state != Report.State.OPEN:
        raise Conflict(_("这张报表已经结束。"), code="state")
    if sheet.state not in states:
        now = SHEET_STATES[sheet.state]
        raise Conflict(_("这张表现在是“%(state)s”，不能这样做。") % {"state": now}, code="state")
    return sheet


def record(
    by: Actor,
    at: datetime,
    verb: str,
    report: Report,
    place_code: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> None:
    """One record in the report's history, seen by whoever has the place."""
    audit.append(
        by=by, at=at, verb=f"reports.{verb}", stream=report.stream, place_code=place_code, before=before, after=after,
        note=note,
    )  # fmt: skip


def tell_persons(
    by: Actor, at: datetime, verb: str, subjects: Iterable[UUID], report: Report, elements: Iterable[str]
) -> None:
    """Into the history of each person: that what is known of them was read or sent in this table."""
    rows = Person.objects.filter(pk__in=list(subjects), erased_at=None).values_list("id", "place_code")
    after = {"report": str(report.id), "purpose": report.title, "elements": list(elements)}
    audit.append_each(
        [audit.Entry(f"person:{id_}", code, person_ids=(id_,), after=after) for id_, code in rows],
        by=by,
        at=at,
        verb=f"reports.{verb}",
    )
