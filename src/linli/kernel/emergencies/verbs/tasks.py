"""Tasks of an emergency: given, done, dropped, or made a matter that goes the ordinary way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound, allows, look_as
from linli.kernel.audit.verbs import append
from linli.kernel.files.verbs import attach
from linli.kernel.matters import verbs as matters
from linli.kernel.people.models import Unit

from ..models import Task
from .core import Doing, act, needed


def set_task(
    *,
    emergency_id: UUID,
    by: Actor,
    at: datetime,
    text: str,
    due_at: datetime,
    unit_id: UUID | None = None,
    who: str = "",
    photo: bool = False,
) -> Task:
    """Give a unit a task, or somebody named in words. The unit sees the emergency from now on."""
    needed(text=text)
    if (unit_id is None) == (not who.strip()):
        sentence = _("请选一个单位，或写明由谁去做。")
        raise Invalid(sentence, fields={"unit": sentence})
    if due_at <= at:
        sentence = _("完成时限要晚于现在。")
        raise Invalid(sentence, fields={"due": sentence})
    with act("set_task", emergency_id, by=by, at=at) as doing:
        unit = _unit(unit_id)
        task = Task.objects.create(
            emergency=doing.emergency, text=text.strip(), unit=unit, who=who.strip()[:64] if unit is None else "",
            set_at=at, set_by_id=by.account_id, due_at=due_at, photo=photo,
        )  # fmt: skip
        if unit is not None and unit.id not in doing.emergency.unit_ids:
            doing.emergency.unit_ids = [*doing.emergency.unit_ids, unit.id]
        doing.after = _said(task) | {"due_at": due_at}
    return task


def take_task(*, emergency_id: UUID, task_id: UUID, by: Actor, at: datetime) -> Task:
    """I go. Of their unit, or of who commands; who took it before is named. Again by the same person: it stays as it was."""
    with act("take_task", emergency_id, by=by, at=at) as doing:
        task = _own(_open(doing, task_id), doing, by)
        if task.account_id == by.account_id:
            doing.same = True
            return task
        if task.account is not None:
            raise Conflict(_("%(name)s已经接了这项任务。") % {"name": task.account.name}, code="taken")
        task.account_id, task.taken_at, task.asked_at = by.account_id, at, None
        task.save(update_fields=["account", "taken_at", "asked_at"])
        doing.after = _said(task)
        _opens_help(task, doing, by=by, at=at)
        _tells_back(task, doing, by=by, at=at)
    return task


def arrive_task(
    *, emergency_id: UUID, task_id: UUID, by: Actor, at: datetime, told_at: datetime | None = None
) -> Task:
    """I am there; who had not taken it takes it with that. `told_at`: when the phone says it was, for what waited on it
    without a network; the record keeps both."""
    with act("arrive_task", emergency_id, by=by, at=at) as doing:
        task = _own(_open(doing, task_id), doing, by)
        if task.arrived_at is not None and task.account_id == by.account_id:
            doing.same = True
            return task
        if task.account is not None and task.account_id != by.account_id:
            raise Conflict(_("%(name)s已经接了这项任务。") % {"name": task.account.name}, code="taken")
        if task.account_id is None:
            _opens_help(task, doing, by=by, at=at)
        task.account_id, task.taken_at, task.arrived_at = by.account_id, task.taken_at or at, at
        task.asked_at = None
        task.save(update_fields=["account", "taken_at", "arrived_at", "asked_at"])
        doing.after = _said(task) | _on_phone(task, told_at, at)
        _tells_back(task, doing, by=by, at=at)
    return task


def finish_task(
    *,
    emergency_id: UUID,
    task_id: UUID,
    by: Actor,
    at: datetime,
    result: str,
    files: Sequence[UUID] = (),
    told_at: datetime | None = None,
) -> Task:
    """Done, and how: by its unit, or by who commands; with a photo where one is asked. The same words again by the same
    person change nothing. Raises Conflict, Invalid, NotAllowed."""
    needed(result=result)
    with act("finish_task", emergency_id, by=by, at=at) as doing:
        task = _one(doing, task_id)
        if task.done_at is not None and (task.account_id, task.result) == (by.account_id, result.strip()):
            doing.same = True
            return task
        task = _own(_open(doing, task_id), doing, by)
        shown = list(dict.fromkeys(files))
        if task.photo and not shown:
            sentence = _("这项任务要有现场照片。")
            raise Invalid(sentence, fields={"photos": sentence})
        if shown:
            attach(
                by=by, at=at, file_ids=shown, subject_type="emergency", subject_id=doing.emergency.id,
                place_code=doing.emergency.place_code,
            )  # fmt: skip
        if task.account_id is None and task.unit_id == by.unit_id:
            task.account_id, task.taken_at = by.account_id, at
        task.done_at, task.result, task.files = at, result.strip(), shown
        task.save(update_fields=["account", "taken_at", "done_at", "result", "files"])
        more = {"files": [str(one) for one in shown]} if shown else {}
        doing.after = _said(task) | {"result": task.result, "late": at > task.due_at, **more}
        doing.after |= _on_phone(task, told_at, at)
        _tells_back(task, doing, by=by, at=at)
    return task


def drop_task(*, emergency_id: UUID, task_id: UUID, by: Actor, at: datetime, note: str) -> Task:
    """It is not wanted any more; why is written down."""
    needed(note=note)
    with act("drop_task", emergency_id, by=by, at=at) as doing:
        task = _open(doing, task_id)
        task.dropped_at = at
        task.save(update_fields=["dropped_at"])
        doing.after, doing.note = _said(task), note.strip()
    return task


def open_from_task(*, emergency_id: UUID, task_id: UUID, by: Actor, at: datetime, kind: str) -> Task:
    """Make a task a matter of a kind, which then goes the ordinary way with its own dates; the task stays open.

    Needs `matters.open` as any matter does.
    """
    with act("open_from_task", emergency_id, by=by, at=at) as doing:
        task = _open(doing, task_id)
        if task.matter_id is not None:
            raise Conflict(_("这项任务已经转为事项。"), code="opened")
        emergency = doing.emergency
        code = emergency.inside[0] if len(emergency.inside) == 1 else emergency.place_code
        look_as(by)
        matter = matters.open_matter(
            by=by, at=at, kind=kind, title=task.text, body=f"{emergency.event}：{task.text}", source="emergency",
            source_key=str(task.id), place_code=code, lon=emergency.lon, lat=emergency.lat, address=emergency.area,
        )  # fmt: skip
        look_as(SYSTEM)
        task.matter_id = matter.id
        task.save(update_fields=["matter_id"])
        doing.after = _said(task) | {"matter": {"id": str(matter.id), "number": matter.number}}
    return task


def _unit(unit_id: UUID | None) -> Unit | None:
    if unit_id is None:
        return None
    unit = Unit.objects.filter(id=unit_id).first()
    if unit is None:
        raise Invalid(_("没有这个单位。"), fields={"unit": _("请从列表中选择。")})
    return unit


def _one(doing: Doing, task_id: UUID) -> Task:
    every = Task.objects.select_related("account", "answer").select_for_update(of=("self",))
    task = every.filter(id=task_id, emergency=doing.emergency).first()
    if task is None:
        raise NotFound(_("这次应急没有这项任务。"))
    return task


def _own(task: Task, doing: Doing, by: Actor) -> Task:
    """The task, when it is the actor's unit's or they command. Raises NotAllowed."""
    own = task.unit_id is not None and task.unit_id == by.unit_id
    if not own and not allows(by, "emergencies.command", doing.emergency.place_code):
        raise NotAllowed(_("这项任务由承担的单位或指挥人员来做。"), code="unit")
    return task


def _opens_help(task: Task, doing: Doing, *, by: Actor, at: datetime) -> None:
    """Who takes a call for help reads who it is and where; the person can see that they did."""
    if task.answer is None:
        return
    append(
        by=by, at=at, verb="emergencies.read_help", stream=f"person:{task.answer.person_id}",
        place_code=task.answer.place_code, person_ids=[task.answer.person_id], note=doing.emergency.event,
    )  # fmt: skip


def _tells_back(task: Task, doing: Doing, *, by: Actor, at: datetime) -> None:
    """Who called for help hears that somebody set out, is there, is done: in the stream of their answer, which is erased."""
    if task.answer is None:
        return
    append(
        by=by, at=at, verb="emergencies.call", stream=f"{doing.emergency.stream}:{task.answer.id}",
        place_code=task.answer.place_code, person_ids=[task.answer.person_id],
        after={"taken": task.taken_at, "there": task.arrived_at, "done": task.done_at},
    )  # fmt: skip


def _on_phone(task: Task, told_at: datetime | None, at: datetime) -> dict[str, Any]:
    """When it was by the clock of the phone, where that is believable and says something else."""
    if told_at is None or not task.set_at <= told_at <= at or at - told_at < timedelta(minutes=1):
        return {}
    return {"phone_at": told_at}


def _open(doing: Doing, task_id: UUID) -> Task:
    task = _one(doing, task_id)
    if not task.is_open:
        raise Conflict(_("这项任务已经结束。"), code="task")
    return task


def _said(task: Task) -> dict[str, Any]:
    return {"task": str(task.id), "text": task.text, "unit": str(task.unit_id or "") or None, "who": task.who}
