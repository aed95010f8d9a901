"""Planning: a week's cells as they are wanted, one shift more, another person for one, one less for a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid
from linli.kernel.audit.verbs import Entry

from .. import plans, wall
from ..models import Cover, Month, Roster, Shift, Slot, Swap
from ..plans import Wanted
from .common import (
    act,
    colleagues,
    must_be_colleague,
    name_of,
    names,
    one_line,
    planned_roster,
    planned_shift,
    reasoned,
    record,
    when,
)

_AT_ONCE = "nobody_is_on_two_shifts_at_once"
FILLED = "人已配齐"


@contextmanager
def changing_places() -> Iterator[None]:
    """Within it two people may change places; at its end nobody is on two shifts at once, or Conflict is raised."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {_AT_ONCE} DEFERRED")
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {_AT_ONCE} IMMEDIATE")
    except IntegrityError as error:
        if _AT_ONCE not in str(error):
            raise
        raise Conflict(_("有人会同时值两班，没有保存。请刷新后再排。"), code="clash") from None


@dataclass(slots=True)
class Saved:
    """What a week's saving did: shifts made, given to somebody, left without, cancelled, removed."""

    made: int = 0
    given: int = 0
    left: int = 0
    cancelled: int = 0
    removed: int = 0
    new: list[Shift] = field(default_factory=list)
    told: list[tuple[Shift, UUID | None]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return self.made + self.given + self.left + self.cancelled + self.removed


def save_week(*, by: Actor, at: datetime, roster_id: UUID, wanted: Sequence[Wanted], reason: str = "") -> Saved:
    """The cells become what is wanted; cells not named stay. What has begun is not touched.

    Where the month was published a person taken off leaves a gap while the slot needs somebody, else the shift is
    cancelled; both need a `reason`. Needs `duty.change`. Raises Conflict with what clashes, Invalid.
    """
    why = one_line(reason, 200, "reason")
    with act():
        roster = planned_roster(roster_id, by)
        slots = {slot.id: slot for slot in roster.slots.all()}
        cells = _cells(slots, wanted, at)
        found = plans.refused(plans.check(roster, slots, cells, colleagues(roster, at), at))
        if found:
            raise Conflict(" ".join(dict.fromkeys(f.sentence for f in found)), code="clash")
        months = set(roster.months.values_list("month", flat=True))
        rows = _rows_of(roster, cells)
        done = Saved()
        with changing_places():
            for cell in cells:
                there = rows.get((cell.slot_id, cell.day), [])
                _Cell(roster, slots[cell.slot_id], cell, at, why, done).save(
                    there, wall.month_of(cell.day) in months
                )
            Shift.objects.bulk_create(done.new)
        done.entries += _entries(done.told, roster)
        if done.changes:
            after = {
                name: n for name in ("made", "given", "left", "cancelled", "removed") if (n := getattr(done, name))
            }
            record(by, at, "save_week", roster, after=after, note=why or None)
            audit.append_each(done.entries, by=by, at=at, verb="duty.set_shift")
    return done


def _cells(slots: dict[UUID, Slot], wanted: Sequence[Wanted], at: datetime) -> list[Wanted]:
    for cell in wanted:
        slot = slots.get(cell.slot_id)
        if slot is None or not slot.falls_on(cell.day):
            raise Invalid(_("这一天没有这个班次，请刷新后再排。"), code="slot")
        if len(set(cell.account_ids)) != len(cell.account_ids):
            raise Invalid(_("同一个班里同一个人写了两次。"), code="twice")
    once = {(cell.slot_id, cell.day): cell for cell in wanted}
    return [cell for cell in once.values() if wall.moment(cell.day, slots[cell.slot_id].begins) > at]


@dataclass(slots=True)
class _Cell:
    """One slot on one day, being saved."""

    roster: Roster
    slot: Slot
    wanted: Wanted
    at: datetime
    why: str
    done: Saved

    def save(self, rows: list[Shift], published: bool) -> None:
        rows = [row for row in rows if row.in_at is None]
        kept = {row.account_id for row in rows if row.account_id in self.wanted.account_ids}
        free = [row for row in rows if row.account_id not in kept]
        for account in self.wanted.account_ids:
            if account in kept:
                continue
            # A gap is filled before somebody is taken off.
            free.sort(key=lambda row: row.account_id is not None)
            if free:
                self._give(free.pop(0), account)
            else:
                self._make(account, published)
        missing = self.slot.need - len(self.wanted.account_ids)
        gaps = 0
        for row in free:
            if row.published_at is None:
                row.delete()
                self.done.removed += 1
            elif gaps < missing:
                gaps += 1
                if row.account_id is not None:
                    self._leave(row)
            else:
                self._cancel(row)
        for _n in range(missing - gaps if published else 0):
            self._make(None, published)

    def _make(self, account: UUID | None, published: bool) -> None:
        row = Shift(
            roster=self.roster, slot=self.slot, place_code=self.roster.place_code, day=self.wanted.day,
            lasts=wall.span(self.wanted.day, self.slot.begins, self.slot.ends), account_id=account,
            published_at=self.at if published else None,
        )  # fmt: skip
        self.done.new.append(row)
        self.done.made += 1
        self._tell(row, None)

    def _give(self, row: Shift, account: UUID) -> None:
        was, row.account_id = row.account_id, account
        if was is not None and row.published_at is not None:
            row.reason = self._reason()
        row.save(update_fields=["account", "reason"])
        let_go(row, self.at)
        self.done.given += 1
        self._tell(row, was)

    def _leave(self, row: Shift) -> None:
        was, row.account_id, row.reason = row.account_id, None, self._reason()
        row.save(update_fields=["account", "reason"])
        let_go(row, self.at)
        self.done.left += 1
        self._tell(row, was)

    def _cancel(self, row: Shift) -> None:
        was = row.account_id
        row.cancelled_at, row.reason = self.at, FILLED if was is None else self._reason()
        row.save(update_fields=["cancelled_at", "reason"])
        let_go(row, self.at)
        self.done.cancelled += 1
        self._tell(row, was)

    def _reason(self) -> str:
        return self.why or reasoned("")

    def _tell(self, row: Shift, was: UUID | None) -> None:
        if row.published_at is not None:
            self.done.told.append((row, was))


def _rows_of(roster: Roster, cells: Sequence[Wanted]) -> dict[tuple[UUID | None, date], list[Shift]]:
    """What stands in the cells, held; one query for all of them."""
    rows = Shift.objects.select_for_update().filter(
        roster=roster,
        slot__in={cell.slot_id for cell in cells},
        day__in={cell.day for cell in cells},
        cancelled_at=None,
    )
    found: dict[tuple[UUID | None, date], list[Shift]] = {}
    for row in rows.order_by("id"):
        found.setdefault((row.slot_id, row.day), []).append(row)
    return found


def _entries(told: Sequence[tuple[Shift, UUID | None]], roster: Roster) -> list[Entry]:
    known = names(one for row, was in told for one in (was, row.account_id)) if told else {}
    return [_entry(row, roster, was, known) for row, was in told]


def _entry(row: Shift, roster: Roster, was: UUID | None, known: dict[UUID, str]) -> Entry:
    after = {**when(row), "who": known.get(row.account_id, "") if row.account_id else ""}
    if row.cancelled_at is not None:
        after["cancelled"] = row.reason
    before = {"who": known.get(was, "") if was else ""}
    return Entry(row.stream, row.place_code, (roster.unit_id,), (), before, after, row.reason or None)


def add_shift(
    *,
    by: Actor,
    at: datetime,
    roster_id: UUID,
    day: date,
    begins: time,
    ends: time,
    account_id: UUID | None = None,
    note: str = "",
) -> Shift:
    """One shift outside the day's slots: a drill, a festival. Without a person it is a gap. Needs `duty.change`."""
    if begins == ends:
        sentence = _("开始和结束不能是同一时刻。")
        raise Invalid(sentence, fields={"ends": sentence})
    lasts = wall.span(day, begins, ends)
    if lasts.upper <= at:
        sentence = _("这个班已经过去了。")
        raise Invalid(sentence, fields={"day": sentence})
    with act():
        roster = planned_roster(roster_id, by)
        if account_id is not None:
            must_be_free(roster, account_id, lasts.lower, lasts.upper, at)
        published = roster.months.filter(month=wall.month_of(day)).exists()
        shift = Shift(
            roster=roster, place_code=roster.place_code, day=day, lasts=lasts, account_id=account_id,
            published_at=at if published else None, reason=one_line(note, 200, "note"),
        )  # fmt: skip
        with changing_places():
            shift.save(force_insert=True)
        record(
            by, at, "add_shift", shift, after={**when(shift), "who": name_of(account_id)}, note=shift.reason or None
        )
    return shift


def set_shift(*, by: Actor, at: datetime, shift_id: UUID, account_id: UUID | None, reason: str = "") -> Shift:
    """Another person has it, or nobody: then it is a gap. Of a published one the `reason` is needed, for whoever loses it.

    Needs `duty.change`. Raises Conflict (it has begun, it was cancelled, they are elsewhere then), Invalid.
    """
    with act():
        shift = _to_come(planned_shift(shift_id, by), at)
        was = shift.account_id
        if was == account_id:
            return shift
        why = (
            reasoned(reason)
            if was is not None and shift.published_at is not None
            else one_line(reason, 200, "reason")
        )
        if account_id is not None:
            must_be_free(shift.roster, account_id, shift.starts_at, shift.ends_at, at)
        shift.account_id, shift.reason = account_id, why
        with changing_places():
            shift.save(update_fields=["account", "reason"])
        let_go(shift, at)
        before, after = {"who": name_of(was)}, {**when(shift), "who": name_of(account_id)}
        record(by, at, "set_shift", shift, before=before, after=after, note=why or None)
    return shift


def cancel_shift(*, by: Actor, at: datetime, shift_id: UUID, reason: str = "") -> None:
    """A draft is removed; a published shift is cancelled for a reason, which whoever had it is told. Needs `duty.change`."""
    with act():
        shift = _to_come(planned_shift(shift_id, by), at)
        after = {**when(shift), "who": name_of(shift.account_id)}
        if shift.published_at is None:
            record(by, at, "remove_shift", shift, after=after)
            shift.delete()
            return
        shift.cancelled_at, shift.reason = at, reasoned(reason)
        shift.save(update_fields=["cancelled_at", "reason"])
        let_go(shift, at)
        record(by, at, "cancel_shift", shift, after=after, note=shift.reason)


def publish(*, by: Actor, at: datetime, roster_id: UUID, month: date, with_gaps: bool = False) -> int:
    """A month of the roster is told to those who serve it; what is missing in it becomes open shifts, gaps everybody sees.

    Returns how many shifts were published. Needs `duty.change`. Raises Conflict (published already; gaps, unless
    `with_gaps`), Invalid (the month is over).
    """
    first = wall.month_of(month)
    end = wall.next_month(first)
    if wall.midnight(end) <= at:
        sentence = _("这个月已经过去了。")
        raise Invalid(sentence, fields={"month": sentence})
    with act():
        roster = planned_roster(roster_id, by)
        if roster.months.filter(month=first).exists():
            raise Conflict(_("这个月已经公布过了。之后的改动会直接生效。"), code="published")
        missing = missing_in(roster, first, end, at)
        if missing and not with_gaps:
            words = _("这个月还有 %(n)d 个空班。请先补齐，或者勾选“带空班公布”。") % {
                "n": sum(n for _s, _d, n in missing)
            }
            raise Conflict(words, code="gaps", fields={"with_gaps": words})
        for slot, day, n in missing:
            lasts = wall.span(day, slot.begins, slot.ends)
            Shift.objects.bulk_create(
                Shift(roster=roster, slot=slot, place_code=roster.place_code, day=day, lasts=lasts)
                for _n in range(n)
            )
        rows = roster.shifts.filter(day__gte=first, day__lt=end, published_at=None, cancelled_at=None)
        count = rows.update(published_at=at)
        Month.objects.create(roster=roster, month=first, published_at=at, by_name=by.name[:64])
        gaps = sum(n for _slot, _day, n in missing)
        record(by, at, "publish", roster, after={"month": f"{first:%Y-%m}", "shifts": count, "gaps": gaps})
    return count


def missing_in(roster: Roster, first: date, end: date, at: datetime) -> list[tuple[Slot, date, int]]:
    """Which slots on which days, of those still to come, have fewer rows than they need. Two queries."""
    slots = list(roster.slots.all())
    have: dict[tuple[UUID | None, date], int] = {}
    rows = roster.shifts.filter(day__gte=first, day__lt=end, cancelled_at=None).values_list("slot_id", "day")
    for key in rows:
        have[key] = have.get(key, 0) + 1
    days = [first + wall.DAY * n for n in range((end - first).days)]
    return [
        (slot, day, slot.need - have.get((slot.id, day), 0))
        for day in days
        for slot in slots
        if slot.falls_on(day) and wall.moment(day, slot.begins) > at and have.get((slot.id, day), 0) < slot.need
    ]


def let_go(shift: Shift, at: datetime) -> None:
    """Within a verb: what was asked about the shift while it was somebody else's is over."""
    Swap.objects.filter(state__in=Swap.OPEN, shift=shift).update(state=Swap.State.VOID, decided_at=at)
    Swap.objects.filter(state__in=Swap.OPEN, back=shift).update(state=Swap.State.VOID, decided_at=at)
    Cover.objects.filter(shift=shift, answered_at=None, closed_at=None).update(closed_at=at)


def _to_come(shift: Shift, at: datetime) -> Shift:
    if shift.cancelled_at is not None:
        raise Conflict(_("这个班已经取消：%(why)s") % {"why": shift.reason}, code="cancelled")
    if shift.in_at is not None or shift.ends_at <= at:
        raise Conflict(_("这个班已经有人到岗，或者已经结束，不能再改。"), code="begun")
    return shift


def must_be_free(roster: Roster, account_id: UUID, starts: datetime, ends: datetime, at: datetime) -> None:
    name = must_be_colleague(roster, account_id, max(starts, at))
    if plans.away(account_id, starts, ends):
        sentence = _("%(name)s在这段时间请假。") % {"name": name}
        raise Invalid(sentence, fields={"account_id": sentence})
    other = (
        Shift.objects.select_related("roster")
        .filter(account=account_id, cancelled_at=None, lasts__overlap=(starts, ends))
        .first()
    )
    if other is not None:
        words = {"name": name, "other": f"{other.roster.name} {plans.say_span(other.starts_at, other.ends_at)}"}
        sentence = _("%(name)s那时在值 %(other)s：一个人不能同时值两班。") % words
        raise Conflict(sentence, code="clash", fields={"account_id": sentence})
