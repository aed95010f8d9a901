"""A roster's week as it is planned: who has which slot on which day, what is missing, who may be planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, Sees, as_system, holds, require, under

from .. import plans, wall
from ..models import Leave, Roster, Shift, Slot
from ..plans import Finding, Wanted
from ..verbs.common import PLANS, READS, colleagues, may_plan, names


@dataclass(frozen=True, slots=True)
class Cell:
    """One slot on one day. `begun`: it is not planned any more. `missing`: persons fewer than are needed."""

    slot: Slot
    day: date
    shifts: Sequence[Shift]
    falls: bool
    begun: bool

    @property
    def account_ids(self) -> tuple[UUID, ...]:
        return tuple(s.account_id for s in self.shifts if s.account_id)

    @property
    def missing(self) -> int:
        return max(0, self.slot.need - len(self.account_ids)) if self.falls else 0

    @property
    def places(self) -> int:
        """How many names the cell has room for on the page."""
        return max(self.slot.need, len(self.account_ids) + (1 if self.slot.need > 1 else 0), 1)


@dataclass(frozen=True, slots=True)
class Week:
    """A week of one roster. `others`: shifts outside the slots. `away`: who is on leave on which day."""

    roster: Roster
    monday: date
    rows: Sequence[tuple[Slot, Sequence[Cell]]]
    others: Sequence[Shift]
    names: Mapping[UUID, str]
    colleagues: Mapping[UUID, str]
    published: frozenset[date]
    away: Mapping[date, Sequence[str]]
    may_plan: bool
    may_know_leave: bool

    @property
    def days(self) -> list[date]:
        return wall.week(self.monday)

    @property
    def cells(self) -> list[Cell]:
        return [cell for _slot, cells in self.rows for cell in cells]

    @property
    def missing(self) -> int:
        return sum(cell.missing for cell in self.cells if not cell.begun)


def rosters(by: Actor) -> list[Roster]:
    """The rosters somebody may look at: within their scope, of a unit's own people their unit's; and those they serve in.
    One query."""
    require(by, READS)
    found = Roster.objects.select_related("unit").filter(ended_at=None)
    if by.sees is Sees.UNIT:
        found = found.filter(unit=by.unit_id)
    elif by.scope != "*":
        own = (
            Roster.objects.filter(unit=by.unit_id).values("pk")
            if by.unit_id
            else Roster.objects.none().values("pk")
        )
        found = found.filter(under(by.scopes)) | found.filter(pk__in=own)
    return list(found.order_by("place_code", "unit__name", "name"))


def roster_seen(by: Actor, roster_id: UUID) -> Roster:
    """Raises NotFound."""
    for roster in rosters(by):
        if roster.id == roster_id:
            return roster
    raise NotFound(_("没有这张值班表，或者不在您的管辖范围内。"))


def week(by: Actor, roster_id: UUID, monday: date, at: datetime) -> Week:
    """A week as it stands; drafts only for those who plan. Eight queries, however many people. Raises NotFound."""
    roster = roster_seen(by, roster_id)
    plans_it = holds(by, PLANS) and may_plan(by, roster)
    days = wall.week(monday)
    slots = list(roster.slots.order_by("begins", "ends", "name"))
    rows = Shift.objects.filter(roster=roster, day__gte=days[0], day__lte=days[-1], cancelled_at=None)
    if not plans_it:
        rows = rows.filter(published_at__isnull=False)
    shifts = list(rows.order_by("id"))
    cells: dict[tuple[UUID | None, date], list[Shift]] = {}
    for shift in shifts:
        cells.setdefault((shift.slot_id, shift.day), []).append(shift)
    shown = [slot for slot in slots if any(slot.falls_on(day) or (slot.id, day) in cells for day in days)]
    with as_system():
        known = colleagues(roster, max(at, wall.midnight(monday)))
        away = _away(roster, days) if plans_it else {}
    return Week(
        roster=roster,
        monday=monday,
        rows=[
            (
                slot,
                [
                    Cell(
                        slot, day, cells.get((slot.id, day), ()), slot.falls_on(day),
                        wall.moment(day, slot.begins) <= at,
                    )
                    for day in days
                ],
            )
            for slot in shown
        ],
        others=cells_without_slot(shifts),
        names=names(shift.account_id for shift in shifts) | known,
        colleagues=known,
        published=frozenset(roster.months.values_list("month", flat=True)),
        away=away,
        may_plan=plans_it,
        may_know_leave=plans_it,
    )  # fmt: skip


def cells_without_slot(shifts: Sequence[Shift]) -> list[Shift]:
    return [shift for shift in shifts if shift.slot_id is None]


def _away(roster: Roster, days: Sequence[date]) -> dict[date, list[str]]:
    begin, end = wall.midnight(days[0]), wall.midnight(days[-1] + wall.DAY)
    found: dict[date, list[str]] = {}
    granted = Leave.objects.filter(unit=roster.unit_id, state=Leave.State.GRANTED, lasts__overlap=(begin, end))
    for leave in granted.select_related("account").order_by("account__name"):
        for day in days:
            if leave.lasts.lower < wall.midnight(day + wall.DAY) and wall.midnight(day) < leave.lasts.upper:
                found.setdefault(day, []).append(leave.account.name)
    return found


@dataclass(frozen=True, slots=True)
class Copied:
    """Last week's people in this week's empty cells, and who was left out, with why."""

    wanted: Sequence[Wanted]
    left_out: Sequence[str] = field(default_factory=tuple)


def copied(by: Actor, this: Week, at: datetime) -> Copied:
    """What copying last week would put into the empty cells of this one. Nothing is saved: the page shows it first."""
    last = week(by, this.roster.id, this.monday - 7 * wall.DAY, at)
    before = {(cell.slot.id, cell.day.isoweekday()): cell.account_ids for cell in last.cells}
    wanted, out = [], []
    for cell in this.cells:
        ids = cell.account_ids
        if not ids and cell.falls and not cell.begun:
            ids = before.get((cell.slot.id, cell.day.isoweekday()), ())
            gone = [one for one in ids if one not in this.colleagues]
            ids = tuple(one for one in ids if one in this.colleagues)
            out += [_("%(name)s已不在本单位任职，没有复制。") % {"name": last.names.get(one, "?")} for one in gone]
        wanted.append(Wanted(cell.slot.id, cell.day, ids))
    return Copied(wanted, list(dict.fromkeys(out)))


def looked_over(by: Actor, this: Week, wanted: Sequence[Wanted], at: datetime) -> list[Finding]:
    """What is wrong with a plan that is not saved yet. Raises NotFound where it is not theirs to plan."""
    if not this.may_plan:
        raise NotFound(_("没有这张值班表，或者不在您的管辖范围内。"))
    slots = {slot.id: slot for slot, _cells in this.rows}
    with as_system():
        return plans.check(this.roster, slots, [w for w in wanted if w.slot_id in slots], dict(this.colleagues), at)
