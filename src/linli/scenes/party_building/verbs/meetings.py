"""Meetings: planned, changed, announced to those who are expected, cancelled; held, written down, confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, NotAllowed, NotFound, holds, require

from .. import cadence
from ..models import PAYS, Attendance, Kind, Meeting, MeetingKind, Member, Missed, Stage, Term
from ..queries.owed import owed_by
from ..queries.own import own_member
from .common import CHANGES, act, day_of, organisation_of, over, record, refuse, text_of
from .duties import make_up_for
from .rewarding import Earned, reward

_OF = {MeetingKind.GROUP: Kind.GROUP}
THERE = (Attendance.State.PRESENT, Attendance.State.LATE)
_LONGEST = timedelta(hours=12)


def plan_meeting(
    *, by: Actor, at: datetime, organisation_id: UUID, kind: str, title: str, starts_at: datetime, ends_at: datetime,
    venue: str, agenda: Sequence[str] = (), makes_up: int | None = None,
) -> Meeting:  # fmt: skip
    """A meeting of a branch or group, for the stretch its day lies in; or, late, for a missed one (`makes_up`).

    Needs `party.change` over the organisation. Raises Invalid by field, NotFound.
    """
    words, where = text_of(title, 80, "title"), text_of(venue, 80, "venue")
    lines = _agenda(agenda)
    with act():
        found = organisation_of(organisation_id, by, CHANGES, held=False)
        if kind not in MeetingKind.values or found.kind != _OF.get(MeetingKind(kind), Kind.BRANCH):
            refuse("kind", _("这个党组织不开这种会。"))
        _check_times(starts_at, ends_at, at)
        owed = owed_by(found, day_of(starts_at)).get(kind, cadence.RULES[kind])
        period, _last = cadence.stretch(owed.every, day_of(starts_at))
        if makes_up is not None:
            missed = Missed.objects.filter(pk=makes_up, organisation=found, kind=kind, met_by=None).first()
            if missed is None:
                raise NotFound(_("没有这次应补开的会。"))
            period = missed.period
        meeting = Meeting.objects.create(
            organisation=found, kind=kind, title=words, agenda=lines, venue=where, starts_at=starts_at, ends_at=ends_at,
            counts_for=period, planned_at=at,
        )  # fmt: skip
        record(by, at, "plan_meeting", found, after={"title": words, "kind": kind, "starts": starts_at})
    return meeting


def change_meeting(
    *, by: Actor, at: datetime, meeting_id: UUID, title: str, starts_at: datetime, ends_at: datetime, venue: str,
    agenda: Sequence[str] = (),
) -> Meeting:  # fmt: skip
    """Another title, time, venue or agenda before it is held; who is expected stays. Raises Invalid, Conflict."""
    words, where = text_of(title, 80, "title"), text_of(venue, 80, "venue")
    lines = _agenda(agenda)
    with act():
        meeting = held(meeting_id, by, (Meeting.State.PLANNED, Meeting.State.ANNOUNCED))
        _check_times(starts_at, ends_at, at)
        before = {"title": meeting.title, "starts": meeting.starts_at, "venue": meeting.venue}
        meeting.title, meeting.venue, meeting.agenda = words, where, lines
        meeting.starts_at, meeting.ends_at = starts_at, ends_at
        meeting.save(update_fields=["title", "venue", "agenda", "starts_at", "ends_at"])
        after = {"title": words, "starts": starts_at, "venue": where}
        record(by, at, "change_meeting", meeting.organisation, before=before, after=after)
    return meeting


def announce_meeting(*, by: Actor, at: datetime, meeting_id: UUID) -> Meeting:
    """通知: from now on it stands who is expected, and they find it on their phone. Raises Conflict (nobody to expect)."""
    with act():
        meeting = held(meeting_id, by, (Meeting.State.PLANNED,))
        expected = list(_expected(meeting))
        if not expected:
            raise Conflict(_("没有应到的党员，不能通知。"), code="nobody")
        if not meeting.agenda:
            raise Conflict(_("请先写议程，再通知。"), code="agenda")
        Attendance.objects.bulk_create(
            [Attendance(meeting=meeting, member=one, votes=one.stage == Stage.FULL) for one in expected]
        )
        meeting.state, meeting.announced_at = Meeting.State.ANNOUNCED, at
        meeting.save(update_fields=["state", "announced_at"])
        after = {"title": meeting.title, "expected": len(expected), "starts": meeting.starts_at}
        record(by, at, "announce_meeting", meeting.organisation, after=after)
    return meeting


def cancel_meeting(*, by: Actor, at: datetime, meeting_id: UUID, reason: str) -> Meeting:
    """It is not held, for a reason. Raises Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        meeting = held(meeting_id, by, (Meeting.State.PLANNED, Meeting.State.ANNOUNCED))
        meeting.state, meeting.cancelled_at, meeting.reason = Meeting.State.CANCELLED, at, why
        meeting.save(update_fields=["state", "cancelled_at", "reason"])
        record(by, at, "cancel_meeting", meeting.organisation, after={"title": meeting.title}, note=why)
    return meeting


