"""Time: standing still and running on, and more of it when somebody higher grants it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid
from linli.kernel.declare import Span

from .. import legs
from ..models import Leg, Matter, Pause, Request
from .core import Doing, act, fitting, needed


def pause(
    *, matter_id: UUID, by: Actor, at: datetime, reason: str, words: str = "", version: int | None = None
) -> Matter:
    """挂起 for a declared reason: from now on no time passes for this matter."""
    if reason not in Pause.Reason.values:
        raise Invalid(_("请选择挂起的原因。"), fields={"reason": _("请从列表中选择。")})
    fitting(words=words)
    with act("pause", matter_id, by=by, at=at, version=version) as doing:
        stand_still(doing, reason, words.strip())
    return doing.matter


def stand_still(doing: Doing, reason: str, words: str) -> None:
    matter = doing.matter
    matter.paused_at = doing.at
    Pause.objects.create(
        matter=matter,
        reason=reason,
        words=words,
        from_at=doing.at,
        by_id=doing.by.account_id,
        due_before=matter.due_at or doing.at,
    )
    doing.says["pause"] = {"reason": reason, "words": words}


def resume(*, matter_id: UUID, by: Actor, at: datetime, version: int | None = None) -> Matter:
    """恢复: the time that was left when it stopped is left again, counted by the calendar of the place."""
    with act("resume", matter_id, by=by, at=at, version=version) as doing:
        resumed(doing)
    return doing.matter


def resumed(doing: Doing) -> None:
    matter, calendar = doing.matter, doing.calendar
    stopped = matter.pauses.get(until_at=None)
    unit = Span.parse(matter.leg_span).unit
    moved = calendar.resume(unit, stopped.from_at, stopped.due_before, doing.at)
    stopped.until_at, stopped.due_after, stopped.arithmetic = doing.at, moved.due, moved.as_json()
    stopped.save(update_fields=["until_at", "due_after", "arithmetic"])
    # The leg's beginning moves along, so that 80 % of the time stays 80 % of the time that runs.
    length = calendar.remaining(unit, matter.leg_from or matter.opened_at, stopped.due_before)
    matter.leg_from = calendar.back(unit, moved.due, length)
    matter.paused_at = None
    _new_date(doing, moved.due)
    doing.says["arithmetic"] = {"resume": moved.as_json()}


def ask_extension(
    *, matter_id: UUID, by: Actor, at: datetime, span: str, reason: str, version: int | None = None
) -> Matter:
    """申请延期 by a span such as "3 working_day", with a reason."""
    needed(reason=reason)
    more = _span(span)
    with act("ask_extension", matter_id, by=by, at=at, version=version) as doing:
        _request(doing, Request.What.EXTENSION, reason, span=str(more))
        doing.says["request"] = {"span": str(more), "reason": reason.strip()}
    return doing.matter


def decide_extension(
    *, matter_id: UUID, by: Actor, at: datetime, granted: bool, decision: str = "", version: int | None = None
) -> Matter:
    """审批延期: granted, the time asked for is added to the date that was promised."""
    if not granted:
        needed(decision=decision)
    fitting(decision=decision)
    with act("decide_extension", matter_id, by=by, at=at, version=version) as doing:
        request = decided(doing, Request.What.EXTENSION, granted, decision)
        if granted and doing.matter.due_at is not None:
            moved = doing.calendar.due(doing.matter.due_at, Span.parse(request.span))
            doing.matter.extended += 1
            _new_date(doing, moved.due)
            request.arithmetic = moved.as_json()
            request.save(update_fields=["arithmetic"])
            doing.says["arithmetic"] = {"extension": moved.as_json()}
        doing.says["request"] = {"span": request.span, "granted": granted, "decision": decision.strip()}
    return doing.matter


def _new_date(doing: Doing, due: datetime) -> None:
    matter = doing.matter
    if matter.leg == Leg.FINISH:
        matter.finish_due = due
    elif matter.leg == Leg.ANSWER:
        matter.answer_due = due
    legs.move_due(matter, due, at=doing.at, numbers=doing.numbers, calendar=doing.calendar)


def _span(text: str) -> Span:
    try:
        span = Span.parse(text)
    except ValueError:
        span = None
    if span is None or not 1 <= span.amount <= 365:
        raise Invalid(_("请写明延期多久。"), fields={"span": _("例如：3 个工作日。")})
    return span


def _request(doing: Doing, what: str, reason: str, *, span: str = "") -> Request:
    return Request.objects.create(
        matter=doing.matter,
        what=what,
        span=span,
        reason=reason.strip(),
        asked_at=doing.at,
        asked_by_id=doing.by.account_id,
        unit_id=doing.by.unit_id,
    )


def decided(doing: Doing, what: str, granted: bool, decision: str) -> Request:
    """Write the decision into the open request of a kind and return it."""
    request: Request = doing.matter.requests.get(what=what, decided_at=None)
    request.granted, request.decided_at, request.decided_by_id = granted, doing.at, doing.by.account_id
    request.decision = decision.strip()
    request.save(update_fields=["granted", "decided_at", "decided_by", "decision"])
    return request


def ask_write_off(*, matter_id: UUID, by: Actor, at: datetime, reason: str, version: int | None = None) -> Matter:
    """申请核销: it cannot be solved, and somebody higher must agree."""
    needed(reason=reason)
    with act("ask_write_off", matter_id, by=by, at=at, version=version) as doing:
        _request(doing, Request.What.WRITE_OFF, reason)
        doing.says["request"] = {"reason": reason.strip()}
    return doing.matter
