"""What a resident sees of emergencies: those whose zone holds their home, and for a week that they are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, Actor, NotFound, as_system
from linli.kernel.people.models import Residence

from ..models import STANDS, Answer, Emergency, Task
from .homes import home_inside, homes_of

PAST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Mine:
    """One emergency for one resident. `answer` is their own, `others` how many live with them."""

    emergency: Emergency
    home: str
    answer: Answer | None
    others: int


def mine(by: Actor, *, at: datetime) -> list[Mine]:
    """Those that stand, the gravest first, then what is over. One query while there is none, else a few."""
    if by.role not in REPORTERS or by.person_id is None:
        return []
    with as_system():
        lately = Q(state__in=STANDS, ended_at=None) | Q(ended_at__gt=at - PAST)
        found = list(Emergency.objects.filter(lately).select_related("unit").order_by("-ended_at", "grade"))
        if not found:
            return []
        homes = homes_of(by.person_id, at)
        held = [(one, home) for one in found if (home := home_inside(one, homes))]
        answers = {a.emergency_id: a for a in Answer.objects.filter(person_id=by.person_id)} if held else {}
        others = _others(by.person_id, at) if held else 0
    return [Mine(one, home, answers.get(one.id), others) for one, home in held]


def my(by: Actor, emergency_id: UUID, *, at: datetime) -> Mine:
    """One of them. Raises NotFound for who does not live inside."""
    found = next((one for one in mine(by, at=at) if one.emergency.id == emergency_id), None)
    if found is None:
        raise NotFound(_("没有找到这次应急，或者您不在它的范围内。"))
    return found


@dataclass(frozen=True, slots=True)
class Coming:
    """How far somebody's call for help is: one has set out, is there, is done."""

    taken: bool
    there: bool
    done: bool


def task_of(found: Mine) -> Coming | None:
    """What became of their own call for help; None when they made none. One query."""
    if found.answer is None:
        return None
    with as_system():
        task = Task.objects.filter(answer=found.answer).first()
    if task is None:
        return None
    return Coming(task.taken_at is not None, task.arrived_at is not None, task.done_at is not None)


def _others(person_id: UUID, at: datetime) -> int:
    homes = Residence.objects.filter(person_id=person_id, valid__contains=at).values("household")
    every = Residence.objects.filter(household__in=homes, valid__contains=at, person__erased_at=None)
    return every.exclude(person_id=person_id).values("person_id").distinct().count()