def end_meeting(*, by: Actor, at: datetime, meeting_id: UUID) -> Meeting:
    """It is over: who did not come is absent, and whether enough were there is reckoned. With enough it meets its duty, and
    ends the matter of one that was missed. Raises Conflict (it has not begun)."""
    with act():
        meeting = held(meeting_id, by, (Meeting.State.ANNOUNCED,))
        if at < meeting.starts_at:
            raise Conflict(_("会还没有开始。"), code="early")
        meeting.attendances.filter(state=Attendance.State.EXPECTED).update(state=Attendance.State.ABSENT)
        rows = list(meeting.attendances.values_list("state", "votes"))
        there = [votes for state, votes in rows if state in THERE]
        meeting.quorate = enough(meeting.kind, [votes for _state, votes in rows], there)
        meeting.state, meeting.held_at = Meeting.State.HELD, at
        meeting.save(update_fields=["state", "held_at", "quorate"])
        after = {"title": meeting.title, "expected": len(rows), "present": len(there), "enough": meeting.quorate}
        record(by, at, "end_meeting", meeting.organisation, after=after)
        reward(
            [earned(row) for row in meeting.attendances.select_related("member", "meeting") if row.state in THERE],
            at=at, place_code=meeting.organisation.place_code,
        )  # fmt: skip
        if meeting.quorate:
            make_up_for(meeting, at)
    return meeting


def earned(row: Attendance) -> Earned:
    """What somebody who was there earned."""
    return Earned(row.member, "meeting-attended", "attendance", str(row.pk), row.meeting.starts_at)


def enough(kind: str, expected: Sequence[bool], there: Sequence[bool]) -> bool:
    """Whether enough came; each is whether they vote. An assembly needs more than half of those who vote (支部工作条例
    art. 11), a committee half or more of its members (art. 12); elsewhere half or more of those expected."""
    if kind == MeetingKind.ASSEMBLY:
        return sum(there) * 2 > sum(expected)
    return bool(there) and len(there) * 2 >= len(expected)


def write_minutes(*, by: Actor, at: datetime, meeting_id: UUID, minutes: str) -> Meeting:
    """What was said and decided; written anew until somebody else confirms it. Raises Invalid, Conflict."""
    words = text_of(minutes, 8000, "minutes")
    with act():
        meeting = held(meeting_id, by, (Meeting.State.HELD,))
        meeting.minutes, meeting.minutes_by_id, meeting.minutes_at = words, by.account_id, at
        meeting.save(update_fields=["minutes", "minutes_by", "minutes_at"])
        record(by, at, "write_minutes", meeting.organisation, after={"title": meeting.title, "length": len(words)})
    return meeting


def confirm_minutes(*, by: Actor, at: datetime, meeting_id: UUID) -> Meeting:
    """确认, by somebody else: a member who was there, on the phone, or another secretary over the branch. Then nothing of it
    changes. Raises NotFound, NotAllowed (one's own), Conflict (nothing written)."""
    with act():
        meeting = (
            Meeting.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .filter(pk=meeting_id)
            .first()
        )
        if meeting is None or not (
            _was_there(by, meeting) or (holds(by, CHANGES) and over(by, meeting.organisation))
        ):
            raise NotFound(_("没有这次会议，或者您没有参加。"))
        if meeting.state != Meeting.State.HELD or not meeting.minutes:
            raise Conflict(_("还没有写好的会议记录。"), code="state")
        if by.account_id is None or by.account_id == meeting.minutes_by_id:
            raise NotAllowed(_("会议记录要由另一个人确认。"), code="two-persons")
        meeting.state, meeting.confirmed_by_id, meeting.confirmed_at = Meeting.State.CONFIRMED, by.account_id, at
        meeting.save(update_fields=["state", "confirmed_by", "confirmed_at"])
        record(by, at, "confirm_minutes", meeting.organisation, after={"title": meeting.title})
    return meeting


def held(meeting_id: UUID, by: Actor, states: Sequence[str]) -> Meeting:
    """A meeting, held, of an organisation that is the actor's or beneath it, in one of these states."""
    require(by, CHANGES)
    found = (
        Meeting.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=meeting_id).first()
    )
    if found is None or not over(by, found.organisation):
        raise NotFound(_("没有这次会议，或者它不归您管。"))
    if found.state not in states:
        raise Conflict(
            _("会议现在是“%(state)s”，不能这样做。") % {"state": Meeting.State(found.state).label}, code="state"
        )
    return found


def _was_there(by: Actor, meeting: Meeting) -> bool:
    member = own_member(by)
    return member is not None and meeting.attendances.filter(member=member, state__in=("present", "late")).exists()


def _expected(meeting: Meeting) -> Iterable[Member]:
    found = Member.objects.filter(gone_on=None, stage__in=PAYS)
    organisation = meeting.organisation
    if meeting.kind == MeetingKind.GROUP:
        return found.filter(group=organisation)
    if meeting.kind == MeetingKind.COMMITTEE:
        term = Term.objects.filter(organisation=organisation, ended_on=None).first()
        return found.filter(offices__term=term).distinct() if term else found.none()
    return found.filter(branch=organisation)


def _agenda(lines: Sequence[str]) -> list[str]:
    kept = [text_of(line, 120, "agenda") for line in lines if line.strip()]
    if len(kept) > 20:
        refuse("agenda", _("议程最多 20 项。"))
    return kept


def _check_times(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    if not starts_at < ends_at <= starts_at + _LONGEST:
        refuse("ends_at", _("结束时间应在开始时间之后。"))
    if ends_at <= at:
        refuse("ends_at", _("会议的时间已经过去了。"))
