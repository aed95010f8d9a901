"""Emergencies as they are asked for: which stand, which one a wall gives itself up to, and one with its tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, holds, require

from ..models import STANDS, Emergency, Grade, Task

SHOWN = 50
# A wall gives itself up to an emergency that its own level commands, or one above it: a fourth grade is a street's.
_COMMANDED_BY = {Grade.FIRST: 2, Grade.SECOND: 4, Grade.THIRD: 6, Grade.FOURTH: 9}


@dataclass(frozen=True, slots=True)
class OnWall:
    """`takes`: the emergency a wall shows alone; None while there is none. `others`: what else stands, for a line."""

    takes: Emergency | None
    others: tuple[Emergency, ...]


def standing(by: Actor, place: str = "") -> list[Emergency]:
    """What stands in a place or touches it, the gravest first, of these the newest. One query."""
    require(by, "emergencies.read")
    found = Emergency.objects.filter(state__in=STANDS, ended_at=None).select_related("commander")
    return [one for one in found.order_by("grade", "-declared_at")[:SHOWN] if touches(one, place)]


def for_wall(by: Actor, place: str) -> OnWall:
    """What a wall of this place shows of emergencies. A drill takes a wall too: that is what it is for."""
    every = standing(by, place)
    takes = next((one for one in every if len(place) >= _COMMANDED_BY[Grade(one.grade)]), None)
    return OnWall(takes, tuple(one for one in every if one is not takes))


def touches(emergency: Emergency, place: str) -> bool:
    """Whether an emergency lies in a place, or reaches into it."""
    return emergency.place_code.startswith(place) or any(
        code.startswith(place) or place.startswith(code) for code in emergency.inside
    )


def lately(by: Actor, *, limit: int = SHOWN) -> QuerySet[Emergency]:
    """Every emergency the actor sees: those that stand first, then the newest."""
    require(by, "emergencies.read")
    return Emergency.objects.select_related("commander").order_by("-ended_at", "-declared_at")[:limit]


def one(by: Actor, emergency_id: UUID) -> Emergency:
    """Raises NotFound when there is none or the actor does not see it."""
    require(by, "emergencies.read")
    found = Emergency.objects.select_related("commander", "unit").filter(id=emergency_id).first()
    if found is None:
        raise NotFound(_("没有找到这次应急，或者您无权查看。"))
    return found


def of_task(by: Actor, matter_id: UUID) -> Emergency | None:
    """The emergency whose task became this matter, for who sees it. One query."""
    if not holds(by, "emergencies.read"):
        return None
    return Emergency.objects.filter(tasks__matter_id=matter_id).first()


def tasks(emergency: Emergency) -> Sequence[Task]:
    """What is open first, by its date; then what is over."""
    every = list(Task.objects.filter(emergency=emergency).select_related("unit", "account"))
    return sorted(every, key=lambda task: (not task.is_open, task.due_at, task.id))


def open_tasks(by: Actor, emergencies: Sequence[Emergency]) -> dict[UUID, int]:
    """How many tasks of the actor's unit are open in each. One query."""
    if by.unit_id is None or not emergencies:
        return {}
    found = Task.objects.filter(emergency__in=emergencies, unit=by.unit_id, done_at=None, dropped_at=None)
    return dict(found.values_list("emergency_id").annotate(n=Count("id")))
