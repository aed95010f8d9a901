"""派遣 and the work itself: one unit leads, others help, each by a date of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid
from linli.kernel.people.models import Account, Post, Unit
from linli.kernel.places import queries as places

from ..models import Assignment, Matter, State
from .answering import accepted
from .core import Doing, act, fitting, needed
from .supervising import orders_follow

Helper = tuple[UUID, str, datetime | None]


def assign(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    unit_id: UUID,
    task: str = "",
    due_at: datetime | None = None,
    helpers: Sequence[Helper] = (),
    version: int | None = None,
) -> Matter:
    """派遣 to one lead and any helpers; from 待受理 it accepts at the same time. Again: it re-assigns."""
    fitting(task=task)
    for _unit, what, _due in helpers:
        fitting(helpers=what)
    with act("assign", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        accepted(doing)
        _check_units(matter, at, [unit_id, *(unit for unit, _task, _due in helpers)])
        for part in (due_at, *(due for _unit, _task, due in helpers)):
            if part is not None and part <= at:
                raise Invalid(_("完成时间要晚于现在。"), fields={"due_at": _("请选择以后的时间。")})
        _replace(matter, at)
        lead = _part(doing, unit_id, Assignment.Part.LEAD, task, due_at)
        parts = [lead, *(_part(doing, unit, Assignment.Part.HELP, what, due) for unit, what, due in helpers)]
        Assignment.objects.bulk_create(parts)
        if matter.lead_unit_id != unit_id:
            matter.lead_account_id = None
        matter.lead_unit_id, matter.assigned_at, matter.state = unit_id, at, State.ASSIGNED
        matter.unit_ids = sorted({part.unit_id for part in parts} | set(matter.unit_ids), key=str)
        orders_follow(matter)
        doing.says["parts"] = [
            {"unit": str(p.unit_id), "part": p.part, "due": p.due_at, "task": p.task} for p in parts
        ]
    return doing.matter


def _part(doing: Doing, unit_id: UUID, part: str, task: str, due: datetime | None) -> Assignment:
    return Assignment(
        matter=doing.matter,
        unit_id=unit_id,
        part=part,
        task=task.strip(),
        due_at=due or doing.matter.due_at or doing.matter.finish_due,
        assigned_at=doing.at,
        assigned_by_id=doing.by.account_id,
    )


def _replace(matter: Matter, at: datetime) -> None:
    matter.assignments.filter(given_back_at=None, replaced_at=None).update(replaced_at=at)


def _check_units(matter: Matter, at: datetime, units: Iterable[UUID]) -> None:
    wanted = list(units)
    if len(set(wanted)) != len(wanted):
        raise Invalid(_("同一个单位不能派遣两次。"), fields={"helpers": _("请去掉重复的单位。")})
    known = {unit.id: unit for unit in Unit.objects.filter(id__in=wanted, valid__contains=at)}
    for unit_id in wanted:
        unit = known.get(unit_id)
        if unit is None:
            raise Invalid(_("没有这个单位，或者它已撤销。"), fields={"unit_id": _("请重新选择单位。")})
        if not places.lies_in(matter.place_code, unit.place_code):
            raise Invalid(
                _("“%(unit)s”不管辖这个地点。") % {"unit": unit.name},
                fields={"unit_id": _("请选择管辖这里的单位。")},
            )


def take(*, matter_id: UUID, by: Actor, at: datetime, version: int | None = None) -> Matter:
    """接办: a handler of the leading unit takes it on personally."""
    with act("take", matter_id, by=by, at=at, version=version) as doing:
        _hold(doing.matter, by.account_id)
    return doing.matter


def hand_over(
    *, matter_id: UUID, by: Actor, at: datetime, account_id: UUID, note: str = "", version: int | None = None
) -> Matter:
    """转交 to a colleague of the same unit."""
    fitting(note=note)
    with act("hand_over", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        if not Post.objects.filter(account_id=account_id, unit=matter.lead_unit_id, valid__contains=at).exists():
            raise Invalid(_("只能转交给本单位的同事。"), fields={"account_id": _("请选择本单位的同事。")})
        _hold(matter, account_id)
        doing.says["to"] = Account.objects.values_list("name", flat=True).get(id=account_id)
        doing.note = note or None
    return doing.matter


def _hold(matter: Matter, account_id: UUID | None) -> None:
    matter.lead_account_id = account_id
    # Whoever takes it over has not set out, and what the other found stays said.
    matter.assignments.filter(part="lead", given_back_at=None, replaced_at=None).update(
        account_id=account_id, went_at=None, arrived_at=None
    )


def give_back(*, matter_id: UUID, by: Actor, at: datetime, reason: str, version: int | None = None) -> Matter:
    """退回, with a reason. The clock runs on: a matter nobody has climbs like any other."""
    needed(reason=reason)
    with act("give_back", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        matter.assignments.filter(part="lead", given_back_at=None, replaced_at=None).update(
            given_back_at=at, result=reason.strip()
        )
        matter.lead_unit_id = matter.lead_account_id = None
        orders_follow(matter)
        matter.state = State.ACCEPTED
        matter.given_back += 1
        doing.note = reason.strip()
    return doing.matter


def finish_part(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    result: str,
    files: Iterable[UUID] = (),
    version: int | None = None,
) -> Matter:
    """A helping unit reports its part done."""
    needed(result=result)
    with act("finish_part", matter_id, by=by, at=at, version=version) as doing:
        doing.matter.assignments.filter(
            part="help", unit=by.unit_id, finished_at=None, given_back_at=None, replaced_at=None
        ).update(finished_at=at, result=result.strip())
        doing.attach(files, "proof", for_reporter=False)
        doing.note = result.strip()
    return doing.matter
