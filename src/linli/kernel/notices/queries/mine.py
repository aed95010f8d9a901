"""Notices for one reader: a resident on the phone, staff on the phone or the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, Actor, NotFound, as_system
from linli.kernel.people.models import Person
from linli.kernel.places.codes import lineage

from ..audience import STREET
from ..models import Audience, Level, Notice, Opening, State, Version, VersionState
from ..models.notice import SHOWN
from .shown import Shown, drawn, of_person, standing

PAST = timedelta(days=60)
"""How long a reader still finds what is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A notice as one reader finds it: whether they opened it, and what became of it. `state` is the notice's."""

    shown: Shown
    state: str
    opened: bool
    put_away: bool
    confirmed: bool
    ended_words: str


@dataclass(frozen=True, slots=True)
class Mine:
    """What is shown now, emergencies first, and what is over, the latest first."""

    now: list[Read]
    past: list[Read]

    @property
    def unread(self) -> int:
        return sum(not one.opened for one in self.now)


def mine(by: Actor, *, at: datetime, screen: str = "phone") -> Mine:
    """Everything for this reader on a screen."""
    with as_system():
        aim = _aim(by, at)
        if aim is None:
            return Mine([], [])
        rows = Notice.objects.filter(aim, channels__overlap=[screen, "push", "sms"])
        now = standing(rows.filter(state__in=SHOWN), at)
        past = rows.filter(
            Q(state__in=[State.EXPIRED, State.WITHDRAWN, State.LIFTED]) | Q(state=State.PUBLISHED, ends_at__lte=at),
            standing__gt=0,
            published_at__gt=at - PAST,
        )
        shown = drawn(now, at)
        over = [one for one in drawn(past, at, limit=60) if one.id not in {s.id for s in shown}]
        marks = _marks([s.id for s in (*shown, *over)], by)
        states = {n.id: n for n in Notice.objects.filter(pk__in=[s.id for s in (*shown, *over)])}
        over.sort(key=lambda one: one.published_at, reverse=True)
        return Mine(
            [_read(one, states[one.id], marks.get(one.id)) for one in shown],
            [_read(one, states[one.id], marks.get(one.id)) for one in over],
        )


def unread(by: Actor, *, at: datetime, screen: str = "phone", most: int = 99) -> int:
    """How many a reader has not opened; counted up to `most`. One query beside the reader's own place."""
    with as_system():
        aim = _aim(by, at)
        if aim is None or by.account_id is None:
            return 0
        rows = standing(Notice.objects.filter(aim, channels__contains=[screen], state=State.PUBLISHED), at)
        return rows.exclude(openings__account_id=by.account_id)[:most].count()


def alarms(by: Actor, *, at: datetime, screen: str = "phone") -> list[Shown]:
    """Emergencies that stand over everything for this reader: not lifted, not put away."""
    with as_system():
        aim = _aim(by, at)
        if aim is None or by.account_id is None:
            return []
        rows = standing(
            Notice.objects.filter(aim, level=Level.EMERGENCY, state=State.PUBLISHED, channels__contains=[screen]),
            at,
        )
        away = Opening.objects.filter(account_id=by.account_id, put_away_at__isnull=False)
        return drawn(rows.exclude(pk__in=away.values("notice_id")), at)


def for_me(notice_id: UUID, *, by: Actor, at: datetime) -> Notice:
    """The notice, when it is or was for this reader. Raises NotFound."""
    with as_system():
        aim = _aim(by, at)
        notice = None if aim is None else Notice.objects.filter(aim, pk=notice_id, standing__gt=0).first()
    if notice is None:
        raise NotFound(_("没有这条通知，或者它不是发给您的。"))
    return notice


@dataclass(frozen=True, slots=True)
class Page:
    """One notice to read: the version that stands (or stood last), and what was corrected before, the latest first."""

    read: Read
    corrections: list[Version]


def one(notice_id: UUID, *, by: Actor, at: datetime) -> Page:
    """Raises NotFound."""
    notice = for_me(notice_id, by=by, at=at)
    with as_system():
        [shown] = drawn(Notice.objects.filter(pk=notice.pk), at)
        read = _read(shown, notice, _marks([notice.id], by).get(notice.id))
        stood = notice.versions.filter(state__in=[VersionState.STANDING, VersionState.PAST], number__gt=1)
        return Page(read, list(stood.order_by("-number")))


def _aim(by: Actor, at: datetime) -> Q | None:
    """Which notices are for this reader; None for who is nobody."""
    if by.account_id is None:
        return None
    if by.role in REPORTERS and by.person_id is not None:
        person = Person.objects.filter(pk=by.person_id, erased_at=None).values("place_code").first()
        if person is None or not person["place_code"]:
            return None
        wide = Q(audience=Audience.EVERYONE) | of_person(by.person_id, at)
        return Q(place_code__in=lineage(person["place_code"])) & wide
    if not by.scope or by.scope == "*":
        return None
    staff = Q(audience=Audience.STAFF) & (Q(roles=[]) | Q(roles__contains=[by.role.value]))
    staff &= Q(unit_ids=[]) | (Q(unit_ids__contains=[by.unit_id]) if by.unit_id else Q(pk__in=[]))
    here = Q(place_code__in=lineage(by.scope))
    if len(by.scope) >= STREET:  # an emergency beneath a street or a neighbourhood is its staff's as well
        beneath = Q(place_code__gte=by.scope, place_code__lt=f"{by.scope}:")
        here |= Q(level=Level.EMERGENCY) & beneath
    return here & (Q(audience=Audience.EVERYONE) | staff)


def _marks(ids: list[UUID], by: Actor) -> dict[UUID, Opening]:
    if by.account_id is None:
        return {}
    return {o.notice_id: o for o in Opening.objects.filter(notice__in=ids, account_id=by.account_id)}


def _read(shown: Shown, notice: Notice, opening: Opening | None) -> Read:
    return Read(
        shown=shown,
        state=notice.state,
        opened=opening is not None,
        put_away=opening is not None and opening.put_away_at is not None,
        confirmed=opening is not None and opening.confirmed_at is not None,
        ended_words=notice.end_words,
    )
