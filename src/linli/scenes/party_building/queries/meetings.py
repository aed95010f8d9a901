"""Meetings as pages show them: a month, one with who is expected, what is due and missing, and a member's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, as_system, require
from linli.kernel.catalogue.language import in_chinese

from .. import cadence, cards, codes
from ..models import Attendance, Kind, Meeting, MeetingKind, Missed, Organisation
from ..verbs.common import READS, day_of, over
from .organisations import branches
from .owed import FOR, cadences, can_meet
from .own import own_member

SOON = 7
"""Days before the end of a stretch at which what is not planned is pressing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One meeting of a list: how many are expected, how many were there."""

    meeting: Meeting
    expected: int
    there: int


def month(by: Actor, branch_id: UUID, first: date) -> list[Row]:
    """The meetings of a branch and its groups in a month, by their hour. Two queries. Raises NotFound."""
    branch = _branch(by, branch_id)
    zone = ZoneInfo(settings.TIME_ZONE)
    begin = datetime(first.year, first.month, 1, tzinfo=zone)
    end = datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=zone)
    return _rows(Meeting.objects.filter(_of(branch), starts_at__gte=begin, starts_at__lt=end).order_by("starts_at"))


def latest(by: Actor, branch_id: UUID, limit: int = 30) -> list[Row]:
    """The latest meetings of a branch and its groups."""
    return _rows(Meeting.objects.filter(_of(_branch(by, branch_id))).order_by("-starts_at")[:limit])


def _of(branch: Organisation) -> Q:
    return Q(organisation=branch) | Q(organisation__parent=branch, organisation__kind=Kind.GROUP)


def _rows(found: Iterable[Meeting]) -> list[Row]:
    counted = found.select_related("organisation").annotate(  # type: ignore[attr-defined]
        n_expected=Count("attendances"),
        n_there=Count("attendances", filter=Q(attendances__state__in=("present", "late"))),
    )
    return [Row(one, one.n_expected, one.n_there) for one in counted]


def _branch(by: Actor, branch_id: UUID) -> Organisation:
    require(by, READS)
    found = Organisation.objects.filter(pk=branch_id).first()
    if found is None or not over(by, found):
        raise NotFound(_("没有这个党组织，或者它不归您管。"))
    return found


@dataclass(frozen=True, slots=True)
class Expected:
    attendance: Attendance
    name: str


@dataclass(frozen=True, slots=True)
class Whole:
    """One meeting with everything on it."""

    meeting: Meeting
    expected: Sequence[Expected]
    code: str
    missed: Missed | None

    @property
    def there(self) -> int:
        return sum(one.attendance.state in ("present", "late") for one in self.expected)


def whole(by: Actor, meeting_id: UUID, at: datetime) -> Whole:
    """One meeting: who is expected, by name, and the code its screen shows now. Raises NotFound."""
    require(by, READS)
    meeting = (
        Meeting.objects.select_related("organisation__parent", "minutes_by", "confirmed_by")
        .filter(pk=meeting_id)
        .first()
    )
    if meeting is None or not over(by, meeting.organisation):
        raise NotFound(_("没有这次会议，或者它不归您管。"))
    rows = [Expected(row, cards.of(row.member).name) for row in meeting.attendances.select_related("member")]
    code = codes.code_of(meeting.id, at) if meeting.state == Meeting.State.ANNOUNCED else ""
    missed = (
        Missed.objects.filter(organisation=meeting.organisation_id, kind=meeting.kind, period=meeting.counts_for)
        .select_related("matter")
        .first()
    )
    return Whole(meeting, sorted(rows, key=lambda row: row.name), code, missed)


@dataclass(frozen=True, slots=True)
class Duty:
    """What an organisation owes in a stretch: how many were held, how many are planned. `state`: met, planned, due, soon
    (the stretch ends within a week), missed, made_up."""

    organisation: Organisation
    kind: str
    first: date
    last: date
    times: int
    held: int
    planned: int
    state: str
    source: str
    missed: Missed | None

    @property
    def words(self) -> str:
        return cadence.between(self.first, self.last, english=not in_chinese())

    @property
    def word(self) -> str:
        return str(MeetingKind(self.kind).label)


def duties(by: Actor, at: datetime, branch_id: UUID | None = None) -> list[Duty]:
    """What is owed now and what was missed before, of a branch or of all the actor's: the pressing first. Seven queries,
    however many branches. Raises NotFound."""
    require(by, READS)
    mine = [_branch(by, branch_id)] if branch_id else branches(by)
    ids = [one.id for one in mine]
    organisations = list(
        Organisation.objects.filter(
            Q(pk__in=ids) | Q(parent__in=ids, kind=Kind.GROUP), dissolved_on=None
        ).select_related("parent")
    )
    today = day_of(at)
    rows, able = cadences(), can_meet(organisations)
    counted = _counted(organisations, today)
    missed = list(
        Missed.objects.filter(organisation__in=organisations).select_related("matter", "organisation__parent")
    )
    found = [
        _before(one, counted)
        for one in missed
        if one.met_by_id is None or one.period_end >= today - timedelta(days=120)
    ]
    for one in organisations:
        for kind, owed in cadence.owed_at(one.place_code, rows, today).items():
            if FOR[kind] == one.kind and one.id in able[kind]:
                found.append(_now(one, kind, owed, counted, today))
    order = ["missed", "soon", "due", "planned", "made_up", "met"]
    return sorted(
        found, key=lambda d: (order.index(d.state), d.last, d.organisation.place_code, d.organisation.name, d.kind)
    )


Counted = dict[tuple[UUID, str, date], tuple[int, int]]


def _counted(organisations: list[Organisation], today: date) -> Counted:
    found = Meeting.objects.filter(organisation__in=organisations, counts_for__gte=today - timedelta(days=800))
    sums = found.values_list("organisation_id", "kind", "counts_for").annotate(
        held=Count("pk", filter=Q(state__in=("held", "confirmed"), quorate=True)),
        planned=Count("pk", filter=Q(state__in=("planned", "announced"))),
    )
    return {(o, k, d): (held, planned) for o, k, d, held, planned in sums}


def _now(one: Organisation, kind: str, owed: cadence.Owed, counted: Counted, today: date) -> Duty:
    first, last = cadence.stretch(owed.every, today)
    held, planned = counted.get((one.id, kind, first), (0, 0))
    pressing = (last - today).days < SOON
    state = (
        "met"
        if held >= owed.times
        else "planned"
        if held + planned >= owed.times
        else "soon"
        if pressing
        else "due"
    )
    return Duty(one, kind, first, last, owed.times, held, planned, state, owed.source, None)


def _before(one: Missed, counted: Counted) -> Duty:
    held, planned = counted.get((one.organisation_id, one.kind, one.period), (0, 0))
    state = "made_up" if one.met_by_id else "missed"
    return Duty(one.organisation, one.kind, one.period, one.period_end, 1, held, planned, state, "", one)


@dataclass(frozen=True, slots=True)
class Own:
    """A meeting a member is expected at, on their phone."""

    meeting: Meeting
    attendance: Attendance

    @property
    def state_word(self) -> str:
        return str(Attendance.State(self.attendance.state).label)


def own_meetings(by: Actor, at: datetime) -> tuple[list[Own], list[Own]]:
    """A member's meetings to come (today's among them) and those of the last half year, the latest first. Three queries."""
    member = own_member(by)
    if member is None:
        return [], []
    with as_system():
        rows = list(
            Attendance.objects.filter(member=member, meeting__starts_at__gt=at - timedelta(days=183))
            .exclude(meeting__state=Meeting.State.CANCELLED).select_related("meeting__organisation")
            .order_by("meeting__starts_at")
        )  # fmt: skip
    every = [Own(row.meeting, row) for row in rows]
    ahead = [one for one in every if one.meeting.state == Meeting.State.ANNOUNCED]
    return ahead, [one for one in reversed(every) if one.meeting.state != Meeting.State.ANNOUNCED]


def own_meeting(by: Actor, meeting_id: UUID) -> Own:
    """One meeting the member who asks is expected at. Raises NotFound."""
    member = own_member(by)
    with as_system():
        row = (
            Attendance.objects.filter(meeting=meeting_id, member=member)
            .select_related("meeting__organisation", "meeting__minutes_by").first() if member else None
        )  # fmt: skip
    if row is None:
        raise NotFound(_("没有这次会议，或者您不在应到名单里。"))
    return Own(row.meeting, row)
