"""The desk's list of notices, and one of them with everything staff decide by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, holds, require, under
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import story
from linli.kernel.files.queries import Shown as Picture
from linli.kernel.files.queries import shown as files_shown
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places

from .. import flow
from ..kinds import kind_words
from ..models import Level, Notice, State, Version, VersionState

PAGE = 30
TABS: dict[str, Q] = {
    "now": Q(state=State.PUBLISHED),
    "waiting": Q(state=State.SUBMITTED)
    | Q(at_once=True, reviewed_at=None, standing__gt=0)
    | Q(versions__state=VersionState.PENDING, standing__gt=0),
    "drafts": Q(state__in=[State.DRAFT, State.RETURNED]),
    "later": Q(state=State.APPROVED),
    "over": Q(state__in=[State.LIFTED, State.WITHDRAWN, State.EXPIRED]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list."""

    notice: Notice
    title: str
    unit: str
    place: str
    kind: str
    waits_review: bool
    waits_correction: bool

    @property
    def level(self) -> Level:
        return Level(self.notice.level)

    @property
    def state(self) -> State:
        return State(self.notice.state)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list; `before` is the cursor of the next one, "" at the end. `counts` by tab."""

    lines: list[Line]
    counts: dict[str, int]
    before: str


def listed(by: Actor, tab: str, *, before: str = "") -> Listed:
    """Notices of places within the actor's scope, the latest first. Needs `notices.read`. Row level security keeps to
    the scope; what is published above it is read under 通知 like anybody's. Raises NotFound for an unknown tab."""
    require(by, flow.READ)
    if tab not in TABS:
        raise NotFound(_("没有这一页。"))
    mine = _within(by)
    rows = mine.filter(TABS[tab]).distinct()
    rows = rows.annotate(when=Coalesce("published_at", "submitted_at", "written_at"))
    if before:
        when, key = _cursor(before)
        rows = rows.filter(Q(when__lt=when) | Q(when=when, pk__lt=key))
    title = Version.objects.filter(notice=OuterRef("pk")).exclude(state=VersionState.REFUSED).order_by("-number")
    page = list(
        rows.select_related("unit")
        .annotate(
            said=Subquery(title.values("title")[:1]),
            pending=Count("versions", filter=Q(versions__state=VersionState.PENDING), distinct=True),
        )
        .order_by("-when", "-pk")[: PAGE + 1]
    )
    names = places.labels({n.place_code for n in page})
    lines = [
        Line(
            notice=n,
            title=n.said,
            unit=n.unit.name,
            place=names.get(n.place_code, n.place_code),
            kind=kind_words(n.kind),
            waits_review=n.at_once and n.reviewed_at is None and n.standing > 0,
            waits_correction=n.standing > 0 and n.pending > 0,
        )
        for n in page[:PAGE]
    ]
    counts = mine.aggregate(
        **{name: Count("pk", filter=condition, distinct=True) for name, condition in TABS.items()}
    )
    return Listed(lines, counts, _written(page[PAGE - 1]) if len(page) > PAGE else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One notice on the desk: what it says, its versions (the latest first), its story, what can be done and why not."""

    notice: Notice
    version: Version
    pending: Version | None
    versions: list[Version]
    picture: Picture | None
    place: str
    kind: str
    units: list[str]
    story: list[Record]
    can: list[str]
    hindered: dict[str, str]
    second: bool


def detail(notice_id: UUID, *, by: Actor, at: datetime) -> Detail:
    """Raises NotFound for one outside the actor's scope."""
    require(by, flow.READ)
    notice = (
        _within(by)
        .select_related(
            "unit", "written_by", "submitted_by", "decided_by", "published_by", "reviewed_by", "ended_by"
        )
        .filter(pk=notice_id)
        .first()
    )
    if notice is None:
        raise NotFound(_("没有这条通知，或者它不在您的管辖范围内。"))
    versions = list(notice.versions.select_related("by", "approved_by").order_by("-number"))
    pending = next((v for v in versions if v.state == VersionState.PENDING), None)
    shown = next((v for v in versions if v.number == notice.standing), None) or pending or versions[0]
    pictures = files_shown([shown.picture_id], at=at) if shown.picture_id else []
    can = [verb for verb in flow.possible(notice, by) if verb != "expire"]
    if pending is None or not notice.standing or pending.by_id == by.account_id:
        can = [verb for verb in can if verb not in ("approve_correction", "refuse_correction")]
    if notice.standing and pending is not None:
        can = [verb for verb in can if verb != "correct"]
    return Detail(
        notice=notice,
        version=shown,
        pending=pending if notice.standing else None,
        versions=versions,
        picture=pictures[0] if pictures else None,
        place=places.label(notice.place_code),
        kind=kind_words(notice.kind),
        units=list(Unit.objects.filter(pk__in=notice.unit_ids).values_list("name", flat=True)),
        story=list(story(notice.stream).exclude(verb="notices.confirm")),  # they are counted, not told one by one
        can=can,
        hindered={verb: why for verb in flow.VERBS if verb not in can and (why := flow.hindered(verb, notice, by))},
        second=flow.needs_second(notice),
    )


def waiting(by: Actor) -> int:
    """How many wait for this actor's approval or their second look; 0 for who approves nothing. One query."""
    if not holds(by, flow.APPROVE):
        return 0
    me = by.account_id
    approvals = Q(state=State.SUBMITTED) & ~Q(written_by=me) & ~Q(submitted_by=me)
    reviews = Q(at_once=True, reviewed_at=None, standing__gt=0) & ~Q(published_by=me)
    theirs = Version.objects.filter(state=VersionState.PENDING).exclude(by=me)
    corrections = Q(state=State.PUBLISHED, pk__in=theirs.values("notice_id"))
    return _within(by).filter(approvals | reviews | corrections).count()


def _within(by: Actor) -> QuerySet[Notice]:
    rows = Notice.objects.all()
    return rows if by.scope == "*" else rows.filter(under(by.scopes))


def _written(last: Any) -> str:
    return f"{last.when.isoformat()}_{last.pk}"


def _cursor(text: str) -> tuple[datetime, UUID]:
    when, _bar, key = text.partition("_")
    try:
        at = datetime.fromisoformat(when)
        if at.tzinfo is None:
            raise ValueError
        return at, UUID(key)
    except ValueError:
        raise NotFound(_("没有这一页。")) from None
