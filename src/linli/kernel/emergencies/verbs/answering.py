"""我平安 / 我需要帮助: what a resident inside says of themselves, and what follows from it at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound, look_as
from linli.kernel.audit.verbs import Entry, append, append_each, erase
from linli.kernel.duty.queries.on_duty import there
from linli.kernel.people.models import Residence, Unit
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level

from ..models import Answer, Emergency, Task
from ..queries import roll
from ..queries.homes import home_inside, homes_of
from ..queries.looking import one

HELP_WITHIN = timedelta(minutes=15)
"""So soon somebody is to be with who asked for help; the task is late after that."""
TAKEN_WITHIN = timedelta(minutes=3)
"""So long one unit is asked before the next is."""
LONGEST = 200


def answer(
    *, emergency_id: UUID, by: Actor, at: datetime, kind: str, text: str = "", household: bool = False
) -> Answer:
    """Say that one is safe or needs help; the last word counts, the same word again changes nothing.

    A call for help becomes a task of the unit on duty at their home in the same transaction; `household`: who lives with
    them and has not answered is safe as well. Raises NotFound for who does not live inside, Conflict when it is over.
    """
    if by.role not in REPORTERS or by.person_id is None:
        raise NotAllowed(_("这一步由住在范围内的居民来做。"), code="resident")
    said = _said(kind, text)
    with transaction.atomic():
        look_as(SYSTEM)
        emergency = Emergency.objects.select_for_update().filter(pk=emergency_id).first()
        home = home_inside(emergency, homes_of(by.person_id, at)) if emergency else ""
        if emergency is None or not home:
            raise NotFound(_("没有找到这次应急，或者您不在它的范围内。"))
        if not emergency.stands:
            raise Conflict(_("这次应急已经结束。现在还需要帮助，请拨打 110、119、120 或居委会电话。"), code="state")
        made = _put(emergency, by.person_id, home, said, at)
        if household and said["kind"] == Answer.Kind.SAFE:
            _put_household(emergency, by.person_id, at)
        _record(emergency, made, by=by, at=at)
        if made.kind == Answer.Kind.HELP:
            _call_for_help(emergency, made, at)
        look_as(by)
    return made


def read_roll(
    *, emergency_id: UUID, by: Actor, at: datetime, only: str = roll.Only.SILENT, offset: int = 0
) -> list[roll.Called]:
    """A page of the roll, with names. Each person on it can see who read it, when and for what."""
    chosen = roll.Only(only) if only in set(roll.Only) else roll.Only.SILENT
    with transaction.atomic():
        look_as(by)
        emergency = one(by, emergency_id)
        found = roll.rows(emergency, by, at=at, only=chosen, offset=offset)
        look_as(SYSTEM)
        entries = (
            Entry(f"person:{row.person_id}", row.place_code, person_ids=(row.person_id,), note=emergency.event)
            for row in found
        )
        append_each(entries, by=by, at=at, verb="emergencies.read_roll")
        look_as(by)
    return found


def forget_answers(emergency: Emergency, at: datetime) -> dict[str, Any]:
    """Keep three numbers of what was answered and erase the rest, also what the history says of it. Returns the numbers.

    Within the verb that ends an emergency.
    """
    counts = roll.counted(emergency, at)
    answers = Answer.objects.filter(emergency=emergency)
    kinds = list(answers.values_list("kind", flat=True))
    emergency.asked = counts.asked if counts else None
    emergency.safe = sum(kind == Answer.Kind.SAFE for kind in kinds)
    emergency.helped = sum(kind == Answer.Kind.HELP for kind in kinds)
    erase(at=at, streams=[_stream(emergency, id_) for id_ in answers.values_list("id", flat=True)])
    answers.delete()
    return {"asked": emergency.asked, "safe": emergency.safe, "helped": emergency.helped}


def _said(kind: str, text: str) -> dict[str, str]:
    plain = text.replace("\0", " ").strip()
    if kind not in Answer.Kind.values:
        raise Invalid(_("请选“我平安”或“我需要帮助”。"), fields={"kind": _("请选择一项。")})
    if len(plain) > LONGEST:
        sentence = _("请不超过 %(n)d 字。") % {"n": LONGEST}
        raise Invalid(sentence, fields={"text": sentence})
    return {"kind": kind, "text": plain}


def _put(emergency: Emergency, person_id: UUID, home: str, said: dict[str, str], at: datetime) -> Answer:
    made, new = Answer.objects.get_or_create(
        emergency=emergency, person_id=person_id, defaults={**said, "place_code": home, "at": at}
    )
    if not new and (made.kind, made.text, made.said_by_id) != (said["kind"], said["text"], None):
        made.kind, made.text, made.at, made.said_by_id = said["kind"], said["text"], at, None
        made.save(update_fields=["kind", "text", "at", "said_by"])
    return made


def _put_household(emergency: Emergency, me: UUID, at: datetime) -> None:
    homes = Residence.objects.filter(person_id=me, valid__contains=at).values_list("household", flat=True)
    others = Residence.objects.filter(household__in=list(homes), valid__contains=at, person__erased_at=None)
    known = set(Answer.objects.filter(emergency=emergency).values_list("person_id", flat=True))
    for person, home in others.exclude(person_id=me).values_list("person_id", "household__place_code"):
        if person not in known and home_inside(emergency, [home]):
            Answer.objects.create(
                emergency=emergency, person_id=person, kind=Answer.Kind.SAFE, place_code=home, at=at,
                said_by_id=me,
            )  # fmt: skip
            known.add(person)


def _record(emergency: Emergency, made: Answer, *, by: Actor, at: datetime) -> None:
    """In a history of its own, so that the log names no resident, and all of it can be erased."""
    append(
        by=by, at=at, verb="emergencies.answer", stream=_stream(emergency, made.id), place_code=made.place_code,
        person_ids=[made.person_id], after={"kind": made.kind},
    )  # fmt: skip


def _stream(emergency: Emergency, answer_id: UUID) -> str:
    return f"{emergency.stream}:{answer_id}"


def _call_for_help(emergency: Emergency, made: Answer, at: datetime) -> None:
    """One task for one call: of the unit on duty where they live, else of the committee there, else of who commands.

    It says the building and no name: the log and the wall are read by many. Who goes reads the rest on their phone.
    """
    if Task.objects.filter(answer=made).exists():
        return
    building = made.place_code[: Level.BUILDING.digits]
    where = places.label(building, Level.COMPOUND)
    unit = next(iter(_helping(emergency, made.place_code, at)), None)
    task = Task.objects.create(
        emergency=emergency, text=_("居民求助：%(where)s") % {"where": where}, unit=unit,
        who="" if unit else _("指挥部"), set_at=at, due_at=at + HELP_WITHIN, answer=made,
        asked_at=at if unit else None,
    )  # fmt: skip
    _takes_part(emergency, unit.id if unit else None)
    append(
        by=SYSTEM, at=at, verb="emergencies.ask_help", stream=emergency.stream, place_code=emergency.place_code,
        unit_ids=emergency.unit_ids,
        after={"task": str(task.id), "text": task.text, "unit": str(unit.id) if unit else None, "who": task.who,
               "due_at": task.due_at},
    )  # fmt: skip


def pass_on_due(*, at: datetime, limit: int = 100) -> int:
    """Calls for help that nobody took within `TAKEN_WITHIN` go to the next unit, and the log says so; after the last one to
    whoever commands, once. Each in a transaction of its own; the worker calls it. Returns how many."""
    done = 0
    while done < limit and _pass_on(at):
        done += 1
    return done


def _pass_on(at: datetime) -> bool:
    with transaction.atomic():
        look_as(SYSTEM)
        waits = Task.objects.select_for_update(skip_locked=True, of=("self",)).select_related("answer", "emergency")
        task = waits.filter(asked_at__lte=at - TAKEN_WITHIN).order_by("asked_at").first()
        if task is None:
            return False
        emergency = Emergency.objects.select_for_update().get(pk=task.emergency_id)
        if not task.is_open or not emergency.stands or task.answer is None:
            task.asked_at = None
            task.save(update_fields=["asked_at"])
            return True
        was = task.unit
        if was is not None:
            task.passed = [*task.passed, was.id]
        unit = next(
            (one for one in _helping(emergency, task.answer.place_code, at) if one.id not in task.passed), None
        )
        task.unit, task.asked_at = unit or emergency.unit or was, at if unit else None
        task.save(update_fields=["unit", "asked_at", "passed"])
        _takes_part(emergency, task.unit_id)
        append(
            by=SYSTEM, at=at, verb="emergencies.pass_on", stream=emergency.stream, place_code=emergency.place_code,
            unit_ids=emergency.unit_ids,
            after={"task": str(task.id), "text": task.text, "from": was.name if was else "", "last": unit is None,
                   "unit": str(task.unit_id) if task.unit_id else None, "who": task.who,
                   "minutes": int(TAKEN_WITHIN.total_seconds() // 60)},
        )  # fmt: skip
    return True


def _takes_part(emergency: Emergency, unit_id: UUID | None) -> None:
    """From its first task on a unit hears of the emergency. Whoever looks at it is to ask again."""
    if unit_id is not None and unit_id not in emergency.unit_ids:
        emergency.unit_ids = [*emergency.unit_ids, unit_id]
    emergency.version += 1
    emergency.save(update_fields=["unit_ids", "version"])


def _helping(emergency: Emergency, home: str, at: datetime) -> list[Unit]:
    """Who is asked, one after the other: the units on duty around that home, the nearest first and those who are there
    before those who are only expected; the committee; whoever commands."""
    order = list(dict.fromkeys(shift.unit_id for shift in there(home, at)))
    known = Unit.objects.in_bulk(order)
    units = [known[one] for one in order]
    hood = home[: Level.NEIGHBOURHOOD.digits]
    units += Unit.objects.filter(kind=Unit.Kind.COMMITTEE, place_code=hood, valid__contains=at)
    units += [emergency.unit] if emergency.unit else []
    return list(dict.fromkeys(units))
