"""A higher level asks for a table, once; takes it back, or says that it has all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, covers, require
from linli.kernel.declare import Element
from linli.kernel.places import queries as places
from linli.kernel.places.cache import today
from linli.kernel.places.codes import Level, level_of
from linli.kernel.places.register import valid
from linli.kernel.registers.defined import Defined
from linli.kernel.registers.defined import elements as defined

from .. import words
from ..columns import Table, faults
from ..filling import today_of
from ..models import Report, Sheet
from .common import ASKS, act, held_report, record, text_of

KEPT = timedelta(days=730)
"""How long lines about persons stay after the table was due."""
MOST_SHEETS = 2_000
LONGEST = timedelta(days=366)


def ask_report(
    *,
    by: Actor,
    at: datetime,
    title: str,
    reason: str,
    table: Table,
    due_at: datetime,
    begins_on: date,
    ends_on: date,
    to: Sequence[str],
    place_code: str = "",
    basis: str = "",
) -> Report:
    """要一张表: each neighbourhood in `to` (codes of streets or neighbourhoods) gets a sheet that fills itself.

    Needs `reports.ask` at `place_code`, a street or above (the actor's own when empty), which `to` lies in. A sensitive
    element needs a `basis`. Raises Invalid by field; Conflict ("asked", the id in `fields["like"]`) when an open
    table asks all of it already of the same places.
    """
    require(by, ASKS)
    name, why = text_of(title, 80, "title"), text_of(reason, 300, "reason")
    law = text_of(basis, 200, "basis", needed=False)
    _check_times(due_at, begins_on, ends_on, at)
    asker = place_code.strip() or by.scope
    require(by, ASKS, asker)
    if level_of(asker) > Level.STREET:
        raise Invalid(_("报表由街镇或以上要。"), fields={"place_code": _("报表由街镇或以上要。")})
    with act():
        known = defined([*table.elements, *table.own_elements])
        _check_table(table, known, law, asker)
        hoods = _hoods(to, by, asker)
        _not_asked_yet(table, hoods, begins_on, ends_on)
        report = Report.objects.create(
            title=name, reason=why, basis=law, place_code=asker, begins_on=begins_on, ends_on=ends_on, due_at=due_at,
            asks=table.to_json(), asked_at=at, asked_by_id=by.account_id, keep_until=today_of(due_at) + KEPT,
        )  # fmt: skip
        Sheet.objects.bulk_create([Sheet(report=report, place_code=hood) for hood in hoods], batch_size=500)
        after = {"title": name, "columns": len(table.columns), "sheets": len(hoods), "due": due_at}
        record(by, at, "ask", report, asker, after=after, note=law or None)
    return report


def postpone(*, by: Actor, at: datetime, report_id: UUID, due_at: datetime) -> Report:
    """More time. A table never becomes due earlier than was promised. Raises Invalid, Conflict."""
    with act():
        report = held_report(report_id, by)
        if due_at <= report.due_at:
            sentence = _("期限只能往后延。")
            raise Invalid(sentence, fields={"due_at": sentence})
        before, report.due_at = report.due_at, due_at
        report.save(update_fields=["due_at"])
        record(by, at, "postpone", report, report.place_code, before={"due": before}, after={"due": due_at})
    return report


def close_report(*, by: Actor, at: datetime, report_id: UUID, reason: str = "") -> Report:
    """收齐: nothing more is waited for. With sheets that were not accepted it needs a reason. Raises Invalid, Conflict."""
    with act():
        report = held_report(report_id, by)
        missing = report.sheets.exclude(state=Sheet.State.ACCEPTED).count()
        note = text_of(reason, 200, "reason", needed=missing > 0)
        report.state, report.ended_at, report.end_reason = Report.State.CLOSED, at, note
        report.save()
        record(by, at, "close", report, report.place_code, after={"missing": missing}, note=note or None)
    return report


def withdraw_report(*, by: Actor, at: datetime, report_id: UUID, reason: str) -> Report:
    """撤回: nobody need fill it in any more. Facts that were written for it stay. Raises Invalid, Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        report = held_report(report_id, by)
        report.state, report.ended_at, report.end_reason = Report.State.WITHDRAWN, at, why
        report.save()
        record(by, at, "withdraw", report, report.place_code, note=why)
    return report


def _check_times(due_at: datetime, begins_on: date, ends_on: date, at: datetime) -> None:
    if due_at <= at:
        sentence = _("期限已经过去了。")
        raise Invalid(sentence, fields={"due_at": sentence})
    if due_at > at + LONGEST:
        sentence = _("期限最长一年。")
        raise Invalid(sentence, fields={"due_at": sentence})
    if ends_on < begins_on:
        sentence = _("结束日期应在开始日期之后。")
        raise Invalid(sentence, fields={"ends_on": sentence})


def _check_table(table: Table, known: Mapping[str, Defined], law: str, asker: str) -> None:
    elements: dict[str, Element] = {
        name: one.element for name, one in known.items() if one.retired_at is None and _is_there(one, asker)
    }
    for number, fault, what in faults(table, elements):
        label = known[what].label if what in known else what
        sentence = words.fault(fault, label)
        raise Invalid(sentence, fields={f"column_{number}" if number else "conditions": sentence})
    sealed = [name for name, element in elements.items() if element.sealed]
    if sealed and not law:
        sentence = words.fault("law", known[sealed[0]].label)
        raise Invalid(sentence, fields={"basis": sentence})


def _is_there(one: Defined, asker: str) -> bool:
    """A street's own element is asked of that street alone, or from within it."""
    return one.place_code.startswith(asker) or asker.startswith(one.place_code)


def _hoods(to: Iterable[str], by: Actor, asker: str) -> list[str]:
    wanted = list(dict.fromkeys(code.strip() for code in to if code.strip()))
    if not wanted:
        sentence = _("请选择要哪些街镇或居村填报。")
        raise Invalid(sentence, fields={"to": sentence})
    found: list[str] = []
    for code in wanted:
        now = places.now_called(code) if code.isdigit() else None
        if now is None or not covers(by, now) or not now.startswith(asker):
            sentence = _("地点 %(code)s 不在您的管辖范围内。") % {"code": code[:30]}
            raise Invalid(sentence, fields={"to": sentence})
        found += (
            list(
                valid(today())
                .filter(level=Level.NEIGHBOURHOOD, code__startswith=now)
                .values_list("code", flat=True)
            )
            if len(now) < 12
            else [now[:12]]
        )
    hoods = sorted(set(found))
    if not hoods:
        sentence = _("那里还没有登记居村。")
        raise Invalid(sentence, fields={"to": sentence})
    if len(hoods) > MOST_SHEETS:
        sentence = _("一次最多要 %(n)s 个居村。") % {"n": MOST_SHEETS}
        raise Invalid(sentence, fields={"to": sentence})
    return hoods


def _not_asked_yet(table: Table, hoods: Sequence[str], begins_on: date, ends_on: date) -> None:
    """One table is asked once. Another open one that has all of it, of the same places and time, is offered."""
    open_ones = Report.objects.filter(state=Report.State.OPEN, begins_on__lte=ends_on, ends_on__gte=begins_on)
    for other in open_ones.order_by("due_at", "id"):
        if not other.table.covers(table):
            continue
        there = set(other.sheets.values_list("place_code", flat=True))
        if set(hoods) <= there:
            raise Conflict(
                _("《%(title)s》已经在要这些内容，期限 %(due)s。请直接用那一张，不要再让居村填一遍。")
                % {"title": other.title, "due": f"{today_of(other.due_at)}"},
                code="asked",
                fields={"like": str(other.id)},
            )
