"""Leave 请假: asked, decided by somebody else. Whose shifts lie in it are gaps then, and a colleague is asked at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, Sees, covers, require
from linli.kernel.audit.verbs import Entry

from ..models import Leave, Shift
from .common import PLANS, SERVES, act, names, one_line, reasoned, when
from .covering import ask_next
from .planning import let_go

ON_LEAVE = "请假"


def ask_leave(*, by: Actor, at: datetime, starts: datetime, ends: datetime, kind: str, note: str = "") -> Leave:
    """Ask to be away from one instant to another; the kind and the note are for whoever decides. Raises Invalid, Conflict."""
    require(by, SERVES)
    if by.unit_id is None or by.account_id is None:
        raise NotAllowed(_("您现在的岗位不在任何单位，请换到单位的岗位再请假。"), code="unit")
    faults = {}
    if ends <= starts:
        faults["ends"] = _("结束时间应在开始时间之后。")
    elif ends <= at:
        faults["ends"] = _("请假的时间已经过去了。")
    elif (ends - starts).days > 366:
        faults["ends"] = _("最长一年。")
    if kind not in Leave.Kind.values:
        faults["kind"] = _("请从列表中选择。")
    if faults:
        raise Invalid(_("请检查填写的内容。"), fields=faults)
    why = one_line(note, 200, "note")
    with act():
        try:
            with transaction.atomic():
                leave = Leave.objects.create(
                    account_id=by.account_id, unit_id=by.unit_id, place_code=by.scope, kind=kind, note=why,
                    lasts=DateTimeTZRange(starts, ends), asked_at=at,
                )  # fmt: skip
        except IntegrityError as error:
            if "one_leave_at_a_time" not in str(error):
                raise
            raise Conflict(_("这段时间您已经请过假了。"), code="overlap") from None
        # Why somebody is away stays between the two; that they asked is the unit's to know.
        _record(by, at, "ask_leave", leave)
    return leave


def decide_leave(*, by: Actor, at: datetime, leave_id: UUID, granted: bool, reason: str = "") -> list[Shift]:
    """Grant it or not (then with a reason); nobody decides on their own. Needs `duty.change` at the place.

    Returns the shifts that are gaps now. For each the colleague who has had least to do and is free is asked.
    """
    require(by, PLANS)
    why = one_line(reason, 200, "reason") if granted else reasoned(reason)
    with act():
        leave = _held(leave_id, by)
        if leave.account_id == by.account_id:
            raise NotAllowed(_("自己的请假要由别人决定。"), code="two-persons")
        if leave.state != Leave.State.ASKED:
            raise Conflict(_("这个请假已经有了决定。"), code="decided")
        leave.state = Leave.State.GRANTED if granted else Leave.State.DENIED
        leave.decided_at, leave.decided_by_id, leave.reason = at, by.account_id, why
        leave.save()
        left = _uncovered(leave, at) if granted else []
        _record(by, at, "decide_leave", leave, shifts=left)
        for shift in left:
            ask_next(shift, at)
    return left


def withdraw_leave(*, by: Actor, at: datetime, leave_id: UUID) -> Leave:
    """Take it back before it begins. Shifts that were given up stay given up: somebody may have them. Raises NotFound,
    Conflict."""
    require(by, SERVES)
    with act():
        leave = Leave.objects.select_for_update().filter(pk=leave_id, account=by.account_id).first()
        if leave is None:
            raise NotFound(_("没有这个请假。"))
        if leave.state not in (Leave.State.ASKED, Leave.State.GRANTED) or leave.lasts.lower <= at:
            raise Conflict(_("这个请假已经开始，或者已经有了结果。"), code="begun")
        leave.state, leave.decided_at = Leave.State.WITHDRAWN, at
        leave.save(update_fields=["state", "decided_at"])
        _record(by, at, "withdraw_leave", leave)
    return leave


def _held(leave_id: UUID, by: Actor) -> Leave:
    leave = Leave.objects.select_for_update().filter(pk=leave_id).first()
    if leave is None or not covers(by, leave.place_code):
        raise NotFound(_("没有这个请假，或者不在您的管辖范围内。"))
    if by.sees is Sees.UNIT and leave.unit_id != by.unit_id:
        raise NotFound(_("没有这个请假，或者不在您的管辖范围内。"))
    return leave


def _uncovered(leave: Leave, at: datetime) -> list[Shift]:
    """Their shifts in that time that they have not begun lose their person; drafts too, which no one else sees."""
    rows = list(
        Shift.objects.select_for_update(of=("self",))
        .select_related("roster")
        .filter(account=leave.account_id, cancelled_at=None, in_at=None, lasts__overlap=leave.lasts)
        .filter(lasts__endswith__gt=at)
        .order_by("lasts")
    )
    for shift in rows:
        shift.account_id, shift.reason = None, ON_LEAVE
        shift.save(update_fields=["account", "reason"])
        let_go(shift, at)
    return rows


def _record(by: Actor, at: datetime, verb: str, leave: Leave, shifts: list[Shift] | None = None) -> None:
    who = names([leave.account_id]).get(leave.account_id, "")
    after = {"who": who, "from": leave.lasts.lower, "until": leave.lasts.upper, "state": str(leave.state)}
    entries = [Entry(f"leave:{leave.id}", leave.place_code, (leave.unit_id,), (), None, after)]
    entries += [
        Entry(
            shift.stream, shift.place_code, (shift.roster.unit_id,), (), {"who": who}, {**when(shift), "who": ""}, ON_LEAVE
        )
        for shift in shifts or ()
        if shift.published_at is not None
    ]  # fmt: skip
    audit.append_each(entries, by=by, at=at, verb=f"duty.{verb}")
