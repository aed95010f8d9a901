"""Coming to a meeting: by the code on its screen, or ticked by the secretary for a reason; leave asked and granted."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Gone, Invalid, NotFound, require

from .. import cards, codes
from ..models import Attendance, Meeting, Member
from ..queries.own import own_member
from ..told import tell_leave
from .common import act, record_member, refuse, text_of
from .meetings import THERE, earned, held
from .rewarding import reward, take_away

OPENS = timedelta(minutes=30)
"""How long before it begins one may check in."""


def check_in(*, by: Actor, at: datetime, code: str) -> Attendance:
    """签到 by the code that the screen shows now. The same person again changes nothing.

    Raises Invalid (no code), Gone (shown more than a moment ago: a photo), NotFound (not expected), Conflict (not now).
    """
    require(by, "party.own")
    meeting_id = codes.meeting_in(code)
    if meeting_id is None:
        raise Invalid(_("这不是会议的签到码。"), fields={"code": _("请扫会场屏幕上的二维码。")})
    if not codes.holds(code, at):
        raise Gone(_("这个二维码已经过期。请扫会场屏幕上现在的二维码。"), code="expired")
    with act():
        row = _own_row(by, meeting_id)
        meeting = row.meeting
        if meeting.state != Meeting.State.ANNOUNCED or not meeting.starts_at - OPENS <= at <= meeting.ends_at:
            raise Conflict(_("现在不能签到：会前 30 分钟到散会可以签到。"), code="time")
        if row.state in THERE:
            return row
        row.state = Attendance.State.LATE if at > meeting.starts_at else Attendance.State.PRESENT
        row.how, row.at = Attendance.How.CODE, at
        row.save(update_fields=["state", "how", "at"])
        after = {"meeting": meeting.title, "state": row.state}
        record_member(by, at, "check_in", row.member, by.person_id, after=after)
    return row


def tick(*, by: Actor, at: datetime, meeting_id: UUID, member_id: UUID, there: bool, reason: str) -> Attendance:
    """The secretary says who was there and could not check in, or was not and did; for a reason, which the member reads.

    Also after the meeting, until its minutes are confirmed: points follow, whether enough were there is not reckoned again.
    """
    why = text_of(reason, 120, "reason")
    with act():
        meeting = held(meeting_id, by, (Meeting.State.ANNOUNCED, Meeting.State.HELD))
        if at < meeting.starts_at - OPENS:
            raise Conflict(_("会还没有开始。"), code="early")
        row = _row(meeting, member_id)
        before = {"state": row.state}
        row.state = Attendance.State.PRESENT if there else Attendance.State.ABSENT
        row.how, row.at, row.reason = Attendance.How.TICKED, at, why
        row.save(update_fields=["state", "how", "at", "reason"])
        after = {"meeting": meeting.title, "state": row.state}
        record_member(
            by, at, "tick", row.member, cards.of(row.member).person_id, before=before, after=after, note=why
        )
        if meeting.state == Meeting.State.HELD:
            _points_follow(row, before["state"], by, at, meeting.organisation.place_code, why)
    return row


def _points_follow(row: Attendance, was: str, by: Actor, at: datetime, place_code: str, why: str) -> None:
    """The meeting is over and its points are given: what is ticked now gives or takes them."""
    if row.state in THERE and was not in THERE:
        reward([earned(row)], at=at, place_code=place_code)
    elif row.state not in THERE and was in THERE:
        take_away(row.member, "attendance", str(row.pk), by=by, at=at, reason=why)


def ask_leave(*, by: Actor, at: datetime, meeting_id: UUID, reason: str) -> Attendance:
    """请假 before it begins, for a reason. Raises NotFound, Conflict."""
    require(by, "party.own")
    why = text_of(reason, 120, "reason")
    with act():
        row = _own_row(by, meeting_id)
        if row.meeting.state != Meeting.State.ANNOUNCED or at >= row.meeting.starts_at:
            raise Conflict(_("会已经开始或者结束，请直接和书记联系。"), code="late")
        if row.state != Attendance.State.EXPECTED or row.leave_asked_at is not None:
            raise Conflict(_("您已经签到或者请过假。"), code="asked")
        row.leave_asked_at, row.leave_reason = at, why
        row.save(update_fields=["leave_asked_at", "leave_reason"])
        record_member(by, at, "ask_leave", row.member, by.person_id, after={"meeting": row.meeting.title})
    return row


def decide_leave(*, by: Actor, at: datetime, meeting_id: UUID, member_id: UUID, granted: bool) -> Attendance:
    """准假或者不准. Raises NotFound, Conflict (nothing asked)."""
    with act():
        meeting = held(meeting_id, by, (Meeting.State.ANNOUNCED,))
        row = _row(meeting, member_id)
        if row.leave_asked_at is None or row.leave_granted is not None:
            raise Conflict(_("没有待批的请假。"), code="asked")
        if row.state != Attendance.State.EXPECTED:
            raise Conflict(_("这位党员已经签到。"), code="there")
        row.leave_granted = granted
        row.state = Attendance.State.LEAVE if granted else row.state
        row.save(update_fields=["leave_granted", "state"])
        person = cards.of(row.member).person_id
        record_member(
            by, at, "decide_leave", row.member, person, after={"meeting": meeting.title, "granted": granted}
        )
        tell_leave(meeting, person, granted=granted, by=by, at=at)
    return row


def _row(meeting: Meeting, member_id: UUID) -> Attendance:
    row = (
        meeting.attendances.select_for_update(of=("self",))
        .select_related("member")
        .filter(member=member_id)
        .first()
    )
    if row is None:
        refuse("member_id", _("这位党员不在应到名单里。"))
    return row


def _own_row(by: Actor, meeting_id: UUID) -> Attendance:
    member: Member | None = own_member(by)
    row = (
        Attendance.objects.select_for_update(of=("self",)).select_related("meeting", "member")
        .filter(meeting=meeting_id, member=member).first() if member else None
    )  # fmt: skip
    if row is None:
        raise NotFound(_("您不在这次会议的应到名单里，请找支部书记。"))
    return row
