"""What a week's plan wants, and what is wrong with it: gaps, one person in two places, somebody on leave, too little rest.

Asked twice of the same plan: before it is saved, so that whoever plans sees it, and while it is saved, under the lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.people.models import Account

from . import wall
from .models import Leave, Roster, Shift, Slot

REST = timedelta(hours=8)
"""Less than this between two shifts is said; it is not refused: a fire does not ask who slept."""


class Kind(StrEnum):
    GAP = "gap"
    CLASH = "clash"
    LEAVE = "leave"
    STRANGER = "stranger"
    REST = "rest"


REFUSED = frozenset({Kind.CLASH, Kind.LEAVE, Kind.STRANGER})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to have a slot on a day, in order."""

    slot_id: UUID
    day: date
    account_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or to be known; `slot` and `day` say which cell of the week it is about."""

    kind: Kind
    slot: UUID
    day: date
    sentence: str
    account: UUID | None = None

    @property
    def refused(self) -> bool:
        return self.kind in REFUSED


@dataclass(frozen=True, slots=True)
class _Span:
    account: UUID
    starts: datetime
    ends: datetime
    words: str
    slot: UUID | None = None
    day: date | None = None


def check(
    roster: Roster, slots: dict[UUID, Slot], wanted: Sequence[Wanted], known: dict[UUID, str], at: datetime
) -> list[Finding]:
    """What is wrong with these cells. `known`: who can be on duty in the roster. A cell that has begun is not looked at:
    what was is not planned. Three queries."""
    cells = [cell for cell in wanted if _to_come(slots[cell.slot_id], cell.day, at)]
    spans = [_span(slots[cell.slot_id], cell.day, one) for cell in cells for one in cell.account_ids]
    names = known | _names({span.account for span in spans} - set(known))
    found = [_gap(slots[cell.slot_id], cell) for cell in cells if len(cell.account_ids) < slots[cell.slot_id].need]
    found += [
        Finding(
            Kind.STRANGER,
            s.slot,
            s.day,
            _("%(name)s不在本单位任职。") % {"name": names.get(s.account, "?")},
            s.account,
        )
        for s in spans
        if s.account not in known and s.slot and s.day
    ]
    found += _clashes(spans, _elsewhere(roster, cells, spans), names)
    found += _on_leave(spans, names)
    return sorted(found, key=lambda f: (not f.refused, f.kind != Kind.GAP, f.day, f.sentence))


def refused(found: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.refused]


def _to_come(slot: Slot, day: date, at: datetime) -> bool:
    starts: datetime = wall.span(day, slot.begins, slot.ends).lower
    return starts > at


def _span(slot: Slot, day: date, account: UUID) -> _Span:
    lasts = wall.span(day, slot.begins, slot.ends)
    return _Span(account, lasts.lower, lasts.upper, slot.name, slot.id, day)


def _gap(slot: Slot, cell: Wanted) -> Finding:
    missing = slot.need - len(cell.account_ids)
    sentence = _("%(day)s %(slot)s 缺 %(n)d 人。") % {"day": say_day(cell.day), "slot": slot.name, "n": missing}
    return Finding(Kind.GAP, cell.slot_id, cell.day, sentence)


def _elsewhere(roster: Roster, cells: Sequence[Wanted], spans: Sequence[_Span]) -> list[_Span]:
    """What the same people have besides: in other rosters, and in this one outside the cells looked at."""
    if not spans:
        return []
    shown = {(cell.slot_id, cell.day) for cell in cells}
    begin, end = min(s.starts for s in spans) - REST, max(s.ends for s in spans) + REST
    rows = Shift.objects.select_related("roster").filter(
        account__in={s.account for s in spans}, cancelled_at=None, lasts__overlap=(begin, end)
    )
    return [
        _Span(row.account_id, row.starts_at, row.ends_at, row.roster.name)
        for row in rows
        if row.account_id and not (row.roster_id == roster.id and (row.slot_id, row.day) in shown)
    ]


def _clashes(spans: Sequence[_Span], others: Sequence[_Span], names: dict[UUID, str]) -> list[Finding]:
    found = []
    for n, one in enumerate(spans):
        assert one.slot and one.day
        for other in (*spans[:n], *others):
            if other.account != one.account:
                continue
            values = {
                "name": names.get(one.account, "?"),
                "day": say_day(one.day),
                "slot": one.words,
                "other": _said(other),
            }
            if one.starts < other.ends and other.starts < one.ends:
                words = _("%(name)s %(day)s %(slot)s 和 %(other)s 重叠：一个人不能同时值两班。") % values
                found.append(Finding(Kind.CLASH, one.slot, one.day, words, one.account))
            elif max(one.starts - other.ends, other.starts - one.ends) < REST:
                words = _("%(name)s %(day)s %(slot)s 和 %(other)s 之间不到 8 小时。") % values
                found.append(Finding(Kind.REST, one.slot, one.day, words, one.account))
    return found


def _said(span: _Span) -> str:
    return f"{span.words} {say_span(span.starts, span.ends)}"


def _on_leave(spans: Sequence[_Span], names: dict[UUID, str]) -> list[Finding]:
    if not spans:
        return []
    away = list(
        Leave.objects.filter(
            account__in={s.account for s in spans}, state=Leave.State.GRANTED,
            lasts__overlap=(min(s.starts for s in spans), max(s.ends for s in spans)),
        )
    )  # fmt: skip
    return [
        Finding(
            Kind.LEAVE, s.slot, s.day, _("%(name)s %(day)s 请假。") % {"name": names.get(s.account, "?"), "day": say_day(s.day)},
            s.account,
        )
        for s in spans
        for leave in away
        if s.slot and s.day and leave.account_id == s.account and leave.lasts.lower < s.ends and s.starts < leave.lasts.upper
    ]  # fmt: skip


def away(account_id: UUID, starts: datetime, ends: datetime) -> bool:
    """Whether somebody is on leave at a time. With the system's eyes: why is not told."""
    return Leave.objects.filter(
        account=account_id, state=Leave.State.GRANTED, lasts__overlap=(starts, ends)
    ).exists()


def _names(ids: set[UUID]) -> dict[UUID, str]:
    return dict(Account.objects.filter(pk__in=ids).values_list("id", "name")) if ids else {}


def say_day(day: date) -> str:
    """ "11月26日"; the kernel says dates as numbers, which both languages read."""
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def say_span(starts: datetime, ends: datetime) -> str:
    """ "11月26日 20:00–次日 08:00"."""
    begin, end = wall.local(starts), wall.local(ends)
    until = f"{end:%H:%M}" if end.date() == begin.date() else _("次日 %(time)s") % {"time": f"{end:%H:%M}"}
    return f"{say_day(begin.date())} {begin:%H:%M}–{until}"
