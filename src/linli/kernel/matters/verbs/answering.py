"""The first answer, and putting a report in order: is it taken, what is it, where is it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Span
from linli.kernel.places import queries as places

from .. import legs
from ..models import Leg, Matter, State
from ..numbers import numbers_for
from ..whereabouts import place_of
from .core import Doing, act, fitting, needed
from .publishing import show_publicly


def accept(*, matter_id: UUID, by: Actor, at: datetime, note: str = "", version: int | None = None) -> Matter:
    """受理: the report is taken on, and the reporter is promised the date it is finished by."""
    fitting(note=note)
    with act("accept", matter_id, by=by, at=at, version=version) as doing:
        accepted(doing)
        doing.matter.state = State.ACCEPTED
        doing.note = note or None
    return doing.matter


def accepted(doing: Doing) -> None:
    """The answer is given: its leg ends and the leg of the work begins, counted from the report."""
    matter = doing.matter
    if matter.answered_at is not None:
        return
    matter.accepted_at = matter.answered_at = doing.at
    matter.ever_late = matter.ever_late or doing.at > matter.answer_due
    numbers = doing.numbers
    legs.start(matter, Leg.FINISH, since=matter.opened_at, span=numbers.finish, due=matter.finish_due)
    # A report that waited long is not warned about all over again for the time that has passed.
    legs.move_due(matter, matter.finish_due, at=doing.at, numbers=numbers, calendar=doing.calendar)


def decline(
    *, matter_id: UUID, by: Actor, at: datetime, outcome: str, reply: str, version: int | None = None
) -> Matter:
    """不予受理, with a declared reason and words for the reporter."""
    needed(reply=reply)
    with act("decline", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        check_outcome(matter, outcome)
        matter.state, matter.outcome, matter.reply = State.DECLINED, outcome, reply.strip()
        matter.answered_at = at
        matter.ever_late = matter.ever_late or at > matter.answer_due
        legs.stop(matter, at=at)
    return doing.matter


def check_outcome(matter: Matter, outcome: str) -> None:
    """Raise Invalid unless the kind declares this reason for closing."""
    kind = catalogue().kinds.get(matter.kind)
    if kind is None or outcome not in kind.reasons:
        raise Invalid(_("请选择一个办理结论。"), fields={"outcome": _("请从列表中选择。")})


def reclassify(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    kind: str,
    urgency: str | None = None,
    note: str = "",
    version: int | None = None,
) -> Matter:
    """改类: another kind or urgency. The promises are counted anew from the report, never from now."""
    fitting(note=note)
    if kind not in catalogue().kinds:
        raise Invalid(_("没有这种事项。"), fields={"kind": _("请从列表中选择。")})
    with act("reclassify", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        declared, was = catalogue().kind(kind), catalogue().kinds.get(matter.kind)
        # What was withheld although its kind is public stays withheld.
        matter.public = declared.public and (matter.public or not (was and was.public))
        if not matter.public:
            show_publicly(doing)
        matter.kind, matter.department = kind, declared.owner
        matter.urgency = urgency or matter.urgency
        doing.note = note or None
        promise(doing)
    return doing.matter


def move(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    place_code: str = "",
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
    version: int | None = None,
) -> Matter:
    """改地点. It may leave the mover's scope: then it is for the others to see from now on."""
    where = place_of(place_code=place_code, lon=lon, lat=lat, address=address)
    with act("move", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        if where.code[:6] != matter.place_code[:6]:
            places.require_at(by, "matters.move", where.code)
        matter.place_code = where.code
        if where.lon is not None:
            matter.lon, matter.lat = where.lon, where.lat
        matter.address = address[:200] or matter.address
        promise(doing)
    return doing.matter


def promise(doing: Doing) -> None:
    """Count the promised dates anew from the report with the numbers now in force; pauses and granted extensions stay added."""
    matter, calendar = doing.matter, doing.calendar
    numbers = numbers_for(matter.kind, matter.place_code, matter.urgency)
    if str(numbers.finish) == matter.finish_span and matter.leg != Leg.ANSWER:
        return
    answer = calendar.due(matter.opened_at, numbers.answer)
    finish = calendar.due(matter.reopened_at or matter.opened_at, numbers.finish)
    since = matter.reopened_at or matter.opened_at
    for pause in matter.pauses.filter(from_at__gte=since).order_by("from_at"):
        if pause.until_at is not None:
            finish = calendar.resume(numbers.finish.unit, pause.from_at, finish.due, pause.until_at)
    for request in matter.requests.filter(what="extension", granted=True, decided_at__gte=since).order_by(
        "decided_at"
    ):
        finish = calendar.due(finish.due, Span.parse(request.span))
    matter.finish_due, matter.finish_span = finish.due, str(numbers.finish)
    doing.says["arithmetic"] = {"finish": finish.as_json()}
    if matter.leg == Leg.ANSWER:
        matter.answer_due = answer.due
        matter.leg_span = str(numbers.answer)
        legs.move_due(matter, answer.due, at=doing.at, numbers=numbers, calendar=calendar)
    elif matter.leg == Leg.FINISH:
        matter.leg_span = str(numbers.finish)
        legs.move_due(matter, finish.due, at=doing.at, numbers=numbers, calendar=calendar)
