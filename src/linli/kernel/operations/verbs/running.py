"""An operation runs: announced, begun, ticked off, logged, ended, reported; or cancelled with why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, looking_as
from linli.kernel.files import verbs as files
from linli.kernel.matters.models import Matter

from ..models import Line, Linked, Operation, State, Step
from .common import act, held, leads, record, text_of


def announce(*, by: Actor, at: datetime, operation_id: UUID) -> Operation:
    """Those who take part are told. Raises Conflict while the plan is empty."""
    with act():
        operation = held(operation_id, by, "announce")
        steps = operation.steps.count()
        if not steps:
            raise Conflict(_("计划还是空的：先写明各单位要做什么。"), code="empty")
        operation.state, operation.announced_at = State.ANNOUNCED, at
        operation.save(update_fields=["state", "announced_at"])
        record(by, at, "announce", operation, after={"title": operation.title, "steps": steps})
    return operation


def begin(*, by: Actor, at: datetime, operation_id: UUID) -> Operation:
    """It runs from now on, also before the hour that was planned."""
    with act():
        operation = held(operation_id, by, "begin")
        operation.state, operation.began_at = State.RUNNING, at
        operation.save(update_fields=["state", "began_at"])
        record(by, at, "begin", operation, after={"title": operation.title})
    return operation


def tick(*, by: Actor, at: datetime, step_id: UUID, note: str = "", file_ids: Iterable[UUID] = ()) -> Step:
    """A step is done: by whoever it is for, somebody of the unit, or the lead. With a photo where one is asked.

    Again by the same person: it stays as it was. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    why = text_of(note, 200, "note", needed=False)
    with act():
        step, operation = _step(step_id, by, "tick")
        if step.done_at is not None:
            return step
        shown = list(dict.fromkeys(file_ids))
        if step.photo and not shown:
            sentence = _("这一步要拍照片。")
            raise Invalid(sentence, fields={"photos": sentence})
        if shown:
            files.attach(
                by=by, at=at, file_ids=shown, subject_type="operation", subject_id=operation.id,
                place_code=operation.place_code,
            )  # fmt: skip
        step.done_at, step.done_by_id, step.note, step.files, step.undone = at, by.account_id, why, shown, ""
        step.save()
        after = {"step": step.title, "number": step.number, "files": [str(one) for one in shown]}
        record(by, at, "tick", operation, after=after, note=why or None)
    return step


def excuse(*, by: Actor, at: datetime, step_id: UUID, reason: str) -> Step:
    """A step is not done, and why: what the report says. It may still be ticked while the operation runs."""
    why = text_of(reason, 200, "reason")
    with act():
        step, operation = _step(step_id, by, "excuse")
        if step.done_at is not None:
            raise Conflict(_("这一步已经完成。"), code="done")
        if step.undone == why:
            return step
        step.undone = why
        step.save(update_fields=["undone"])
        record(by, at, "excuse", operation, after={"step": step.title, "number": step.number}, note=why)
    return step


def write_line(*, by: Actor, at: datetime, operation_id: UUID, text: str, key: UUID | None = None) -> Line:
    """A line of the log, by anybody who takes part. With a `key` once only: what a phone kept and sent twice is one line."""
    said = text_of(text, 500, "text")
    with act():
        operation = held(operation_id, by, "note", of="part")
        had = Line.objects.filter(operation=operation, key=key).first() if key is not None else None
        if had is not None:
            return had
        line = Line.objects.create(operation=operation, at=at, account_id=by.account_id, text=said, key=key)
        record(by, at, "note", operation, note=said)
    return line


def link_matter(
    *, by: Actor, at: datetime, operation_id: UUID, matter_id: UUID, came_of_it: bool = False
) -> Linked:
    """A matter it is about, or that came of it; only one that they see themselves. Again: nothing changes."""
    with act():
        operation = held(operation_id, by, "link", of="part")
        with looking_as(by):
            matter = Matter.objects.filter(pk=matter_id).first()
        if matter is None:
            raise NotFound(_("没有找到这件事，或者您无权查看。"))
        linked, made = Linked.objects.get_or_create(
            operation=operation, matter=matter, defaults={"came_of_it": came_of_it, "at": at}
        )
        if made:
            record(by, at, "link", operation, after={"matter": matter.number, "came_of_it": came_of_it})
    return linked


def end(*, by: Actor, at: datetime, operation_id: UUID) -> Operation:
    """It is over. Every step is done, or says why not: else Conflict, with which."""
    with act():
        operation = held(operation_id, by, "end")
        left = list(operation.steps.filter(done_at=None, undone="").order_by("number"))
        if left:
            words = "、".join(f"{step.number}. {step.title}" for step in left[:5])
            raise Conflict(_("还有步骤没有完成，也没有写明原因：%(steps)s") % {"steps": words}, code="undone")
        operation.state, operation.ended_at = State.ENDED, at
        operation.save(update_fields=["state", "ended_at"])
        record(by, at, "end", operation, after={"title": operation.title})
    return operation


def report(*, by: Actor, at: datetime, operation_id: UUID, summary: str) -> Operation:
    """总结: what came of it, in words; the rest of the report is made of what was ticked, excused and linked."""
    said = text_of(summary, 2000, "summary")
    with act():
        operation = held(operation_id, by, "report")
        operation.state, operation.reported_at, operation.summary = State.REPORTED, at, said
        operation.save(update_fields=["state", "reported_at", "summary"])
        record(by, at, "report", operation, after={"title": operation.title}, note=said)
    return operation


def cancel(*, by: Actor, at: datetime, operation_id: UUID, reason: str) -> Operation:
    """It does not take place, or is broken off; everybody who takes part is told why."""
    why = text_of(reason, 200, "reason")
    with act():
        operation = held(operation_id, by, "cancel")
        operation.state, operation.cancelled_at, operation.reason = State.CANCELLED, at, why
        operation.save(update_fields=["state", "cancelled_at", "reason"])
        record(by, at, "cancel", operation, after={"title": operation.title}, note=why)
    return operation


def _step(step_id: UUID, by: Actor, verb: str) -> tuple[Step, Operation]:
    found = Step.objects.filter(pk=step_id).values_list("operation_id", flat=True).first()
    if found is None:
        raise NotFound(_("没有这一步。"))
    operation = held(found, by, verb, of="part")
    step = Step.objects.select_for_update().get(pk=step_id)
    if not (leads(by, operation) or step.unit_id == by.unit_id):
        raise NotAllowed(_("这一步是别的单位的。"), code="unit")
    return step, operation
