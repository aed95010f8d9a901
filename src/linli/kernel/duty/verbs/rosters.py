"""Rosters and the shifts of their day: come, change, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, require
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places

from .. import wall
from ..models import Roster, Slot
from ..models.roster import EVERY_DAY
from .common import PLANS, act, may_plan, one_line, planned_roster, record


@dataclass(frozen=True, slots=True)
class NewSlot:
    """A shift of the day: its name, from, until (on the next day where that is earlier), weekdays (1 is Monday), persons."""

    name: str
    begins: time
    ends: time
    days: Sequence[int] = tuple(EVERY_DAY)
    need: int = 1


_WEEKDAYS, _WEEKEND = (1, 2, 3, 4, 5), (6, 7)
PATTERNS: dict[str, tuple[object, tuple[NewSlot, ...]]] = {
    "three": (
        _lazy("早、中、夜三班"),
        (
            NewSlot("早班", time(8), time(16)),
            NewSlot("中班", time(16), time(0)),
            NewSlot("夜班", time(0), time(8)),
        ),
    ),
    "two": (
        _lazy("白班、夜班（12 小时）"),
        (NewSlot("白班", time(8), time(20)), NewSlot("夜班", time(20), time(8))),
    ),
    "office": (
        _lazy("工作日白班，周末值守"),
        (
            NewSlot("白班", time(9), time(17, 30), _WEEKDAYS),
            NewSlot("值守", time(9), time(17), _WEEKEND),
        ),
    ),
    "evening": (
        _lazy("工作日白班、晚间巡查"),
        (
            NewSlot("白班", time(9), time(17, 30), _WEEKDAYS),
            NewSlot("晚间", time(18), time(21), _WEEKDAYS),
        ),
    ),
}
"""Patterns declared here (值班制度各单位不同：选一个作为开头，再改). Each is a week's plan: words and its shifts."""


def add_roster(
    *,
    by: Actor,
    at: datetime,
    unit_id: UUID,
    name: str,
    place_code: str = "",
    pattern: str = "",
    head_decides: bool = True,
) -> Roster:
    """A roster of a unit, for its place or one within it; with the shifts of a pattern where one is named.

    Needs `duty.change` there. Raises Invalid, Conflict (the unit has one of this name).
    """
    require(by, PLANS)
    title = one_line(name, 64, "name")
    if not title:
        raise Invalid(_("请写明名称。"), fields={"name": _("请写明名称。")})
    if pattern and pattern not in PATTERNS:
        raise Invalid(_("没有这种班制。"), fields={"pattern": _("没有这种班制。")})
    with act():
        unit = Unit.objects.filter(pk=unit_id, valid__contains=at).first()
        if unit is None:
            raise Invalid(_("没有这个单位，或者它已经撤销。"), fields={"unit_id": _("请重新选择单位。")})
        code = places.now_called(place_code.strip()) if place_code.strip() else unit.place_code
        if code is None or not places.lies_in(code, unit.place_code):
            sentence = _("这个地点不在单位的管辖范围里。")
            raise Invalid(sentence, fields={"place_code": sentence})
        require(by, PLANS, code)
        roster = Roster(unit=unit, place_code=code, name=title, head_decides=head_decides, made_at=at)
        if not may_plan(by, roster):
            raise NotAllowed(_("只能为本单位编值班表。"), code="unit")
        try:
            with transaction.atomic():
                roster.save(force_insert=True)
        except IntegrityError as error:
            if "one_roster_of_a_name" not in str(error):
                raise
            sentence = _("这个单位已经有同名的值班表。")
            raise Conflict(sentence, fields={"name": sentence}) from None
        slots = PATTERNS[pattern][1] if pattern else ()
        for slot in slots:
            _put(roster, slot, wall.day_of(at))
        after = {"name": title, "unit": unit.name, "head_decides": head_decides, "slots": [s.name for s in slots]}
        record(by, at, "add_roster", roster, after=after)
    return roster


