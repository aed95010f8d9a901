"""双报到 and the three lists, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor, as_system, require
from linli.kernel.people.models import Consent

from .. import cards, matching
from ..models import Listing, Member, Part, Project, Reported, Task
from ..verbs.common import READS, day_of, own
from .own import own_member

REASONS: Mapping[str, str | Promise] = {
    "near": _("就在本居村"),
    "around": _("覆盖这里"),
    "time": _("时间都对得上"),
    "words": _("说的是同一件事"),
}


@dataclass(frozen=True, slots=True)
class Suggested:
    """A resource for a need, with why."""

    resource: Listing
    reasons: Sequence[str | Promise]


@dataclass(frozen=True, slots=True)
class Need:
    listing: Listing
    project: Project | None
    suggested: Sequence[Suggested]


def needs(by: Actor, at: datetime, place_code: str = "") -> list[Need]:
    """Open needs with what would fit each and why; those nobody took on first. Three queries."""
    require(by, READS)
    found = Listing.objects.filter(closed_at=None, until__gte=day_of(at), place_code__startswith=place_code)
    rows = list(found.filter(side="need").select_related("organisation").order_by("until", "made_at")[:100])
    offers = {o.id: o for o in resources(by, at)}
    lines = [_line(one) for one in offers.values()]
    taken = {
        p.need_id: p
        for p in Project.objects.filter(need__in=rows).exclude(state="given_back").select_related("organisation")
    }
    told = [
        Need(row, taken.get(row.id), [] if row.id in taken else [
            Suggested(offers[m.id], [REASONS[r] for r in m.reasons]) for m in matching.match(_line(row), lines, 3)  # type: ignore[index]
        ])
        for row in rows
    ]  # fmt: skip
    return sorted(told, key=lambda need: need.project is not None)


def _line(row: Listing) -> matching.Line:
    return matching.Line(row.id, row.what, row.place_code, f"{row.title}{row.text}", row.since, row.until)


def resources(by: Actor, at: datetime) -> list[Listing]:
    """Resources that are on the list today. One query."""
    require(by, READS)
    found = Listing.objects.filter(side="resource", closed_at=None, until__gte=day_of(at))
    return list(found.select_related("organisation").order_by("what", "until", "made_at")[:200])


def projects(by: Actor) -> list[Project]:
    """Projects of one's organisations, and of needs of theirs; those that wait for something first. Two queries."""
    require(by, READS)
    mine = own(by)
    if mine is None:
        return []
    whose = Q(organisation__path__contains=[mine.id]) | Q(need__organisation__path__contains=[mine.id])
    rows = Project.objects.filter(whose).select_related("need__organisation", "organisation", "resource")
    order = {"delivered": 0, "claimed": 1, "evaluated": 2, "given_back": 3}
    return sorted(rows.order_by("-claimed_at")[:100], key=lambda row: order[row.state])


@dataclass(frozen=True, slots=True)
class TaskRow:
    task: Task
    joined: int
    waiting: int
    mine: Part | None = None


def tasks(by: Actor, at: datetime) -> list[TaskRow]:
    """Tasks an organisation set, the open first, with how many joined and how many wait to be confirmed. Two queries."""
    require(by, READS)
    mine = own(by)
    found = Task.objects.filter(organisation__path__contains=[mine.id]) if mine else Task.objects.none()
    counted = found.filter(ends_at__gt=at - timedelta(days=92)).select_related("organisation").annotate(
        n=Count("parts"), w=Count("parts", filter=Q(parts__done_at__isnull=False, parts__confirmed_at=None))
    )  # fmt: skip
    return [TaskRow(one, one.n, one.w) for one in counted.order_by("-starts_at")[:100]]


@dataclass(frozen=True, slots=True)
class PartRow:
    part: Part
    name: str


def parts(by: Actor, tasks: Sequence[UUID]) -> dict[UUID, list[PartRow]]:
    """Who takes part in tasks of ours, by task and name. The second lock says which. Two queries, however many tasks."""
    require(by, READS)
    rows = list(
        Part.objects.filter(task__in=tasks).select_related("reported__organisation", "task").order_by("joined_at")
    )
    with as_system():
        members = Member.objects.in_bulk([row.reported.member_id for row in rows if row.reported.member_id])
    told: dict[UUID, list[PartRow]] = {task: [] for task in tasks}
    for row in rows:
        organisation = row.reported.organisation
        name = organisation.name if organisation else cards.of(members[row.reported.member_id]).name
        told[row.task_id].append(PartRow(row, name))
    return told


@dataclass(frozen=True, slots=True)
class Own:
    """Where a member reported, and the tasks there."""

    reported: Reported | None
    tasks: Sequence[TaskRow]


def own_reporting(by: Actor, at: datetime) -> Own | None:
    """None for who is in no branch. Four queries."""
    member = own_member(by)
    if member is None:
        return None
    with as_system():
        row = Reported.objects.filter(member=member, until=None).first()
        if row is None:
            return Own(None, [])
        found = Task.objects.filter(place_code=row.place_code).filter(
            Q(state="open", ends_at__gt=at) | Q(parts__reported=row)
        )
        rows = list(found.distinct().annotate(n=Count("parts")).order_by("-starts_at")[:30])
        known = {part.task_id: part for part in Part.objects.filter(reported=row)}
    return Own(row, [TaskRow(one, one.n, 0, known.get(one.id)) for one in rows])


@dataclass(frozen=True, slots=True)
class Pledge:
    name: str
    text: str


def pledges(place_code: str, limit: int = 12) -> list[Pledge]:
    """Members' pledges at a neighbourhood, of those alone who agreed that they are shown with their name. Two queries."""
    with as_system():
        rows = list(
            Reported.objects.filter(place_code=place_code, until=None)
            .exclude(pledge="")
            .exclude(member=None)
            .select_related("member")
        )
        known = [
            (row, cards.of(row.member)) for row in rows if row.member is not None and row.member.gone_on is None
        ]
        agreed = set(
            Consent.objects.filter(
                person__in=[c.person for _row, c in known if c.person], purpose="party-pledge", withdrawn_at=None
            ).values_list("person_id", flat=True)
        )
    return [Pledge(card.name, row.pledge) for row, card in known if card.person_id in agreed][:limit]


def hosts(by: Actor) -> list[tuple[str, int, int]]:
    """(place, organisations, members) that reported to the neighbourhoods of one's organisations. One query."""
    require(by, READS)
    found = Reported.objects.filter(until=None).values("place_code").annotate(
        o=Count("pk", filter=Q(member=None)), m=Count("pk", filter=Q(organisation=None))
    )  # fmt: skip
    return [(row["place_code"], row["o"], row["m"]) for row in found.order_by("place_code")]