def set_roster(*, by: Actor, at: datetime, roster_id: UUID, name: str, head_decides: bool) -> Roster:
    """Another name, or another who decides on swaps. Needs `duty.change`. Raises Invalid, Conflict."""
    title = one_line(name, 64, "name")
    if not title:
        raise Invalid(_("请写明名称。"), fields={"name": _("请写明名称。")})
    with act():
        roster = planned_roster(roster_id, by)
        before = {"name": roster.name, "head_decides": roster.head_decides}
        roster.name, roster.head_decides = title, head_decides
        try:
            with transaction.atomic():
                roster.save(update_fields=["name", "head_decides"])
        except IntegrityError:
            sentence = _("这个单位已经有同名的值班表。")
            raise Conflict(sentence, fields={"name": sentence}) from None
        record(by, at, "set_roster", roster, before=before, after={"name": title, "head_decides": head_decides})
    return roster


def end_roster(*, by: Actor, at: datetime, roster_id: UUID) -> Roster:
    """No more is planned in it. Raises Conflict while shifts that were published are still to come."""
    with act():
        roster = planned_roster(roster_id, by)
        coming = roster.shifts.filter(published_at__isnull=False, cancelled_at=None, lasts__endswith__gt=at).count()
        if coming:
            raise Conflict(
                _("还有 %(n)s 个已公布的班没有结束，请先取消或等它们结束。") % {"n": coming}, code="coming"
            )
        roster.shifts.filter(published_at=None).delete()
        roster.ended_at = at
        roster.save(update_fields=["ended_at"])
        record(by, at, "end_roster", roster, after={"name": roster.name})
    return roster


def add_slot(
    *,
    by: Actor,
    at: datetime,
    roster_id: UUID,
    name: str,
    begins: time,
    ends: time,
    days: Sequence[int] = tuple(EVERY_DAY),
    need: int = 1,
) -> Slot:
    """One more shift of the day, from today on. Needs `duty.change`. Raises Invalid."""
    title = one_line(name, 16, "name")
    wanted = sorted(set(days))
    faults = {}
    if not title:
        faults["name"] = _("请写明名称。")
    if begins == ends:
        faults["ends"] = _("开始和结束不能是同一时刻。")
    if not wanted or not set(wanted) <= set(EVERY_DAY):
        faults["days"] = _("请至少选一天。")
    if not 1 <= need <= 20:
        faults["need"] = _("人数在 1 到 20 之间。")
    if faults:
        raise Invalid(_("请检查填写的内容。"), fields=faults)
    with act():
        roster = planned_roster(roster_id, by)
        slot = _put(roster, NewSlot(title, begins, ends, wanted, need), wall.day_of(at))
        record(by, at, "add_slot", roster, after=_facts(slot))
    return slot


def end_slot(*, by: Actor, at: datetime, slot_id: UUID) -> Slot:
    """From tomorrow on it is planned no more; what was planned of it stays. Needs `duty.change`."""
    with act():
        slot = Slot.objects.filter(pk=slot_id).first()
        if slot is None:
            raise NotFound(_("没有这个班次。"))
        roster = planned_roster(slot.roster_id, by)
        if slot.until is not None:
            raise Conflict(_("这个班次已经停用。"), code="over")
        slot.until = max(slot.since, wall.day_of(at) + wall.DAY)
        slot.save(update_fields=["until"])
        record(by, at, "end_slot", roster, after={**_facts(slot), "until": slot.until})
    return slot


def _put(roster: Roster, new: NewSlot, since: date) -> Slot:
    return Slot.objects.create(
        roster=roster,
        name=new.name,
        begins=new.begins,
        ends=new.ends,
        days=list(new.days),
        need=new.need,
        since=since,
    )


def _facts(slot: Slot) -> dict[str, object]:
    return {
        "slot": slot.name,
        "begins": f"{slot.begins:%H:%M}",
        "ends": f"{slot.ends:%H:%M}",
        "days": slot.days,
        "need": slot.need,
    }
